"""What was due in a period and what became of it, by tier, role, channel, person and place.

One statement reads the reasons of the period once and sums them up along every axis.
What lies open past its day counts as late, however long ago it fell due: leaving it out
would make a list look better the longer it is neglected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from regulars.server.care.models import Task
from regulars.server.care.queries import catalogue
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.kept import Shape
from regulars.server.care.rules.catalogue import Trigger
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.rules import OWED, Fate, share
from regulars.server.tiers.queries import TierMark

PAGE = 50
# Those that are summed up from the statement's own: a place from its books, a channel from
# the reasons whose first way it is.
DERIVED = ("unit", "way")
# The day a reason was due on before anybody put it off: late does not end by putting off.
OWED_ON = "coalesce(t.first_due_on, t.due_on)"
FATE = f"""
case when t.state = 'done' and (t.closed_at at time zone %(zone)s)::date <= {OWED_ON}
       then 'in_time'
     when t.state = 'done' then 'after'
     when t.state = 'gone' then 'withdrawn'
     when t.state = 'expired' and (t.closed_at at time zone %(zone)s)::date <= t.expires_on
       then 'withdrawn'
     when t.state = 'expired' then 'expired'
     when {OWED_ON} < %(today)s then 'late'
     else 'ahead' end
"""
WORK = f"""
select t.id, t.customer_id, t.trigger, {OWED_ON} as due_on, k.desk, k.book_id as book,
       coalesce(a.level, 0) as level, {FATE} as fate,
       t.state = 'open' and k.outcome <> '' as tried,
       t.state = 'done' and k.outcome in ('interested', 'done') as won
from care_task t
join care_card k on k.id = t.card_id and k.book_id = any (%(books)s)
left join ({reads.TIER_OF}) a on a.customer_id = t.customer_id
where {OWED_ON} between %(first)s and %(last)s
"""
# Only what is open can be late: found first, by the index of open ones, of however many books.
OPEN_ONLY = """
and t.id = any (array(select o.id from care_task o where o.state = 'open'
                      and coalesce(o.first_due_on, o.due_on) between %(first)s and %(last)s))
