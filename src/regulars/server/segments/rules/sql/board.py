"""A condition on a column of the board."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql.asking import Lookup, Times
from regulars.server.segments.rules.sql.birthdays import has_birthday, of_age
from regulars.server.segments.rules.sql.literals import (
    FALSE,
    SEPARATOR,
    compared,
    quote,
    quote_day,
    quote_number,
)
from regulars.server.segments.rules.tree import Condition


def on_board(asked: Condition, of: Field, times: Times, lookup: Lookup) -> str:
    """A boolean over one column; null where the column is."""
    column = f'"{of.column}"'
    if of.kind == "birthday":
        return has_birthday(asked, times.today, times.missing)
    if asked.op in ("known", "unknown"):
        known = _known(column, of)
        return known if asked.op == "known" else f"not coalesce({known}, false)"
    if of.kind == "age":
        return of_age(asked, column, times.today)
    if of.kind == "date":
        return _date(asked, column, times.today)
    if of.kind == "flag":
        return column if asked.op == "yes" else f"not coalesce({column}, false)"
    if asked.op == "has":
        return f"contains(lower({column}), lower({quote(asked.values[0])}))"
    if asked.op in ("in", "not_in"):
        return _chosen(asked, of, column, lookup)
    if asked.op in ("top", "bottom"):
        return _ranked(asked, of, column, lookup)
    return compared(column, asked.op, asked.values)


def _known(column: str, of: Field) -> str:
    if of.kind in ("word", "words", "text") and of.column != "book_id":
        return f"{column} <> ''"
    return f"{column} is not null"


def _chosen(asked: Condition, of: Field, column: str, lookup: Lookup) -> str:
    if of.key in lookup.books:
        known = lookup.books[of.key]
        ids = sorted({pk for value in asked.values for pk in known.get(value, ())})
        inside = f"{column} in ({', '.join(map(str, ids))})" if ids else FALSE
    elif of.kind == "words":
        inside = " or ".join(
            f"contains({column}, {quote(SEPARATOR + value + SEPARATOR)})"
            for value in asked.values
        )
        inside = f"({inside})"
    else:
        inside = f"{column} in ({', '.join(map(quote, asked.values))})"
    return inside if asked.op == "in" else f"not coalesce({inside}, false)"


def _ranked(asked: Condition, of: Field, column: str, lookup: Lookup) -> str:
    top = Decimal(asked.values[0])
    share = top if asked.op == "top" else 100 - top
    cut = lookup.cuts.get((of.column, f"{share:f}"))
    if cut is None:
        return FALSE
    return f"{column} {'>=' if asked.op == 'top' else '<'} {quote_number(cut)}"


def _date(asked: Condition, column: str, today: date) -> str:
    if asked.op in ("within", "not_within"):
        first = today - timedelta(days=int(asked.values[0]) - 1)
        inside = f"{column} >= {quote_day(first)} and {column} <= {quote_day(today)}"
        return inside if asked.op == "within" else f"not coalesce({inside}, false)"
    days = [quote_day(date.fromisoformat(value)) for value in asked.values]
    if asked.op == "after":
        return f"{column} >= {days[0]}"
    if asked.op == "before":
        return f"{column} < {days[0]}"
    return f"{column} >= {days[0]} and {column} <= {days[1]}"
