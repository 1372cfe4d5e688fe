"""Refused rows come out with their reasons, are mended, and come in once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from regulars.server.intake import actions, queries
from regulars.server.intake.actions import mending
from regulars.testing.cast import NOON, TESTS

BROKEN = """客户号,交易时间,金额,备注
0001,2026-10-01 10:00,10,甲
0001,2026-13-01 10:00,11,乙
,2026-10-03 10:00,12,丙
0002,2026-10-04 10:00,一百,丁
0003,2026-13-05 10:00,14,"=1+1"
"""


def errors(found, tmp_path: Path, *, language: str = "zh") -> list[list[str]]:
    path = tmp_path / f"errors-{found.public_id}.csv"
    actions.write_refused(found, path, language=language)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(path.open(encoding="utf-8-sig", newline="")))


def back(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_half_is_mended_and_loaded_and_then_the_rest_and_nothing_twice(
    bring, facts, tmp_path, language
):
    first = bring(BROKEN)
    header, *rows = errors(first, tmp_path, language=language)
    assert header[-1] in ("错误原因", "reason of refusal")
    assert [row[3] for row in rows] == ["乙", "丙", "丁", "'=1+1"]
    rows[0][1], rows[2][2] = "2026-10-02 10:00", "100"

    half = bring(back([header, *rows]))

    assert (half.mends, half.added, half.refused) == (first, 2, 2)
    assert mending.count_still_refused(first) == 2
    header, *rows = errors(first, tmp_path, language=language)
    assert [row[3] for row in rows] == ["丙", "'=1+1"]
    rows[0][0], rows[1][1] = "0002", "2026-10-05 10:00"
    rest = bring(back([header, *rows]))
    assert (rest.mends, rest.added, rest.refused) == (first, 2, 0)
    assert mending.count_still_refused(first) == 0
    again = bring(back([header, *rows]))
    assert (again.added, again.known) == (0, 2)
    assert facts("select count(*), sum(amount) from facts") == [(5, 14700)]


def test_the_mended_half_alone_leaves_the_others_refused(bring, tmp_path):
    first = bring(BROKEN)
    header, *rows = errors(first, tmp_path)
    rows[0][1] = "2026-10-02 10:00"

    bring(back([header, rows[0]]))

    assert [row.line for row in mending.still_refused(first)] == [4, 5, 6]


def test_the_mapping_is_that_of_the_first_file(bring, tmp_path, as_system):
    first = bring(
        "甲,乙,丙\nx,2026-10-01,5\nx,2026-99-01,6\n",
        mapping={"customer_id": "甲", "occurred_at": "乙", "amount": "丙"},
    )
    header, *rows = errors(first, tmp_path)
    rows[0][1] = "2026-10-02"
    path = tmp_path / "mended.csv"
    path.write_text(back([header, *rows]), "utf-8")

    found = actions.begin(path, kind="transactions", by=TESTS, at=NOON)

    assert (found.mends, found.mapping["customer_id"]) == (first, "甲")


def test_a_row_mended_into_the_like_of_a_loaded_one_is_a_second_row(bring, facts, tmp_path):
    text = "客户号,交易时间,金额\n0001,2026-10-01,5\n0001,2026-10-99,5\n"
    first = bring(text)
    header, *rows = errors(first, tmp_path)
    rows[0][1] = "2026-10-01"

    mended = bring(back([header, *rows]))
    again = bring(back([header, *rows]))
    whole = bring(text.replace("10-99", "10-01"))

    assert (mended.added, again.added, whole.added) == (1, 0, 0)
    assert facts("select count(*) from facts") == [(2,)]


def test_rows_that_the_records_refused_are_mended_too(bring, as_system, tmp_path):
    first = bring("客户号,姓名,机构号\n0101,甲,B01\n0102,乙,B99\n", kind="customers")
    header, *rows = errors(first, tmp_path)
    assert rows == [["0102", "乙", "B99", rows[0][3]]]
    rows[0][2] = "B77"
    still = bring(back([header, *rows]), kind="customers")
    assert (still.mends, mending.count_still_refused(first)) == (first, 1)

    rows[0][2] = "B02"
    done = bring(back([header, *rows]), kind="customers")

    assert (done.added, mending.count_still_refused(first)) == (1, 0)


def test_taking_the_mended_file_out_makes_its_rows_refused_again(bring, tmp_path):
    first = bring(BROKEN)
    header, *rows = errors(first, tmp_path)
    rows[0][1] = "2026-10-02 10:00"
    mended = bring(back([header, rows[0]]))

    actions.undo(mended, by=TESTS, at=NOON)

    assert mending.count_still_refused(first) == 4
    assert not queries.mended(first).exists()


@pytest.mark.parametrize(("language", "colon"), [("zh", "："), ("en", ": ")])
def test_of_several_mistakes_page_and_file_name_the_same_columns(
    bring, tmp_path, language, colon
):
    found = bring("客户号,交易时间,金额\n0001,2026-13-40,ten\n", work=actions.check)
    path = tmp_path / "errors.csv"
    actions.write_refused(found, path, language=language)

    (shown,) = queries.examples(found, language=language)
    assert f"交易时间{colon}“2026-13-40”" in shown["sentence"]
    assert f"金额{colon}“ten”" in shown["sentence"]
    assert shown["sentence"] in path.read_text("utf-8-sig").replace('""', '"')
