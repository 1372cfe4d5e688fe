"""A rule over customers: a tree of groups whose leaves are conditions.

A group holds when all, any or none of its parts hold. What is not known holds no
condition, so "none of" keeps those of whom nothing is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.base.errors import BadInput

MODES = ("all", "any", "none")
# Deeper or longer rules nobody can read back.
DEEPEST_GROUP, MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE = 4, 40, 200, 120
LONGEST_WINDOW = 3_660  # days
ONLY = ("category", "product", "channel", "event")


class BadRule(BadInput):
    """A rule that cannot be understood."""


@dataclass(frozen=True)
class Window:
    """The last `days` days of the facts, or the days from `start` to `stop`, both counted."""

    days: int | None = None
    start: date | None = None
    stop: date | None = None


@dataclass(frozen=True)
class Condition:
    """One line: a field, an operator and values, as texts in their canonical form.

    `window` and `only` narrow a field that is computed from facts.
    """

    field: str
    op: str
    values: tuple[str, ...] = ()
    window: Window | None = None
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        """What the facts are narrowed to under one name; empty is everything."""
        return dict(self.only).get(name, ())


@dataclass(frozen=True)
class Group:
    """Parts that hold all, any or none."""

    mode: str = "all"
    parts: tuple[Node, ...] = ()


Node = Condition | Group
EVERYBODY = Group()


def leaves(node: Node) -> Iterator[Condition]:
    """Yield the conditions of a rule from first to last."""
    if isinstance(node, Condition):
        yield node
        return
    for part in node.parts:
        yield from leaves(part)


def as_json(node: Node) -> dict[str, Any]:
    """Put a rule into the shape in which it is stored."""
    if isinstance(node, Group):
        return {node.mode: [as_json(part) for part in node.parts]}
    found: dict[str, Any] = {"field": node.field, "op": node.op}
    if node.values:
        found["values"] = list(node.values)
    if node.window is not None:
        found |= _window_json(node.window)
    if node.only:
        found["only"] = {name: list(values) for name, values in node.only}
    return found


def from_json(given: Any) -> Group:
    """Read a stored rule; a single condition becomes a group of one.

    :raises BadRule: its shape is not that of a rule.
    """
    node = _node(given, depth=0)
    rule = node if isinstance(node, Group) else Group("all", (node,))
    if sum(1 for _ in leaves(rule)) > MOST_CONDITIONS:
        raise BadRule(f"A rule has at most {MOST_CONDITIONS} conditions. Split it in two.")
    return rule


def text(node: Node) -> str:
    """Write a rule as it stands in an address: the same rule always reads the same."""
    return json.dumps(as_json(node), ensure_ascii=False, separators=(",", ":"))


def from_text(given: str) -> Group:
    """Read a rule from an address.

    :raises BadRule: it is no rule.
    """
    try:
        found = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise BadRule("The address holds no rule. Open the segment again.") from error
    return from_json(found)


def _node(given: Any, *, depth: int) -> Node:
    if not isinstance(given, dict):
        raise BadRule("A part of a rule is a group or a condition. Build the rule again.")
    if "field" in given:
        return _condition(given)
    modes = [mode for mode in MODES if mode in given]
    if len(modes) != 1 or len(given) != 1 or not isinstance(given[modes[0]], list):
        raise BadRule('A group is written {"all": [...]}, {"any": [...]} or {"none": [...]}.')
    if depth > DEEPEST_GROUP:
        raise BadRule(f"Groups lie at most {DEEPEST_GROUP} deep. Make the rule flatter.")
    return Group(modes[0], tuple(_node(part, depth=depth + 1) for part in given[modes[0]]))


def _condition(given: Mapping[str, Any]) -> Condition:
    only = given.get("only", {})
    if not isinstance(only, dict) or set(only) - set(ONLY):
        raise BadRule(f"Facts are narrowed by {', '.join(ONLY)} only.")
    return Condition(
        field=_word(given["field"]),
        op=_word(given.get("op", "")),
        values=_words(given.get("values", [])),
        window=_window(given),
        only=tuple((name, _words(only[name])) for name in ONLY if only.get(name)),
    )


def _word(given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise BadRule(f"A rule holds words and numbers, not {given!r}.")
    found = str(given).strip()
    if len(found) > LONGEST_VALUE or "\0" in found:
        raise BadRule(f"A value has at most {LONGEST_VALUE} letters. Shorten {found[:20]!r}.")
    return found


def _words(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > MOST_VALUES:
        raise BadRule(f"A condition has a list of at most {MOST_VALUES} values.")
    return tuple(_word(value) for value in given)


def _window(given: Mapping[str, Any]) -> Window | None:
    if "days" in given:
        days = given["days"]
        if isinstance(days, bool) or not isinstance(days, int):
            raise BadRule(f"A window is a number of days, not {days!r}.")
        if not 1 <= days <= LONGEST_WINDOW:
            raise BadRule(f"A window has 1 to {LONGEST_WINDOW} days, not {days}.")
        return Window(days=days)
    if "from" not in given and "to" not in given:
        return None
    window = Window(start=_day(given.get("from")), stop=_day(given.get("to")))
    if window.start and window.stop and window.stop < window.start:
        raise BadRule(f"The window ends on {window.stop}, before it begins.")
    return window


def _day(given: Any) -> date | None:
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise BadRule(f"{given!r} is no date. Write it as 2026-11-30.") from error


def _window_json(window: Window) -> dict[str, Any]:
    if window.days is not None:
        return {"days": window.days}
    return {
        "from": window.start.isoformat() if window.start else "",
        "to": window.stop.isoformat() if window.stop else "",
    }
