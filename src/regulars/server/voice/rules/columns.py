"""What the columns of a brought file are: proposed by name, kept once a person said so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

NUMBER, PHONE, EMAIL, AT, KEY, COMMENT, STARS = (
    *("number", "phone", "email", "at", "key"),
    *("comment", "stars"),
)
# A question's column is called "q:" and its public id.
QUESTION = "q:"
NAMES: Mapping[str, tuple[str, ...]] = {
    NUMBER: ("number", "customer", "客户号", "客户编号", "客户", "会员号"),
    PHONE: ("phone", "mobile", "手机", "手机号", "电话"),
    EMAIL: ("email", "mail", "邮箱"),
    AT: ("at", "date", "time", "日期", "时间", "评价时间", "答题时间", "提交时间"),
    KEY: ("id", "key", "编号", "序号", "评论编号"),
    COMMENT: ("comment", "text", "评论", "内容", "评价内容", "意见"),
    STARS: ("stars", "rating", "星级", "评分", "打分"),
}


def fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("_-.")


def print_of(header: Sequence[str]) -> str:
    """What tells one kind of file from another."""
    return sha256("\x1f".join(map(fold, header)).encode()).hexdigest()


def propose(
    header: Sequence[str], questions: Iterable[tuple[str, Sequence[str]]], roles: Iterable[str]
) -> dict[str, str]:
    """What each column probably is: a question by its words, else a role by its name."""
    asked = {fold(text): QUESTION + key for key, texts in questions for text in texts if text}
    known = {name: role for role in roles for name in map(fold, NAMES[role])}
    found: dict[str, str] = {}
    for column in header:
        what = asked.get(fold(column)) or known.get(fold(column), "")
        if what and what not in found.values():
            found[column] = what
    return found


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A day or moment of a cell, by the company's clock; None where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("/", "-").replace(".", "-")
    head, _, tail = plain.replace("T", " ").partition(" ")
    try:
        year, month, day = (int(part) for part in head.split("-"))
        hour = time.fromisoformat(tail.strip()) if tail.strip() else time(12)
        return datetime(
            year, month, day, hour.hour, hour.minute, hour.second, tzinfo=zone
        ).astimezone(UTC)
    except ValueError:
        return None


def key_of(parts: Sequence[str], occurrence: int) -> str:
    """What makes a row one: the same row of the same file is the same answer."""
    return sha256("\x1f".join([*parts, str(occurrence)]).encode()).hexdigest()
