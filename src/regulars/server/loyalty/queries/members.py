"""Members: lists of them, one with the account, and who stands behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from regulars.server.core import queries as core
from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer
from regulars.server.loyalty import rules
from regulars.server.loyalty.models import Account, Currency, Lot, Membership
from regulars.server.loyalty.queries.expiring import AHEAD, Expiring, soon
from regulars.server.loyalty.queries.programme import levels_at

PAGE = 50
PENDING, ACTIVE, OWED, ENDING = "pending", "active", "owed", "ending"


@dataclass(frozen=True)
class Tally:
    """How many members, and what all of the viewer's have."""

    members: int
    active: int
    pending: int
    owed: int
    owing: int
    ending: int
    ending_members: int
    by_level: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Listed:
    """A page of members, and where the next one begins."""

    rows: list[Any]  # memberships with `active`, `pending`, `owed`, `collected`
    next: str | None


@dataclass(frozen=True)
class View:
    """One member: what they have, what ends soon, and what is missing to the next level."""

    membership: Membership
    account: Account
    collected: int
    level: str
    next_level: str
    missing: int
    ending: list[Expiring]

    @property
    def ends_soon(self) -> int:
        return sum(each.points for each in self.ending)


def member(viewer: Person, customer: Customer) -> Membership | None:
    """The standing membership of a customer whom the viewer sees."""
    found = Membership.objects.visible_to(viewer).standing().filter(customer=customer)
    return found.select_related("customer__book").first()


def with_sums_of(viewer: Person, named: str) -> Any:
    """A membership by its public id or number, ended ones too, with what is on the account."""
    return with_sums(_rows(viewer).filter(Q(public_id=named) | Q(number=named))).first()


def view(viewer: Person, customer: Customer, at: datetime) -> View | None:
    """What the customer's page shows; None of who is no member."""
    found = member(viewer, customer)
    if found is None:
        return None
    accounts = {
        account.currency: account
        for account in Account.objects.visible_to(viewer).filter(customer=customer)
    }
    points, tier = accounts.get(Currency.POINTS), accounts.get(Currency.TIER)
    if points is None:
        return None
    day = core.local_date(at)
    collected = tier.active + tier.pending if tier else 0
    scale, _months = levels_at(day)
    above = next((level for level in scale if level.start > collected), None)
    return View(
        membership=found,
        account=points,
        collected=collected,
        level=name_of(scale, found.level),
        next_level=name_of(scale, above.code) if above else "",
        missing=above.start - collected if above else 0,
        ending=soon(viewer, customer, day),
    )


def listed(
    viewer: Person,
    at: datetime,
    *,
    text: str = "",
    level: str = "",
    having: str = "",
    after: str = "",
    most: int = PAGE,
) -> Listed:
    """Members, most points first; `having` keeps those with pending points, debts ..."""
    found = _rows(viewer).standing()
    if text:
        found = found.filter(
            Q(number=text.replace(" ", ""))
            | Q(customer__number=text)
            | Q(customer__name__startswith=text)
            | Q(customer__name_en__istartswith=text)
        )
    if level:
        found = found.filter(level="" if level == "none" else level)
    if having:
        found = _having(found, having, core.local_date(at))
    of = having if having in {PENDING, OWED} else ACTIVE
    found, most_of = _by_points(found), f"account__{of}"
    if after:
        last = (
            _by_points(_rows(viewer)).filter(public_id=after).annotate(sum=F(most_of)).first()
        )
        found = found.filter(_below(most_of, last)) if last else found.none()
    rows = list(with_sums(found).order_by(F(most_of).desc(), "-customer")[: most + 1])
    following = rows[most - 1].public_id if len(rows) > most else None
    return Listed(rows[:most], following)


def members_after(viewer: Person, *, after: str = "", most: int) -> list[Membership] | None:
    """Standing members for the API, the newest first; None for a strange cursor."""
    found = _rows(viewer).standing()
    if after:
        last = Membership.objects.visible_to(viewer).filter(public_id=after).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    return list(with_sums(found).order_by("-pk")[:most])


