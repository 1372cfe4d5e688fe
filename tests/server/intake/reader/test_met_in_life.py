"""Files as they are met: what surrounds a table, and what is not what it is called."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from tests.server.intake.drills.biff import write_xls
from tests.server.intake.drills.opendocument import write_ods

from regulars.server.intake.reader import sniffing
from regulars.server.intake.reader.unreadable import Unreadable

ROWS = "C1,2026-01-01,5,茶\nC2,2026-01-02,6,瓷\nC3,2026-01-03,7,茶\n"
HEAD = "客户号,日期,金额,品类\n"
TABLE = [["客户号", "日期", "金额"], ["00012", 46053.0, 12.5], ["17850", 46054.5, 0.1 + 0.2]]


def numbers(verdict) -> list[str]:
    return [row["customer_id"] for row in verdict.rows]


def test_two_files_of_one_export_may_have_two_encodings(load):
    one, two = load((HEAD + ROWS).encode("gbk")), load((HEAD + ROWS).encode(), out="two")

    assert [row["category"] for row in one.rows] == [row["category"] for row in two.rows]
    assert [row["row_key"] for row in one.rows] == [row["row_key"] for row in two.rows]


@pytest.mark.parametrize(
    "above",
    [
        "2026 年交易明细\n",
        "2026 年交易明细,,,\n导出人：李梅,,,\n\n",
        "柳湖农商银行\n\n交易明细\n导出时间：2026-11-22 10:00:00\n",
    ],
)
def test_lines_above_the_header_are_passed_over(load, above):
    assert numbers(load(above + HEAD + ROWS)) == ["C1", "C2", "C3"]


@pytest.mark.parametrize(
    "below",
    [
        "必填，企业内唯一,yyyy-mm-dd,单位：元,选填\n",
        "企业内部编号,交易发生的日子,以元计的数额,大类\n",
        "customer_id,date,amount,category\n",
        "------,----------,----,----\n",
        "customer_id,date,amount,category\n必填,必填,必填,选填\n",
    ],
)
def test_lines_that_explain_the_header_are_passed_over_and_told(load, below):
    verdict = load(HEAD + below + ROWS)

    assert numbers(verdict) == ["C1", "C2", "C3"]
    assert {notice.code for notice in verdict.result.notices} == {"description_row"}
    assert "没有当作数据读取" in verdict.result.notices[0].sentence("zh")


@pytest.mark.parametrize("bad", ["C0,下周,很多,茶\n", "C0,,-,茶\n", "C0,待定,待定,\n"])
def test_a_first_row_that_is_merely_wrong_is_refused_and_not_passed_over(load, bad):
    verdict = load(HEAD + bad + "C1,2026-01-01,5,茶\n")

    assert [line for line, _ in verdict.codes] == [2]
    assert not verdict.result.notices


def test_merged_cells_above_the_names_are_joined_with_them(load, tmp_path):
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "客户号")
        sheet.merge_range(0, 1, 0, 2, "本次交易")
        sheet.write_row(1, 1, ["日期", "金额"])
        sheet.merge_range(0, 3, 0, 4, "商品")
        sheet.write_row(1, 3, ["品类", "数量"])
        sheet.write_row(2, 0, ["C1", "2026-01-01", 5, "茶", 2])

    verdict = load(path)

    (row,) = verdict.rows
    assert (row["customer_id"], row["amount"], row["quantity"]) == ("C1", 500, 2)
    assert [notice.code for notice in verdict.result.notices] == ["header_of_two_lines"]


def test_one_name_under_two_groups_is_told_apart(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("客户号,本月,,上月,\n,金额,数量,金额,数量\nC1,1,2,3,4\n")

    found = sniffing.sniff(path)

    assert found.header == ("客户号", "本月 金额", "本月 数量", "上月 金额", "上月 数量")
    assert found.first_line == 3


def test_empty_rows_and_columns_do_no_harm(load):
    verdict = load(
        ",客户号,,日期,金额,,\n,,,,,,\n,C1,,2026-01-01,5,,\n,,,,,,\n,C2,,2026-01-02,6,,\n"
    )

    assert numbers(verdict) == ["C1", "C2"]
    assert not verdict.refused


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("transactions", "合计,2026-01-31,18,"),
        ("transactions", "总计：,,18,"),
        ("customers", "小计,,,"),
    ],
)
def test_a_row_that_adds_up_the_others_is_nobody(load, kind, row):
    verdict = load(
        HEAD.replace("日期", "开户日期" if kind == "customers" else "日期") + ROWS + row, kind
    )

    assert verdict.codes == [(5, "total_row")]
    assert verdict.result.accepted == 3


@pytest.mark.parametrize(("write", "suffix"), [(write_xls, "xls"), (write_ods, "ods")])
def test_older_and_open_workbooks_are_read(load, tmp_path, write, suffix):
    path = tmp_path / f"book.{suffix}"
    write(path, TABLE)

    verdict = load(path)

    assert [(r["customer_id"], r["amount"]) for r in verdict.rows] == [
        ("00012", 1250),
        ("17850", 30),
    ]
    assert [str(row["local_date"]) for row in verdict.rows] == ["2026-01-31", "2026-02-01"]


def test_of_several_sheets_the_list_is_proposed_and_hidden_ones_are_not_offered(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        summary = book.add_worksheet("汇总")
        for place, row in enumerate([["网点", "客户数"], ["西湖", 2], ["滨江", 3]]):
            summary.write_row(place, 0, row)
        detail = book.add_worksheet("明细")
        for place, row in enumerate([["客户号", "日期", "金额"], ["C1", "2026-01-01", 5]]):
            detail.write_row(place, 0, row)
        secret = book.add_worksheet("旧数据")
        secret.write_row(0, 0, ["客户号", "日期", "金额", "品类", "网点"])
        secret.write_row(1, 0, ["C9", "2025-01-01", 5, "茶", "西湖"])
        secret.hide()

    found = sniffing.sniff(path)

    assert (found.sheet, found.sheets) == ("明细", ("汇总", "明细"))
    assert found.row_estimate == 1
    assert sniffing.sniff(path, sheet="旧数据").sample[0][0] == "C9"


def test_formulas_count_with_their_value_errors_are_empty_and_hidden_rows_are_rows(
    load, tmp_path
):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户号", "日期", "金额", "品类"])
        for place in (1, 2, 3):
            sheet.write_row(place, 0, [f"C{place}", "2026-01-01", 5, "茶"])
        sheet.write_formula(1, 2, "=2+3.5", None, 5.5)
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        sheet.set_row(3, options={"hidden": True})

    verdict = load(path)

    assert [(row["customer_id"], row["amount"], row["category"]) for row in verdict.rows] == [
        ("C1", 550, None),
        ("C3", 500, "茶"),
    ]
    assert verdict.codes == [(3, "no_amount")]


def _workbook(folder: Path) -> Path:
    path = folder / "real.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(TABLE):
            sheet.write_row(place, 0, row)
    return path


@pytest.mark.parametrize("name", ["book.xls", "book.csv", "book.ods", "book", "book.xlsb"])
def test_the_content_decides_and_not_the_name(load, tmp_path, name):
    shutil.copy(_workbook(tmp_path), tmp_path / name)

    assert numbers(load(tmp_path / name)) == ["00012", "17850"]


def test_an_old_workbook_called_csv_and_a_csv_called_workbook(load, tmp_path):
    write_xls(tmp_path / "a.csv", TABLE)
    (tmp_path / "b.xlsx").write_text(HEAD + ROWS)

    assert numbers(load(tmp_path / "a.csv")) == ["00012", "17850"]
    assert numbers(load(tmp_path / "b.xlsx", out="b")) == ["C1", "C2", "C3"]


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"<html><table><tr><td>1</td></tr></table>", "is a web page", "其实是网页"),
        ('<?xml version="1.0"?><Workbook>', "is XML", "其实是 XML"),
        (gzip.compress(ROWS.encode(), mtime=0), "packed archive", "请先解压"),
        (b"%PDF-1.7", "is no table", "不是表格"),
    ],
)
def test_what_is_no_table_is_named_in_both_languages(tmp_path, content, english, chinese):
    path = tmp_path / "export.xls"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(Unreadable, match=english) as refused:
        sniffing.sniff(path)

    assert chinese in refused.value.sentence("zh")


def test_a_packed_csv_is_to_be_unpacked(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export.csv", HEAD + ROWS)

    with pytest.raises(Unreadable, match="Unpack it"):
        sniffing.sniff(path)


def test_ids_dates_and_words_as_one_export_writes_them(load):
    verdict = load(
        "客户号,姓名,生日,开户日期,手机,职业\n"
        "266079.0,李梅,2020/2/21 0:00,20200221,138 0013 8000,无\n"
        "２６６０８０,王涛,1990年4月28日,2020-02-21,NULL,-\n"
        '="00012",赵,NA,29221,,茶农\n',
        "customers",
    )

    assert [row["number"] for row in verdict.rows] == ["266079", "266080", "00012"]
    assert [str(row["birth_date"]) for row in verdict.rows] == [
        "2020-02-21",
        "1990-04-28",
        "None",
    ]
    assert [str(row["since"]) for row in verdict.rows] == [
        "2020-02-21",
        "2020-02-21",
        "1980-01-01",
    ]
    assert [row["occupation"] for row in verdict.rows] == [None, None, "茶农"]
