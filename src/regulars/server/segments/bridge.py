"""The board: one wide row per customer, laid out so that a question is one scan.

Attributes lie in PostgreSQL, scores and tiers in a run's files. After each run they are
brought together into Parquet, sorted by customer, in parts of a million. Beside it lies a
sample, the customers whose hash falls into one of 64 with all their facts, from which
estimates are made. `board.json` names what counts; readers see the old or the new one.

A file is never asked about personal values: the board holds no name, phone or address.
"""

from __future__ import annotations

import json
import shutil
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from regulars.server.facts import lake
from regulars.server.facts.lake import quote
from regulars.server.segments.rules.fields import INNER
from regulars.server.segments.rules.sql import SEPARATOR

KEPT_FOUND = 6  # sets of keys that a thread keeps: 60 MB each at ten million customers
_local = threading.local()
POINTER, FOLDER, TALLY = "board.json", "board", "tally.parquet"
PART = 1_000_000  # customers of one file: what a join holds in memory
SAMPLE = 64  # one customer in so many
# Where "the top 20 %" begins, kept for every figure so that no page has to sort everybody.
SHARES = (1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 98, 99)
CHANNELS = ("call", "wecom", "sms", "email")
_S = r"E'\x1f'"
_NEEDS = {"call": "c.phone", "wecom": "'-'", "sms": "c.phone", "email": "c.email"}


def _consent(channel: str) -> str:
    said = f"c.consents->>'{channel}'"
    return (
        f"case when '{channel}' = any(c.blocked_channels) or {said} = 'false' then 'no' "
        f"when {said} = 'true' then 'yes' else 'unasked' end"
    )


def _reach() -> str:
    ways = "".join(
        f"|| case when ({_consent(ch)}) = 'yes' and {_NEEDS[ch]} <> '' "
        f"then '{ch}' || {_S} else '' end "
        for ch in CHANNELS
    )
    return f"{_S} {ways}"


# Column of the board -> (PostgreSQL expression, DuckDB type). `{zone}` is the company's.
ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "customer_id": ("c.id", "bigint"),
    "fact_key": ("k.fact_key", "bigint"),
    "book_id": ("c.book_id", "bigint"),
    "number": ("c.number", "varchar"),
    "kind": ("c.kind", "varchar"),
    "state": ("c.state", "varchar"),
    "gender": ("c.gender", "varchar"),
    "birth_date": ("c.birth_date", "date"),
    "birth_md": (
        "(extract(month from c.birth_date) * 100 + extract(day from c.birth_date))::int",
        "smallint",
    ),
    "lunar_birthday": ("c.lunar_birthday", "varchar"),
    "district": ("c.district", "varchar"),
    "occupation": ("c.occupation", "varchar"),
    "source": ("c.source", "varchar"),
    "since": ("c.since", "date"),
    "created_on": ("(c.created_at at time zone {zone})::date", "date"),
    "risk_tolerance": ("coalesce(c.risk_tolerance::text, '')", "varchar"),
    "preferred_channel": ("c.preferred_channel", "varchar"),
    "tags": (
        f"case when cardinality(c.tags) > 0 then {_S} || array_to_string(c.tags, {_S}) "
        f"|| {_S} else '' end",
        "varchar",
    ),
    **{f"consent_{channel}": (_consent(channel), "varchar") for channel in CHANNELS},
    "reach": (f"case when ({_reach()}) = {_S} then '' else {_reach()} end", "varchar"),
    # Who refused automated profiling, on the file as a consent of its own (PIPL 24).
    "no_profiling": ("coalesce(c.consents->>'profiling' = 'false', false)", "boolean"),
    "last_contact": ("(t.last_at at time zone {zone})::date", "date"),
    "last_answer": ("(t.last_answer at time zone {zone})::date", "date"),
}
SELECT = """
select {columns} from customers_customer c
left join (select customer_id, min(fact_key) as fact_key from customers_factkey {own}
           group by 1) k on k.customer_id = c.id
left join (select customer_id, max(at) as last_at, max(at) filter (where two_way) as last_answer
           from channels_touch where reversed_at is null {and_own} group by 1) t
  on t.customer_id = c.id
where {which} order by c.id
"""
HELD = """
select {key} as held_key, '{s}' || string_agg(distinct product_id, '{s}') || '{s}' as products
from (select fact_key, holding_id, arg_max(product_id, known_at) as product_id,
             arg_max(opened_on, known_at) as opened_on,
             arg_max(struct_pack(d := closed_on), known_at).d as closed_on
      from {source} group by 1, 2) f
where opened_on <= date '{on}' and (closed_on is null or closed_on > date '{on}')
  and product_id <> '' group by 1
"""


