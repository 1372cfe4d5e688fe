"""A rule's values are brought into their canonical form, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from regulars.server.segments.rules.fields.shape import (
    DAY_OPS,
    MANY_VALUES,
    NO_VALUE,
    SHARE_OPS,
    TWO_VALUES,
    Field,
)
from regulars.server.segments.rules.tree import BadRule, Condition, Group, Node, Window

COUNTED = MappingProxyType({"万": 10**4, "亿": 10**8, "k": 10**3, "m": 10**6, "w": 10**4})
AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)\s*(万|亿|k|m|w)?元?", re.IGNORECASE | re.ASCII)


def settled(node: Node, fields: Mapping[str, Field]) -> Node:
    """Return a rule whose values have their canonical form.

    :raises BadRule: it names an unknown field, or an operator or value does not fit.
    """
    if isinstance(node, Group):
        return Group(node.mode, tuple(settled(part, fields) for part in node.parts))
    field = fields.get(node.field)
    if field is None:
        raise BadRule(f"Nothing is called {node.field!r} here any more. Remove that condition.")
    if node.op not in field.ops:
        raise BadRule(f"{node.field!r} cannot be asked for {node.op!r}. Choose another word.")
    values = _values(node, field)
    only = tuple((name, given) for name, given in node.only if name in field.narrows and given)
    return Condition(node.field, node.op, values, _window(node, field), only)


def amount(text: str) -> Decimal:
    """Read a number as people type it: 200,000, 20万, 1.5亿, 200k.

    :raises BadRule: it is none.
    """
    plain = text.replace(",", "").replace("\uff0c", "").replace(" ", "").strip()
    found = AMOUNT.fullmatch(plain)
    if found is None:
        raise BadRule(f"{text!r} is no number. Write it like 200000 or 20万.")
    try:
        number = Decimal(found[1]) * COUNTED.get((found[2] or "").lower(), 1)
    except InvalidOperation as error:  # pragma: no cover - the pattern lets digits only
        raise BadRule(f"{text!r} is no number.") from error
    if abs(number) >= 10**15:
        raise BadRule(f"{text!r} is larger than anything we count.")
    return number


def plain(number: Decimal) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _values(node: Condition, field: Field) -> tuple[str, ...]:
    if node.op in NO_VALUE:
        return ()
    if node.op in MANY_VALUES:
        return _chosen(node)
    wanted = 2 if node.op in TWO_VALUES else 1
    if len(node.values) < wanted or not all(node.values[:wanted]):
        raise BadRule("A value is missing. Fill it in, or remove the condition.")
    given = node.values[:wanted]
    if field.kind == "text":
        return given
    if field.kind == "date" and node.op not in DAY_OPS:
        days = [_date(value) for value in given]
        return tuple(day.isoformat() for day in sorted(days))
    numbers = [amount(value) for value in given]
    _sensible(node, field, numbers)
    return tuple(plain(number) for number in sorted(numbers))


def _chosen(node: Condition) -> tuple[str, ...]:
    if not node.values:
        raise BadRule("Nothing is chosen yet. Choose at least one value.")
    if node.op != "in_month":
        return tuple(sorted(set(node.values)))
    months = {amount(value) for value in node.values}
    if not months <= set(range(1, 13)):
        raise BadRule("A month is a number from 1 to 12.")
    return tuple(plain(Decimal(month)) for month in sorted(months))


def _sensible(node: Condition, field: Field, numbers: list[Decimal]) -> None:
    if node.op in DAY_OPS and not 1 <= numbers[0] <= 36_600:
        raise BadRule(f"{numbers[0]} days make no span. Write 1 to 36600.")
    if (node.op in DAY_OPS or field.kind == "age") and any(n != int(n) for n in numbers):
        raise BadRule("Days and years are whole numbers.")
    if node.op in SHARE_OPS and not 0 < numbers[0] <= 100:
        raise BadRule("A share lies above 0 and at most at 100 %.")
    if field.kind == "age" and not all(0 <= n <= 150 for n in numbers):
        raise BadRule("An age lies between 0 and 150.")
    if field.kind == "change" and numbers[0] <= 0:
        raise BadRule("A change is a number above 0; the word before it says which way.")
    if field.measure == "share" and numbers[0] > 100 and node.op == "fell":
        raise BadRule("A balance falls by 100 % at most.")


def _window(node: Condition, field: Field) -> Window | None:
    if field.origin != "facts":
        return None
    if node.window is None:
        return Window(days=field.days)
    # What lies ahead, and a change between two days, are counted in days from the last one.
    if field.kind == "change" or field.measure == "maturing":
        return Window(days=node.window.days or field.days)
    if node.window.days is None and not (node.window.start or node.window.stop):
        return Window(days=field.days)
    return node.window


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRule(f"{text!r} is no date. Write it as 2026-11-30.") from error
