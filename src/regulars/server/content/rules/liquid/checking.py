"""What is wrong with the source of a message, with line and column, before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from liquid.exceptions import LiquidError
from liquid.static_analysis import TemplateAnalysis, Variable

from regulars.server.content.rules.liquid.engine import LONGEST, Liquid, liquid
from regulars.server.content.rules.liquid.values import FILTERS
from regulars.server.content.rules.message_fields import Field, Known, Use

TAGS = ("if", "elsif", "else", "unless", "case", "when", "assign", "comment")
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")
_TAG = re.compile(r"\{%-?\s*(?:end)?([a-z_#]*)")
_FILTER = re.compile(r"\|\s*([A-Za-z_][\w-]*)")


@dataclass(frozen=True)
class Problem:
    """Something wrong in a source.

    `code` is one of: field, filter, tag, range, syntax, long, sensitive, purpose, shadow,
    value. `written` is what stands there, `meant` what was probably to stand there.
    """

    code: str
    line: int
    column: int
    written: str
    meant: str = ""


@dataclass(frozen=True)
class Checked:
    """What a source uses, and what is wrong with it."""

    paths: frozenset[str]
    problems: tuple[Problem, ...]


def check(source: str, known: Known, *, purpose: str = "", html: bool = False) -> Checked:
    """Check a source against the fields that there are."""
    if found := tuple(foreign(source)):
        return Checked(frozenset(), found)
    env = liquid("zh", "CNY", html=html)
    try:
        template = env.from_string(source)
        used = template.analyze(include_partials=False)
    except LiquidError as error:
        return _only(_syntax(error, source))
    except RecursionError:
        return _only(Problem("syntax", 1, 1, ""))
    found = tuple(_misused(source, used, known, purpose))
    paths = frozenset(str(one) for group in used.globals.values() for one in group)
    if not found:
        found = tuple(_trial(env, source, known))
    return Checked(paths, found)


def _only(problem: Problem) -> Checked:
    return Checked(frozenset(), (problem,))


def foreign(source: str) -> Iterator[Problem]:
    """Tags and filters that there are not, and ranges, which may be of any length."""
    if len(source) > LONGEST:
        yield Problem("long", 1, 1, str(len(source)), str(LONGEST))
        return
    for hit in _MARKUP.finditer(source):
        plain = _STRINGS.sub(lambda string: "_" * len(string[0]), hit[0])
        tag = _TAG.match(plain)
        if tag and tag[1] not in TAGS:
            yield _at(source, hit.start(), "tag", tag[1] or plain[:20])
        elif ".." in plain:
            yield _at(source, hit.start() + plain.index(".."), "range", "..")
        for one in _FILTER.finditer(plain):
            if one[1] not in FILTERS:
                yield _at(source, hit.start() + one.start(1), "filter", one[1])


def _misused(
    source: str, used: TemplateAnalysis, known: Known, purpose: str
) -> Iterator[Problem]:
    roots = {path.partition(".")[0] for path in known.fields}
    for name, places in used.locals.items():
        if name in roots:
            yield _at(source, places[0].span.index, "shadow", name)
    for group in used.globals.values():
        for one in group:
            yield from _of_field(source, one, known, purpose)


def _of_field(source: str, one: Variable, known: Known, purpose: str) -> Iterator[Problem]:
    path, at = str(one), one.span.index
    field: Field | None = known.fields.get(path)
    if field is None:
        yield _at(source, at, "field", path, known.meant(path))
    elif field.use is Use.SENSITIVE:
        yield _at(source, at, "sensitive", path)
    elif purpose and field.purposes and purpose not in field.purposes:
        yield _at(source, at, "purpose", path, ", ".join(field.purposes))


def _trial(env: Liquid, source: str, known: Known) -> Iterator[Problem]:
    """Filters that do not fit their field show when it is rendered once with examples."""
    try:
        env.from_string(source).render(known.examples())
    except LiquidError as error:
        line, column = _place(error)
        yield Problem("value", line, column, str(error.message or ""))
    except RecursionError:
        yield Problem("syntax", 1, 1, "")


def _syntax(error: LiquidError, source: str) -> Problem:
    line, column = _place(error)
    return Problem("syntax", line, column, str(error.message or "")[:120])


def _place(error: LiquidError) -> tuple[int, int]:
    try:
        where: Any = error.context()
    except ValueError:  # at the very end of the source
        where = None
    return (where[0], where[1] + 1) if where else (1, 1)


def _at(source: str, index: int, code: str, written: str, meant: str = "") -> Problem:
    before = source[:index]
    line = before.count("\n") + 1
    return Problem(code, line, index - (before.rfind("\n") + 1) + 1, written, meant)
