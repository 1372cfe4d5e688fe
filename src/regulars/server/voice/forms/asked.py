"""The questions as somebody fills them in: by a link, or for a customer on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from regulars.server.voice.forms.words import ENDS, STEPS
from regulars.server.voice.models import Question, Version
from regulars.server.voice.rules import kinds

PREFIX = "q-"


@dataclass(frozen=True)
class Step:
    """One way to answer."""

    value: str
    word: str | Promise
    is_chosen: bool


@dataclass(frozen=True)
class Shown:
    """One question with what was typed so far."""

    question: Question
    name: str
    steps: tuple[Step, ...]
    ends: tuple[str | Promise, str | Promise] | None
    text: str
    heading: str  # of the touch point, where it begins

    @property
    def is_text(self) -> bool:
        return self.question.kind == Question.Kind.TEXT

    @property
    def is_list(self) -> bool:
        """Ways with words, one below the other, rather than a row of numbers."""
        return self.question.kind == Question.Kind.CHOICE


def sheet(version: Version, data: Mapping[str, Any] | None = None) -> list[Shown]:
    """The questions of a version in their order."""
    found, point = [], ""
    for question in version.questions.all():
        name = PREFIX + question.public_id
        said = str((data or {}).get(name, ""))
        heading = question.at_point if question.point != point else ""
        point = question.point
        found.append(
            Shown(
                question, name, _steps(question, said), ENDS.get(question.kind), said, heading
            )
        )
    return found


def given(version: Version, data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by question."""
    return {
        question.public_id: str(data.get(PREFIX + question.public_id, "")).strip()
        for question in version.questions.all()
    }


def _steps(question: Question, said: str) -> tuple[Step, ...]:
    if question.kind == Question.Kind.CHOICE:
        options = enumerate(question.options, start=1)
        return tuple(Step(str(n), text, said == str(n)) for n, text in options)
    words = STEPS.get(question.kind, {})
    return tuple(
        Step(str(n), words.get(n, str(n)), said == str(n)) for n in kinds.steps(question.kind)
    )
