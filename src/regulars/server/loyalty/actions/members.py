"""Members join, leave, rise and fall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person, public_id, public_ids
from regulars.server.customers.models import Customer
from regulars.server.loyalty import rules
from regulars.server.loyalty.actions import booking
from regulars.server.loyalty.models import (
    Account,
    Currency,
    LevelScheme,
    Membership,
    Movement,
    Programme,
)
from regulars.server.segments import queries as segments

BATCH = 5_000
OUT_OF_LOTS = """
insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
select %(movement)s, account_id, id, place, 'expired', held.points, %(day)s from loyalty_lot,
lateral (values ('pending', pending), ('active', active)) as held (place, points)
where account_id = any (%(accounts)s) and held.points > 0"""
LEVELS = """
select m.id, m.level, m.level_since, m.level_until, coalesce(a.active + a.pending, 0)
from loyalty_membership m
left join loyalty_account a on a.customer_id = m.customer_id and a.currency = 'tier'
where m.left_on is null order by m.id"""
RISEN = """
update loyalty_membership m set level = n.level, level_since = n.since, level_until = n.until
from unnest(%s::bigint[], %s::text[], %s::date[], %s::date[]) as n(id, level, since, until)
where m.id = n.id"""


class NoProgramme(Refused):
    """The company has no programme yet."""


class CannotJoin(Refused):
    """A file that was merged, closed or erased joins nothing."""


@transaction.atomic
def join(
    customer: Customer,
    *,
    by: Actor,
    at: datetime,
    source: str = Membership.Source.PAGE,
    on: date | None = None,
) -> Membership:
    """Make a customer a member with a number and an empty account; who is one stays one.

    :raises NoProgramme: there is nothing to join.
    :raises CannotJoin: the file is closed, merged or erased.
    """
    running()
    found = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if found.state not in {Customer.State.ACTIVE, Customer.State.STUB} or found.deceased_on:
        raise CannotJoin(
            _("“%(customer)s” is no customer who could join.") % {"customer": found}
        )
    if standing := Membership.objects.standing().filter(customer=found).first():
        return standing
    made = Membership.objects.create(
        customer=found,
        number=next(fresh_numbers(1)),
        source=source,
        joined_on=on or core.local_date(at),
        joined_at=at,
        joined_by=by if isinstance(by, Person) else None,
    )
    for currency in Currency.values:
        booking.account_of(found, at=at, currency=currency)
    audit.record("loyalty.joined", made, by=by, at=at, source=source)
    return made


@transaction.atomic
def join_many(
    customers: Iterable[tuple[int, date | None]],
    *,
    by: Actor,
    at: datetime,
    source: str = Membership.Source.RULE,
) -> int:
    """The same for many at once, pairs of customer and day of joining; return how many joined.

    Who is a member, or none who could join, is left out.
    """
    running()
    day = core.local_date(at)
    wanted = dict(customers)
    free = Customer.objects.filter(
        pk__in=wanted, state__in=(Customer.State.ACTIVE, Customer.State.STUB),
        deceased_on__isnull=True,
    ).exclude(pk__in=Membership.objects.standing().values("customer"))  # fmt: skip
    ids = list(free.order_by("pk").values_list("pk", flat=True))
    names = public_ids()
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        numbers = fresh_numbers(len(some))
        Membership.objects.bulk_create(
            Membership(
                public_id=next(names),
                customer_id=pk,
                number=number,
                source=source,
                joined_on=wanted[pk] or day,
                joined_at=at,
                joined_by=by if isinstance(by, Person) else None,
            )
            for pk, number in zip(some, numbers, strict=True)
        )
        Account.objects.bulk_create(
            (
                Account(customer_id=pk, currency=currency, opened_at=at)
                for pk in some
                for currency in Currency.values
            ),
            ignore_conflicts=True,
        )
    if ids:
        audit.record("loyalty.joined_many", "loyalty", by=by, at=at, count=len(ids))
    return len(ids)


def join_by_itself(programme: Programme, *, by: Actor, at: datetime) -> int:
    """Let in who comes by itself: every person, or a segment as its owner sees it."""
    joining = Programme.Joining
    if programme.joining == joining.PERSONS:
        found = booking.run(
            "select id, null::date from customers_customer c where kind = 'person' "
            "and state = 'active' and deceased_on is null and not exists (select 1 "
            "from loyalty_membership m where m.customer_id = c.id)"
        )
        return join_many(found, by=by, at=at)
    segment = programme.segment
    if programme.joining != joining.SEGMENT or segment is None or segment.archived_at:
        return 0
    ids = segments.members(segment.owner, segment, at=at)
    # Who left once comes back by the own wish only.
    known = set(Membership.objects.filter(customer__in=ids).values_list("customer", flat=True))
    return join_many(((pk, None) for pk in ids if pk not in known), by=by, at=at)


@transaction.atomic
def leave(membership: Membership, *, reason: str, by: Actor, at: datetime) -> Membership:
    """End a membership. What is left of the points is forfeited, what is owed is waived.

    :raises BadInput: no reason is given.
    """
    if not reason.strip():
        raise BadInput(_("Say why they leave; the points are lost with it."))
    found = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if found.left_on is not None:
        return found
    found.left_on = max(core.local_date(at), found.joined_on)
    found.left_because = reason.strip()
    found.level, found.level_since, found.level_until = "", None, None
    found.save(update_fields=["left_on", "left_because", "level", "level_since", "level_until"])
    forfeit(found.customer_id, by=by, at=at)
    audit.record("loyalty.left", found, by=by, at=at)
    return found


def forfeit(customer_id: int, *, by: Actor, at: datetime) -> None:
    """Empty a customer's accounts: points expire, debts are waived."""
    accounts = list(Account.objects.filter(customer=customer_id).order_by("pk"))
    if not accounts:
        return
    day, keys = core.local_date(at), [account.pk for account in accounts]

    def work(pk: int) -> dict[str, int]:
        held = booking.held(*accounts)
        debts = [(a.pk, None, "adjusted", "owed", a.owed) for a in held if a.owed]
        booking.enter(pk, debts, day)
        told = {"movement": pk, "day": day, "accounts": keys}
        return {"lots": booking.count(OUT_OF_LOTS, told)}

    booking.once(
        Movement.What.CLOSE, f"close:{public_id()}", {}, work, by=by, at=at, account=accounts[0]
    )


