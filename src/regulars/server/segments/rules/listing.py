"""What a list of customers may ask for, how it stands in an address, and what counts as
a reason. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

ROWS_PATH = "/customers/rows/"
PAGE = 50
# Nobody reads further; beyond it a filter or another order is the better tool.
DEEPEST = 5_000
STAGES = ("new", "active", "loyal", "at_risk", "dormant", "lost", "reactivated")
TYPES = (
    *("important_value", "important_keep", "important_develop", "important_winback"),
    *("general_value", "general_keep", "general_develop", "general_winback"),
)
KINDS, STATES = ("person", "organization"), ("active", "stub", "closed")
SCORE_SORTS = ("value", "stake", "clv", "p_alive", "contribution")
SORTS = (*SCORE_SORTS, "number", "since")
USUAL_SORT = "-value"
MANY = ("segment", "tier", "stage", "rfm_type", "kind", "state", "branch", "book")
QUIET = ("at_risk", "dormant", "lost")
NEAR = Decimal("0.8")  # of the next tier's cut: glossary, tier-threshold customer


@dataclass(frozen=True)
class Asked:
    """A list as somebody asked for it. Several values of one name are alternatives."""

    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    since_from: date | None = None
    since_to: date | None = None
    sort: str = USUAL_SORT
    rule: str = ""  # a rule that nobody kept yet, as it stands in an address

    def of(self, name: str) -> tuple[str, ...]:
        return self.many.get(name, ())

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def falling(self) -> bool:
        return self.sort.startswith("-")

    @property
    def by_score(self) -> bool:
        return self.column in SCORE_SORTS

    @property
    def of_people(self) -> bool:
        """Whether something is asked that only the file knows."""
        named = any(self.of(name) for name in ("kind", "state", "branch", "book"))
        return named or bool(self.since_from or self.since_to)

    @property
    def of_segment(self) -> bool:
        """Whether a rule or a group narrows the list."""
        return bool(self.of("segment") or self.rule)

    @property
    def is_plain(self) -> bool:
        return not (any(self.many.values()) or self.text or self.rule or self.of_people)

    def pairs(self) -> list[tuple[str, str]]:
        """Every condition as it stands in the address, without the order."""
        found = [(name, value) for name in MANY for value in self.of(name)]
        found += [("q", self.text)] if self.text else []
        found += [("rule", self.rule)] if self.rule else []
        found += [("since_from", self.since_from.isoformat())] if self.since_from else []
        return found + ([("since_to", self.since_to.isoformat())] if self.since_to else [])

    def query(self) -> str:
        """The address's query, with the order if it is not the usual one."""
        order = [("sort", self.sort)] if self.sort != USUAL_SORT else []
        return urlencode([*self.pairs(), *order])

    def without(self, name: str, value: str) -> Asked:
        """The same list with one condition less."""
        if name == "q":
            return replace(self, text="")
        if name == "rule":
            return replace(self, rule="")
        if name == "since_from":
            return replace(self, since_from=None)
        if name == "since_to":
            return replace(self, since_to=None)
        left = tuple(kept for kept in self.of(name) if kept != value)
        return replace(self, many={**self.many, name: left})


def read(given: Mapping[str, Sequence[str]]) -> Asked:
    """Read an address; what it asks and nobody knows is left out."""
    known: dict[str, Sequence[str] | None] = {
        "stage": STAGES,
        "rfm_type": TYPES,
        "kind": KINDS,
        "state": STATES,
    }
    many = {}
    for name in MANY:
        asked = [value.strip()[:60] for value in given.get(name, ()) if value.strip()]
        allowed = known.get(name)
        kept = [v for v in dict.fromkeys(asked) if allowed is None or v in allowed]
        if kept:
            many[name] = tuple(kept)
    sort = _last(given, "sort")
    return Asked(
        many=many,
        text=_last(given, "q").strip()[:60],
        since_from=_day(_last(given, "since_from")),
        since_to=_day(_last(given, "since_to")),
        sort=sort if sort.removeprefix("-") in SORTS else USUAL_SORT,
        rule=_last(given, "rule").strip(),
    )


