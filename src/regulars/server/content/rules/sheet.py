"""A playbook as a table: one step a row. Columns may be named in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.server.content.rules import lines
from regulars.server.content.rules.reading import LAST_DAY, BadContent
from regulars.server.content.rules.shape import CHANNELS, Playbook

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": ("day", "days", "天", "第几天", "天数", "时间", "节点", "日"),
    "purpose": ("purpose", "目的", "事项", "内容", "步骤", "主题"),
    "purpose_en": ("purpose_en", "purpose (english)", "目的（英文）"),
    "channel": ("channel", "渠道", "方式", "联系方式"),
    "minutes": ("minutes", "分钟", "用时"),
    "say": ("say", "script", "话术", "说什么", "脚本"),
    "say_en": ("say_en", "script_en", "script (english)", "话术（英文）"),
    "hint": ("hint", "note", "提示", "注意", "备注"),
    "hint_en": ("hint_en", "note_en", "提示（英文）"),
    "questions": ("questions", "question", "问题", "问卷", "提问"),
}
HEAD = tuple(COLUMNS)
WAYS: Mapping[str, str] = {
    **{channel: channel for channel in CHANNELS},
    **{"电话": "call", "电话回访": "call", "phone": "call", "外呼": "call"},
    **{"拜访": "visit", "上门": "visit", "面访": "visit"},
    **{"企微": "wecom", "企业微信": "wecom", "微信": "wecom", "wechat": "wecom"},
    **{"短信": "sms", "message": "sms", "邮件": "email", "mail": "email", "e-mail": "email"},
    **{"到店": "branch", "网点": "branch"},
}
_DAY = re.compile(r"^[dD第]?\s*[+]?\s*(\d{1,4})\s*(?:天|日|days?)?$")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one cell of a file; `line` counts as the file does."""

    line: int
    column: str
    problem: str
    value: str


@dataclass(frozen=True)
class Found:
    """The steps of a file, and all that is wrong with it."""

    steps: tuple[Mapping[str, Any], ...]
    wrong: tuple[Wrong, ...]


def read_sheet(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> Found:
    """Read the steps of a table, each row with its line.

    Either all of it can be used, or `wrong` says what cannot.
    """
    places = _places(header)
    missing = [name for name in ("day", "purpose") if name not in places]
    if missing:
        return Found((), tuple(Wrong(1, name, "no_column", "") for name in missing))
    steps, wrong = [], []
    for line, row in rows:
        cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
        if not any(cells.values()):
            continue
        bad = list(_wrong(cells, line))
        wrong += bad
        if not bad:
            steps.append(_step(cells))
    return Found(tuple(steps), tuple(wrong))


def _places(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(header):
        plain = head.strip().lower().replace("(", "（").replace(")", "）")
        for name, known in COLUMNS.items():
            same = {word.replace("(", "（").replace(")", "）") for word in known}
            if plain in same:
                found.setdefault(name, place)
    return found


def _wrong(cells: Mapping[str, str], line: int) -> Iterable[Wrong]:
    hit = _DAY.match(cells["day"])
    if hit is None or int(hit[1]) > LAST_DAY:
        yield Wrong(line, "day", "bad_day", cells["day"])
    if not cells["purpose"] and not cells.get("purpose_en"):
        yield Wrong(line, "purpose", "empty", "")
    channel = cells.get("channel", "")
    if channel and channel.lower() not in WAYS:
        yield Wrong(line, "channel", "bad_channel", channel)
    minutes = cells.get("minutes", "")
    if minutes and not (minutes.isdecimal() and 1 <= int(minutes) <= 480):
        yield Wrong(line, "minutes", "bad_minutes", minutes)
    try:
        lines.questions(cells.get("questions", ""))
    except BadContent as error:
        value = str(error.values.get("value", ""))
        yield Wrong(line, "questions", error.problem, value)


def _step(cells: Mapping[str, str]) -> dict[str, Any]:
    hit = _DAY.match(cells["day"])
    assert hit is not None
    return {
        "day": int(hit[1]),
        "channel": WAYS[cells.get("channel", "").lower() or "call"],
        "minutes": int(cells.get("minutes") or 10),
        "questions": lines.questions(cells.get("questions", "")),
        **{
            name: {"zh": cells.get(name, ""), "en": cells.get(f"{name}_en", "")}
            for name in ("purpose", "say", "hint")
        },
    }


def table(book: Playbook, *, zh: bool) -> list[list[str]]:
    """A playbook as such a table; `read_sheet` takes it back."""
    return [
        [
            str(step.day), step.purpose.zh, step.purpose.en, step.channel, str(step.minutes),
            step.say.zh, step.say.en, step.hint.zh, step.hint.en,
            lines.typed_questions(step.questions, zh=zh),
        ]
        for step in book.steps
    ]  # fmt: skip
