"""What a question stands on: the rows of whom the viewer may see, the facts, the days.

Two layouts, one meaning. Where the board is made, questions scan it, with the records that
changed since laid over it. Before that, a small company's attributes are read from the
database each time; a large one goes on with the board before, whole as it was made, and is
asked to wait only for its first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Count, Min, Q

from regulars.base.errors import Refused
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Job, Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments import bridge
from regulars.server.segments.bridge import Board
from regulars.server.segments.queries.offered import offered
from regulars.server.segments.rules import fields as known
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql import Times

LIVE = 100_000  # customers whose attributes are read anew each time, without a board
MOST_CHANGED = 20_000  # records laid over the board; more of them wait for the next one
# Numbers are given before they are committed: look back over some that came late.
LATE_TOUCHES, LATE_CUSTOMERS = 2_000, 200_000
LATE = timedelta(minutes=10)


class NotReady(Refused):
    """The board of a large company is being made."""


@dataclass(frozen=True)
class Ground:
    """`table` holds one wide row per customer the viewer may see; `people` of all there are.

    `known_to` is None where the records are as they are now.
    """

    run: Run | None
    board: Board | None
    table: str
    facts: Mapping[str, str]
    fields: Mapping[str, Field]
    times: Times
    known_to: datetime | None = None
    sampled: bool = False

    @property
    def is_large(self) -> bool:
        return self.board is not None and self.board.people > LIVE


def ground(viewer: Person, at: datetime) -> Ground:
    """Lay out what the viewer's questions stand on at a moment.

    :raises NotReady: a large company has no board yet.
    """
    run = scoring.current_run()
    board = board_of(run)
    if board is None and _is_many():
        run, board = _before()
    today = core.local_date(at)
    on = facts.last_day(until=today) or today
    times = Times(today=today, on=on, missing=core.missing_days())
    if run is None or board is None:
        table, columns = _live(viewer, run, times), columns_of(run)
        known_to = None
    else:
        columns = [(name, type_) for name, type_ in board.columns]
        table, known_to = _laid_over(viewer, run, board)
    return Ground(
        run=run,
        board=board,
        table=_seen(viewer, table),
        facts={kind: lake.source(facts.living(kind), kind) for kind in lake.COLUMNS},
        fields={f.key: f for f in _fields(columns)},
        times=times,
        known_to=known_to,
    )


def _fields(columns: list[tuple[str, str]]) -> Iterator[Field]:
    """All that can be asked: given, beside the file, offered from above, of the frame."""
    yield from _given()
    yield from known.BESIDE
    yield from (each.field for each in offered().values())
    yield from known.of_frame(columns)


def sampled(of: Ground, viewer: Person) -> Ground:
    """The same ground with one customer in 64, and with their facts only."""
    assert of.board is not None
    assert of.run is not None
    root = scoring.folder(of.run)
    table, _ = _laid_over(viewer, of.run, of.board, rows=of.board.sample(root))
    return replace(
        of,
        table=_seen(viewer, table),
        facts={kind: of.board.sampled_facts(root, kind) for kind in lake.COLUMNS},
        sampled=True,
    )


def board_of(run: Run | None) -> Board | None:
    """The board of a run, if it is made and shows the tiers that count now."""
    if run is None:
        return None
    found = bridge.read_board(scoring.folder(run))
    if found is None or found.scores != scoring.table_of(run):
        return None
    return found


def _before() -> tuple[Run, Board]:
    """The newest board there is: it counts until the next one is made.

    :raises NotReady: there is none.
    """
    for run in scoring.published():
        board = bridge.read_board(scoring.folder(run))
        if board is not None:
            return run, board
    raise NotReady(
        "The board of all customers is being made. It takes some minutes after the "
        "first scores; look again soon."
    )


def columns_of(run: Run | None) -> list[tuple[str, str]]:
    """Names and types of the columns of a run."""
    if run is None:
        return []
    found = lake.session().execute(f"describe select * from {scoring.table_of(run)}")
    return [(row[0], row[1]) for row in found.fetchall()]


def mark(at: datetime) -> datetime:
    """Up to when every change of the records is surely seen: long work may be under way."""
    running = Job.objects.filter(state=Job.State.RUNNING)
    first: datetime | None = running.aggregate(first=Min("started_at"))["first"]
    return min(filter(None, (at, first))) - LATE


def changed(board: Board, viewer: Person) -> list[int] | None:
    """Ids of the viewer's customers whose records may differ; None when they are too many."""
    since = datetime.fromisoformat(board.mark)
    people = Customer.objects.visible_to(viewer).filter(updated_at__gt=since)
    touches = Touch.objects.visible_to(viewer).filter(
        Q(pk__gt=board.touch - LATE_TOUCHES) | Q(reversed_at__gt=since)
    )
    found: set[int] = set()
    for ids in (
        people.order_by().values_list("pk", flat=True),
        touches.order_by().values_list("customer_id", flat=True).distinct(),
    ):
        found.update(ids[: MOST_CHANGED + 1])
        if len(found) > MOST_CHANGED:
            return None
    return sorted(found)


