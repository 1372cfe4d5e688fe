"""Reads of runs and scores. Figures that are not published lie in the run's own file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import QuerySet

from regulars.base.errors import BadInput
from regulars.server.core.models import Job, Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.products.models import Product
from regulars.server.scoring.bridge.names import CHURN_MODEL, NEXT, TIES
from regulars.server.scoring.models import Declined, Run, Score

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
FRAME = "customers.parquet"
LEARNING = "learning"  # the kind of its jobs
# In a run's result: the file that holds everything known of the run, and the files by part
# (tiers, what was learned) that it was put together from.
WHOLE, PARTS = "frame_file", "parts"


class UnknownColumn(BadInput):
    """A run's frame has no such column."""


def job(pk: int) -> Job | None:
    return Job.objects.select_related("asked_by").filter(pk=pk).first()


def learning(run: Run) -> Job | None:
    """The learning of a run that waits or works."""
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    asked = Job.objects.filter(kind=LEARNING, subject=run.public_id, state__in=waiting)
    return asked.order_by("-pk").first()


def runs() -> QuerySet[Run]:
    """Runs that ended well, newest first."""
    return Run.objects.filter(state=Run.State.DONE).order_by("-as_of", "-pk")


def current_run() -> Run | None:
    """The run whose scores everybody sees now."""
    return Run.objects.filter(is_current=True).first()


def run_at(as_of: date) -> Run | None:
    """The newest stored run as of exactly that date."""
    return runs().filter(as_of=as_of).first()


def run_by_id(public_id: str) -> Run | None:
    return runs().filter(public_id=public_id).first()


def folder(run: Run) -> Path:
    """Where a run's files lie."""
    return Path(settings.HOME.runs) / run.public_id


def frame(run: Run) -> Path:
    """The run's Parquet file: one row per customer, sorted by `customer_id`."""
    return folder(run) / FRAME


def ties(run: Run) -> Path:
    """The run's snapshot of ties: `other_id` is the `kind` of `customer_id`.

    Runs of before the snapshot have none.
    """
    return folder(run) / TIES


def score(viewer: Person, customer: Customer) -> Score | None:
    """The customer's published scores of the current run."""
    visible = Customer.objects.visible_to(viewer)
    return (
        Score.objects.filter(
            run__is_current=True, customer_id=customer.pk, customer__in=visible
        )
        .select_related("run")
        .first()
    )


def declined(viewer: Person, customer: Customer, *, on: date) -> QuerySet[Declined]:
    """What the customer does not want to be offered on a day, newest first."""
    known = Declined.objects.visible_to(viewer).filter(customer=customer)
    return known.filter(withdrawn_at__isnull=True, declined_on__lte=on, until__gt=on)


def declined_by(viewer: Person, ids: Sequence[int], *, on: date) -> set[tuple[int, str]]:
    """Who does not want to be offered what on a day, of some customers: (customer, code)."""
    known = Declined.objects.visible_to(viewer).filter(customer__in=ids)
    standing = known.filter(withdrawn_at__isnull=True, declined_on__lte=on, until__gt=on)
    return set(standing.order_by().values_list("customer_id", "product_code"))


def figures(viewer: Person, customer: Customer, run: Run | None = None) -> dict[str, Any]:
    """Every figure of one customer in a run (the current one); empty without a row."""
    run = run or current_run()
    if run is None or not _scored(viewer).filter(pk=customer.pk).exists():
        return {}
    return dict(_row(table_of(run), customer.pk))


@lru_cache(maxsize=64)
def _row(table: str, customer_id: int) -> Mapping[str, Any]:
    """Read one row. Several bricks of one page ask for it, and a run's files never change."""
    cursor = lake.session().execute(
        f"select * from {table} where customer_id = ?", [customer_id]
    )
    row = cursor.fetchone()
    return dict(zip([d[0] for d in cursor.description or []], row, strict=True)) if row else {}


def table_of(run: Run) -> str:
    """Return the FROM clause of all that is known of a run's customers, tiers included."""
    return f"read_parquet({lake.quote(str(folder(run) / run.result.get(WHOLE, FRAME)))})"


def columns(run: Run) -> list[str]:
    """The columns of a run's frame."""
    found = lake.session().execute(f"describe select * from {table_of(run)}").fetchall()
    return [row[0] for row in found]


