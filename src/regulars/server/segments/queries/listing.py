"""Which customers a list holds, and their sums.

Two shapes. A *narrow* list (a book, a branch, a search) is small: it is joined, sorted and
summed in one statement. A *wide* one may hold a million: its page walks an index of the
run's scores or tiers and stops after fifty rows; its sums are asked apart and kept, for
a run never changes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Cast

from regulars.server.core.models import Book, Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run, Score
from regulars.server.segments.queries.explaining import Reason
from regulars.server.segments.rules import PAGE, Asked
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Assignment, Scheme, TierRun

SMALL = 50_000  # customers of a company whose every list is narrow
FEW_BOOKS = 200
MOST_FOUND = 500  # by a search; more of them nobody reads
EVERYBODY, MINUTE = "segments:everybody", 60
KEPT = 600  # seconds; people may be moved between books meanwhile
NEVER_NULL = ("value", "stake")
MONEY = DecimalField(max_digits=18, decimal_places=2)


@dataclass(frozen=True)
class Versions:
    """What all figures of one answer come from."""

    run: Run | None
    tier_run: TierRun | None
    schemes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Totals:
    """How many customers, and the value of all of them; None before a run."""

    count: int
    value: Decimal | None


@dataclass(frozen=True)
class Found:
    """One page of ids. `totals` is None where they must be asked apart."""

    ids: list[int]
    more: bool
    totals: Totals | None
    why: Mapping[int, Sequence[Reason]] = field(default_factory=dict)  # by the rule
    sensitive: Sequence[str] = ()  # fields of the rule that need a reason
    run: Run | None = None  # of the rule's answer, where a rule was asked


def versions(of: Run | None = None) -> Versions:
    """The run and the tiers that everybody sees now; or those of the run of a question."""
    primary = Scheme.objects.filter(is_primary=True).order_by("pk")
    run = scoring.current_run()
    is_before = of is not None and of != run
    return Versions(
        run=of if is_before else run,
        tier_run=tiers.tier_run_of(of) if of and is_before else tiers.current_tier_run(),
        schemes=tuple(primary.values_list("pk", flat=True)),
    )


def page(viewer: Person, asked: Asked, at: Versions, *, offset: int = 0) -> Found:
    """Return fifty ids of a list in its order, from `offset` on."""
    if not _wide(viewer, asked, at):
        return _narrow_page(viewer, asked, at, offset)
    stop = offset + PAGE + 1
    ids = list(islice(_wide_ids(viewer, asked, at, stop), offset, stop))
    return Found(ids[:PAGE], len(ids) > PAGE, cache.get(_key(viewer, asked, at)))


def totals(viewer: Person, asked: Asked, at: Versions) -> Totals:
    """Count a list and sum its value; a wide one's answer is kept for ten minutes."""
    if not _wide(viewer, asked, at):
        found = _narrow(viewer, asked, at).aggregate(n=Count("pk"), total=_sum(at))
        return Totals(found["n"], found["total"])
    key = _key(viewer, asked, at)
    kept: Totals | None = cache.get(key)
    if kept is None:
        kept = _wide_totals(viewer, asked, at)
        cache.set(key, kept, KEPT)
    return kept


def how_many(viewer: Person) -> int:
    """How many customers the viewer has; at a large company as of the current run."""
    run = scoring.current_run() if viewer.scope.everything else None
    if run is not None and run.customers > SMALL:
        return run.customers
    return _everybody(viewer) if viewer.scope.everything else _count(viewer)


def _everybody(viewer: Person) -> int:
    """Before the first run: where there are many, counted once a minute, not on every page."""
    known: int = cache.get(EVERYBODY, 0)
    if known <= SMALL:
        known = _count(viewer)
        if known > SMALL:
            cache.set(EVERYBODY, known, MINUTE)
    return known


def _count(viewer: Person) -> int:
    return customers.customers(viewer).order_by().count()


