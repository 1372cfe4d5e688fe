"""Counting what is kept: every book's sums, written by the statements that pages count with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from regulars.server.care.models import Counting
from regulars.server.care.queries.kept import Shape, place, value, wholesale
from regulars.server.core.models import AuditEntry


class Asked(NamedTuple):
    """What is to be kept: a shape, the period it is counted in, the parameters of its rows."""

    shape: Shape
    period: str
    parameters: Mapping[str, Any]


@transaction.atomic
def keep(wanted: Iterable[Asked], *, day: date, clock: Callable[[], datetime]) -> Counting:
    """Count everything that is wanted anew; readers see the old count or the whole new one.

    Nothing is audited: no record changes, only what is known of records.
    """
    at = clock()
    counting = Counting.objects.create(day=day, at=at, entry=newest_entry())
    with wholesale():
        for each in wanted:
            _write(each, counting)
    counting.seconds = (clock() - at).total_seconds()
    counting.save(update_fields=["seconds"])
    _forget(counting)
    return counting


def newest_entry() -> int:
    """The end of the audit trail, which every change of a record moves on."""
    return AuditEntry.objects.aggregate(n=Max("pk"))["n"] or 0


def _write(asked: Asked, counting: Counting) -> None:
    shape, axes = asked.shape, tuple(asked.shape.axes)
    sets = ", ".join(["(book, home)", *(f"(book, home, {axis})" for axis in axes)])
    with connection.cursor() as db:
        db.execute(
            f"""
            insert into care_tally
                   (counting_id, shape, period, book_id, home_id, axis, value, figures)
            select %(kept_in)s, %(kept_as)s, %(kept_for)s, book, home,
                   {place(axes)}, {value(axes)}, array[{", ".join(shape.sums)}]::numeric[]
            from ({_homes(shape)}) r
            group by grouping sets ({sets})
            """,
            {
                **asked.parameters,
                "kept_in": counting.pk, "kept_as": shape.name, "kept_for": asked.period,
            },
        )  # fmt: skip


def _homes(shape: Shape) -> str:
    if shape.settled:
        return f"select r.*, r.book as home from ({shape.rows}) r"
    book = ", c.book_id as book" if shape.of_people else ""
    return (
        f"select r.*, c.book_id as home{book} from ({shape.rows}) r "
        "join customers_customer c on c.id = r.customer_id"
    )


def _forget(counting: Counting) -> None:
    """Drop the counts before this one, their rows in one statement."""
    with connection.cursor() as db:
        db.execute("delete from care_tally where counting_id < %s", [counting.pk])
    Counting.objects.filter(pk__lt=counting.pk).delete()