def rows_url(
    run: str,
    where: Iterable[tuple[str, str]],
    *,
    title: str = "",
    before: str = "",
    order: str = "",
) -> str:
    """Return the address of the customers behind a figure.

    `run` and `before` are public ids of scoring runs; `where` holds (column, value) of
    the run's frame, a column of `before` begins with `was_`. Several values of one column
    are alternatives, an empty value asks for customers without one.
    """
    pairs = [("run", run), *(("where", f"{column}:{value}") for column, value in where)]
    pairs += [(n, v) for n, v in (("before", before), ("order", order), ("title", title)) if v]
    return f"{ROWS_PATH}?{urlencode(pairs)}"


def conditions(where: Iterable[str]) -> list[tuple[str, str]]:
    """Read the `where` parameters of such an address."""
    parts = (text.partition(":") for text in where)
    return [(column, value) for column, colon, value in parts if colon and column]


def offset(text: str) -> int:
    """Read how many rows are shown already; nonsense begins at the top."""
    return min(int(text[:9]), DEEPEST) if text.isascii() and text.isdigit() else 0


def short_of(measure: Decimal | None, next_at: Decimal | None) -> Decimal | None:
    """What is missing to the next tier, if the customer is near it."""
    if measure is None or not next_at or not NEAR * next_at <= measure < next_at:
        return None
    return next_at - measure


def times_own_gap(days: int | None, gap: float | None) -> float | None:
    """How many of the own gaps a silence has lasted."""
    return days / gap if days is not None and gap else None


def chance(p_alive: float | None) -> str:
    """Put P(alive) into one of four words."""
    if p_alive is None:
        return ""
    steps = ((0.8, "sure"), (0.5, "likely"), (0.2, "doubtful"))
    return next((word for low, word in steps if p_alive >= low), "gone")


def risk_level(p_alive: float) -> str:
    """The colour of the risk arc, which shows 1 - P(alive)."""
    return {"sure": "low", "likely": "mid", "doubtful": "high", "gone": "high"}[chance(p_alive)]


@dataclass(frozen=True)
class Reason:
    """One fact that speaks for or against a customer's staying."""

    code: str
    amount: float = 0.0
    other: float = 0.0
    low: float | None = None
    high: float | None = None


def reasons(figures: Mapping[str, Any]) -> list[Reason]:
    """Name what the figures of a run say about a customer's staying, strongest first."""
    found = [_silence(figures), _movement(figures), _spending(figures), _assets(figures)]
    return [reason for reason in found if reason is not None]


def _silence(of: Mapping[str, Any]) -> Reason | None:
    days, gap = of.get("days_since_last"), of.get("median_gap")
    if days is None:
        return None
    times = times_own_gap(days, gap)
    if times is None or gap is None:
        return Reason("silent", days)
    return Reason("silent_own" if times > 1.5 else "regular", days, gap)


def _movement(of: Mapping[str, Any]) -> Reason | None:
    way, flow = of.get("large_movement"), of.get("flow_5")
    if not way or flow is None:
        return None
    code = "outflow" if way == "out" else "inflow"
    return Reason(code, abs(flow), low=of.get("flow_low"), high=of.get("flow_high"))


def _spending(of: Mapping[str, Any]) -> Reason | None:
    now, then = of.get("spend_365") or 0.0, of.get("spend_prev_365") or 0.0
    if of.get("aum") is not None or then <= 0 or abs(now / then - 1) < 0.2:
        return None
    return Reason("spends_less" if now < then else "spends_more", now, then)


def _assets(of: Mapping[str, Any]) -> Reason | None:
    now, then = of.get("aum"), of.get("aum_prev_30")
    if now is None or not then or abs(now / then - 1) < 0.1:
        return None
    return Reason("holds_less" if now < then else "holds_more", now, then)


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