def _wide(viewer: Person, asked: Asked, at: Versions) -> bool:
    if asked.text or asked.of("branch") or asked.of("book"):
        return False
    if at.run is None:
        scored = any(asked.of(name) for name in ("stage", "rfm_type", "tier"))
        return viewer.scope.everything and not scored and _everybody(viewer) > SMALL
    if at.run.customers <= SMALL:
        return False
    return viewer.scope.everything or len(viewer.scope.books) > FEW_BOOKS


# --- narrow: join, sort and sum what there is ---


def _narrow_page(viewer: Person, asked: Asked, at: Versions, offset: int) -> Found:
    found = _narrow(viewer, asked, at).annotate(n=Window(Count("pk")), total=Window(_sum(at)))
    ordered = found.order_by(*_order_people(asked, at)).values_list("pk", "n", "total")
    rows = list(ordered[offset : offset + PAGE + 1])
    known = Totals(rows[0][1], rows[0][2]) if rows else Totals(0, Decimal(0))
    return Found([row[0] for row in rows[:PAGE]], len(rows) > PAGE, known)


def _narrow(viewer: Person, asked: Asked, at: Versions) -> QuerySet[Any]:
    found = Customer.objects.visible_to(viewer).filter(_of_people(viewer, asked))
    if asked.text:
        ids = customers.find(viewer, asked.text, most=MOST_FOUND)
        found = found.filter(pk__in=ids)
    if at.run is not None:
        found = found.annotate(
            score=FilteredRelation("scores", condition=Q(scores__run=at.run))
        )
    for name in ("stage", "rfm_type"):
        if asked.of(name):
            known = {f"score__{name}__in": asked.of(name)}
            found = found.filter(**known) if at.run is not None else found.none()
    if asked.of("tier"):
        found = found.filter(_in_tiers(asked, at, OuterRef("pk")))
    return found


def _order_people(asked: Asked, at: Versions) -> list[OrderBy]:
    if asked.by_score and at.run is None:
        return [F("number").asc()]
    column = f"score__{asked.column}" if asked.by_score else asked.column
    return [_directed(column, asked, nulls=True), _directed("pk", asked, ties=True)]


def _sum(at: Versions) -> Sum:
    """The value of all; before the first run there is none."""
    return Sum("score__value" if at.run is not None else Cast(Value(None), MONEY))


# --- wide: walk an index, stop after the page ---


def _wide_ids(viewer: Person, asked: Asked, at: Versions, stop: int) -> Iterator[int]:
    if not asked.by_score or at.run is None:
        found = Customer.objects.visible_to(viewer).filter(_of_people(viewer, asked))
        found = found.filter(*_by_score(asked, at), *_by_tier(asked, at, "pk"))
        order = _order_people(asked, at)
        return iter(found.order_by(*order).values_list("pk", flat=True)[:stop])
    lanes = [list(lane[:stop]) for lane in _lanes(viewer, asked, at)]
    return (row[0] for row in heapq.merge(*lanes, key=lambda row: _rank(row, asked)))


def _lanes(viewer: Person, asked: Asked, at: Versions) -> Iterable[QuerySet[Any]]:
    """One walk for each tier or stage that was asked for, because each has its index.

    A walk over everybody by value would meet the lost, who hold nothing, at its very end.
    """
    order = [_directed(asked.column, asked), _directed("customer_id", asked, ties=True)]
    picked = ("customer_id", asked.column)
    if asked.of("tier") and asked.column == "value":
        for scheme in at.schemes:
            for tier in asked.of("tier"):
                lane = Assignment.objects.filter(
                    _behind(viewer, asked), tier_run=at.tier_run, scheme=scheme, tier=tier
                ).filter(*_by_score(asked, at, "customer_id"))
                yield lane.order_by(*order).values_list(*picked)
        return
    scored = _scored(viewer, asked, at)
    for stage in asked.of("stage") or (None,):
        walked = scored.filter(stage=stage) if stage else scored
        yield walked.order_by(*order).values_list(*picked)


def _scored(viewer: Person, asked: Asked, at: Versions) -> QuerySet[Score]:
    found = Score.objects.filter(_behind(viewer, asked), run=at.run)
    if asked.of("rfm_type"):
        found = found.filter(rfm_type__in=asked.of("rfm_type"))
    return found.filter(*_by_tier(asked, at, "customer_id"))