@dataclass(frozen=True)
class Board:
    """What `board.json` says. `mark` and `touch` tell which records it may not know yet."""

    run: str
    scores: str  # the FROM clause that it was made of
    folder: str
    made_at: str
    mark: str
    touch: int
    last_id: int
    people: int
    sampled: int
    on: str
    facts: dict[str, list[str]]
    columns: list[list[str]]
    cuts: dict[str, list[float | None]]

    @property
    def known_to(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.on)

    def rows(self, root: Path) -> str:
        """The FROM clause of everybody."""
        return f"read_parquet({quote(str(root / self.folder / 'part-*.parquet'))})"

    def sample(self, root: Path) -> str:
        return f"read_parquet({quote(str(root / self.folder / 'sample.parquet'))})"

    def sampled_facts(self, root: Path, kind: str) -> str:
        path = root / self.folder / f"sample-{kind}.parquet"
        return lake.source([path] if path.exists() else [], kind)

    def cut(self, column: str, percent: float) -> float | None:
        """Where the top `percent` of a figure begins, if that share is kept."""
        if percent not in SHARES or column not in self.cuts:
            return None
        return self.cuts[column][SHARES.index(int(percent))]


def find(selects: Sequence[str]) -> dict[str, str]:
    """Hold the keys that some look-ups find; return the table of each.

    A look-up names its files, and files never change: what was found once is found again.
    So a page that counts, steps and lists looks up once. The few newest are kept.
    """
    db, kept = lake.session(), _found()
    for select in selects:
        name = f"found_{blake2b(select.encode(), digest_size=10).hexdigest()}"
        if name not in kept:
            db.execute(f"create or replace temp table {name} as {select}")
        kept[name] = select
        kept.move_to_end(name)
    while len(kept) > max(KEPT_FOUND, len(set(selects))):
        old, _ = kept.popitem(last=False)
        db.execute(f"drop table if exists {old}")
    return {select: name for name, select in kept.items()}


def _found() -> OrderedDict[str, str]:
    """What this thread's DuckDB holds; another session begins with nothing."""
    if getattr(_local, "db", None) is not lake.session():
        _local.db, _local.found = lake.session(), OrderedDict()
    found: OrderedDict[str, str] = _local.found
    return found


def read_board(root: Path) -> Board | None:
    """The board of a run's folder that counts now."""
    path = root / POINTER
    if not path.exists():
        return None
    try:
        return Board(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError):  # of another version: it is made anew
        return None


def attributes(which: str, parameters: Sequence[Any], *, zone: str, own: str = "") -> pa.Table:
    """Read attributes of some customers from PostgreSQL, by the wall of this transaction."""
    with connection.cursor() as db:
        db.execute(_select(which, zone=zone, own=own), [*parameters, *parameters, *parameters]
                   if own else list(parameters))  # fmt: skip
        rows = db.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(ATTRIBUTES)
    return pa.table(
        {
            name: pa.array(list(column), _arrow(type_))
            for (name, (_, type_)), column in zip(ATTRIBUTES.items(), columns, strict=True)
        }
    )


def _select(which: str, *, zone: str, own: str = "") -> str:
    columns = ", ".join(
        f"{sql.format(zone=quote(zone)) if '{zone}' in sql else sql} as {name}"
        for name, (sql, _) in ATTRIBUTES.items()
    )
    # psycopg reads % as a placeholder; no expression above has one.
    return SELECT.format(
        columns=columns,
        which=which,
        own=f"where customer_id {own}" if own else "",
        and_own=f"and customer_id {own}" if own else "",
    )


