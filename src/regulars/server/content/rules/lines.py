"""Questions and items as people type them, one a line, and back.

用得顺手吗？ // Is it easy to use? | 是否
您会推荐给朋友吗？ // Would you recommend us? | 0-10
哪里不满意？ // What fell short? | 选择 | 价格 // Price; 服务 // Service
* 先核对身份 // Check who it is          (an item of a checklist; * marks a must)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from regulars.server.content.rules.reading import BadContent
from regulars.server.content.rules.shape import Answer, Line, Question, Words

ANSWERS = {
    **{kind.value: kind for kind in Answer},
    **{"是否": Answer.YES_NO, "yes/no": Answer.YES_NO, "yes no": Answer.YES_NO},
    **{"评分": Answer.SCORE, "1-5": Answer.SCORE, "打分": Answer.SCORE},
    **{"推荐": Answer.NPS, "推荐度": Answer.NPS, "0-10": Answer.NPS},
    **{"选择": Answer.CHOICE, "单选": Answer.CHOICE},
    **{"文字": Answer.TEXT, "数字": Answer.NUMBER, "日期": Answer.DATE},
}
SPOKEN = {
    Answer.YES_NO: ("是否", "yes_no"),
    Answer.SCORE: ("评分", "score"),
    Answer.NPS: ("推荐度", "nps"),
    Answer.CHOICE: ("选择", "choice"),
    Answer.TEXT: ("文字", "text"),
    Answer.NUMBER: ("数字", "number"),
    Answer.DATE: ("日期", "date"),
}


def words(text: str) -> Words:
    zh, slashes, en = text.partition("//")
    if not slashes and zh.strip() and zh.isascii():
        return Words(en=zh.strip())
    return Words(zh.strip(), en.strip())


def joined(given: Words) -> str:
    return f"{given.zh} // {given.en}" if given.zh and given.en else given.zh or given.en


def questions(text: str) -> list[dict[str, Any]]:
    """Read questions, one a line.

    :raises BadContent: a line whose answer is none we know, or a choice with nothing to choose.
    """
    lines = [line.strip() for line in text.replace("｜", "|").splitlines()]
    return [_question(line, n) for n, line in enumerate(filter(None, lines), 1)]


def _question(line: str, number: int) -> dict[str, Any]:
    asked, _bar, rest = line.partition("|")
    named, _bar, listed = rest.partition("|")
    kind = ANSWERS.get(named.strip().lower().replace("–", "-")) if named.strip() else "text"
    if kind is None:
        raise BadContent("bad_answer", line=number, value=named.strip())
    choices = [each for each in listed.replace("；", ";").split(";") if each.strip()]
    if kind == Answer.CHOICE and len(choices) < 2:
        raise BadContent("no_choices", line=number)
    found = words(asked)
    return {
        "key": f"q{number}",
        "text": {"zh": found.zh, "en": found.en},
        "kind": str(kind),
        "choices": [{"zh": each.zh, "en": each.en} for each in map(words, choices)],
    }


def typed_questions(given: Iterable[Question], *, zh: bool) -> str:
    """Questions as lines; `questions` reads them back."""
    found = []
    for one in given:
        kind = SPOKEN[Answer(one.kind)][0 if zh else 1]
        listed = f" | {'; '.join(joined(each) for each in one.choices)}" if one.choices else ""
        found.append(f"{joined(one.text)} | {kind}{listed}")
    return "\n".join(found)


def items(text: str) -> list[dict[str, Any]]:
    """Read the items of a checklist, one a line; a star marks a must."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" *＊-")]
    return [_item(line, n) for n, line in enumerate(lines, 1)]


def _item(line: str, number: int) -> dict[str, Any]:
    found = words(line.lstrip("*＊- "))
    must = line.startswith(("*", "＊"))
    return {"key": f"i{number}", "text": {"zh": found.zh, "en": found.en}, "must": must}


def typed_items(given: Iterable[Line]) -> str:
    return "\n".join(f"{'* ' if one.must else ''}{joined(one.text)}" for one in given)
