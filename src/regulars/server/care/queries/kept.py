"""Sums along every axis at once: counted live for a few books, read from what is kept for many.

A `Shape` is one statement and what is summed up of its rows. The same one answers a page about
a few books and writes what is kept for each book, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from regulars.server.care.models import Counting
from regulars.server.care.queries import morning as reads
from regulars.server.core.models import Person

FEW = 10  # books that a page counts itself


@dataclass(frozen=True)
class Shape:
    """Rows, and what they sum up to.

    Attributes
    ----------
    rows
        A statement with `customer_id`, `book` and a column for each axis.
    sums
        What is summed up of rows that belong together; never null.
    axes
        Along which, and how a value of each is read back from text; the book comes by itself.
    money
        The places of the sums that are amounts; the others are whole numbers.
    settled
        The book is the one that the customer lives in, not one that had work with them.
    of_people
        Rows name no book: a customer is one, and kept with the book that they live in.
    """

    name: str
    rows: str
    sums: tuple[str, ...]
    axes: Mapping[str, type] = field(default_factory=dict)
    money: frozenset[int] = frozenset()
    settled: bool = True
    of_people: bool = False


class Part(NamedTuple):
    """The sums of the rows that share a value of an axis."""

    axis: str  # "" for all rows together
    value: Any
    sums: tuple[Any, ...]
    at_home: bool = True  # their customers live in the books that were asked for


@contextmanager
def wholesale() -> Iterator[None]:
    """Join tables as wholes: where most of a table is read, looking rows up singly is slow."""
    with connection.cursor() as db:
        db.execute("set local enable_nestloop = off; set local work_mem = '64MB'")
    yield
    with connection.cursor() as db:
        db.execute("set local enable_nestloop to default; set local work_mem to default")


def standing(books: Sized, today: date) -> Counting | None:
    """The newest count of a day where so many books are asked for; None: count live."""
    if len(books) <= FEW:
        return None
    return Counting.objects.filter(day=today).order_by("-pk").first()


def parts(
    shape: Shape,
    parameters: Mapping[str, Any],
    *,
    viewer: Person,
    counting: Counting | None = None,
    period: str = "",
    anywhere: bool = False,
) -> Iterator[Part]:
    """Sum a shape up for the books of the parameters, along each axis, and for all.

    With `anywhere` what is kept is read of all books of the viewer; `at_home` tells apart.
    """
    if counting is None:
        return _live(shape, parameters)
    return _kept(shape, parameters["books"], viewer, counting, period, anywhere=anywhere)


def _live(shape: Shape, parameters: Mapping[str, Any]) -> Iterator[Part]:
    axes = (*(() if shape.of_people else ("book",)), *shape.axes)
    found = reads.sql(
        f"select {place(axes)}, {value(axes)}, {', '.join(shape.sums)} from ({shape.rows}) r "
        f"group by grouping sets ((), {', '.join(f'({axis})' for axis in axes)})",
        dict(parameters),
    )
    for axis, text, *sums in found:
        yield _part(shape, axis, text, sums)


def _kept(
    shape: Shape,
    books: Sequence[int],
    viewer: Person,
    counting: Counting,
    period: str,
    *,
    anywhere: bool,
) -> Iterator[Part]:
    sums = ", ".join(f"sum(figures[{n + 1}])" for n in range(len(shape.sums)))
    home = "home_id = any (%(books)s)" if anywhere else "true"
    found = reads.sql(
        f"""
        with mine as materialized (
            select book_id, axis, value, figures, {home} as at_home
            from care_tally
            where counting_id = %(counting)s and shape = %(shape)s and period = %(period)s
              and (%(anywhere)s or book_id = any (%(books)s))
              and (%(everything)s or book_id = any (%(scope)s) and home_id = any (%(scope)s)))
        select 'book', book_id::text, at_home, {sums} from mine
        where axis = '' and not %(anywhere)s group by 2, 3
        union all
        select axis, value, at_home, {sums} from mine group by 1, 2, 3
        """,
        {
            "counting": counting.pk, "shape": shape.name, "period": period,
            "books": list(books), "anywhere": anywhere,
            "everything": viewer.scope.everything, "scope": list(viewer.scope.books),
        },
    )  # fmt: skip
    for axis, text, at_home, *summed in found:
        yield _part(shape, axis, text, summed)._replace(at_home=at_home)


def _part(shape: Shape, axis: str, text: str, sums: Sequence[Any]) -> Part:
    read = int if axis == "book" else shape.axes.get(axis, str)
    whole = (n if at in shape.money else int(n) for at, n in enumerate(sums))
    return Part(axis, read(text) if axis else "", tuple(whole))


def place(axes: Sequence[str]) -> str:
    """The axis that a row of grouping sets stands on."""
    cases = " ".join(f"when grouping({axis}) = 0 then '{axis}'" for axis in axes)
    return f"case {cases} else '' end" if axes else "''"


def value(axes: Sequence[str]) -> str:
    """Its value there."""
    cases = " ".join(f"when grouping({axis}) = 0 then {axis}::text" for axis in axes)
    return f"case {cases} else '' end" if axes else "''"