def _arrow(type_: str) -> pa.DataType:
    return {
        "bigint": pa.int64(),
        "smallint": pa.int16(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }.get(type_, pa.string())


def held(source: str, *, on: date, key: str = "f.fact_key") -> str:
    """A SELECT of what each pseudonym holds on a day: `held_key`, `products`."""
    return HELD.format(source=source, on=on.isoformat(), s=SEPARATOR, key=key)


def with_kinds(kinds: Mapping[str, Iterable[str]], column: str = "products") -> str:
    """An expression for the kinds of the products that are held."""
    parts = [
        f"case when {_contains_any(column, codes)} then {quote(kind + SEPARATOR)} else '' end"
        for kind, codes in kinds.items()
    ]
    if not parts:
        return "''"
    return (
        f"case when {column} = '' then '' else {quote(SEPARATOR)} || {' || '.join(parts)} end"
    )


def _contains_any(column: str, codes: Iterable[str]) -> str:
    found = " or ".join(
        f"contains({column}, {quote(SEPARATOR + code + SEPARATOR)})" for code in codes
    )
    return f"({found})" if found else "false"


def wide(
    attributes_of: str, scores: str, held_of: str, *, columns: Sequence[str], kinds: str
) -> str:
    """One wide row per customer of `attributes_of`: scores may be missing, holdings too."""
    taken = set(ATTRIBUTES) | {"products", "product_kinds"}
    chosen = "".join(f', s."{name}"' for name in columns if name not in taken)
    joined = f"left join {scores} s using (customer_id)" if scores else ""
    return (
        f"select *, {kinds} as product_kinds from (select a.*{chosen}, "
        f"coalesce(h.products, '') as products from {attributes_of} a {joined} "
        f"left join ({held_of}) h on h.held_key = a.fact_key)"
    )


def cuts_of(table: str, names: Sequence[str], db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Where the top shares of some figures begin."""
    if not names:
        return {}
    # Counted from the top, so that of five customers the top 20 % is one.
    points = ", ".join(f"{share / 100:.2f}" for share in SHARES)
    listed = ", ".join(
        f'quantile_disc(-"{name}"::double, [{points}]) as "{name}"' for name in names
    )
    row = db.execute(f"select {listed} from {table}").fetchone() or ()
    return {
        name: [-value for value in values] if values is not None else [None] * len(SHARES)
        for name, values in zip(names, row, strict=True)
    }


@dataclass(frozen=True)
class Sources:
    """What a board is made of."""

    run: str
    scores: str  # the FROM clause of the run with its tiers; empty without a run
    facts: Mapping[str, Sequence[Path]]
    on: date
    kinds: Mapping[str, Sequence[str]]  # product kind -> codes
    zone: str


def copy_out(folder: Path, *, zone: str) -> tuple[Path, int]:
    """Bring everybody's attributes to Parquet; return the file and the last touch known."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch, path = folder / "attributes.csv", folder / "attributes.parquet"
    with connection.cursor() as db:
        db.execute("select coalesce(max(id), 0) from channels_touch")
        (touch,) = db.fetchone()
        select = _select("true", zone=zone)
        with (
            open(scratch, "wb") as out,
            db.copy(f"copy ({select}) to stdout (format csv)") as copy,
        ):
            for block in copy:
                out.write(block)
    types = ", ".join(f"'{name}': '{type_}'" for name, (_, type_) in ATTRIBUTES.items())
    with _bench() as db:
        table = (
            f"read_csv({quote(str(scratch))}, header = false, columns = {{{types}}})"
            if scratch.stat().st_size
            else f"(select {_nothing()} where false)"
        )
        texts = [n for n, (_, t) in ATTRIBUTES.items() if t == "varchar"]
        filled = ", ".join(f"coalesce({name}, '') as {name}" for name in texts)
        db.execute(
            f"copy (select * replace ({filled}) from {table}) to {quote(str(path))} "
            "(format parquet, row_group_size 122880)"
        )
    scratch.unlink()
    return path, int(touch)


def build(root: Path, attributes_at: Path, sources: Sources, **known: Any) -> Board:
    """Write a board from a file of attributes, beside others of the same run.

    `known` holds made_at, mark and touch: when and up to where the records were read.
    """
    folder = attributes_at.parent
    with _bench() as db:
        columns = _describe(db, sources.scores)
        names = [name for name, _ in columns]
        _hold(db, sources)
        last, people = _parts(db, folder, attributes_at, sources, names)
        sampled = _sample(db, folder, sources)
        ranked = [name for name, type_ in columns if _is_figure(name, type_)]
        cuts = cuts_of(sources.scores, ranked, db) if sources.scores else {}
    attributes_at.unlink()
    board = Board(
        run=sources.run,
        scores=sources.scores,
        folder=str(folder.relative_to(root)),
        last_id=last,
        people=people,
        sampled=sampled,
        on=sources.on.isoformat(),
        facts={
            kind: sorted(path.name for path in paths) for kind, paths in sources.facts.items()
        },
        columns=[list(column) for column in columns],
        cuts=cuts,
        **known,
    )
    _point(root, board)
    return board


def new_folder(root: Path) -> Path:
    return root / FOLDER / uuid.uuid4().hex[:12]


def sweep(root: Path, *, keep: Iterable[str]) -> None:
    """Delete boards of a run's folder that nobody reads any more."""
    kept = {Path(name).name for name in keep}
    for old in (root / FOLDER).glob("*"):
        if old.is_dir() and old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)


def score_fields(columns: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, type_) for name, type_ in columns]


