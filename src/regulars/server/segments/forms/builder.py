"""The lines of the builder: what each shows, offers and lacks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext

from regulars.server.core.models import Person
from regulars.server.segments.forms.sentence import month
from regulars.server.segments.forms.words import NARROWED, THEMES, Words
from regulars.server.segments.queries import choices as values_of
from regulars.server.segments.queries.ground import Ground
from regulars.server.segments.rules import typed
from regulars.server.segments.rules.fields import (
    DAY_OPS,
    MANY_VALUES,
    NO_VALUE,
    SHARE_OPS,
    TWO_VALUES,
    Field,
)
from regulars.server.segments.rules.fields import THEMES as ORDER
from regulars.server.segments.rules.tree import DEEPEST_GROUP, Condition, Group

MOST_BOXES = 14  # more of them get a field that narrows them


@dataclass(frozen=True)
class Box:
    """One value that can be ticked, and how many customers have it."""

    value: str
    label: str
    count: int | None
    ticked: bool


@dataclass(frozen=True)
class Boxes:
    """A list of values behind one pill."""

    name: str
    title: str
    boxes: list[Box]

    @property
    def chosen(self) -> str:
        return pgettext("list of values", " or ").join(b.label for b in self.boxes if b.ticked)

    @property
    def many(self) -> bool:
        return len(self.boxes) > MOST_BOXES


@dataclass(frozen=True)
class Line:
    """One condition of the form."""

    path: str
    field: Field
    label: str
    op: str
    ops: list[tuple[str, str]]
    numbers: list[str] = dataclasses.field(default_factory=list)
    unit: str = ""
    picks: Boxes | None = None
    narrows: list[Boxes] = dataclasses.field(default_factory=list)
    window: Any = None
    ahead: bool = False
    problem: bool = False
    sensitive: bool = False
    left: Any = None

    @property
    def is_line(self) -> bool:
        return True

    @property
    def is_wide(self) -> bool:
        """Whether amounts are typed, which take more room than days or percent."""
        return not self.unit

    @property
    def is_text(self) -> bool:
        return self.field.kind == "text"

    @property
    def is_date(self) -> bool:
        return self.field.kind == "date" and self.op not in DAY_OPS

    @property
    def spans(self) -> bool:
        """Whether the window may lie between two days."""
        return self.window is not None and self.field.kind != "change" and not self.ahead


@dataclass(frozen=True)
class Part:
    """One group of the form with its lines and groups."""

    path: str
    mode: str
    parts: list[Any]
    modes: list[tuple[str, str]]
    deep: bool
    left: Any = None

    @property
    def is_line(self) -> bool:
        return False


@dataclass(frozen=True)
class Theme:
    """A heading of the catalogue with its fields: (key, label, whether it is sensitive)."""

    name: str
    fields: list[tuple[str, str, bool]]


class Builder:
    """Shows a rule as a form, for one viewer and one ground."""

    def __init__(self, viewer: Person, of: Ground, words: Words) -> None:
        self.viewer, self.of, self.words = viewer, of, words

    @cached_property
    def catalogue(self) -> list[Theme]:
        found = []
        for theme in ORDER:
            fields = [
                (f.key, self.words.label(f), f.sensitive)
                for f in self.of.fields.values()
                if f.theme == theme and (f.key != "group" or self._has_groups)
            ]
            if fields:
                found.append(Theme(str(THEMES[theme]), fields))
        return found

    def part(
        self,
        node: Group,
        *,
        path: str = typed.ROOT,
        problems: Iterable[str] = (),
        steps: Mapping[str, Any] = MappingProxyType({}),
    ) -> Part:
        """A group with everything in it."""
        wrong = set(problems)
        parts: list[Any] = []
        for place, inner in enumerate(node.parts):
            at = f"{path}.{place}"
            if isinstance(inner, Group):
                parts.append(self.part(inner, path=at, problems=wrong, steps=steps))
            elif inner.field in self.of.fields:
                parts.append(self._line(inner, at, problem=at in wrong, left=steps.get(at)))
        modes = [
            ("all", gettext("all of this holds")),
            ("any", gettext("any of this holds")),
            ("none", gettext("none of this holds")),
        ]
        deep = path.count(".") >= DEEPEST_GROUP - 1
        return Part(path, node.mode, parts, modes, deep, steps.get(path))

    def _line(self, node: Condition, path: str, *, problem: bool, left: Any) -> Line:
        of = self.of.fields[node.field]
        ahead = of.measure == "maturing"
        return Line(
            path=path,
            field=of,
            label=self.words.label(of),
            op=node.op,
            ops=[(op, self.words.op(of, op)) for op in of.ops],
            numbers=self._numbers(node, of),
            unit=self._unit(of, node.op),
            picks=self._picks(node, of, path),
            narrows=[self._narrow(node, of, name, path) for name in of.narrows],
            window=node.window,
            ahead=ahead,
            # A line that was only just added is not wrong yet.
            problem=problem and any(node.values),
            sensitive=of.sensitive,
            left=left,
        )

    def _numbers(self, node: Condition, of: Field) -> list[str]:
        if node.op in NO_VALUE or node.op in MANY_VALUES:
            return []
        wanted = 2 if node.op in TWO_VALUES else 1
        given = [*node.values[:wanted], "", ""][:wanted]
        if of.kind == "share" and node.op not in SHARE_OPS:
            return [_hundredths(value) for value in given]
        if of.kind in ("money", "total") or of.measure == "amount":
            return [_grouped(value) for value in given]
        return given

    @staticmethod
    def _unit(of: Field, op: str) -> str:
        if (
            op in SHARE_OPS
            or (of.kind == "share" and op not in NO_VALUE)
            or of.measure == "share"
        ):
            return "%"
        if op in DAY_OPS or (of.kind == "days" and op not in NO_VALUE):
            return gettext("days")
        if of.kind == "age" and op not in NO_VALUE:
            return gettext("years")
        return gettext("times") if of.kind == "times" and op not in NO_VALUE else ""

    def _picks(self, node: Condition, of: Field, path: str) -> Boxes | None:
        if node.op not in MANY_VALUES:
            return None
        if node.op == "in_month":
            months = [(str(n), month(n), None) for n in range(1, 13)]
            return Boxes(f"value:{path}", self.words.label(of), _boxes(months, node.values))
        offered = [
            (c.value, c.label or self.words.value(of, c.value), c.count)
            for c in values_of.choices(self.viewer, of, self.of)
        ]
        # What was chosen once stays, though nobody has it any more.
        known = {value for value, *_ in offered}
        offered += [
            (v, self.words.value(of, v), 0) for v in node.values if v and v not in known
        ]
        return Boxes(f"value:{path}", self.words.label(of), _boxes(offered, node.values))

    def _narrow(self, node: Condition, of: Field, name: str, path: str) -> Boxes:
        chosen = node.of(name)
        offered: list[tuple[str, str, int | None]] = [
            (c.value, self.words.only(name, c.value), None)
            for c in values_of.narrowing(self.viewer, of, name, self.of)
        ]
        known = {value for value, *_ in offered}
        offered += [(v, self.words.only(name, v), None) for v in chosen if v not in known]
        return Boxes(f"{name}:{path}", str(NARROWED[name]), _boxes(offered, chosen))

    @cached_property
    def _has_groups(self) -> bool:
        return bool(values_of.choices(self.viewer, self.of.fields["group"], self.of))


def _boxes(offered: Sequence[tuple[str, str, int | None]], chosen: Sequence[str]) -> list[Box]:
    return [Box(value, label, count, value in chosen) for value, label, count in offered]


def _grouped(value: str) -> str:
    try:
        return f"{Decimal(value):,}"
    except ArithmeticError:
        return value


def _hundredths(value: str) -> str:
    try:
        return f"{(Decimal(value) * 100).normalize():f}"
    except ArithmeticError:
        return value
