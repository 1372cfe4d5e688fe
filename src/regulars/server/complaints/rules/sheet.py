"""The columns of a file of complaints, by the names that people and systems give them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "complaint_no", "ticket", "投诉编号", "工单号", "编号"),
    "customer": ("customer", "customer_number", "customer_no", "客户号", "客户编号"),
    "who": ("who", "name", "投诉人", "姓名", "客户姓名"),
    "phone": ("phone", "mobile", "电话", "手机", "手机号", "联系电话"),
    "words": ("words", "content", "description", "投诉内容", "内容", "客户原话", "诉求描述"),
    "type": ("type", "category", "投诉事由", "投诉类型", "类型", "类别"),
    "channel": ("channel", "source", "渠道", "投诉渠道", "来源"),
    "received_at": ("received_at", "received", "date", "受理时间", "投诉时间", "时间", "日期"),
    "severity": ("severity", "严重程度", "级别"),
    "wish": ("wish", "demand", "客户诉求", "诉求"),
}  # fmt: skip
NEEDED = ("reference", "words")


@dataclass(frozen=True)
class Line:
    """One row of a file: its line, and its cells by our names."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def places(header: Sequence[str]) -> dict[str, int]:
    """Which of our columns stands where in a file."""
    said = [cell.strip().lower() for cell in header]
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        at = next((said.index(word) for word in words if word in said), None)
        if at is not None:
            found[name] = at
    return found


def missing(header: Sequence[str]) -> tuple[str, ...]:
    """The columns without which no row is taken, and which a file lacks."""
    found = places(header)
    return tuple(name for name in NEEDED if name not in found)


def lines(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Line]:
    """Rows by our names; those without any cell are none."""
    found = places(header)
    for number, row in rows:
        cells = {name: row[at].strip() for name, at in found.items() if at < len(row)}
        if any(cells.values()):
            yield Line(number, cells)
