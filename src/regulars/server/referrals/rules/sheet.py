"""The columns of a file of referrals, by the names that people and systems give them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "referrer": ("referrer", "referrer_no", "customer_number", "推荐人", "推荐人客户号"),
    "name": ("friend", "name", "friend_name", "朋友姓名", "被推荐人", "姓名"),
    "phone": ("phone", "mobile", "朋友电话", "电话", "手机", "手机号", "联系电话"),
    "email": ("email", "e-mail", "朋友邮箱", "邮箱", "电子邮箱"),
    "agreed_on": ("agreed_on", "consent", "consent_on", "同意日期", "本人同意日期"),
    "channel": ("channel", "agreed_by", "同意方式", "渠道"),
    "date": ("date", "received", "referred_on", "推荐日期", "日期"),
    "product": ("product", "looks_for", "意向产品", "产品", "需求"),
    "reference": ("reference", "id", "编号", "推荐编号"),
}  # fmt: skip
NEEDED = ("referrer", "name", "agreed_on")  # and a phone number or an e-mail address
REACH = ("phone", "email")


@dataclass(frozen=True)
class Line:
    """One row of a file: its line, its cells by our names, and what the file calls each."""

    number: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def head(self, name: str) -> str:
        return self.heads.get(name, COLUMNS[name][0])


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
    lacks = tuple(name for name in NEEDED if name not in found)
    return lacks if set(REACH) & set(found) else (*lacks, "phone")


def lines(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Line]:
    """Rows by our names; those without any cell are none."""
    found = places(header)
    heads = {name: header[at].strip() for name, at in found.items()}
    for number, row in rows:
        cells = {name: row[at].strip() for name, at in found.items() if at < len(row)}
        if any(cells.values()):
            yield Line(number, cells, heads)