def tally(viewer: Person, at: datetime) -> Tally:
    """The figures above the list of members."""
    day = core.local_date(at)
    members = Membership.objects.visible_to(viewer).standing()
    mine = Account.objects.visible_to(viewer).filter(currency=Currency.POINTS)
    sums = mine.aggregate(active=Sum("active"), pending=Sum("pending"), owed=Sum("owed"))
    ends = Lot.objects.filter(
        account__in=mine, active__gt=0, expires_on__range=(day, day + timedelta(days=AHEAD))
    )
    scale, _months = levels_at(day)
    by_level = members.order_by().values_list("level").annotate(n=Count("pk"))
    counted: dict[str, int] = dict(by_level)
    shown = [(level.code, name_of(scale, level.code)) for level in reversed(scale)]
    return Tally(
        members=sum(counted.values()),
        active=sums["active"] or 0,
        pending=sums["pending"] or 0,
        owed=sums["owed"] or 0,
        owing=mine.filter(owed__gt=0).count(),
        ending=ends.aggregate(sum=Sum("active"))["sum"] or 0,
        ending_members=ends.order_by().values("account").distinct().count(),
        by_level=tuple((code, name, counted.get(code, 0)) for code, name in shown)
        + ((("none", "", counted[""]),) if counted.get("") else ()),
    )


def behind(
    viewer: Person, *, cohort: date | None, state: str, brought: bool = False, after: int = 0,
    most: int = PAGE,
) -> list[Lot]:  # fmt: skip
    """The lots of one cohort, or of all, of which points are active, spent ..., with whose.

    What files brought along in a month is a cohort of its own. Held are active and pending.
    """
    if state not in {"points", "held", "pending", "active", "spent", "expired", "reversed"}:
        state = "points"
    mine = Account.objects.visible_to(viewer).filter(currency=Currency.POINTS)
    counted = F("active") + F("pending") if state == "held" else F(state)
    found = Lot.objects.filter(account__in=mine, pk__gt=after).annotate(shown=counted)
    if cohort is not None:
        month_after = (cohort.replace(day=1) + timedelta(days=32)).replace(day=1)
        found = found.filter(
            issued_on__gte=cohort.replace(day=1),
            issued_on__lt=month_after,
            opening__isnull=not brought,
        )
    rows = found.filter(shown__gt=0).select_related("account__customer__book", "rule")
    return list(rows.order_by("pk")[:most])


def name_of(scale: list[rules.Level], code: str) -> str:
    """The name of a level in the reader's language; the code where it is of older terms."""
    for level in scale:
        if level.code == code:
            return local_name(level.name, level.name_en)
    return code


def with_sums(found: QuerySet[Membership]) -> QuerySet[Membership]:
    """Lay beside each membership what its customer has."""
    own = Account.objects.filter(customer=OuterRef("customer"))
    points, tier = own.filter(currency=Currency.POINTS), own.filter(currency=Currency.TIER)
    return found.annotate(
        active=Coalesce(Subquery(points.values("active")[:1]), 0),
        pending=Coalesce(Subquery(points.values("pending")[:1]), 0),
        owed=Coalesce(Subquery(points.values("owed")[:1]), 0),
        collected=Coalesce(
            Subquery(tier.annotate(sum=F("active") + F("pending")).values("sum")[:1]), 0
        ),
    )


def _rows(viewer: Person) -> Any:
    return Membership.objects.visible_to(viewer).select_related("customer__book__owner")


def _by_points(found: Any) -> Any:
    """Each membership beside its account of points: everybody who joined has one."""
    own = Q(customer__loyalty_accounts__currency=Currency.POINTS)
    return found.annotate(
        account=FilteredRelation("customer__loyalty_accounts", condition=own)
    ).filter(account__currency=Currency.POINTS)


def _below(most_of: str, last: Any) -> Q:
    """Who comes after the last one of a page."""
    same = Q(**{most_of: last.sum}, customer__lt=last.customer_id)
    return Q(**{f"{most_of}__lt": last.sum}) | same


def _having(found: Any, having: str, day: date) -> Any:
    own = Account.objects.filter(customer=OuterRef("customer"), currency=Currency.POINTS)
    if having == ENDING:
        ends = Lot.objects.filter(
            account__customer=OuterRef("customer"), account__currency=Currency.POINTS,
            active__gt=0, expires_on__range=(day, day + timedelta(days=AHEAD)),
        )  # fmt: skip
        return found.filter(Exists(ends))
    if having in {PENDING, ACTIVE, OWED}:
        return found.filter(Exists(own.filter(**{f"{having}__gt": 0})))
    return found
