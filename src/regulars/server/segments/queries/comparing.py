"""What differs most between two sets of customers, over everything that is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.ground import Ground, sampled
from regulars.server.segments.rules.difference import Difference, Side, difference, share
from regulars.server.segments.rules.fields import NUMERIC, Field
from regulars.server.segments.rules.sql import SEPARATOR, Compiler
from regulars.server.segments.rules.tree import Condition, Group, Node, leaves

MOST_VALUES = 12  # of a word; rarer ones are no difference that anybody can act on
SKIPPED = {"group", "created_on"}


@dataclass(frozen=True)
class Contrast:
    """One figure, or one value of a word, on both sides. `condition` finds its customers."""

    field: Field
    value: str
    one: Side
    other: Side
    by: Difference
    condition: Condition


@dataclass(frozen=True)
class Comparison:
    """Sizes, overlap and contrasts, the strongest first. `sampled`: from one in 64."""

    one: int
    other: int
    both: int
    only_one: int
    only_other: int
    contrasts: tuple[Contrast, ...]
    sampled: bool


def compare(viewer: Person, one: Node, other: Node, of: Ground) -> Comparison:
    """Compare two settled rules. Who is in both is on neither side, unless one side would
    be empty: then the smaller set is compared with the rest of the larger."""
    sizes = _sizes(viewer, one, other, of)
    small = of
    if of.is_large:
        small = sampled(of, viewer)
    a, b, both = sizes
    first = one if a == both else Group("all", (one, Group("none", (other,))))
    second = other if b == both and a != both else Group("all", (other, Group("none", (one,))))
    contrasts = _contrasts(viewer, first, second, small)
    used = _used(one) | _used(other)
    return Comparison(
        one=a,
        other=b,
        both=both,
        only_one=a - both,
        only_other=b - both,
        contrasts=tuple(sorted((c for c in contrasts if c.field.key not in used), key=_rank)),
        sampled=small is not of,
    )


def _rank(found: Contrast) -> tuple[float, str, str]:
    """The surest first: by the end of the interval that lies nearer to zero."""
    nearest = min(abs(found.by.low), abs(found.by.high)) if found.by.is_sure else 0.0
    return (-nearest, found.field.key, found.value)


def rest(node: Node) -> Node:
    """Everybody else."""
    return Group("none", (node,))


def _used(node: Node) -> set[str]:
    """What the rules themselves ask for differs by their making."""
    return {leaf.field for leaf in leaves(node)}


def _sizes(viewer: Person, one: Node, other: Node, of: Ground) -> tuple[int, int, int]:
    a, b, source = _sides(viewer, one, other, of)
    row = lake.rows(
        f"select count(*) filter (where {a}), count(*) filter (where {b}), "
        f"count(*) filter (where {a} and {b}) from {source}"
    )[0]
    return row[0], row[1], row[2]


def _sides(viewer: Person, one: Node, other: Node, of: Ground) -> tuple[str, str, str]:
    compiler = Compiler(of.fields, of.times, asking.lookup(viewer, [one, other], of))
    a, b = compiler.where(one), compiler.where(other)
    if asking.uses_scores(one, of) or asking.uses_scores(other, of):
        a, b = f"({a} and not no_profiling)", f"({b} and not no_profiling)"
    return a, b, asking.source(compiler, of)


def _contrasts(viewer: Person, one: Node, other: Node, of: Ground) -> list[Contrast]:
    a, b, source = _sides(viewer, one, other, of)
    side = f"case when {a} then 1 when {b} then 2 end"
    db = lake.session()
    db.execute(
        f"create or replace temp table segment_sides as select {side} as side, {_columns(of)} "
        f"from {source} where {a} or {b}"
    )
    try:
        found = _figures(of)
        for field in of.fields.values():
            if _compared(field) and field.kind in ("word", "words", "flag"):
                found += _words(field)
        return found
    finally:
        db.execute("drop table if exists segment_sides")


def _compared(field: Field) -> bool:
    return (
        field.origin in ("file", "score")
        and not field.sensitive
        and field.key not in SKIPPED
        and field.column != "book_id"
        # Other schemes cut the same figures again.
        and not field.key.startswith("tier_")
    )


def _columns(of: Ground) -> str:
    kept = {f.column for f in of.fields.values() if _compared(f) and f.kind != "birthday"}
    today = of.times.today.isoformat()
    aged = f", date_diff('day', birth_date, date '{today}') / 365.2425 as age"
    return ", ".join(f'b."{column}"' for column in sorted(kept)) + aged


def _figures(of: Ground) -> list[Contrast]:
    """Means of all figures and dates in one pass."""
    fields = [
        f for f in of.fields.values() if _compared(f) and f.kind in (*NUMERIC, "age", "date")
    ]
    exprs = [_expression(field, of) for field in fields]
    wanted = ", ".join(
        f"count({e}) filter (where side = {s}), avg({e}) filter (where side = {s}), "
        f"var_samp({e}) filter (where side = {s})"
        for e in exprs
        for s in (1, 2)
    )
    if not wanted:
        return []
    row = lake.rows(f"select {wanted} from segment_sides")[0]
    found = []
    for place, field in enumerate(fields):
        of_field = row[place * 6 : place * 6 + 6]
        one, other = _side(of_field[:3]), _side(of_field[3:])
        by = difference(one, other)
        if by is not None:
            # What a mean opens: those who have the figure at all.
            asked = Condition(field.key, "known")
            found.append(Contrast(field, "", one, other, by, asked))
    return found


def _expression(field: Field, of: Ground) -> str:
    if field.kind == "date":
        return (
            f"date_diff('day', \"{field.column}\", date '{of.times.today.isoformat()}')::double"
        )
    return "age" if field.kind == "age" else f'"{field.column}"::double'


def _side(row: Any) -> Side:
    n, mean, variance = row
    return Side(int(n), float(mean or 0), float(variance or 0))


def _words(field: Field) -> list[Contrast]:
    """Shares of the values of a word on both sides."""
    column = f'"{field.column}"'
    each = column
    if field.kind == "words":
        each = f"unnest(string_split(trim({column}, '{SEPARATOR}'), '{SEPARATOR}'))"
    if field.kind == "flag":
        each = f"case when {column} then 'yes' end"
    totals = dict(lake.rows("select side, count(*) from segment_sides group by 1"))
    found = lake.rows(
        f"select v, count(*) filter (where side = 1), count(*) filter (where side = 2) "
        f"from (select side, {each}::varchar as v from segment_sides) where v <> '' "
        f"group by 1 order by count(*) desc, 1 limit {MOST_VALUES}"
    )
    contrasts = []
    for value, n, m in found:
        one, other = share(n, totals.get(1, 0)), share(m, totals.get(2, 0))
        by = difference(one, other)
        if by is not None:
            op, values = ("yes", ()) if field.kind == "flag" else ("in", (value,))
            asked = Condition(field.key, op, values)
            contrasts.append(Contrast(field, value, one, other, by, asked))
    return contrasts
