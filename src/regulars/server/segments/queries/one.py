"""One customer's money and moments, merged from facts and contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from regulars.engine.basis import KINDS
from regulars.server.channels import queries as channels
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer
from regulars.server.facts import queries as facts
from regulars.server.facts.queries import Fact
from regulars.server.products.models import Product
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import SchemeVersion
from regulars.server.tiers.queries import TierMark

PAGE = 12
ALL, CONTACTS, MONEY, SERVICE = "all", "contacts", "transactions", "service"
SHOWS = (ALL, CONTACTS, MONEY, SERVICE)
# Enough for some years of one person's purchases.
MOST_PURCHASES = 5_000
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Held:
    """Something the customer holds, with its product if we know it."""

    product: Product | None
    code: str
    amount: Decimal
    share: float
    matures_on: date | None
    days_left: int | None
    is_loan: bool


@dataclass(frozen=True)
class Told:
    """A moment that a feature above tells in its own words: a visit, a promise."""

    at: datetime
    icon: str
    title: str
    words: str = ""
    css: str = ""


@dataclass(frozen=True)
class Moment:
    """One point of the timeline: a fact, a contact, or what a feature above tells."""

    at: datetime
    fact: Fact | None = None
    touch: Touch | None = None
    product: str = ""
    told: Told | None = None


class Teller(Protocol):
    """Some moments of a customer, newest first, strictly before `before`, `most` at most."""

    def __call__(
        self, viewer: Person, customer: Customer, *, before: datetime | None, most: int
    ) -> Iterable[Told]: ...


TELLERS: list[Teller] = []


def add_teller(teller: Teller) -> None:
    """Let a feature above put moments into the timeline, beside the contacts."""
    if teller not in TELLERS:
        TELLERS.append(teller)


def timeline(
    viewer: Person,
    customer: Customer,
    *,
    show: str = ALL,
    before: datetime | None = None,
) -> tuple[list[Moment], datetime | None]:
    """Return some moments, newest first, and where the earlier ones begin (None: no more)."""
    found = _contacts(viewer, customer, before) if show in (ALL, CONTACTS) else []
    if show != CONTACTS:
        found += _facts(viewer, customer, show, before)
    found.sort(key=lambda moment: moment.at, reverse=True)
    if len(found) <= PAGE:
        return _named(found), None
    # Moments of one instant stay on one page, or paging by time would lose some of them.
    last = found[PAGE].at
    kept = [moment for moment in found if moment.at > last]
    if kept:
        return _named(kept), last + MICROSECOND
    return _named([moment for moment in found if moment.at == last]), last


def holdings(viewer: Person, customer: Customer, on: date) -> list[Held]:
    """What the customer holds on a day, largest first, loans last."""
    found = facts.holdings(viewer, customer, on)
    known = _products(held.product for held in found)
    loans = {code for code, product in known.items() if product.kind == Product.Kind.LOAN}
    total = sum((h.amount for h in found if h.product not in loans), Decimal(0))
    return sorted(
        (
            Held(
                product=known.get(held.product),
                code=held.product,
                amount=held.amount,
                share=float(held.amount / total) if total and held.product not in loans else 0,
                matures_on=held.matures_on,
                days_left=(held.matures_on - on).days if held.matures_on else None,
                is_loan=held.product in loans,
            )
            for held in found
        ),
        key=lambda held: (held.is_loan, -held.amount),
    )


def months(
    viewer: Person, customer: Customer, *, start: date, stop: date
) -> list[tuple[str, Decimal]]:
    """Net spend of each month in `[start, stop)`, oldest first; refunds count in their own."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    bought = facts.timeline(
        viewer,
        customer,
        before=datetime(stop.year, stop.month, stop.day, tzinfo=UTC) + timedelta(days=1),
        kinds=("purchase", "refund"),
        most=MOST_PURCHASES,
    )
    for fact in bought:
        if start <= fact.day < stop and fact.amount is not None:
            amount = abs(fact.amount)
            sums[f"{fact.day:%Y-%m}"] += -amount if fact.kind == "refund" else amount
    return [(month, sums.get(month, Decimal(0))) for month in _months(start, stop)]


def _months(start: date, stop: date) -> list[str]:
    found, day = [], start.replace(day=1)
    while day < stop:
        found.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _contacts(viewer: Person, customer: Customer, before: datetime | None) -> list[Moment]:
    # One more than a page tells whether there is an earlier one; ties may need a few more.
    touches = channels.touches(viewer, customer, before=before, most=3 * PAGE)
    told = [
        moment
        for teller in TELLERS
        for moment in teller(viewer, customer, before=before, most=3 * PAGE)
    ]
    return [
        *(Moment(touch.at, touch=touch) for touch in touches),
        *(Moment(moment.at, told=moment) for moment in told),
    ]


def _facts(
    viewer: Person, customer: Customer, show: str, before: datetime | None
) -> list[Moment]:
    kinds = {MONEY: KINDS, SERVICE: EVENTS}.get(show, ())
    try:
        found = facts.timeline(viewer, customer, before=before, kinds=kinds, most=3 * PAGE)
    except facts.NotVisible:
        return []
    return [Moment(fact.at, fact=fact) for fact in found]


# Kinds of event that we know by name; others are shown among all moments.
EVENTS = (
    *("activation", "login", "branch_visit", "visit", "rate_view", "salon", "complaint"),
    *("survey", "mileage", "service", "warranty", "activity"),
)


def _named(moments: list[Moment]) -> list[Moment]:
    """Put the names of products beside their codes."""
    codes = {moment.fact.product for moment in moments if moment.fact and moment.fact.product}
    known = _products(codes)
    return [
        Moment(m.at, m.fact, m.touch, str(known.get(m.fact.product, m.fact.product)))
        if m.fact
        else m
        for m in moments
    ]


def _products(codes: Iterable[str]) -> dict[str, Product]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    return {p.code: p for p in Product.objects.filter(code__in=wanted).order_by("pk")}


@dataclass(frozen=True)
class Standing:
    """A customer's tier with the rule behind it."""

    mark: TierMark
    measure: str = ""  # the column that the rule looks at
    is_amount: bool = False
    cut: Decimal | None = None
    better: str = ""

    @property
    def missing(self) -> Decimal | None:
        """How much more the next better tier asks for."""
        if self.mark.measure is None or self.mark.next_at is None:
            return None
        return max(Decimal(0), self.mark.next_at - self.mark.measure)


def standing(viewer: Person, customer: Customer) -> Standing | None:
    """The customer's tier under the version of the scheme that put them there."""
    mark = tiers.tier_of(viewer, customer)
    if mark is None:
        return None
    version = SchemeVersion.objects.filter(
        scheme__is_primary=True,
        scheme__customer_kind__in=("", customer.kind),
        number=mark.version,
    ).first()
    if version is None:
        return Standing(mark)
    place = next((n for n, tier in enumerate(version.tiers) if tier["code"] == mark.code), None)
    own = version.tiers[place] if place is not None else {}
    better = version.tiers[place - 1] if place else None
    is_amount = version.mode == SchemeVersion.Mode.AMOUNT
    return Standing(
        mark,
        measure=version.measure,
        is_amount=is_amount,
        cut=Decimal(own["cut"]) if is_amount and own.get("cut") else None,
        better=local_name(better["name"], better["name_en"]) if better else "",
    )
