"""What changed about customers, who fell silent, and where value and potential stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.insight import rules
from regulars.server.insight.queries.base import Group, looked_at
from regulars.server.insight.queries.memory import recall
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run

NOBODY = Group(0, Decimal(0))


@dataclass(frozen=True)
class Room:
    """Customers on one level of value and of potential; `needy` need much service."""

    customers: int
    value: Decimal
    gap: Decimal  # what look-alikes bring beyond it
    needy: int


@dataclass(frozen=True)
class Depth:
    """Of one viewer's customers; a part is None where its lesson was not learned.

    The value of a step is the money that lies asleep on it, or last year's spend.
    """

    changes: Mapping[str, Group] | None = None
    steps: Mapping[str, Group] | None = None
    rooms: Mapping[tuple[int, int], Room] | None = None
    classes: Mapping[str, Group] | None = None

    @property
    def asleep(self) -> Group:
        """Everybody on a step of sleep."""
        found = [group for code, group in (self.steps or {}).items() if code in rules.ASLEEP]
        return Group(sum(g.customers for g in found), sum((g.value for g in found), Decimal(0)))


def depth(viewer: Person, run: Run, *, branch: str = "") -> Depth:
    """Count by what was learned after a run."""
    key = ("depth", *stamp(run), branch, looked_at(viewer))
    return recall(key, lambda: _count(viewer, run, branch))


def stamp(run: Run) -> tuple[int, str]:
    """A word for what is known of a run: whatever is learned makes it another one."""
    return run.pk, str(run.result.get(scoring.WHOLE, scoring.FRAME))


def only_branch(run: Run, branch: str) -> tuple[str, list[str]]:
    """The condition that keeps one branch, and its parameter."""
    if not branch or "branch" not in scoring.columns(run):
        return "true", []
    return "branch = ?", [branch]


def _count(viewer: Person, run: Run, branch: str) -> Depth:
    known = set(scoring.columns(run))
    where, given = only_branch(run, branch)
    source = f"(select * from {scoring.seen(viewer, run)} where {where})"
    # A shop's frame has the column too, with nothing in it.
    asleep = "aum" if "aum" in run.result.get("summary", {}) else "spend_asleep"
    changes = _groups(source, given, "change_headline", "value", known)
    steps = _groups(source, given, "dormancy_step", asleep, known)
    return Depth(
        changes=changes,
        steps={code: steps.get(code, NOBODY) for code in rules.STEPS}
        if steps is not None
        else None,
        rooms=_rooms(source, given) if "value_level" in known else None,
        classes=_groups(source, given, "value_class", "standing_value", known),
    )


def _groups(
    source: str, given: list[str], column: str, summed: str, known: set[str]
) -> dict[str, Group] | None:
    if not {column, summed} <= known:
        return None
    found = lake.rows(
        f"select {column}, count(*), coalesce(sum({summed}), 0) from {source} "
        f"where {column} is not null group by 1 order by 1",
        given,
    )
    return {code: Group(n, _money(total)) for code, n, total in found}


def _rooms(source: str, given: list[str]) -> dict[tuple[int, int], Room]:
    found = lake.rows(
        "select value_level, potential_level, count(*), coalesce(sum(standing_value), 0), "
        "coalesce(sum(potential_gap), 0), count(*) filter (need_level = 3) "
        f"from {source} where value_level is not null group by 1, 2 order by 1, 2",
        given,
    )
    return {
        (int(value), int(room)): Room(n, _money(worth), _money(gap), needy)
        for value, room, n, worth, gap, needy in found
    }


def _money(value: Any) -> Decimal:
    return Decimal(str(round(value or 0, 2)))
