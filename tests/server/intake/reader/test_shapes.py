from pathlib import Path

import pytest

from regulars.base.errors import BadInput
from regulars.server.intake import reader


def sniff(tmp_path: Path, content: str | bytes, name: str = "f.csv") -> reader.Sniffed:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return reader.sniff(path)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, mark):
    rows = [
        ["customer_id", "date", "amount"],
        ["A", "2026-01-01", "1"],
        ["B", "2026-01-02", "2"],
    ]

    found = sniff(tmp_path, "\n".join(mark.join(row) for row in rows))

    assert found.delimiter == mark
    assert found.format == ("tsv" if mark == "\t" else "csv")
    assert found.header == ("customer_id", "date", "amount")
    assert found.row_estimate == 2


def test_commas_inside_quotes_do_not_mislead(tmp_path):
    found = sniff(tmp_path, 'name;number\n"Li, Mei, Ltd.";1\n"Wang, Tao, Co.";2\n')

    assert found.delimiter == ";"


def test_a_first_row_of_data_is_no_header(tmp_path):
    found = sniff(tmp_path, "A1,2026-01-01,5.00\nA2,2026-01-02,6.00\n")

    assert not found.has_header
    assert found.header == ("1", "2", "3")
    assert found.first_line == 1


def test_unknown_words_above_figures_are_a_header(tmp_path):
    found = sniff(tmp_path, "foo,bar\nx,1\ny,2\n")

    assert found.header == ("foo", "bar")


def test_titles_above_the_header_are_skipped(tmp_path):
    found = sniff(tmp_path, "2026 年客户交易明细,,\n\n客户号,日期,金额\nA,2026-01-01,1\n")

    assert found.header == ("客户号", "日期", "金额")
    assert found.first_line == 4


def test_columns_without_a_name_and_of_one_name_can_be_told_apart(tmp_path):
    found = sniff(tmp_path, "客户号,,金额,金额\nA,x,1,2\n")

    assert found.header == ("客户号", "2", "金额", "金额 (4)")


def test_a_file_aligned_with_blanks_has_columns(tmp_path):
    found = sniff(
        tmp_path, " 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2    9.73\r\n"
    )

    assert (found.delimiter, found.header) == (" ", ("1", "2", "3", "4", "5"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"<html><table><tr><td>1</td></tr></table>", "web page"),
        (b"%PDF-1.7 ...", "no table"),
        (b"PAR1 not really", "Parquet"),
        (b"PK\x03\x04 not really", "workbook"),
        (b"\xd0\xcf\x11\xe0 not really", "workbook"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(tmp_path, content, said):
    with pytest.raises(BadInput, match=said):
        sniff(tmp_path, content, "f.xls")


def test_a_file_that_is_not_there_is_said_not_to_be(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        reader.sniff(tmp_path / "absent.csv")
