"""Which column of a file is which field.

Names are compared without case, width, blanks, underscores and what stands in brackets, so
"Customer ID", "customer_id" and "客户编号（必填）" are all found. A unit in the brackets is
a declared rule: 金额（万元） multiplies the whole column by ten thousand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from regulars.base.errors import BadInput
from regulars.server.intake.reader.fields import KINDS, KindSpec
from regulars.server.intake.reader.forbidden import ForbiddenData, is_forbidden
from regulars.server.intake.reader.unreadable import Unreadable

How = Literal["given", "name", "synonym"]

REASON_COLUMNS = ("错误原因", "reason of refusal")  # what our own file of refused rows adds
UNITS = {
    "元": Fraction(1), "千元": Fraction(1000), "万": Fraction(10**4), "万元": Fraction(10**4),
    "百万元": Fraction(10**6), "亿": Fraction(10**8), "亿元": Fraction(10**8),
    "分": Fraction(1, 100), "角": Fraction(1, 10),
}  # fmt: skip
_BRACKETS = re.compile(r"[(\[{（【](.*?)[)\]}）】]")


class UnknownField(BadInput):
    """Somebody mapped a column to a field that this kind of file does not have."""


class UnknownColumn(BadInput):
    """Somebody mapped a field to a column that is not in the file."""


class MappingIncomplete(Unreadable):
    """A required field has no column."""


@dataclass(frozen=True)
class Mapping:
    """Field to column, and what is left over on either side.

    `missing` lists required fields without a column; where one of several groups would do,
    a group is written "quantity+unit_price". `units` holds factors other than 1 that a
    column's name declares.
    """

    kind: str
    columns: Mapped[str, str]
    how: Mapped[str, How]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    units: Mapped[str, Fraction] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.missing

    def demand_complete(self) -> None:
        """:raises MappingIncomplete: with the fields and the columns the file has"""
        if self.complete:
            return
        spec = KINDS[self.kind]
        what = {
            "en": f"The file has no column for {' or '.join(self.missing)}",
            "zh": " 或 ".join(f"“{_labels(spec, one)}”" for one in self.missing) + "列",
        }
        if "customer_id" in self.missing:
            what["en"] = "The file has no column with the customer number"
            what["zh"] = "“客户编号”列"
        raise MappingIncomplete(
            "incomplete",
            what=what,
            kind={"en": spec.name, "zh": spec.zh},
            left={
                "en": ", ".join(self.unknown) or "none",
                "zh": "、".join(self.unknown) or "无",
            },
            field=self.missing[0].split("+")[0],
        )


def propose(header: Sequence[str], kind: str, given: Mapped[str, str] | None = None) -> Mapping:
    """Match columns to the fields of a kind: what was given first, then names, then synonyms.

    A field given as "" stays without a column.

    :raises BadInput: when `given` names a field or a column that does not exist
    """
    spec = KINDS[kind]
    columns, how = _given(header, spec, given or {})
    closed = set(given or {})
    for way, table in (("name", _names(spec)), ("synonym", _synonyms(spec))):
        for column in header:
            if is_forbidden(column):
                continue
            found = next((f for f in table.get(bare(column), ()) if f not in closed), None)
            if found and column not in columns.values():
                columns[found], how[found] = column, way  # type: ignore[assignment]
                closed.add(found)
    used = set(columns.values())
    return Mapping(
        kind,
        {name: columns[name] for name in spec.names if name in columns},
        how,
        tuple(name for name in header if name not in used and name not in REASON_COLUMNS),
        _missing(spec, columns),
        _units(spec, columns),
    )


def bare(name: str) -> str:
    """Write a column's name the one way names are compared."""
    folded = _BRACKETS.sub("", unicodedata.normalize("NFKC", name)) or name
    return "".join(c for c in folded.casefold() if c.isalnum())


def is_known(cells: Sequence[str]) -> bool:
    """Say whether a row holds names of columns that any kind of file has, so is a header.

    One known word is enough for short rows; two for others, since a word such as 客户 or
    "rm" may well be data.
    """
    return known(cells) >= (1 if len(cells) < 3 else 2)


def known(cells: Sequence[str]) -> int:
    """Count the cells that name a column of any kind of file."""
    return sum(bare(cell) in _ALL for cell in cells if cell.strip())


def _given(
    header: Sequence[str], spec: KindSpec, given: Mapped[str, str]
) -> tuple[dict[str, str], dict[str, How]]:
    columns: dict[str, str] = {}
    for name, wanted in given.items():
        if name not in spec.names:
            raise UnknownField(
                f"{spec.name} have no field “{name}”. Use one of: {', '.join(spec.names)}."
            )
        if wanted:
            columns[name] = _column(header, wanted)
            if is_forbidden(columns[name]):
                raise ForbiddenData("forbidden", name=columns[name], columns=columns[name])
    return columns, dict.fromkeys(columns, "given")


def _column(header: Sequence[str], wanted: str) -> str:
    if wanted in header:
        return wanted
    alike = [name for name in header if bare(name) == bare(wanted)]
    if alike:
        return alike[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(header):
        return header[int(wanted) - 1]
    raise UnknownColumn(
        f"The file has no column “{wanted}”. Its columns are: {', '.join(header)}."
    )


def _names(spec: KindSpec) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for one in spec.fields:
        for name in dict.fromkeys(map(bare, (one.name, one.en, one.zh))):
            table.setdefault(name, []).append(one.name)
    return table


def _synonyms(spec: KindSpec) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for one in spec.fields:
        for name in dict.fromkeys(map(bare, one.synonyms.split())):
            table.setdefault(name, []).append(one.name)
    return table


def _labels(spec: KindSpec, missing: str) -> str:
    return "+".join(spec.field(name).zh for name in missing.split("+"))


def _missing(spec: KindSpec, columns: Mapped[str, str]) -> tuple[str, ...]:
    alone = [one.name for one in spec.fields if one.required and one.name not in columns]
    if spec.one_of and not any(set(group) <= set(columns) for group in spec.one_of):
        alone += ["+".join(group) for group in spec.one_of]
    return tuple(alone)


def _units(spec: KindSpec, columns: Mapped[str, str]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for name, column in columns.items():
        if spec.field(name).type != "money" and name != "unit_price":
            continue
        for inside in _BRACKETS.findall(column):
            factor = UNITS.get(inside.strip().removeprefix("人民币"), Fraction(1))
            if factor != 1:
                found[name] = factor
    return found


_ALL = frozenset(
    name
    for spec in KINDS.values()
    for table in (_names(spec), _synonyms(spec))
    for name in table
)