def _wide_totals(viewer: Person, asked: Asked, at: Versions) -> Totals:
    if at.run is None:
        people = Customer.objects.visible_to(viewer).filter(_of_people(viewer, asked))
        return Totals(people.count(), None)
    found: QuerySet[Any]  # of scores or of tiers: both know the value
    if asked.of("tier") and not asked.of("stage") and not asked.of("rfm_type"):
        found = Assignment.objects.filter(
            _behind(viewer, asked),
            tier_run=at.tier_run,
            scheme__in=at.schemes,
            tier__in=asked.of("tier"),
        )
    else:
        scored = _scored(viewer, asked, at)
        found = scored.filter(stage__in=asked.of("stage")) if asked.of("stage") else scored
    sums = found.order_by().aggregate(n=Count("*"), total=Sum("value"))
    return Totals(sums["n"], sums["total"] or Decimal(0))


# --- conditions ---


def _of_people(viewer: Person, asked: Asked, prefix: str = "") -> Q:
    """What the file knows: kind, state, place, since when."""
    given: dict[str, Any] = {}
    for name in ("kind", "state"):
        if asked.of(name):
            given[f"{prefix}{name}__in"] = asked.of(name)
    if asked.of("book") or asked.of("branch"):
        given[f"{prefix}book__in"] = _books(asked)
    if asked.since_from:
        given[f"{prefix}since__gte"] = asked.since_from
    if asked.since_to:
        given[f"{prefix}since__lte"] = asked.since_to
    return Q(**given)


def _behind(viewer: Person, asked: Asked) -> Q:
    """The same for rows that point at a customer, within the viewer's scope."""
    inside = Q() if viewer.scope.everything else Q(customer__book__in=viewer.scope.books)
    return inside & _of_people(viewer, asked, "customer__")


def _books(asked: Asked) -> list[int]:
    wanted = Q(code__in=asked.of("book")) if asked.of("book") else Q()
    if asked.of("branch"):
        wanted &= Q(org_unit__code__in=asked.of("branch"))
    return list(Book.objects.filter(wanted).values_list("pk", flat=True))


def _in_tiers(asked: Asked, at: Versions, customer: Any) -> Exists:
    return Exists(
        Assignment.objects.filter(
            tier_run=at.tier_run,
            customer_id=customer,
            scheme__in=at.schemes,
            tier__in=asked.of("tier"),
        )
    )


def _by_tier(asked: Asked, at: Versions, key: str) -> list[Exists]:
    return [_in_tiers(asked, at, OuterRef(key))] if asked.of("tier") else []


def _by_score(asked: Asked, at: Versions, key: str = "pk") -> list[Exists]:
    wanted = {f"{n}__in": asked.of(n) for n in ("stage", "rfm_type") if asked.of(n)}
    if not wanted:
        return []
    return [Exists(Score.objects.filter(run=at.run, customer_id=OuterRef(key), **wanted))]


# --- order ---


def _directed(column: str, asked: Asked, *, nulls: bool = False, ties: bool = False) -> OrderBy:
    """Order by a column; ties go the other way, as the index of the scores has them."""
    falling = asked.falling != ties
    last = True if nulls or (not ties and column not in NEVER_NULL) else None
    return F(column).desc(nulls_last=last) if falling else F(column).asc(nulls_last=last)


def _rank(row: tuple[int, Any], asked: Asked) -> tuple[Any, ...]:
    key, value = row
    tie = key if asked.falling else -key
    if value is None:
        return (1, 0, tie)
    return (0, -value if asked.falling else value, tie)


def _key(viewer: Person, asked: Asked, at: Versions) -> str:
    """Name an answer: the same list, of the same run, through the same eyes."""
    run = at.run.pk if at.run else 0
    tier_run = at.tier_run.pk if at.tier_run else 0
    named = repr((run, tier_run, viewer.scope, asked.pairs()))
    return f"segments:totals:{blake2b(named.encode(), digest_size=16).hexdigest()}"
