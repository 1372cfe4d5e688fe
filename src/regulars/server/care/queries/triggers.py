"""The page of triggers: which speak, how they are set, what they brought and how fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulars.server.care.models import OwnTrigger, PlanRun
from regulars.server.care.queries.catalogue import Catalogue, catalogue
from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules import own
from regulars.server.care.rules.catalogue import TRIGGERS, Trigger
from regulars.server.care.rules.live import is_live
from regulars.server.care.rules.policy import Policy
from regulars.server.care.rules.shape import Pack
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts.models import FactFile

WEEK, MONTH = 7, 30
WON = ("interested", "done")  # outcomes that count as success
# A morning that found so many, and such a share of the customers, was a flood.
FLOOD, FLOOD_SHARE = 50, 0.1
SLACK = 12  # minutes; the clock looks every five


@dataclass(frozen=True)
class Figures:
    """What a trigger brought: reasons of 7 and of 30 days, what became of those of 30.

    `heard` and `made` are median days: from what happened until we knew, and from then, or
    from the day of the step that speaks, until there was a card; `minutes` is the latter for
    cards that were made during the day.
    """

    week: int = 0
    month: int = 0
    done: int = 0
    won: int = 0
    gone: int = 0
    heard: float | None = None
    made: float | None = None
    minutes: float | None = None

    @property
    def success(self) -> float | None:
        return self.won / self.done if self.done else None


@dataclass(frozen=True)
class Line:
    """One trigger on the page."""

    trigger: Trigger
    on: bool
    tuned: bool
    figures: Figures
    cap: int | None
    state: str = ""  # of an own one
    flood: int = 0  # reasons of the fullest morning, where it was a flood
    customers: int = 0

    @property
    def code(self) -> str:
        return self.trigger.code


@dataclass(frozen=True)
class PackLines:
    """The triggers of one trade."""

    pack: str
    on: bool
    lines: tuple[Line, ...]

    @property
    def speaking(self) -> int:
        return sum(line.on for line in self.lines) if self.on else 0

    @property
    def found(self) -> int:
        return sum(line.figures.month for line in self.lines)


def packs(viewer: Person, at: datetime) -> list[PackLines]:
    """Every trigger by its trade, the company's own first."""
    known = catalogue()
    lines = _lines(viewer, known, at)
    return [
        PackLines(
            str(pack),
            pack == Pack.OWN or str(pack) in known.policy.packs,
            tuple(line for line in lines if line.trigger.pack == pack),
        )
        for pack in (Pack.OWN, *(each for each in Pack if each != Pack.OWN))
    ]


def line_of(viewer: Person, code: str, at: datetime) -> Line | None:
    """One trigger, if there is such a one."""
    known = catalogue()
    return next((each for each in _lines(viewer, known, at) if each.code == code), None)


def shipped(code: str) -> Trigger | None:
    """A trigger as it was shipped, or as it is written; None where there is none."""
    if code in TRIGGERS:
        return TRIGGERS[code]
    version = catalogue().makers.get(code)
    return own.read(code, version.body) if version else None


def is_tuned(policy: Policy, code: str) -> bool:
    """Whether the company has a number of its own for a trigger."""
    kept: Sequence[Mapping[str, object]] = (
        *(policy.deadlines, policy.minutes, policy.chances, policy.priorities),
        *(policy.channels, policy.stages, policy.caps, policy.holdouts),
    )
    return any(code in each for each in kept)


def stages_of(trigger: Trigger, policy: Policy) -> tuple[int, ...]:
    """Its steps of days, as the company set them; nothing where it has none."""
    detect = trigger.detect
    usual = next(
        (getattr(detect, name) for name in ("stages", "steps") if hasattr(detect, name)), ()
    )
    if not usual and isinstance(days := getattr(detect, "days", ()), tuple):
        usual = days
    return policy.stages.get(trigger.code, tuple(usual))


def _lines(viewer: Person, known: Catalogue, at: datetime) -> list[Line]:
    today = core.local_date(at)
    figures = _figures(viewer, today)
    floods, customers = _floods(viewer, today)
    states = dict(OwnTrigger.objects.values_list("code", "state"))
    return [
        Line(
            trigger,
            on=code not in known.policy.off and code not in known.idle,
            tuned=is_tuned(known.policy, code),
            figures=figures.get(code, Figures()),
            cap=known.policy.caps.get(code),
            state=states.get(code, ""),
            flood=floods.get(code, 0),
            customers=customers,
        )
        for code, trigger in known.items()
    ]


def begins(today: date, days: int) -> datetime:
    """When so many days up to today began for the company; the index of making serves it."""
    return datetime.combine(today - timedelta(days=days - 1), time(), core.time_zone())


def _figures(viewer: Person, today: date) -> dict[str, Figures]:
    scope = viewer.scope
    found = sql(
        """
        select t.trigger,
               count(*) filter (where t.made_on > %(today)s::date - %(week)s),
               count(*),
               count(*) filter (where t.state = 'done'),
               count(*) filter (where t.state = 'done' and k.outcome = any (%(won)s)),
               count(*) filter (where t.state = 'gone'),
               percentile_cont(0.5) within group (order by greatest(
                   t.learned_on - t.happens_on, 0)) filter (where t.learned_on is not null),
               percentile_cont(0.5) within group (order by greatest(
                   t.made_on - greatest(t.learned_on, t.begins), 0))
                   filter (where t.begins <= t.made_on),
               percentile_cont(0.5) within group (order by (t.facts ->> 'lag')::int)
                   filter (where t.facts ? 'lag')
        from (select *, (made_at at time zone %(zone)s)::date as made_on,
                     happens_on + case when facts ->> 'stage' ~ '^[0-9]+$'
                     then (facts ->> 'stage')::int else 0 end as begins
              from care_task where made_at >= %(since)s) t
        join care_card k on k.id = t.card_id
        where (%(all)s or k.book_id = any (%(books)s))
        group by t.trigger order by t.trigger
        """,
        {
            "today": today,
            "week": WEEK,
            "since": begins(today, MONTH),
            "won": list(WON),
            "zone": str(core.time_zone()),
            "all": scope.everything,
            "books": list(scope.books),
        },
    )
    return {code: Figures(*row) for code, *row in found}


def _floods(viewer: Person, today: date) -> tuple[dict[str, int], int]:
    """The fullest morning of each trigger in a month, for who sees the whole company."""
    if not viewer.scope.everything:
        return {}, 0
    most: dict[str, int] = {}
    runs = PlanRun.objects.filter(day__gt=today - timedelta(days=MONTH))
    for counts in runs.values_list("counts", flat=True):
        for code, n in counts.get("by_trigger", {}).items():
            most[code] = max(n, most.get(code, 0))
    if not most:
        return {}, 0
    customers = Customer.objects.visible_to(viewer).filter(state="active").count()
    least = max(FLOOD, FLOOD_SHARE * customers)
    return {code: n for code, n in most.items() if n >= least}, customers


def facts_came(at: datetime) -> bool:
    """Whether facts arrived within the longest time that a trigger waits, and some minutes."""
    longest = max((t.wait for t in catalogue().active() if is_live(t)), default=0)
    since = at - timedelta(minutes=longest + SLACK)
    return FactFile.objects.filter(
        kind__in=("events", "transactions", "balances"), added_at__gte=since
    ).exists()
