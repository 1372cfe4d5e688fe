"""Whatever the bytes, the answer is a verdict: rows, refused rows, or one BadInput."""

import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader import onepass, sniffing

TODAY = date(2026, 11, 22)

GIVEN = {"customer_id": "1", "occurred_at": "2", "amount": "3"}
BITS = [
    ",", ";", "\t", '"', "\n", "\r\n", "\r", "\0", "\ufeff", "\ufffd", " ", "=", "-", "'",
    "客户号", "日期", "金额", "customer_id,date,amount\n", "A,2026-01-01,5\n", "NULL", "C1",
    "A,30/2/2026,1e99\n", "B,3/4/26,(5)\n", "1.2E+17", "9999-12-31", "46053.5", "１２", "万",
    "1769817600", "\x1f",
]  # fmt: skip


def judge(data: bytes, name: str = "f.csv", kind: str = "transactions") -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            sniffed = sniffing.sniff(path)
            given = GIVEN if kind == "transactions" and sniffed.width >= 3 else None
            mapping = reader.propose(sniffed.header, kind, given)
            result = onepass.read(
                path,
                sniffed,
                mapping,
                kind=kind,
                time_zone="Asia/Shanghai",
                today=TODAY,
                out=path.parent,
            )
        except BadInput:
            return
        refused_rows = list(result.refused())
        assert result.rows == result.accepted + len(refused_rows)
        assert all(row.sentence("zh") and row.sentence("en") for row in refused_rows)
        result.write_errors(path.parent / "errors.csv")


slow = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(
    st.lists(st.sampled_from(BITS), max_size=40).map("".join),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_text_made_of_awkward_pieces_gets_a_verdict(text, encoding):
    judge(text.encode(encoding))


@slow
@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(data):
    judge(data)


@slow
@given(
    st.binary(max_size=40), st.integers(0, 400), st.sampled_from(["transactions", "customers"])
)
def test_a_table_with_bytes_overwritten_gets_a_verdict(noise, at, kind):
    rows = "".join(f"C{n},2026-01-{n % 28 + 1:02},{n}.5,茶叶\n" for n in range(20))
    table = f"客户号,日期,金额,姓名\n{rows}".encode()

    judge(table[:at] + noise + table[at + len(noise) :], kind=kind)


def test_mutated_workbooks_get_a_verdict(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户号", "日期", "金额"])
        for n in range(1, 20):
            sheet.write_row(n, 0, [f"C{n}", 46053 + n, n / 3])
    whole, chance = path.read_bytes(), random.Random(7)

    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        judge(bytes(data), "book.xlsx")


@pytest.mark.parametrize("kind", reader.KINDS)
def test_an_empty_table_of_every_kind_is_read_as_empty(tmp_path, kind):
    path = tmp_path / "f.csv"
    path.write_text(",".join(f.name for f in reader.KINDS[kind].fields) + "\n")
    sniffed = sniffing.sniff(path)

    result = onepass.read(
        path,
        sniffed,
        reader.propose(sniffed.header, kind),
        kind=kind,
        time_zone="UTC",
        today=TODAY,
        out=tmp_path,
    )

    assert (result.rows, result.accepted) == (0, 0)