def _is_figure(name: str, type_: str) -> bool:
    return type_ not in ("VARCHAR", "BOOLEAN", "DATE") and not INNER.fullmatch(name) and (
        type_.split("(")[0] in {"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT",
                                "DECIMAL"}
    )  # fmt: skip


def _describe(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    if not table:
        return []
    return [
        (row[0], row[1]) for row in db.execute(f"describe select * from {table}").fetchall()
    ]


def _hold(db: duckdb.DuckDBPyConnection, sources: Sources) -> None:
    table = lake.source(list(sources.facts.get("holdings", ())), "holdings")
    db.execute(f"create temp table held as {held(table, on=sources.on)}")


def _parts(
    db: duckdb.DuckDBPyConnection, folder: Path, path: Path, sources: Sources, names: list[str]
) -> tuple[int, int]:
    table = f"read_parquet({quote(str(path))})"
    counted = db.execute(f"select count(*), coalesce(max(customer_id), 0) from {table}")
    people, last = counted.fetchone() or (0, 0)
    bounds = [
        row[0]
        for row in db.execute(
            f"select customer_id from (select customer_id, row_number() over () - 1 as n "
            f"from {table}) where n % {PART} = 0 order by 1"
        ).fetchall()
    ] or [0]
    for number, (low, high) in enumerate(zip(bounds, [*bounds[1:], last + 1], strict=True)):
        inside = f"customer_id >= {low} and customer_id < {high}"
        scores = f"(select * from {sources.scores} where {inside})" if sources.scores else ""
        rows = wide(
            f"(select * from {table} where {inside})",
            scores,
            "select * from held",
            columns=names,
            kinds=with_kinds(sources.kinds),
        )
        part = quote(str(folder / f"part-{number:04}.parquet"))
        db.execute(
            f"copy ({rows} order by customer_id) to {part} "
            # Unpacking costs a quarter of a count, and boards come and go.
            "(format parquet, compression uncompressed, row_group_size 122880)"
        )
    return int(last), int(people)


def _sample(db: duckdb.DuckDBPyConnection, folder: Path, sources: Sources) -> int:
    """Write the sampled customers and all their facts."""
    parts = f"read_parquet({quote(str(folder / 'part-*.parquet'))})"
    path = quote(str(folder / "sample.parquet"))
    found = db.execute(
        f"copy (select * from {parts} where {in_sample('customer_id')} order by customer_id) "
        f"to {path} (format parquet, compression uncompressed)"
    ).fetchone()
    for kind, paths in sources.facts.items():
        if paths:
            db.execute(
                f"copy (select {lake.columns(kind, of='f.')} "
                f"from {lake.source(list(paths), kind)} f "
                f"semi join (select fact_key from read_parquet({path})) s using (fact_key)) "
                f"to {quote(str(folder / f'sample-{kind}.parquet'))} "
                "(format parquet, compression uncompressed)"
            )
    return int(found[0]) if found else 0


def in_sample(column: str) -> str:
    """Whether a customer belongs to the sample: by hash, so always the same ones."""
    return f"md5_number_lower({column}::varchar) % {SAMPLE} = 0"


def _point(root: Path, board: Board) -> None:
    scratch = root / f".{POINTER}.part"
    scratch.write_text(json.dumps(asdict(board), ensure_ascii=False), "utf-8")
    scratch.replace(root / POINTER)


def _nothing() -> str:
    return ", ".join(f"null::{type_} as {name}" for name, (_, type_) in ATTRIBUTES.items())


def _bench() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "3GB"})
