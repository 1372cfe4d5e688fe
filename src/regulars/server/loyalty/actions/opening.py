"""An existing programme is taken in whole, out of one file, and out again as long as it lies.

What somebody had is a lot of its own, issued out of the place of openings by one movement of
the file. From the day after its balances on what members do earns here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.base.errors import BadInput, Refused
from regulars.base.periods import add_months
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core import queries as reads
from regulars.server.core.models import Job, Person, public_ids
from regulars.server.core.models import public_id as new_name
from regulars.server.loyalty import queries
from regulars.server.loyalty.actions import booking, bringing, members
from regulars.server.loyalty.models import Membership, Movement, Opening, Programme

State = Opening.State
LIES = timedelta(days=7)  # that nobody takes in
BATCH = 5_000
GOOD = "loyalty_brought b where b.fault is null and not b.known"
LOCK = (
    "select id from customers_customer where id in "
    "(select who from loyalty_brought where who is not null) order by id for update"
)
JOINING = f"""
select who, max(number), max(joined_on), max(level), max(level_until)
from {GOOD} and member is null group by who order by who"""
ACCOUNTS = f"""
insert into loyalty_account (customer_id, currency, pending, active, owed, opened_at)
select who, currency, 0, 0, 0, %(at)s::timestamptz from (select distinct who from {GOOD}) b,
unnest(array['points', 'tier']) as u(currency) order by 1, 2 on conflict do nothing"""
LOTS = f"""
insert into loyalty_lot (account_id, movement_id, opening_id, source, ref, issued_on,
  available_on, expires_on, points, pending, active, spent, expired, reversed, paid, moved,
  adjusted, short)
select a.id, %(movement)s, %(opening)s, key, '', %(day)s, %(day)s, until, had, 0, had,
       0, 0, 0, 0, 0, 0, 0
from (
  select b.who, 'points' as currency, {bringing.POINTS} as key, b.points as had,
         b.expires_on as until from {GOOD} and b.points > 0
  union all
  select b.who, 'tier', {bringing.TIER}, b.tier, b.tier_until from {GOOD} and b.tier > 0) n
