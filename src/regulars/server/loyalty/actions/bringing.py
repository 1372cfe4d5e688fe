"""A file of an existing programme is looked at: every row of it is good, known or refused.

The rows are laid into a table of this transaction and judged there by statements, so that a
hundred thousand cost little more than one. What is good is booked by `opening`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.intake.reader import Unreadable, sniff, source
from regulars.server.loyalty import queries
from regulars.server.loyalty.actions import booking
from regulars.server.loyalty.rules import opening as rows

MOST = 1_000_000  # rows of one file; what is more comes in parts
SHOWN = 200  # refused rows that are named
TABLE = """
create temp table loyalty_brought (line int, customer text, number text, joined_on date,
  level text, level_until date, points bigint, expires_on date, tier bigint, tier_until date,
  who bigint, member bigint, known boolean default false, col text, fault text, value text)
on commit drop"""
COPY = (
    "copy loyalty_brought (line, customer, number, joined_on, level, level_until, points, "
    "expires_on, tier, tier_until) from stdin"
)
FOUND = (
    "update loyalty_brought b set who = c.id from customers_customer c "
    "where c.number = b.customer",
    "update loyalty_brought b set member = m.id from loyalty_membership m "
    "where m.customer_id = b.who and m.left_on is null",
)
KEY = "'o:' || b.who || ':{0}:' || coalesce(b.{1}::text, 'always')"
POINTS, TIER = KEY.format("points", "expires_on"), KEY.format("tier", "tier_until")
HAS = (
    "exists (select 1 from loyalty_lot l where l.opening_id is not null and l.source <> '' "
    "and l.source = {0} and l.points = b.{1})"
)
# Of another file, or of this one: what it brought once it brings no second time.
KNOWN = f"""
update loyalty_brought b set known = true where who is not null
  and (points = 0 or {HAS.format(POINTS, "points")})
  and (tier = 0 or {HAS.format(TIER, "tier")})
  and (points + tier > 0 or member is not null)"""
OTHER = (
    "b.{1} > 0 and exists (select 1 from loyalty_lot l where l.opening_id is not null "
    "and l.source <> '' and l.source = {0} and l.points <> b.{1})"
)
SEVERAL = (
    "b.who in (select who from loyalty_brought where {0} group by who "
    "having count(distinct {1}) > 1)"
)
TWICE = (
    "b.{0} > 0 and exists (select 1 from loyalty_brought o where o.who = b.who "
    "and o.line <> b.line and o.{0} > 0 and o.{1} is not distinct from b.{1})"
)
GONE = (
    "exists (select 1 from customers_customer c where c.id = b.who "
    "and (c.state not in ('active', 'stub') or c.deceased_on is not null))"
)
# Column, what is wrong, when; the first that holds refuses the row.
FAULTS: tuple[tuple[str, str, str], ...] = (
    ("customer", "unknown", "b.who is null"),
    ("customer", "gone", GONE),
    ("number", "several", SEVERAL.format("number <> ''", "number")),
    ("joined_on", "several", SEVERAL.format("joined_on is not null", "joined_on")),
    ("level", "several", SEVERAL.format("level <> ''", "level")),
    ("number", "differs",
     "b.number <> '' and exists (select 1 from loyalty_membership m where m.id = b.member "
     "and m.number <> b.number)"),
    ("number", "taken",
     "b.number <> '' and exists (select 1 from loyalty_membership m "
     "where m.number = b.number and m.customer_id <> b.who)"),
    ("number", "ended",
     "b.number <> '' and b.member is null and exists (select 1 from loyalty_membership m "
     "where m.number = b.number and m.customer_id = b.who)"),
    ("number", "shared",
     "b.number <> '' and b.number in (select number from loyalty_brought "
     "where number <> '' group by number having count(distinct who) > 1)"),
    ("points", "twice", TWICE.format("points", "expires_on")),
    ("tier", "twice", TWICE.format("tier", "tier_until")),
    ("points", "other", OTHER.format(POINTS, "points")),
    ("tier", "other", OTHER.format(TIER, "tier")),
)  # fmt: skip
JUDGED = (
    "update loyalty_brought b set col = %s, fault = %s "
    "where b.fault is null and not b.known and ({0})"
)
# Of a row whose one half is there already only the other half is brought.
HALVES = f"""
update loyalty_brought b set
  points = case when {HAS.format(POINTS, "points")} then 0 else points end,
  tier = case when {HAS.format(TIER, "tier")} then 0 else tier end
