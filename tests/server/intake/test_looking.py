"""A large workbook is looked at by the worker; whoever brought it does not wait for it."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from regulars.server.intake.actions import files
from regulars.server.intake.models import Import

HOST = "http://schemas.openxmlformats.org"
MAIN, LINKS = f"{HOST}/spreadsheetml/2006/main", f"{HOST}/officeDocument/2006/relationships"
PACKAGE = f"{HOST}/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEET = f"<worksheet xmlns='{MAIN}'><sheetData>"
PARTS = {
    "[Content_Types].xml": f"<Types xmlns='{PACKAGE}/content-types'>"
    f"<Override PartName='/xl/workbook.xml' ContentType='{KIND}'/></Types>",
    "_rels/.rels": f"<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='r1' "
    f"Type='{LINKS}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
    "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{LINKS}'><sheets>"
    "<sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}/relationships'>"
    f"<Relationship Id='r1' Type='{LINKS}/worksheet' Target='worksheets/sheet1.xml'/>"
    "</Relationships>",
}


def workbook(header: list[str], rows: int) -> BytesIO:
    def row(n: int, cells: list[str]) -> str:
        told = "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in cells)
        return f"<row r='{n}'>{told}</row>"

    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in PARTS.items():
            file.writestr(name, text)
        with file.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((SHEET + row(1, header)).encode())
            for n in range(rows):
                cells = [f"C{n:07}", f"客户{n}", f"138{n * 7919 % 10**8:08}"]
                sheet.write(row(n + 2, cells).encode())
            sheet.write(b"</sheetData></worksheet>")
    out.seek(0)
    out.name = "客户.xlsx"
    return out


@pytest.fixture
def heavy(monkeypatch) -> None:
    monkeypatch.setattr(files, "HEAVY_WORKBOOK", 100)


def bring(ada, file: BytesIO) -> Import:
    ada.post(reverse("intake:bring"), {"file": file, "kind": "customers"})
    return Import.objects.get()


def test_a_large_workbook_is_looked_at_by_the_worker(ada, heavy, work):
    found = bring(ada, workbook(["客户号", "姓名", "手机"], 20))
    address = reverse("intake:one", args=[found.public_id])
    assert found.state == "looking"
    assert "查看" in ada.get(address).content.decode()

    work()

    found.refresh_from_db()
    assert (found.state, found.mapping["number"]) == ("draft", "客户号")
    assert "客户0" in ada.get(address).content.decode()


def test_a_large_workbook_that_holds_passwords_is_deleted_by_the_worker(ada, heavy, work):
    found = bring(ada, workbook(["客户号", "姓名", "密码"], 20))

    work()

    found.refresh_from_db()
    text = ada.get(reverse("intake:one", args=[found.public_id])).content.decode()
    assert found.state == "failed"
    assert "未留存" in text
    assert not list(files.queries.folder(found).rglob("*.xlsx"))


@pytest.mark.drill
def test_the_page_answers_at_once_whatever_the_workbooks_length(ada, work):
    file = workbook(["客户号", "姓名", "手机"], 300_000)
    size = len(file.getvalue()) / 1e6

    began = time.perf_counter()
    found = bring(ada, file)
    answered = time.perf_counter() - began
    work()
    looked = time.perf_counter() - began - answered

    print(  # noqa: T201
        f"\nA workbook of 300,000 rows ({size:.1f} MB): the page answers in {answered:.2f} s, "
        f"the worker has looked at it after {looked:.1f} s."
    )
    found.refresh_from_db()
    assert found.state == "draft"
    assert answered < looked
