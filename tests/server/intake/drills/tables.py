"""Tables of customers as systems in China write them, and what each row means.

A seed decides everything: the encoding or the kind of workbook, the separator, what stands
around the table, and how each column writes its values. `Made.rows` is what was meant;
`Made.damaged` are the lines whose number a spreadsheet has damaged and that must be refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter
from tests.server.intake.drills.biff import write_xls
from tests.server.intake.drills.opendocument import write_ods

from regulars.server.intake.reader.idnumbers import resident_check

ENCODINGS = (
    "utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-bom",
)  # fmt: skip
BOOKS = ("xlsx", "xls", "ods")
FORMATS = (*ENCODINGS, *BOOKS)
RARE = "㐂䶮𠮷龘"  # of which GBK has one
NAMES = ("李梅", "王涛", "欧阳修文", "张伟", "赵子龙", "Ann O'Neil", "陈，晨", "刘·买买提")
NOTES = ("喜欢龙井, 不喝酒", '说"好"', "两行\n的备注", "a;b|c\td", "", "NULL", "=1+1 不是公式")
EXCEL_DAY = dt.date(1899, 12, 30)
HEADER = ["客户编号", "姓名", "出生日期", "手机号", "证件号码", "开户日期", "备注"]


@dataclass(frozen=True)
class Meant:
    number: str
    name: str
    birth: dt.date
    phone: str
    id_number: str
    since: dt.date
    note: str


@dataclass
class Made:
    """A file and what its rows mean."""

    path: Path
    how: str
    rows: list[Meant]
    damaged: set[str] = field(default_factory=set)  # numbers of the customers


Cell = str | float
Write = Callable[[Meant], Cell]


def make(folder: Path, seed: int) -> Made:
    chance = random.Random(seed)
    kind = FORMATS[seed % len(FORMATS)]
    meant = [_meant(chance, n, rare=kind != "gbk") for n in range(chance.randrange(8, 40))]
    writes, how = _columns(chance, workbook=kind in BOOKS)
    cells = [[write(one) for write in writes] for one in meant]
    table = _framed(chance, cells, how)
    made = Made(folder / f"{seed}.{'csv' if kind in ENCODINGS else kind}", "", meant)
    if kind in BOOKS:
        made.damaged = {
            one.number
            for one, row in zip(meant, cells, strict=True)
            if not isinstance(row[4], str)
        }
        {"xlsx": _xlsx, "xls": write_xls, "ods": write_ods}[kind](made.path, table)
    else:
        made.path.write_bytes(_text(chance, table, kind, how))
    made.how = f"{kind}: {', '.join(how)}"
    return made


def _meant(chance: random.Random, place: int, *, rare: bool) -> Meant:
    born = dt.date(1950, 1, 1) + dt.timedelta(chance.randrange(20_000))
    place_of_birth = chance.choice(("110105", "330106", "440301"))
    whole = f"{place_of_birth}{born:%Y%m%d}{chance.randrange(1000):03}"
    name = chance.choice(NAMES)
    return Meant(
        number=f"{place:04}{chance.randrange(10_000):04}",
        name=name + (chance.choice(RARE) if rare and chance.random() < 0.3 else ""),
        birth=born,
        phone=f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09}",
        id_number=whole + resident_check(whole),
        since=dt.date(2015, 1, 1) + dt.timedelta(chance.randrange(4000)),
        note=chance.choice(NOTES),
    )


def _columns(chance: random.Random, *, workbook: bool) -> tuple[list[Write], list[str]]:
    """Choose how each column writes; a workbook may hold numbers as numbers."""
    births, sinces = (
        [(name, way(which)) for name, way in DATES] for which in ("birth", "since")
    )
    chosen = [
        chance.choice([way for way in ways if workbook or not way[0].startswith("#")])
        for ways in (NUMBERS, WORDS, births, PHONES, PAPERS, sinces, REMARKS)
    ]
    return [way for _, way in chosen], [name for name, _ in chosen if name]


def _framed(chance: random.Random, cells: list[list[Cell]], how: list[str]) -> list[list[Cell]]:
    """Put titles above the header, explanations below it, nothing between some rows."""
    table: list[list[Cell]] = [list(HEADER)]
    frame = chance.randrange(7)
    if frame == 1:
        table = [["2026 年客户清单"], [], *table]
    elif frame == 2:
        table = [["客户清单"], ["导出时间：2026-11-22 10:00"], *table]
    elif frame == 3:
        table.append(
            ["必填，企业内唯一", "必填", "yyyy-mm-dd", "11 位", "身份证", "日期", "选填"]
        )
    elif frame == 4:
        table.append(
            ["customer_number", "name", "birthday", "mobile", "id_card", "open_date", "note"]
        )
    elif frame == 5:
        table = [
            ["客户编号", "基本信息", "", "联系方式", "", "开户信息", ""],
            ["", "姓名", "出生日期", "手机号", "证件号码", "开户日期", "备注"],
        ]
    how.append(f"frame {frame}")
    for row in cells:
        table.append(row)
        if chance.random() < 0.05:
            table.append([""] * len(HEADER))
    return table


def _text(chance: random.Random, table: list[list[Cell]], kind: str, how: list[str]) -> bytes:
    separator = chance.choice(",;\t|")
    end = chance.choice(("\r\n", "\n"))
    out = io.StringIO()
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows(table)
    text = out.getvalue()
    if chance.random() < 0.3:
        text = text.removesuffix(end)
    how.append(f"{separator!r} {end!r}")
    if kind == "utf-16-be-bom":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(kind)


def _xlsx(path: Path, table: list[list[Cell]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("客户")
        day = book.add_format({"num_format": "yyyy/m/d"})
        for y, row in enumerate(table):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(y, x, cell) if cell else None
                elif x in (2, 5):
                    sheet.write_number(y, x, cell, day)
                else:
                    sheet.write_number(y, x, cell)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


# (name, how one value is written); a name that begins with # needs a workbook.
NUMBERS: list[tuple[str, Write]] = [
    ("", lambda one: one.number),
    ("number wide", lambda one: _wide(one.number)),
    ("number as formula", lambda one: f'="{one.number}"'),
    ("number with apostrophe", lambda one: f"'{one.number}"),
]
WORDS: list[tuple[str, Write]] = [
    ("", lambda one: one.name),
    ("blanks", lambda one: f" {one.name}　"),
]
PHONES: list[tuple[str, Write]] = [
    ("", lambda one: one.phone),
    ("phone in groups", lambda one: f"{one.phone[:3]} {one.phone[3:7]}-{one.phone[7:]}"),
    ("phone wide", lambda one: _wide(one.phone)),
    ("phone as float", lambda one: f"{one.phone}.0"),
    ("#phone as number", lambda one: float(one.phone)),
]
PAPERS: list[tuple[str, Write]] = [
    ("", lambda one: one.id_number),
    ("id with small x", lambda one: one.id_number.lower()),
    ("id wide", lambda one: _wide(one.id_number)),
    (
        "#id as number",
        lambda one: float(one.id_number) if one.id_number.isdecimal() else one.id_number,
    ),
]
REMARKS: list[tuple[str, Write]] = [("", lambda one: one.note)]


def _dated(way: Callable[[dt.date], Cell]) -> Callable[[str], Write]:
    return lambda which: lambda one: way(getattr(one, which))


DATES: list[tuple[str, Callable[[str], Write]]] = [
    ("", _dated(lambda day: day.isoformat())),
    ("2020/2/21", _dated(lambda day: f"{day.year}/{day.month}/{day.day}")),
    ("2020/2/21 0:00", _dated(lambda day: f"{day.year}/{day.month}/{day.day} 0:00")),
    ("20200221", _dated(lambda day: f"{day:%Y%m%d}")),
    ("2020年2月21日", _dated(lambda day: f"{day.year}年{day.month}月{day.day}日")),
    ("21/2/2020", _dated(lambda day: f"{day.day}/{day.month}/{day.year}")),
    ("2/21/2020", _dated(lambda day: f"{day.month}/{day.day}/{day.year}")),
    ("wide date", _dated(lambda day: _wide(day.isoformat()))),
    ("serial", _dated(lambda day: str((day - EXCEL_DAY).days))),
    ("#serial", _dated(lambda day: float((day - EXCEL_DAY).days))),
    ("21-Feb-2020", _dated(lambda day: f"{day:%d-%b-%Y}")),
]