def visible_ids(viewer: Person) -> list[int] | None:
    """Ids of the customers the viewer may see; None when it is everybody."""
    if viewer.scope.everything:
        return None
    ids = Customer.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True)
    return list(ids)


def seen(viewer: Person, run: Run) -> str:
    """Return the FROM clause of a run's frame with the viewer's customers only.

    Who refused profiling since the run is left out. PostgreSQL names the ids; DuckDB keeps
    them for this thread's next query.
    """
    table = table_of(run)
    if viewer.scope.everything:
        gone = refusing()
        if not gone:
            return table
        lake.hold("gone_ids", _ids(gone))
        return f"(select * from {table} anti join gone_ids using (customer_id))"
    ids = list(_scored(viewer).order_by("pk").values_list("pk", flat=True))
    lake.hold("seen_ids", _ids(ids))
    return f"(select * from {table} semi join seen_ids using (customer_id))"


def refusing() -> list[int]:
    """Customers who refuse profiling: what a run's files still hold of them is not shown."""
    refused = Customer.objects.filter(no_profiling=True).order_by("pk")
    return list(refused.values_list("pk", flat=True))


def _scored(viewer: Person) -> QuerySet[Customer]:
    return Customer.objects.visible_to(viewer).filter(no_profiling=False)


def _ids(of: Sequence[int]) -> pa.Table:
    return pa.table({"customer_id": pa.array(of, pa.int64())})


def rows(
    viewer: Person,
    run: Run,
    where: Sequence[tuple[str, str]],
    *,
    order: str = "value",
    offset: int = 0,
    most: int = 50,
    before: Run | None = None,
) -> tuple[list[int], int, Decimal]:
    """Return the customers of a run that answer to all conditions.

    `where` holds (column, value) pairs; an empty value asks for null, and "a..b" for the
    half-open range of numbers or dates, either end left out. Several values of one column
    are alternatives. A column that begins with `was_` is looked up in the run
    `before`. Returns (ids of this page in order of `order` descending, how many in all,
    sum of their value).

    :raises UnknownColumn: the frame lacks a column that was asked for, or a range does not
        fit its column.
    """
    table = seen(viewer, run)
    join = ""
    if before is not None:
        join = (
            f"full join (select columns(*) as 'was_\\0' from {seen(viewer, before)}) was "
            "on was.was_customer_id = now.customer_id"
        )
    conditions, parameters = _conditions(run, where, before)
    source = f"(select * from {table} now {join}) where {conditions}"
    db = lake.session()
    try:
        found = db.execute(
            f"select count(*), coalesce(sum(value), 0) from {source}", parameters
        ).fetchone() or (0, 0)
    except (duckdb.BinderException, duckdb.ConversionException) as error:
        # A range of words, or a day that no month has.
        raise UnknownColumn(
            "A range does not fit its column. Go back and choose a figure."
        ) from error
    if order not in columns(run):
        raise UnknownColumn(f"A run has no column {order!r} to sort by.")
    page = db.execute(
        f"select coalesce(customer_id, {'was_customer_id' if before else 'customer_id'}) "
        f'from {source} order by "{order}" desc nulls last, 1 limit ? offset ?',
        [*parameters, most, offset],
    ).fetchall()
    return [row[0] for row in page], int(found[0]), Decimal(str(round(found[1] or 0, 2)))


def _conditions(
    run: Run, where: Sequence[tuple[str, str]], before: Run | None
) -> tuple[str, list[str]]:
    known = set(columns(run))
    if before is not None:
        known |= {f"was_{name}" for name in columns(before)}
    asked: dict[str, list[str]] = {}
    for name, value in where:
        if name not in known:
            raise UnknownColumn(f"A run has no column {name!r}. Go back and choose a figure.")
        asked.setdefault(name, []).append(value)
    parts: list[str] = ["true"]
    parameters: list[str] = []
    for name, values in asked.items():
        given = [value for value in values if value != "" and ".." not in value]
        either = [f'"{name}" is null'] if "" in values else []
        for value in values:
            if ".." in value:
                span, ends = _range(name, value)
                either.append(span)
                parameters += ends
        if given:
            either.append(f'"{name}"::varchar in ({", ".join("?" for _ in given)})')
            parameters += given
        parts.append("(" + " or ".join(either) + ")")
    return " and ".join(parts), parameters