"""
WORKED = Shape(
    "work",
    WORK,
    (
        *(f"count(*) filter (where fate = '{fate.value}')" for fate in Fate),
        "count(*) filter (where tried and fate = 'late')",
    ),
    {"level": int, "desk": str, "trigger": str},
    settled=False,
)
# How many days after a thing happened we came to know of it, as far as both days are known.
LAGGED = Shape(
    "lag",
    f"""
    select t.customer_id, k.book_id as book,
           t.trigger || ' ' || (t.learned_on - t.happens_on) as lag
    from care_task t join care_card k on k.id = t.card_id and k.book_id = any (%(books)s)
    where {OWED_ON} between %(first)s and %(last)s
      and t.happens_on is not null and t.learned_on is not null
    """,
    ("count(*)",),
    {"lag": str},
    settled=False,
)


@dataclass
class Sum:
    """Reasons along one value of an axis, by what became of them."""

    fates: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tried: int = 0

    @property
    def due(self) -> int:
        return sum(self.fates[fate] for fate in OWED)

    @property
    def done(self) -> int:
        return self.fates[Fate.IN_TIME] + self.fates[Fate.AFTER]

    @property
    def after(self) -> int:
        return self.fates[Fate.AFTER]

    @property
    def late(self) -> int:
        return self.fates[Fate.LATE]

    @property
    def expired(self) -> int:
        return self.fates[Fate.EXPIRED]

    @property
    def ahead(self) -> int:
        return self.fates[Fate.AHEAD]

    @property
    def withdrawn(self) -> int:
        return self.fates[Fate.WITHDRAWN]

    @property
    def execution(self) -> float | None:
        """Those with an outcome, of those due; a call that nobody answered is an outcome."""
        return share(self.done + self.tried, self.due)

    @property
    def parts(self) -> list[tuple[str, float]]:
        """Done in time, done after, late or expired, for the bar."""
        return [
            ("a", self.fates[Fate.IN_TIME]),
            ("b", self.after),
            ("c", self.late + self.expired),
        ]


@dataclass(frozen=True)
class Lag:
    """How long after something happened we came to know of it, for one kind of reason."""

    trigger: str
    count: int
    median: int
    slow: int  # nine of ten are known after so many days at most
    ahead: int  # those known before they happen


@dataclass(frozen=True)
class Row:
    """One reason behind a figure."""

    task: Task
    tier: TierMark | None
    fate: str


def sums(ground: Ground) -> dict[str, dict[Any, Sum]]:
    """Axis -> value -> what became of the reasons of the period; "" for all of them."""
    found: dict[str, dict[Any, Sum]] = defaultdict(lambda: defaultdict(Sum))
    for part in ground.parts(WORKED, ground.parameters):
        *fates, tried = part.sums
        counted = {fate.value: n for fate, n in zip(Fate, fates, strict=True) if n}
        _pour(Sum(counted, tried), found[part.axis][part.value])
    _derive(found, ground)
    return found


def rows(
    ground: Ground, *, by: str, of: str, show: str, offset: int = 0
) -> tuple[list[Row], bool]:
    """The reasons behind a figure, 50 at a time, and whether there are more."""
    clause, value = _clause(ground, by, of)
    fates = _shown(show)
    parameters = ground.parameters | {"of": value, "fates": fates, "from": offset}
    late = OPEN_ONLY if fates == [Fate.LATE] else ""
    if late:
        parameters["last"] = min(ground.period.last, ground.today - timedelta(days=1))
    tried = "and tried" if show == "tried" else ""
    found = reads.sql(
        f"select id, fate from ({WORK} {late}) w "
        f"where fate = any (%(fates)s) {tried} and {clause} "
        f"order by due_on, id limit {PAGE + 1} offset %(from)s",
        parameters,
    )
    page = found[:PAGE]
    tasks = Task.objects.filter(
        pk__in=[task for task, _fate in page], card__book__in=ground.books
    ).select_related("customer", "card__book__owner", "card__helper", "card__closed_by")
    by_pk = {task.pk: task for task in tasks}
    tiers = marks(ground.viewer, {task.customer_id for task in by_pk.values()})
    return [
        Row(by_pk[pk], tiers.get(by_pk[pk].customer_id), fate)
        for pk, fate in page
        if pk in by_pk
    ], len(found) > PAGE


def lags(ground: Ground) -> list[Lag]:
    """Between the two clocks: the day something happened, and the day we learned of it."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for part in ground.parts(LAGGED, ground.parameters):
        if part.axis == "lag":
            trigger, days = part.value.rsplit(" ", 1)
            found[trigger][int(days)] = part.sums[0]
    told = [
        Lag(
            trigger,
            sum(days.values()),
            _within(days, 0.5),
            _within(days, 0.9),
            sum(n for day, n in days.items() if day < 0),
        )
        for trigger, days in found.items()
    ]
    return sorted(told, key=lambda lag: (-lag.median, -lag.count, lag.trigger))


def _within(days: Mapping[int, int], part: float) -> int:
    """The number of days within which such a part of the cases lies."""
    missing = part * sum(days.values())
    for day in sorted(days):
        missing -= days[day]
        if missing <= 1e-9:
            break
    return day


def way_of(trigger: str, triggers: Mapping[str, Trigger]) -> str:
    """The channel that a reason is meant for first."""
    known = triggers.get(trigger)
    return known.channels[0] if known and known.channels else ""


def _derive(found: dict[str, dict[Any, Sum]], ground: Ground) -> None:
    unit_of = {book.pk: book.org_unit_id for book in ground.books}
    known = catalogue()
    for trigger, each in found["trigger"].items():
        _pour(each, found["way"][way_of(trigger, known)])
    for book, each in found["book"].items():
        _pour(each, found["unit"][unit_of[book]])


def _pour(source: Sum, into: Sum) -> None:
    for fate, n in source.fates.items():
        into.fates[fate] += n
    into.tried += source.tried


def _clause(ground: Ground, by: str, of: str) -> tuple[str, Any]:
    """Keep what lies under one value of an axis."""
    if by == "desk":
        return "desk = %(of)s", of
    if by == "trigger":
        return "trigger = %(of)s", of
    if by == "way":
        known = catalogue()
        return "trigger = any (%(of)s)", [code for code in known if way_of(code, known) == of]
    if by == "unit":
        inside = [book.pk for book in ground.books if str(book.org_unit_id) == of]
        return "book = any (%(of)s)", inside
    if by in ("level", "book") and of.isdecimal():
        return f"{by} = %(of)s", int(of[:9])
    return "true", None


def _shown(show: str) -> list[str]:
    if show == "done":
        return [Fate.IN_TIME, Fate.AFTER]
    if show == "tried":
        return [Fate.LATE]
    return [show] if show in set(Fate) else list(OWED)
