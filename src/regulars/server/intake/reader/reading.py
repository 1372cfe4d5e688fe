"""Read a whole file: every row ends among the accepted, typed and on disk, or the refused.

Rows come in batches of about a hundred thousand, so memory does not grow with the file. The
accepted ones are written to one Parquet file; `schema(kind)` says its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as parquet

from regulars.base import money
from regulars.base.errors import BadInput
from regulars.server.intake.reader import columnar, delimited, sheets
from regulars.server.intake.reader.batches import Batch, Refused
from regulars.server.intake.reader.blocks import Layout
from regulars.server.intake.reader.columns import Column
from regulars.server.intake.reader.encodings import Encoding
from regulars.server.intake.reader.fields import KINDS
from regulars.server.intake.reader.mapping import Mapping as ColumnMapping
from regulars.server.intake.reader.moments import FORMATS, Order, day_month_pairs, decide_order
from regulars.server.intake.reader.reasons import Notice
from regulars.server.intake.reader.refusals import Spool, read_refused, write_errors
from regulars.server.intake.reader.rows import Rows, schema
from regulars.server.intake.reader.sniffing import Sniffed
from regulars.server.intake.reader.typed import Rules
from regulars.server.intake.reader.zones import Zone

Progress = Callable[[int, int], None]


class WrongKind(BadInput):
    """There is no such kind of file, or the mapping was made for another one."""


@dataclass(frozen=True)
class KindTotal:
    """Rows and sum, in minor units, of one kind of transaction."""

    rows: int
    amount: int


@dataclass(frozen=True)
class Read:
    """What became of a file. `rows` counts all rows but blank ones."""

    rows: int
    accepted: int
    refused_by: Mapping[str, int]  # rows by their first reason
    path: Path  # the accepted rows, as Parquet
    refused_path: Path
    header: tuple[str, ...]
    date_formats: Mapping[str, str] = field(default_factory=dict)  # field: how it is written
    totals: Mapping[str, KindTotal] = field(default_factory=dict)  # transactions only
    notices: tuple[Notice, ...] = ()

    @property
    def refused_count(self) -> int:
        return self.rows - self.accepted

    def refused(self) -> Iterator[Refused]:
        """Yield every refused row with its line, cells and reasons."""
        return read_refused(self.refused_path)

    def write_errors(self, path: Path, *, language: str = "zh") -> int:
        """Write the refused rows with a column of reasons; return their number."""
        return write_errors(path, header=self.header, refused=self.refused(), language=language)


def read(
    path: Path,
    sniffed: Sniffed,
    mapping: ColumnMapping,
    *,
    kind: str,
    time_zone: str,
    out: Path,
    currency: str = "CNY",
    progress: Progress | None = None,
) -> Read:
    """Type every row of a file and write accepted and refused rows into the folder `out`.

    `progress` is called after each batch with the rows done and the rows expected.

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
        Column(KINDS[kind].field(name), column, sniffed.header.index(column), zone)
        for name, column in mapping.columns.items()
    ]
    out.mkdir(parents=True, exist_ok=True)
    return _Reading(path, sniffed, mapping, columns, out, currency).run(progress)


def source(path: Path, sniffed: Sniffed) -> Iterator[Batch]:
    """Yield the rows of a file of any format as text."""
    if sniffed.format == "parquet":
        return columnar.batches(path)
    if sniffed.format in ("xlsx", "xls"):
        return sheets.batches(
            path, sniffed.sheet, width=sniffed.width, first_line=sniffed.first_line
        )
    encoding = Encoding(sniffed.encoding, sniffed.damaged)
    layout = Layout(encoding, sniffed.delimiter, sniffed.width, sniffed.first_line)
    return delimited.batches(path, layout)


class _Reading:
    """One pass over one file."""

    def __init__(
        self,
        path: Path,
        sniffed: Sniffed,
        mapping: ColumnMapping,
        columns: list[Column],
        out: Path,
        currency: str,
    ) -> None:
        self.path, self.sniffed, self.columns = path, sniffed, columns
        self.accepted_path, self.refused_path = (
            out / "accepted.parquet",
            out / "refused.parquet",
        )
        self.notices: list[Notice] = []
        digits = money.digits(currency)
        spec = KINDS[mapping.kind]
        rules = Rules(spec, columns, mapping.units, digits, self._decide)
        self.rows = Rows(rules, sniffed.header)

    def run(self, progress: Progress | None) -> Read:
        done = accepted = 0
        spool = Spool(self.refused_path)
        writer = parquet.ParquetWriter(
            self.accepted_path, schema(self.rows.spec.name), compression="zstd"
        )
        try:
            for batch in source(self.path, self.sniffed):
                table, refused = self.rows.sort_out(batch)
                if table.num_rows:
                    writer.write_table(table)
                spool.add(refused)
                accepted += table.num_rows
                done += table.num_rows + len(refused)
                if progress:
                    progress(done, max(done, self.sniffed.row_estimate))
        finally:
            writer.close()
            spool.close()
            self.rows.close()
        return self._result(done, accepted, spool)

    def _result(self, done: int, accepted: int, spool: Spool) -> Read:
        totals = self.rows.totals
        return Read(
            rows=done,
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
            notices=(*self.notices, *self.rows.notices()),
        )

    def _decide(self, column: Column) -> Order:
        """Go through the whole column once to tell day from month."""
        pairs: set[tuple[int, int]] = set()
        for batch in source(self.path, self.sniffed):
            pairs |= day_month_pairs(batch.columns[column.place])
        order, certain = decide_order(pairs)
        one, two = max(pairs) if order == "day_first" else max(pairs, key=lambda pair: pair[1])
        day, month = (one, two) if order == "day_first" else (two, one)
        seen = {"column": column.name, "value": f"{one}/{two}", "read": f"{month:02}-{day:02}"}
        self.notices.append(Notice(order if certain else "day_month_guessed", seen))
        return order
