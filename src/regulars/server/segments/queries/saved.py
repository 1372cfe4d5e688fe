"""Segments that were kept: which the viewer may open, whom they hold, how they moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from regulars.server.core.models import Job, OrgUnit, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments.bridge import TALLY
from regulars.server.segments.models import Member, Segment, SegmentQuerySet
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.asking import Answer
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules.tree import Condition, Group, from_json

EXPORT = "segments.export"
KEPT_RUNS = 12  # points of a segment's line


@dataclass(frozen=True)
class Point:
    """How many of the viewer's customers a segment held when a run was made."""

    as_of: date
    customers: int


def segments(viewer: Person) -> SegmentQuerySet:
    """The segments the viewer may open, without the archived ones."""
    found = Segment.objects.open_to(viewer).filter(archived_at__isnull=True)
    return found.select_related("owner", "branch").order_by("kind", "name", "pk")


def segment(viewer: Person, public_id: str) -> Segment | None:
    """One segment, if it is the viewer's or shared with the viewer; archived ones too."""
    found = Segment.objects.open_to(viewer).filter(public_id=public_id)
    return found.select_related("owner", "branch").first()


def groups(viewer: Person) -> SegmentQuerySet:
    return segments(viewer).filter(kind=Segment.Kind.GROUP)


def own_groups(viewer: Person) -> SegmentQuerySet:
    """Groups into which the viewer may pick customers."""
    return groups(viewer).filter(owner=viewer)


def rule_of(found: Segment) -> Group:
    """What a segment asks: its rule, or being a member of the group."""
    if found.is_group:
        return Group("all", (Condition("group", "in", (found.public_id,)),))
    return from_json(found.rule)


def members(viewer: Person, found: Segment, *, at: datetime) -> list[int]:
    """Ids of the viewer's customers in a segment now, ascending.

    Whoever refused profiling is not in a segment whose rule looks at scores.

    :raises NotReady: the board of a large company is being made.
    :raises BadRule: the rule names what is not there any more.
    """
    if found.is_group:
        picked = Member.objects.visible_to(viewer).filter(segment=found)
        return list(picked.order_by("customer").values_list("customer_id", flat=True))
    of = ground(viewer, at)
    return asking.ids(viewer, asking.settle(rule_of(found), of), of)


def count(viewer: Person, found: Segment, *, at: datetime) -> Answer:
    """How many of the viewer's customers are in a segment, exactly, and their sums."""
    of = ground(viewer, at)
    return asking.exact(viewer, asking.settle(rule_of(found), of), of)


def matches(
    viewer: Person, found: Segment, customer_ids: Iterable[int], *, at: datetime
) -> set[int]:
    """Which of some customers are in a segment now; others of the company are not looked at."""
    of = ground(viewer, at)
    return asking.among(viewer, asking.settle(rule_of(found), of), of, customer_ids)


def picked(viewer: Person, group: Segment, ids: Iterable[int]) -> set[int]:
    """Which of some customers are in a group already."""
    found = Member.objects.visible_to(viewer).filter(segment=group, customer__in=list(ids))
    return set(found.values_list("customer_id", flat=True))


def groups_of(viewer: Person, customer: Customer) -> list[Segment]:
    """The groups, open to the viewer, in which a customer is."""
    visible = Member.objects.visible_to(viewer).filter(customer=customer)
    return list(groups(viewer).filter(pk__in=visible.values("segment")))


def history(viewer: Person, found: Segment) -> list[Point]:
    """How a segment grew from run to run, by the books the viewer sees; oldest first."""
    points = []
    for run in scoring.runs()[:KEPT_RUNS]:
        path = scoring.folder(run) / TALLY
        if path.exists():
            customers = _tallied(viewer, found, path)
            if customers is not None:
                points.append(Point(run.as_of, customers))
    return points[::-1]


def tally(viewer: Person, run: Run | None) -> dict[int, int]:
    """Customers of each segment, by its id, when a run was made."""
    path = scoring.folder(run) / TALLY if run is not None else Path()
    if run is None or not path.exists():
        return {}
    found = lake.rows(
        "select segment_id, sum(customers)::bigint from "
        f"read_parquet({lake.quote(str(path))}) where {_of_books(viewer)} group by 1"
    )
    return dict(found)


def run_before(run: Run | None) -> Run | None:
    """The newest run with a tally whose date lies before that of a run."""
    if run is None:
        return None
    for earlier in scoring.runs().filter(as_of__lt=run.as_of)[:KEPT_RUNS]:
        if (scoring.folder(earlier) / TALLY).exists():
            return earlier
    return None


def tally_rows(found: Segment, of: Ground, viewer: Person) -> list[tuple[int, int, Decimal]]:
    """Customers and value of a segment by book, for the tally of a run."""
    node = asking.settle(rule_of(found), of)
    asked = asking.ask(viewer, node, of)
    value = "sum(value)" if "value" in of.fields else "0"
    rows = lake.rows(
        f"select book_id, count(*), coalesce({value}, 0)::decimal(18,2) "
        f"from {asked.source} where {asked.fits} group by 1 order by 1"
    )
    return [(book, customers, amount) for book, customers, amount in rows]


def branches(viewer: Person) -> list[OrgUnit]:
    """Places with which the viewer may share: the own one and, from the top, all branches."""
    if viewer.scope.everything:
        return list(OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).order_by("code"))
    return [viewer.org_unit]


def may_share_with_everybody(viewer: Person) -> bool:
    return viewer.scope.everything


def export_jobs(viewer: Person, found: Segment) -> list[Job]:
    """Exports of a segment that the viewer asked for, newest first."""
    jobs = Job.objects.filter(kind=EXPORT, subject=found.public_id, asked_by=viewer)
    return list(jobs.order_by("-pk")[:5])


def export_job(viewer: Person, key: str) -> Job | None:
    """One export, for the person who asked for it and still may."""
    if not viewer.may(Permission.EXPORT):
        return None
    return Job.objects.filter(kind=EXPORT, public_id=key, asked_by=viewer).first()


def _tallied(viewer: Person, found: Segment, path: Path) -> int | None:
    row = lake.rows(
        "select count(*), coalesce(sum(customers) filter (where "
        f"{_of_books(viewer)}), 0)::bigint from read_parquet({lake.quote(str(path))}) "
        "where segment_id = ? and version = ?",
        [found.pk, found.version],
    )[0]
    return int(row[1]) if row[0] else None


def _of_books(viewer: Person) -> str:
    if viewer.scope.everything:
        return "true"
    listed = ", ".join(map(str, viewer.scope.books))
    return f"book_id in ({listed})" if listed else "false"
