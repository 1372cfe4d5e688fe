"""Answers to the questions of a step: what a form brings into what is kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from regulars.base.errors import BadInput
from regulars.server.content.rules.shape import Answer, Question

# From here down somebody must ask why: of five, and of ten.
LOW = {Answer.SCORE: 2, Answer.NPS: 6}
RANGES = {Answer.SCORE: (1, 5), Answer.NPS: (0, 10), Answer.YES_NO: (0, 1)}
LARGEST = Decimal(10) ** 13
LONGEST = 1000


class WrongAnswer(BadInput):
    """An answer that is none to its question."""


@dataclass(frozen=True)
class Given:
    """An answer by its type; of a choice its place from 1, and its words."""

    number: Decimal | None = None
    day: date | None = None
    text: str = ""
    text_en: str = ""
    low: bool = False


def read(question: Question, raw: str) -> Given | None:
    """Read one field of the form; nothing typed is no answer.

    :raises WrongAnswer: it is no number, no day, or beyond what can be chosen.
    """
    raw = raw.strip()
    if not raw:
        return None
    if question.kind == Answer.TEXT:
        if len(raw) > LONGEST:
            raise WrongAnswer(f"{len(raw)} characters are too many; {LONGEST} at most.")
        return Given(text=raw)
    if question.kind == Answer.DATE:
        return Given(day=_day(raw))
    number = _number(raw)
    if question.kind == Answer.CHOICE:
        if number not in range(1, len(question.choices) + 1):
            raise WrongAnswer(f"{raw!r} is none of the choices.")
        chosen = question.choices[int(number) - 1]
        return Given(number, text=chosen.of("zh"), text_en=chosen.of("en"))
    first, last = RANGES.get(Answer(question.kind), (-LARGEST, LARGEST))
    if not first <= number <= last:
        raise WrongAnswer(f"{raw!r} is not between {first} and {last}.")
    if question.kind in RANGES and number != int(number):
        raise WrongAnswer(f"{raw!r} is no whole number.")
    return Given(number, low=number <= LOW.get(Answer(question.kind), -LARGEST))


def _number(raw: str) -> Decimal:
    try:
        number = Decimal(raw.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise WrongAnswer(f"{raw!r} is no number.") from None
    if not number.is_finite():
        raise WrongAnswer(f"{raw!r} is no number.")
    return number


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise WrongAnswer(f"{raw!r} is no day; write 2026-11-23.") from None
