"""A file in, its verdict out: what nearly every test of the reader needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from regulars.server.intake import reader


@dataclass(frozen=True)
class Verdict:
    result: reader.Read
    rows: list[dict[str, Any]]
    refused: list[reader.Refused]

    @property
    def codes(self) -> list[tuple[int, str]]:
        return [(row.line, row.code) for row in self.refused]


Load = Callable[..., Verdict]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Read text, bytes or a file as a kind of table; in Shanghai unless said otherwise."""

    def _load(
        content: str | bytes | Path,
        kind: str = "transactions",
        *,
        given: dict[str, str] | None = None,
        encoding: str | None = None,
        time_zone: str = "Asia/Shanghai",
        currency: str = "CNY",
        out: str = "out",
        rows: bool = True,
    ) -> Verdict:
        path = _written(content, tmp_path)
        sniffed = reader.sniff(path, encoding)
        mapping = reader.propose(sniffed.header, kind, given)
        result = reader.read(
            path,
            sniffed,
            mapping,
            kind=kind,
            time_zone=time_zone,
            out=tmp_path / out,
            currency=currency,
        )
        if not rows:
            return Verdict(result, [], [])
        accepted = parquet.read_table(result.path).to_pylist()
        return Verdict(result, accepted, list(result.refused()))

    return _load


def _written(content: str | bytes | Path, folder: Path) -> Path:
    if isinstance(content, Path):
        return content
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