join loyalty_account a on a.customer_id = n.who and a.currency = n.currency
order by a.id, until"""
USED = """
select count(distinct account_id) from loyalty_lot where opening_id = %s
  and (spent > 0 or paid > 0 or adjusted > 0 or moved > 0)"""
BACK = """
insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
select %(movement)s, account_id, id, 'active', 'reversed', active, %(day)s from loyalty_lot
where opening_id = %(opening)s and active > 0 order by account_id, id"""
# Who came by the file and did nothing since was no member, either.
UNJOINED = """
delete from loyalty_membership m where m.opening_id = %(opening)s and not exists (
  select 1 from loyalty_lot l join loyalty_account a on a.id = l.account_id
  where a.customer_id = m.customer_id and l.points > 0
    and l.opening_id is distinct from %(opening)s)"""


class SecondPerson(Refused):
    """So many points are taken in by somebody else than who brought them."""


class NotNow(Refused):
    """The file is at another stage."""


class Used(Refused):
    """Points of it were used already."""


@transaction.atomic
def bring(file: bringing.Upload, *, as_of: date, by: Person, at: datetime) -> Opening:
    """Look at a file of members and balances; nothing of it is taken in yet.

    :raises BadInput: it is no such table, or its day is still to come.
    :raises Refused: `by` does not see all customers.
    """
    _check_sight(by)
    programme, day = members.running(), reads.local_date(at)
    if as_of > day:
        raise BadInput(_("Balances of a day that is still to come are not known yet."))
    _forget_old(at)
    called = Path(file.name or "").name[:120] or _("File")
    found = Opening(
        public_id=new_name(), file_name=called, as_of=as_of, brought_by=by, brought_at=at
    )
    path = bringing.lay_down(file, found.public_id)
    try:
        _tell(found, bringing.judge(path, called=called, day=day))
    except BadInput:
        path.unlink(missing_ok=True)
        raise
    found.save(force_insert=True)
    audit.record(
        "loyalty.opening.brought", found, by=by, at=at, rows=found.rows, points=found.points,
        refused=found.refused, programme=programme.pk,
    )  # fmt: skip
    return found


@transaction.atomic
def ask_take_in(opening: Opening, *, by: Person, at: datetime) -> Job:
    """Queue the taking in of what is good in a file.

    :raises SecondPerson: whoever brought so many points does not take them in.
    :raises NotNow: it is taken in, or forgotten.
    """
    found = _stage(opening, State.CHECKED, by)
    limit = members.running().approval_from
    if found.brought_by_id == by.pk and found.points >= limit:
        raise SecondPerson(
            _("From %(limit)s points on somebody else takes in what you brought.")
            % {"limit": limit}
        )
    return _queue(found, State.TAKING, by=by, at=at)


@transaction.atomic
def ask_undo(opening: Opening, *, by: Person, at: datetime) -> Job:
    """Queue the taking out of a file.

    :raises Used: points of it were used already.
    """
    found = _stage(opening, State.TAKEN, by)
    _check_unused(found)
    return _queue(found, State.UNDOING, by=by, at=at)


@transaction.atomic
def drop(opening: Opening, *, by: Person, at: datetime) -> Opening:
    """Forget a file that was looked at."""
    found = _stage(opening, State.CHECKED, by)
    found.state = State.DROPPED
    found.save(update_fields=["state"])
    transaction.on_commit(partial(bringing.path_of(found.public_id).unlink, missing_ok=True))
    audit.record("loyalty.opening.dropped", found, by=by, at=at)
    return found


def carry_out(opening: Opening, *, by: Person, at: datetime) -> Opening:
    """Do what was asked for of a file, whole; nothing where it was done already."""
    act = {State.TAKING: take_in, State.UNDOING: undo}.get(State(opening.state))
    return act(opening, by=by, at=at) if act else opening


@transaction.atomic
def stand_back(opening: Opening, why: str) -> None:
    """After it could not be done, nothing of which remains, a file is what it was before."""
    for wanted, before in ((State.TAKING, State.CHECKED), (State.UNDOING, State.TAKEN)):
        found = Opening.objects.filter(pk=opening.pk, state=wanted)
        found.update(state=before, message=why[:300])


@transaction.atomic
def take_in(opening: Opening, *, by: Person, at: datetime) -> Opening:
    """Let members join and give them what they had.

    :raises NotNow: it is at another stage.
    """
    found, day = _stage(opening, State.TAKING, by), reads.local_date(at)
    Programme.objects.select_for_update(of=("self",)).get()  # the morning's earning waits
    path = bringing.path_of(found.public_id)
    _tell(found, bringing.judge(path, called=found.file_name, day=day))
    booking.run(LOCK)
    _join(found, by=by, at=at, day=day)

    def work(pk: int) -> Mapping[str, Any]:
        booking.run(ACCOUNTS, {"at": at})
        told = {"movement": pk, "opening": found.pk, "day": day}
        keys = _locked()
        booking.run(LOTS, told)
        booking.settle(pk, day, keys)
        return {"lots": found.lots, "points": found.points, "tier": found.tier}

    found.state, found.taken_at, found.decided_by, found.message = State.TAKEN, at, by, ""
    found.save()
    ref = f"opening:{found.public_id}"
    booking.once(Movement.What.OPEN, ref, {}, work, by=by, at=at, ref=ref)
    transaction.on_commit(partial(path.unlink, missing_ok=True))
    audit.record(
        "loyalty.opening.taken", found, by=by, at=at, members=found.members, lots=found.lots,
        points=found.points, tier=found.tier,
    )  # fmt: skip
    return found


@transaction.atomic
def undo(opening: Opening, *, by: Person, at: datetime) -> Opening:
    """Take a file out again: its points go, and whoever joined by it alone is no member.

    :raises Used: points of it were spent, given away or paid a debt.
    """
    found, day = _stage(opening, State.UNDOING, by), reads.local_date(at)
    Programme.objects.select_for_update(of=("self",)).get()
    told = {"opening": found.pk, "day": day}

    def work(pk: int) -> Mapping[str, Any]:
        booking.run(
            "select id from loyalty_account where id in (select account_id from loyalty_lot "
            "where opening_id = %(opening)s) order by id for no key update",
            told,
        )
        _check_unused(found)
        return {"lots": booking.count(BACK, told | {"movement": pk})}

    ref = f"opening:{found.public_id}"
    booking.once(Movement.What.REVERSE, f"{ref}:undo", {}, work, by=by, at=at, ref=ref)
    # The same file may come again, put right.
    booking.run(
        "update loyalty_lot set ref = left(source, 80), source = '' where opening_id = %s",
        [found.pk],
    )
    left = booking.count(UNJOINED, told)
    found.state, found.undone_at, found.undone_by, found.message = State.UNDONE, at, by, ""
    found.save()
    audit.record("loyalty.opening.undone", found, by=by, at=at, members=left)
    return found


def _join(found: Opening, *, by: Person, at: datetime, day: date) -> None:
    """Make members of whoever is none: the file's numbers, levels and days, or our own."""
    months = queries.levels_at(day)[1]
    joining = booking.run(JOINING)
    fresh = members.fresh_numbers(sum(not row[1] for row in joining))
    names = public_ids()
    for start in range(0, len(joining), BATCH):
        Membership.objects.bulk_create(
            Membership(
                public_id=next(names),
                customer_id=who,
                number=number or next(fresh),
                source=Membership.Source.FILE,
                joined_on=joined or found.as_of,
                earns_from=found.as_of + timedelta(days=1),
                opening=found,
                joined_at=at,
                joined_by=by,
                level=level,
                level_since=day if level else None,
                level_until=(until or add_months(day, months)) if level else None,
            )
            for who, number, joined, level, until in joining[start : start + BATCH]
        )


