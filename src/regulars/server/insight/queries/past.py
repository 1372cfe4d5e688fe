"""One customer on an earlier day: the file, the book, the run of that day, the ties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person, Tenure
from regulars.server.customers.models import Customer, Relation
from regulars.server.customers.queries import history
from regulars.server.insight.queries.runs import schemes, tiers_of
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark


@dataclass(frozen=True)
class Past:
    """A customer as they were at the end of a day."""

    on: date
    then: Customer | None  # None: there was no file yet
    owner: Person | None = None
    run: Run | None = None  # whose scores were the newest of that day
    figures: Mapping[str, Any] = field(default_factory=dict)
    tier: TierMark | None = None
    ties: tuple[Relation, ...] = ()
    changes: tuple[history.Change, ...] = ()


def past(viewer: Person, customer: Customer, on: date, *, at: datetime) -> Past:
    """The customer at the end of a day, as far as the records of that day are kept."""
    moment = min(at, end_of(on))
    then = history.as_it_was(viewer, customer, moment)
    changes = tuple(history.changes(viewer, customer))
    if then is None:
        return Past(on, None, changes=changes)
    run = scoring.runs().filter(as_of__lte=on).first()
    figures = scoring.figures(viewer, customer, run) if run else {}
    return Past(
        on=on,
        then=then,
        owner=_owner(then.book, moment),
        run=run,
        figures=figures,
        tier=_tier(run, figures, then) if run else None,
        ties=tuple(ties_on(viewer, customer, on)),
        changes=changes,
    )


def end_of(on: date) -> datetime:
    """The moment at which a day of the company's calendar is over."""
    zone = core.time_zone()
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=zone)


def ties_on(viewer: Person, customer: Customer, on: date) -> list[Relation]:
    """Ties that held on a day, of which the viewer may see both ends."""
    visible = Customer.objects.visible_to(viewer)
    found = Relation.objects.visible_to(viewer).filter(
        Q(customer=customer) | Q(other=customer),
        Q(since__isnull=True, noted_on__isnull=True)
        | Q(since__lte=on)
        | Q(since__isnull=True, noted_on__lte=on),
        Q(until__isnull=True) | Q(until__gt=on),
        customer__in=visible,
        other__in=visible,
    )
    return list(found.select_related("customer", "other").order_by("kind", "pk"))


def _owner(book: Book, moment: datetime) -> Person | None:
    """Who had a book at a moment; None where it was a pool."""
    held = Tenure.objects.filter(book=book, role=Tenure.Role.OWNER).select_related("person")
    then = held.filter(
        Q(since__isnull=True) | Q(since__lte=moment),
        Q(until__isnull=True) | Q(until__gt=moment),
    ).first()
    return then.person if then else None


def _tier(run: Run, figures: Mapping[str, Any], then: Customer) -> TierMark | None:
    """The tier of the primary scheme, under the cuts that were in force in that run."""
    tier_run = tiers.tier_run_of(run)
    if tier_run is None:
        return None
    for scheme in schemes():
        code = figures.get(f"tier_{scheme.code}")
        if scheme.is_primary and scheme.customer_kind in ("", then.kind) and code:
            return tiers.names(tiers_of(scheme, tier_run)).get(str(code))
    return None


@dataclass(frozen=True)
class BookThen:
    """The customers of a book at the end of a day, of those the viewer may see today.

    `existing + new == customers`; `still + gone == customers`.
    """

    on: date
    customers: int
    new: int  # with us for less than a year on that day
    still: int  # in the same book today
    came: int  # in the book today and not then
    page: tuple[Customer, ...]
    first: date | None = None  # since when there are files of those in it today

    @property
    def existing(self) -> int:
        return self.customers - self.new

    @property
    def gone(self) -> int:
        return self.customers - self.still


def book_then(
    viewer: Person, book: Book, on: date, *, at: datetime, offset: int = 0, most: int = 50
) -> BookThen:
    """A book as it was, and what became of its customers since."""
    moment = min(at, end_of(on))
    then = history.book_as_it_was(viewer, book, moment)
    now = Customer.objects.visible_to(viewer).standing().filter(book=book)
    year_before = end_of(on - timedelta(days=365))
    new = Q(since__gt=on - timedelta(days=365)) | Q(
        since__isnull=True, created_at__gt=year_before
    )
    oldest = now.order_by("created_at").values_list("created_at", flat=True).first()
    customers, still = then.count(), then.standing().filter(book=book).count()
    return BookThen(
        on=on,
        customers=customers,
        new=then.filter(new).count(),
        still=still,
        came=now.count() - still,
        page=tuple(then.select_related("book", "book__org_unit")[offset : offset + most]),
        first=oldest.astimezone(core.time_zone()).date() if oldest else None,
    )


def book_of(viewer: Person, code: str) -> Book | None:
    """A book that the viewer may see, by its code."""
    return core.books(viewer).filter(code=code).first()
