"""Read a whole file: every row ends among the accepted, typed and on disk, or the refused.

Rows come in batches of about a hundred thousand, so memory does not grow with the file. The
accepted ones are written to one Parquet file; `schema(kind)` says its columns.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as parquet

from regulars.base import money
from regulars.base.errors import BadInput
from regulars.server.intake.reader import sources
from regulars.server.intake.reader.columns import Column
from regulars.server.intake.reader.fields import KINDS
from regulars.server.intake.reader.forbidden import refuse_below
from regulars.server.intake.reader.mapping import Mapping as ColumnMapping
from regulars.server.intake.reader.moments import (
    FORMATS,
    Order,
    both_ways,
    day_month_pairs,
    decide_order,
)
from regulars.server.intake.reader.reasons import Notice
from regulars.server.intake.reader.refusals import Spool
from regulars.server.intake.reader.result import KindTotal, Read
from regulars.server.intake.reader.rows import Rows, schema
from regulars.server.intake.reader.sniffing import Sniffed
from regulars.server.intake.reader.typed import Rules
from regulars.server.intake.reader.zones import Zone

Progress = Callable[[int, int], None]


class WrongKind(BadInput):
    """There is no such kind of file, or the mapping was made for another one."""


def read(
    path: Path,
    sniffed: Sniffed,
    mapping: ColumnMapping,
    *,
    kind: str,
    time_zone: str,
    today: date,
    out: Path,
    currency: str = "CNY",
    date_order: Order | None = None,
    id_key: bytes | None = None,
    progress: Progress | None = None,
) -> Read:
    """Type every row of a file and write accepted and refused rows into the folder `out`.

    `progress` is called after each batch with the rows done and the rows expected.
    Dates that cannot lie ahead are refused after `today`, the day in that time zone.
    `date_order` says what stands first in dates such as 3/4/2026; left out, the column
    decides, and where it cannot those dates are refused. With `id_key` the numbers of
    identity papers are hashed under it and not written down.

    :raises BadInput: when the file cannot be read as a table, or a required column is missing
    """
    if kind not in KINDS or mapping.kind != kind:
        raise WrongKind(
            f"Files of “{kind}” cannot be read with a mapping for “{mapping.kind}”. "
            f"Use one kind of: {', '.join(KINDS)}."
        )
    mapping.demand_complete()
    zone = Zone(time_zone)
    columns = [
        Column(KINDS[kind].field(name), column, sniffed.header.index(column), zone, date_order)
        for name, column in mapping.columns.items()
    ]
    out.mkdir(parents=True, exist_ok=True)
    reading = _Reading(path, sniffed, mapping, columns, today, out, currency, id_key)
    return reading.run(progress)


class _Reading:
    """One pass over one file."""

    def __init__(
        self,
        path: Path,
        sniffed: Sniffed,
        mapping: ColumnMapping,
        columns: list[Column],
        today: date,
        out: Path,
        currency: str,
        id_key: bytes | None,
    ) -> None:
        self.path, self.sniffed, self.columns = path, sniffed, columns
        self.accepted_path, self.refused_path = (
            out / "accepted.parquet",
            out / "refused.parquet",
        )
        self.notices: list[Notice] = list(sniffed.notices)
        digits = money.digits(currency)
        spec = KINDS[mapping.kind]
        rules = Rules(spec, columns, mapping.units, digits, self._decide, today, id_key)
        self.rows = Rows(rules, sniffed.header)
        self.done = 0
        free = [one.place for one in columns if one.spec.type == "text"]
        self._words = free if spec.name == "customers" else []
        self._progress: Progress | None = None

    def run(self, progress: Progress | None) -> Read:
        accepted, self._progress = 0, progress
        spool = Spool(self.refused_path)
        writer = parquet.ParquetWriter(
            self.accepted_path, schema(self.rows.spec.name), compression="zstd"
        )
        try:
            for batch in sources.batches(self.path, self.sniffed):
                refuse_below(self.path.name, self.sniffed.header, batch.columns, self._words)
                table, refused = self.rows.sort_out(batch)
                if table.num_rows:
                    writer.write_table(table)
                spool.add(refused)
                accepted += table.num_rows
                self.done += table.num_rows + len(refused)
                self._tell()
        finally:
            writer.close()
            spool.close()
            self.rows.close()
        return self._result(accepted, spool)

    def _tell(self) -> None:
        if self._progress:
            self._progress(self.done, max(self.done, self.sniffed.row_estimate))

    def _result(self, accepted: int, spool: Spool) -> Read:
        totals = self.rows.totals
        return Read(
            rows=self.done,
            accepted=accepted,
            refused_by=dict(spool.counts),
            path=self.accepted_path,
            refused_path=self.refused_path,
            header=self.sniffed.header,
            date_formats={
                column.spec.name: ", ".join(
                    FORMATS[way] for way, _ in column.formats.most_common()
                )
                for column in self.columns
                if column.formats
            },
            totals={k: KindTotal(totals.rows[k], totals.minor[k]) for k in sorted(totals.rows)},
            notices=(*self.notices, *self._short_years(), *self.rows.notices()),
        )

    def _short_years(self) -> list[Notice]:
        return [
            Notice(
                "two_digit_years",
                {"column": one.name, "value": one.short_year[0], "read": one.short_year[1]},
            )
            for one in self.columns
            if one.short_year
        ]

    def _decide(self, column: Column) -> Order:
        """Go through the whole column once to tell day from month."""
        pairs: set[tuple[int, int]] = set()
        for batch in sources.batches(self.path, self.sniffed):
            pairs |= day_month_pairs(batch.columns[column.place])
            self._tell()  # still at work, if no further
        order = decide_order(pairs)
        if told := _order_told(order, pairs):
            self.notices.append(Notice(told[0], {"column": column.name, **told[1]}))
        return order


def _order_told(order: Order, pairs: set[tuple[int, int]]) -> tuple[str, dict[str, str]] | None:
    """Say what was decided, with an example; None where nothing hangs on it."""
    if order == "unknown":
        doubtful = [(one, two) for one, two in pairs if one != two and max(one, two) <= 12]
        if not doubtful:
            return None
        one, two = max(doubtful)
        mean = both_ways(one, two)
        said = {"value": f"{one}/{two}", "one": mean[0][5:], "other": mean[1][5:]}
        return "day_month_unknown", said
    one, two = max(pairs, key=lambda pair: pair[0 if order == "day_first" else 1])
    day, month = (one, two) if order == "day_first" else (two, one)
    return order, {"value": f"{one}/{two}", "read": f"{month:02}-{day:02}"}
