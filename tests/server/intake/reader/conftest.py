"""A file in, its verdict out: what nearly every test of the reader needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from regulars.server.intake import reader
from regulars.server.intake.reader import onepass, sniffing


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
    """Read text, bytes or a file as a kind of table; in Shanghai unless said otherwise.

    In this process: that the sandbox reads the same is a test of the sandbox.
    """

    def _load(
        content: str | bytes | Path,
        kind: str = "transactions",
        *,
        given: dict[str, str] | None = None,
        encoding: str | None = None,
        time_zone: str = "Asia/Shanghai",
        today: dt.date = dt.date(2026, 11, 22),
        currency: str = "CNY",
        out: str = "out",
        rows: bool = True,
        **more: Any,
    ) -> Verdict:
        path = _written(content, tmp_path)
        sniffed = sniffing.sniff(path, encoding)
        mapping = reader.propose(sniffed.header, kind, given)
        result = onepass.read(
            path,
            sniffed,
            mapping,
            kind=kind,
            time_zone=time_zone,
            today=today,
            out=tmp_path / out,
            currency=currency,
            **more,
        )
        if not rows:
            return Verdict(result, [], [])
        accepted = parquet.read_table(result.path).to_pylist()
        return Verdict(result, accepted, list(result.refused()))

    return _load


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A page of notes, then a table below a title, one column off the edge."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明").write(0, 0, "请在第二页填写")
        sheet = book.add_worksheet("数据")
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write(0, 1, "2026 年交易")
        sheet.write_row(2, 1, ["客户号", "交易时间", "金额", "门店", "流水号"])
        sheet.write_row(3, 1, ["00012", None, 0.1 + 0.2, 7.0, "T1"])
        sheet.write_datetime(3, 2, dt.datetime.fromisoformat("2026-01-31 08:05"), day)
        sheet.write_row(4, 1, [17850.0, 46053.5, "1,200.50", 8, "T2"])
        sheet.write_row(6, 1, [440301199001011234, "2026-02-01", 5, 8, "T3"])
        sheet.write_row(7, 1, ["A9", "2026-02-01", 5, 8, "T4", "left over"])
    return path


def _written(content: str | bytes | Path, folder: Path) -> Path:
    if isinstance(content, Path):
        return content
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
