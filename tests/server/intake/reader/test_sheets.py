import datetime as dt
import zipfile

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader.sheets import text


def test_a_workbook_reads_like_a_text_file(load, workbook):
    sniffed = reader.sniff(workbook)
    verdict = load(workbook)

    assert (sniffed.format, sniffed.sheet, sniffed.sheets) == ("xlsx", "数据", ("说明", "数据"))
    assert [(r["line"], r["customer_id"], r["amount"], r["branch"]) for r in verdict.rows] == [
        (4, "00012", 30, "7"),
        (5, "17850", 120050, "8"),
    ]
    assert [str(row["local_date"]) for row in verdict.rows] == ["2026-01-31"] * 2


def test_a_long_number_that_the_spreadsheet_damaged_is_refused(load, workbook):
    refused = load(workbook).refused[0]

    assert (refused.line, refused.column, refused.code) == (7, "客户号", "damaged_number")
    assert "文本格式" in refused.sentence("zh")


def test_a_sheet_that_is_not_there_is_named(workbook):
    with pytest.raises(BadInput, match="no sheet “x”"):
        reader.sniff(workbook, sheet="x")


def test_two_far_cells_do_not_exhaust_memory(tmp_path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "customer_id")
        sheet.write(1048575, 16383, "x")

    with pytest.raises(BadInput, match="spans 17,179,869,184 cells"):
        reader.sniff(path)


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [("worksheets/sheet1.xml", "a1", "xfd1048576"), ("elsewhere/cells", "A1", "XFD1048576")],
)
def test_a_far_cell_is_found_however_it_is_written(tmp_path, part, first, last):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, 1)
        sheet.write(1048575, 16383, 1)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    cells = parts.pop("xl/worksheets/sheet1.xml")
    cells = cells.replace('"A1"', f'"{first}"').replace('"XFD1048576"', f'"{last}"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, told in parts.items():
            archive.writestr(name, told.replace("worksheets/sheet1.xml", part))
        archive.writestr(f"xl/{part}", cells)

    with pytest.raises(BadInput, match="spans 17,179,869,184 cells"):
        reader.sniff(path)


def test_a_damaged_workbook_is_refused_in_a_sentence(workbook, tmp_path):
    data = workbook.read_bytes()
    for cut in (100, len(data) // 2, len(data) - 30):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(data[:cut])
        with pytest.raises(BadInput):
            reader.sniff(path)
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    with pytest.raises(BadInput, match="packed archive"):
        reader.sniff(other)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (17850.0, "17850"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (4.40301199001011e17, "4.40301199001011e+17"),
        (True, "true"),
        (dt.date(2026, 1, 31), "2026-01-31"),
    ],
)
def test_cells_are_written_as_a_person_would_type_them(cell, written):
    assert text(cell) == written


def test_parquet_reads_like_a_text_file(load, tmp_path):
    path = tmp_path / "facts.parquet"
    moments = [dt.datetime(2026, 1, 31, 0, 5, tzinfo=dt.UTC), None]
    table = pa.table(
        {
            "household_id": pa.array([17850.0, 2.0]),
            "transaction_timestamp": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "sales_value": pa.array([1.39, 2.0]),
            "basket_id": pa.array([31198570044, 5]),
        }
    )
    parquet.write_table(table, path)

    verdict = load(path)

    (row,) = verdict.rows
    assert (row["customer_id"], row["amount"], row["order_id"]) == ("17850", 139, "31198570044")
    assert row["occurred_at"] == moments[0]
    assert verdict.codes == [(2, "missing")]