def _range(name: str, value: str) -> tuple[str, list[str]]:
    """Read "a..b" as a condition and its parameters.

    :raises UnknownColumn: an end is neither a number nor a date.
    """
    low, _, high = value.partition("..")
    parts, parameters = [], []
    for end, sign in ((low, ">="), (high, "<")):
        if not end:
            continue
        kind = "date" if DATE.fullmatch(end) else "double"
        if kind == "double" and not NUMBER.fullmatch(end):
            raise UnknownColumn(f"{value!r} is no range. Write 200000..500000.")
        parts.append(f'"{name}" {sign} ?::{kind}')
        parameters.append(end)
    return f"({' and '.join(parts) or 'true'})", parameters


def counts(viewer: Person, run: Run, column: str) -> Mapping[str | None, tuple[int, Decimal]]:
    """Customers and value per value of one column, for what the viewer sees."""
    if column not in columns(run):
        raise UnknownColumn(f"A run has no column {column!r}.")
    found = lake.rows(
        f'select "{column}"::varchar, count(*), coalesce(sum(value), 0) '
        f"from {seen(viewer, run)} group by 1 order by 1"
    )
    return {name: (n, Decimal(str(round(total, 2)))) for name, n, total in found}


# Runs nearer than this say the same; so many of the older ones are looked at.
A_MONTH, OLDER = timedelta(days=20), 3


@dataclass(frozen=True)
class Suggestion:
    """A product for one customer, with what speaks for it; see `engine.next_products`."""

    product_code: str
    score: float
    reason: str
    because: tuple[str, ...]
    support: int
    share: float
    usual: float


def lessons(run: Run | None) -> Mapping[str, Any]:
    """What was learned after a run: its cards, and why a lesson was skipped."""
    found = run.result.get("learned") if run is not None else None
    return found or {"cards": {}, "skipped": {}}


def card(run: Run | None, code: str) -> Mapping[str, Any]:
    """The quality card of one lesson; empty where it was not learned."""
    found: Mapping[str, Any] = lessons(run)["cards"].get(code) or {}
    return found


def learned_before(run: Run) -> Run | None:
    """The newest run about a month or more before, if its churn was learned too."""
    older = runs().filter(as_of__lte=run.as_of - A_MONTH)[:OLDER]
    return next((each for each in older if card(each, "churn")), None)


def usual_churn(run: Run) -> float | None:
    """The probability of the usual customer, from which all reasons start."""
    path = folder(run) / CHURN_MODEL
    return _usual_churn(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=8)
def _usual_churn(path: Path, _written: int) -> float | None:
    # Imported here: only a page with a learned risk needs it, and it brings NumPy.
    import numpy as np

    from regulars.engine.learning.calibration import Calibration

    stored = json.loads(path.read_text("utf-8"))
    if stored is None:
        return None
    curve = Calibration.from_dict(stored["model"]["calibration"])
    baseline = np.array([stored["model"]["scorecard"]["baseline"]])
    return float(curve.probability(baseline)[0])


def suggestions(viewer: Person, customer: Customer, run: Run | None = None) -> list[Suggestion]:
    """What may be offered to a customer next, best first, declined or not."""
    return suggestions_of(viewer, [customer.pk], run).get(customer.pk, [])


def suggestions_of(
    viewer: Person, ids: Sequence[int], run: Run | None = None
) -> dict[int, list[Suggestion]]:
    """The same for many customers in one read; who has none is absent.

    Who refuses profiling is absent, too, from the moment of the refusal on.
    """
    run = run or current_run()
    if run is None or not ids or not (folder(run) / NEXT).exists():
        return {}
    seen = _scored(viewer).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    wanted = ", ".join(f"{pk:d}" for pk in seen)
    if not wanted:
        return {}
    found: dict[int, list[Suggestion]] = {}
    for customer, code, score, reason, one, two, support, share, usual in lake.rows(
        "select customer_id, product_id, score, reason, because_1, because_2, support, share, "
        f"usual from read_parquet({lake.quote(str(folder(run) / NEXT))}) "
        f"where customer_id in ({wanted}) order by customer_id, place"
    ):
        because = tuple(filter(None, (one, two)))
        offer = Suggestion(code, score, reason, because, support, share, usual)
        found.setdefault(customer, []).append(offer)
    return found


def products_named(codes: Sequence[str]) -> dict[str, Product]:
    """The products behind some codes; categories and unknown ones are left out."""
    return {each.code: each for each in Product.objects.filter(code__in=list(codes))}
