"""What became of a file that was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regulars.server.intake.reader.batches import Refused
from regulars.server.intake.reader.reasons import Notice
from regulars.server.intake.reader.refusals import read_refused, write_errors


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
