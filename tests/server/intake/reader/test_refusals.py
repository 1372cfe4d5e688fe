import csv

import pytest

from regulars.server.intake.reader.reasons import NOTICES, REFUSALS, sentence

TABLE = "客户号,日期,金额,备注\nA,2026-02-30,5,=1+1\nB,2026-01-01,6,ok\n,2026-01-01,7,茶\n"


def written(verdict, tmp_path, **more):
    path = tmp_path / "errors.csv"
    count = verdict.result.write_errors(path, **more)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return count, list(csv.reader(data.decode("utf-8-sig").splitlines()))


def test_the_file_of_refused_rows_has_the_same_cells_and_the_reason(load, tmp_path):
    count, rows = written(load(TABLE), tmp_path)

    assert count == 2
    assert rows == [
        ["客户号", "日期", "金额", "备注", "错误原因"],
        ["A", "2026-02-30", "5", "'=1+1", "“2026-02-30”是不存在的日期或时间。请改正。"],
        ["", "2026-01-01", "7", "茶", "这一行没有客户编号。请补填客户编号，或删除这一行。"],
    ]


def test_it_can_be_written_in_english(load, tmp_path):
    _, rows = written(load(TABLE), tmp_path, language="en")

    assert rows[0][-1] == "reason of refusal"
    assert rows[1][-1] == "“2026-02-30” is no day or time that exists. Correct it."


def test_mended_it_loads_as_it_is(load, tmp_path):
    verdict = load(TABLE)
    _, rows = written(verdict, tmp_path)
    rows[1][1], rows[2][0] = "2026-02-28", "C"
    mended = "\n".join(",".join(row) for row in rows)

    again = load(mended, out="again")

    assert [row["customer_id"] for row in again.rows] == ["A", "C"]


def test_rows_of_the_wrong_width_keep_all_their_cells(load, tmp_path):
    _, rows = written(load("客户号,日期,金额\nA,2026-01-01\nB,2026-01-01,5,6,7\n"), tmp_path)

    assert [row[:3] for row in rows[1:]] == [
        ["A", "2026-01-01", ""],
        ["B", "2026-01-01", "5 6 7"],
    ]


@pytest.mark.parametrize("code", [*REFUSALS, *NOTICES])
def test_every_reason_is_a_full_sentence_in_both_languages(code):
    class Anything(dict):
        def __missing__(self, name):
            return "…"

    english, chinese = {**REFUSALS, **NOTICES}[code]

    assert english.format_map(Anything()).endswith(".")
    assert chinese.format_map(Anything()).endswith("。")


def test_a_word_in_a_sentence_follows_the_language():
    label = {"label": {"en": "Time", "zh": "交易时间"}, "value": ""}

    assert sentence("missing", label, "zh-hans").startswith("“交易时间”为空")
    assert sentence("missing", label, "en").startswith("“Time” is empty")


def test_words_that_would_do_are_named_in_the_readers_language(load):
    (refused,) = load("客户编号,客户类型\nA,企鹅\n", "customers").refused

    assert "个人、机构" in refused.problems[0].sentence("zh")
    assert "person, organization" in refused.problems[0].sentence("en")
