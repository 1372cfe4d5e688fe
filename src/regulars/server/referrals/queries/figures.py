"""Figures of referrals, each with the rows behind it.

Steps are counted over the friends who came in the time that is looked at (not valid ones left
out): whoever became a customer was contacted, too. New customers are files whose first day
lies in that time; by referral came those with a referral, or a tie to who recommended them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation
from regulars.server.referrals import rules
from regulars.server.referrals.models import OfEither, Opening, Referral
from regulars.server.referrals.queries.seen import visible
from regulars.server.referrals.queries.spans import begin, cohort, values_of
from regulars.server.referrals.queries.tops import Top, advocates, top

State = Referral.State
SPANS = (3, 12, 24)
REACHED = {
    "received": Q(),
    "contacted": Q(contacted_at__isnull=False),
    "met": Q(met_at__isnull=False) | Q(joined_on__isnull=False),
    # What was undone brought nobody: who became a customer counts while it stands.
    "joined": Q(joined_on__isnull=False) & ~Q(state=State.LOST),
    "rewarded": Q(state=State.REWARDED),
}
MEASURES = (*REACHED, "in_time", "due", "refused", "lost")


@dataclass(frozen=True)
class Share:
    """A part of a whole, with the Wilson interval."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return rules.share(self.part, self.whole)

    @property
    def low(self) -> float | None:
        found = rules.interval(self.part, self.whole)
        return found[0] if found else None

    @property
    def high(self) -> float | None:
        found = rules.interval(self.part, self.whole)
        return found[1] if found else None


@dataclass(frozen=True)
class Line:
    """New customers of one manager, and how many of them came by referral."""

    name: str
    code: str
    share: Share
    value: Decimal
    by_referral: Decimal


@dataclass(frozen=True)
class Figures:
    """What the page of figures shows."""

    since: date
    steps: dict[str, int]
    in_time: Share
    refused: int
    lost: int
    invitations: int
    customers: int
    rate: Share
    new: Share
    new_value: Decimal
    new_value_by_referral: Decimal
    lines: tuple[Line, ...]
    top: tuple[Top, ...]
    advocates: int

    @property
    def conversion(self) -> Share:
        return Share(self.steps["joined"], self.steps["received"])

    @property
    def stages(self) -> list[tuple[str, int, float | None]]:
        """Each step: its code, how many friends came so far, their share of all."""
        every = self.steps["received"]
        return [(code, n, rules.share(n, every)) for code, n in self.steps.items()]

    @property
    def of_invitations(self) -> Share:
        return Share(self.came, self.invitations)

    @property
    def came(self) -> int:
        """Of the invitations; two friends on one phone are one."""
        return min(self.steps["joined"], self.invitations)

    @property
    def k(self) -> float | None:
        return rules.k_factor(self.invitations, self.customers, self.came)

    @property
    def per_customer(self) -> float | None:
        return rules.share(self.invitations, self.customers)

    @property
    def value_share(self) -> float | None:
        if not self.new_value:
            return None
        return float(self.new_value_by_referral / self.new_value)


def figures(viewer: Person, at: datetime, months: int) -> Figures:
    """Everything for one span, over what the viewer sees."""
    since = begin(at, months)
    valid = cohort(viewer, since).exclude(state=State.REFUSED)
    steps = {name: valid.filter(wanted).count() for name, wanted in REACHED.items()}
    due = valid.filter(_due(at))
    customers = active(viewer).count()
    invitations = opened(viewer, since).count() + written_down(viewer, since).count()
    new, lines, sums = _new_business(viewer, since, core.local_date(at))
    first = top(viewer, valid, at)
    return Figures(
        since=since,
        steps=steps,
        in_time=Share(due.filter(_in_time()).count(), due.count()),
        refused=cohort(viewer, since).filter(state=State.REFUSED).count(),
        lost=valid.filter(state=State.LOST).count(),
        invitations=invitations,
        customers=customers,
        rate=Share(referring(viewer, since).count(), customers),
        new=new,
        new_value=sums[0],
        new_value_by_referral=sums[1],
        lines=lines,
        top=first,
        advocates=sum(one.is_promoter for one in advocates(viewer, at)),
    )