@transaction.atomic
def rank(*, by: Actor, at: datetime) -> int:
    """Give every member the level of today; return how many rose or fell."""
    day = core.local_date(at)
    scheme = LevelScheme.objects.filter(valid_from__lte=day).first()
    if scheme is None:
        return 0
    levels = levels_of(scheme)
    changed: list[tuple[int, str, date | None, date | None]] = []
    moved = 0
    for pk, code, since, until, points in booking.run(LEVELS):
        held = rules.Standing(code, since, until)
        now = rules.standing(int(points), held, levels, months=scheme.months, day=day)
        if now != held:
            changed.append((pk, now.code, now.since, now.until))
            moved += now.code != code
    for start in range(0, len(changed), BATCH):
        columns = zip(*changed[start : start + BATCH], strict=True)
        booking.run(RISEN, [list(column) for column in columns])
    if moved:
        audit.record("loyalty.ranked", scheme, by=by, at=at, moved=moved)
    return moved


def levels_of(scheme: LevelScheme) -> list[rules.Level]:
    """The levels of a scheme, from the lowest up."""
    found = [
        rules.Level(each["code"], each["name"], each.get("name_en", ""), each["from"])
        for each in scheme.levels
    ]
    return sorted(found, key=lambda level: level.start)


def running() -> Programme:
    """:raises NoProgramme: nobody set one up."""
    found = Programme.objects.first()
    if found is None:
        raise NoProgramme(_("There is no programme yet. Set one up first."))
    return found


def fresh_numbers(n: int) -> Iterator[str]:
    """So many numbers that nobody has: a file of an earlier programme brought its own."""
    prefix, left = running().prefix, n
    while left > 0:
        drawn = booking.run(
            "select nextval('loyalty_number') from generate_series(1, %s)", [left]
        )
        made = [rules.number(prefix, int(each)) for (each,) in drawn]
        with scope.beyond():  # whoever has it
            had = set(
                Membership.objects.filter(number__in=made).values_list("number", flat=True)
            )
        fresh = [number for number in made if number not in had]
        left -= len(fresh)
        yield from fresh


@transaction.atomic
def erase(customer_id: int, *, by: Actor, at: datetime) -> int:
    """Let go of who is erased: points are forfeited, numbers become nobody's."""
    found = Membership.objects.filter(customer=customer_id)
    forfeit(customer_id, by=by, at=at)
    day = core.local_date(at)
    for each in found.order_by("pk"):
        each.number, each.left_because = f"-{each.public_id}", ""
        each.left_on = each.left_on or max(day, each.joined_on)
        each.level, each.level_since, each.level_until, each.joined_by = "", None, None, None
        each.save()
    return len(found)