def product_kinds() -> dict[str, list[str]]:
    """The codes of each kind of product."""
    kinds: dict[str, list[str]] = {}
    for code, kind in Product.objects.order_by("code").values_list("code", "kind"):
        kinds.setdefault(kind, []).append(code)
    return kinds


def _given() -> list[Field]:
    """What records and facts offer here: nothing is offered that was never brought."""
    brought = set(facts.manifest())
    found = []
    for field in known.GIVEN:
        needs = field.facts or (
            "holdings" if field.key in {"products", "product_kinds"} else ""
        )
        if not needs or needs in brought:
            found.append(field)
    return found


def _live(viewer: Person, run: Run | None, times: Times) -> str:
    own = viewer.scope.everything
    table = bridge.attributes(
        "true" if own else "c.book_id = any(%s)",
        [] if own else [list(viewer.scope.books)],
        zone=str(core.time_zone()),
    )
    lake.hold("segment_live", table)
    holdings = lake.source(facts.living("holdings"), "holdings")
    wide = bridge.wide(
        "segment_live",
        scoring.table_of(run) if run is not None else "",
        bridge.held(holdings, on=times.on),
        columns=[name for name, _ in columns_of(run)],
        kinds=bridge.with_kinds(product_kinds()),
    )
    return f"({wide})"


def _is_many() -> bool:
    """Whether there are too many customers to read them anew for each question."""
    return not _few() or Customer.objects.aggregate(n=Count("pk"))["n"] > LIVE


def _few() -> bool:
    """Whether a count is cheap: the planner knows about how many there are."""
    with connection.cursor() as db:
        db.execute("select reltuples from pg_class where relname = 'customers_customer'")
        row = db.fetchone()
    return row is None or row[0] < 5 * LIVE


def _laid_over(
    viewer: Person, run: Run, board: Board, *, rows: str = ""
) -> tuple[str, datetime | None]:
    """The board's rows with changed records over them; and up to when they are known."""
    table = rows or board.rows(scoring.folder(run))
    ids = changed(board, viewer)
    if ids is None:
        return table, board.known_to
    if not ids:
        return table, None
    own = bridge.attributes(
        "c.id = any(%s)", [ids], zone=str(core.time_zone()), own="= any(%s)"
    )
    lake.hold("segment_changed", own)
    replaced = ", ".join(
        f"case when c.customer_id is null then o.{name} else c.{name} end as {name}"
        for name in bridge.ATTRIBUTES
        if name not in {"customer_id", "fact_key"}
    )
    recent = board.last_id - LATE_CUSTOMERS
    there = f"select customer_id from {table} where customer_id > {recent}"
    fresh = f"customer_id > {recent} and customer_id not in ({there})"
    if rows:
        fresh += f" and {bridge.in_sample('customer_id')}"
    return (
        f"(select o.* replace ({replaced}) from {table} o left join segment_changed c "
        "on c.customer_id = o.customer_id union all by name "
        "select *, '' as products, '' as product_kinds "
        f"from segment_changed where {fresh})"
    ), None


def _seen(viewer: Person, table: str) -> str:
    """Only whom PostgreSQL lets the viewer see, whatever the files hold."""
    ids: Sequence[int] | None = scoring.visible_ids(viewer)
    if ids is None:
        return table
    seen: Any = pa.table({"customer_id": pa.array(ids, pa.int64())})
    lake.hold("segment_seen", seen)
    return f"(select * from {table} semi join segment_seen using (customer_id))"