where fault is null and not known and points > 0 and tier > 0"""
SUMS = """
select count(distinct who) filter (where member is null),
  count(*) filter (where points > 0) + count(*) filter (where tier > 0),
  coalesce(sum(points), 0), coalesce(sum(tier), 0),
  coalesce(sum(points) filter (where expires_on is null), 0)
from loyalty_brought where fault is null and not known"""


class Upload(Protocol):
    """A file as it was sent."""

    name: str | None

    def chunks(self) -> Iterator[bytes]: ...


@dataclass
class Judged:
    """What a file would do. The good rows lie in `loyalty_brought` as long as this runs."""

    rows: int = 0
    members: int = 0
    lots: int = 0
    points: int = 0
    tier: int = 0
    endless: int = 0
    known: int = 0
    refused: int = 0
    faults: list[list[Any]] = field(default_factory=list)


def folder() -> Path:
    found = Path(settings.HOME.imports) / "loyalty"
    found.mkdir(parents=True, exist_ok=True)
    return found


def path_of(name: str) -> Path:
    """Where a file lies until it is taken in or forgotten."""
    return folder() / name


def lay_down(file: Upload, name: str) -> Path:
    path = path_of(name)
    with path.open("wb") as out:
        out.writelines(file.chunks())
    return path


def judge(path: Path, *, called: str, day: date) -> Judged:
    """Read a file and say of each row what becomes of it.

    :raises BadInput: it cannot be read, lacks a column, or has too many rows.
    """
    told = Judged()
    faults = _lay(path, called, day, told)
    for statement in (*FOUND, KNOWN):
        booking.run(statement)
    booking.run("analyze pg_temp.loyalty_brought")
    for column, code, when in FAULTS:
        booking.run(JUDGED.format(when), [column, code])
    booking.run(HALVES)
    told.members, told.lots, told.points, told.tier, told.endless = map(
        int, booking.run(SUMS)[0]
    )
    ((known, refused),) = booking.run(
        "select count(*) filter (where known), count(*) filter (where fault is not null) "
        "from loyalty_brought"
    )
    told.known, told.refused = int(known), int(refused) + len(faults)
    found = booking.run(
        "select line, col, fault, coalesce(value, '') from loyalty_brought "
        "where fault is not null order by line limit %s",
        [SHOWN],
    )
    shown = [[one.line, one.column, one.code, one.value] for one in faults[:SHOWN]]
    told.faults = sorted([*shown, *map(list, found)])[:SHOWN]
    return told


def _lay(path: Path, called: str, day: date, told: Judged) -> list[rows.Fault]:
    faults: list[rows.Fault] = []
    # Before the copy: while one runs nothing else is asked of the database.
    levels = rows.fold(queries.names_of_levels(day))
    with connection.cursor() as db:
        db.execute("drop table if exists pg_temp.loyalty_brought")
        db.execute(TABLE)
        try:
            with db.copy(COPY) as copy:
                for one in _rows(path, day, levels):
                    told.rows += 1
                    if told.rows > MOST:
                        raise BadInput(
                            _("The file has more than %(n)s rows. Send it in parts.")
                            % {"n": MOST}
                        )
                    if isinstance(one, rows.Fault):
                        faults.append(one)
                    else:
                        copy.write_row(_cells(one))
        except Unreadable as error:
            words = error.sentence(get_language() or "zh")
            raise BadInput(words.replace(path.name, called)) from error
        db.execute("create index on pg_temp.loyalty_brought (who)")
        db.execute("analyze pg_temp.loyalty_brought")
    return faults


def _rows(path: Path, day: date, levels: dict[str, str]) -> Iterator[rows.Opened | rows.Fault]:
    """Every row by our names; those without any cell are none."""
    sniffed = sniff(path)
    places = rows.places(sniffed.header)
    if lacks := rows.lacking(places):
        raise BadInput(
            _("The file lacks these columns: %(columns)s.") % {"columns": queries.heads(lacks)}
        )
    names = list(places)
    for batch in source(path, sniffed):
        for broken in batch.broken:
            yield rows.Fault(int(broken.line), "customer", "broken")
        cells = [batch.columns[place].to_pylist() for place in places.values()]
        for line, *each in zip(batch.lines.tolist(), *cells, strict=True):
            told = {n: cell for n, cell in zip(names, each, strict=True) if cell}
            if any(map(str.strip, told.values())):
                yield rows.read(int(line), told, day=day, levels=levels)


def _cells(one: rows.Opened) -> Sequence[Any]:
    return (
        one.line, one.customer, one.number, one.joined_on, one.level, one.level_until,
        one.points, one.expires_on, one.tier, one.tier_until,
    )  # fmt: skip