def behind(
    viewer: Person, at: datetime, months: int, *, measure: str, referrer: str = ""
) -> OfEither[Referral]:
    """The referrals behind a figure, the newest first."""
    since = begin(at, months)
    ids = cohort(viewer, since)
    if measure == "refused":
        ids = ids.filter(state=State.REFUSED)
    elif measure == "lost":
        ids = ids.filter(state=State.LOST)
    elif measure == "in_time":
        ids = ids.exclude(state=State.REFUSED).filter(_in_time())
    elif measure == "due":
        ids = ids.exclude(state=State.REFUSED).filter(_due(at))
    else:
        ids = ids.exclude(state=State.REFUSED).filter(REACHED.get(measure, Q()))
    if referrer:
        ids = ids.filter(referrer__public_id=referrer)
    return visible(viewer).filter(pk__in=ids.values("pk")).order_by("-received_at", "-pk")


def newcomers(
    viewer: Person, at: datetime, months: int, *, owner: str = "", by_referral: bool = False
) -> QuerySet[Customer]:
    """The new customers behind a share of new business."""
    found = _new(viewer, begin(at, months), core.local_date(at))
    if by_referral:
        found = found.filter(came=True)
    if owner == "-":
        found = found.filter(book__owner__isnull=True)
    elif owner:
        found = found.filter(book__owner__username=owner)
    rows: QuerySet[Customer] = found.select_related("book__owner").order_by("-since", "pk")
    return rows


def _in_time() -> Q:
    return Q(contacted_at__isnull=False, contacted_at__lte=F("contact_by"))


def _due(at: datetime) -> Q:
    return Q(contacted_at__isnull=False) | Q(contact_by__lte=at)


def active(viewer: Person) -> QuerySet[Customer]:
    """Customers with business: prospects, who have neither number nor first day, left out."""
    found = Customer.objects.visible_to(viewer).filter(state=Customer.State.ACTIVE)
    return found.exclude(number__regex=r"^R-[0-9a-z]{12}$", since__isnull=True)


def referring(viewer: Person, since: date) -> QuerySet[Customer]:
    """Of the active ones, those with a valid referral since a day."""
    valid = cohort(viewer, since).exclude(state=State.REFUSED)
    return active(viewer).filter(pk__in=valid.exclude(referrer=None).values("referrer"))


def opened(viewer: Person, since: date) -> QuerySet[Opening]:
    """Devices that opened a personal link since a day, the owner's own left out."""
    zone = core.time_zone()
    start = datetime(since.year, since.month, since.day, tzinfo=zone)
    found = Opening.objects.filter(own=False, at__gte=start)
    if viewer.scope.everything:
        return found
    return found.filter(link__customer__book__in=viewer.scope.books)


def written_down(viewer: Person, since: date) -> OfEither[Referral]:
    """Friends since a day whose device is none of `opened`: somebody wrote them down."""
    same = opened(viewer, since).filter(
        device=OuterRef("device"), link__customer=OuterRef("referrer")
    )
    return cohort(viewer, since).filter(~Exists(same))


def _new(viewer: Person, since: date, today: date) -> Any:  # annotated with `came`
    ties = Relation.objects.standing().filter(
        kind=Relation.Kind.REFERRER, customer=OuterRef("pk")
    )
    rows = Referral.objects.filter(friend=OuterRef("pk"), joined_on__isnull=False).exclude(
        state__in=(State.REFUSED, State.LOST)
    )
    found = Customer.objects.visible_to(viewer).filter(since__gt=since, since__lte=today)
    return found.annotate(came=Exists(ties) | Exists(rows))


def _new_business(
    viewer: Person, since: date, today: date
) -> tuple[Share, tuple[Line, ...], tuple[Decimal, Decimal]]:
    rows = list(
        _new(viewer, since, today)
        .select_related("book__owner")
        .only("pk", "book__owner__name", "book__owner__name_en", "book__owner__username")
    )
    values = values_of(viewer, {row.pk for row in rows})
    by_owner: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_owner[row.book.owner.username if row.book.owner else "-"].append(row)
    lines = []
    for code, some in by_owner.items():
        came = [row for row in some if row.came]
        owner = some[0].book.owner
        lines.append(
            Line(
                str(owner) if owner else "", code, Share(len(came), len(some)),
                sum((values.get(row.pk, Decimal()) for row in some), Decimal()),
                sum((values.get(row.pk, Decimal()) for row in came), Decimal()),
            )
        )  # fmt: skip
    lines.sort(key=lambda line: (-line.share.part, -line.share.whole, line.code))
    total = Share(sum(row.came for row in rows), len(rows))
    sums = (
        sum((line.value for line in lines), Decimal()),
        sum((line.by_referral for line in lines), Decimal()),
    )
    return total, tuple(lines), sums