def _locked() -> list[int]:
    found = booking.run(
        f"select id from loyalty_account where customer_id in (select who from {GOOD}) "
        "order by id for no key update"
    )
    return [int(pk) for (pk,) in found]


def _check_unused(found: Opening) -> None:
    ((used,),) = booking.run(USED, [found.pk])
    if used:
        words = ngettext(
            "Points of this file were used already, by %(n)s member: it stays. Correct single "
            "balances by hand.",
            "Points of this file were used already, by %(n)s members: it stays. Correct single "
            "balances by hand.",
            used,
        )
        raise Used(words % {"n": used})


def _stage(opening: Opening, state: str, by: Person) -> Opening:
    _check_sight(by)
    found = Opening.objects.select_for_update(of=("self",)).get(pk=opening.pk)
    if found.state != state:
        raise NotNow(
            _("“%(file)s” is at another stage: %(state)s.")
            % {"file": found, "state": found.get_state_display()}
        )
    return found


def _queue(found: Opening, state: str, *, by: Person, at: datetime) -> Job:
    found.state, found.message = state, ""
    found.save(update_fields=["state", "message"])
    job = core.ask_job(queries.OPENING, at=at, asked_by=by, subject=found.public_id)
    core.defer(queries.OPENING, job=job)
    audit.record(f"loyalty.opening.{state}", found, by=by, at=at, job=job.public_id)
    return job


def _tell(found: Opening, judged: bringing.Judged) -> None:
    for name, value in asdict(judged).items():
        setattr(found, name, value)


def _check_sight(by: Person) -> None:
    """:raises Refused: numbers of others could not be told from unknown ones."""
    if not by.scope.everything:
        raise Refused(_("Only who sees all customers brings a programme along."))


def _forget_old(at: datetime) -> None:
    old = Opening.objects.filter(state=State.CHECKED, brought_at__lt=at - LIES)
    for each in old:
        bringing.path_of(each.public_id).unlink(missing_ok=True)
    old.update(state=State.DROPPED)
