"""What a customer answered to the questions of a step, written with the contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulars.server.care.models import Answer, Task
from regulars.server.care.rules.answers import Given
from regulars.server.channels.models import Touch
from regulars.server.content.rules.shape import Question


@dataclass(frozen=True)
class Told:
    """One question of a reason's step, in which version, with its answer."""

    task: Task
    version: int
    question: Question
    given: Given


def write_answers(told: Sequence[Told], touch: Touch, *, at: datetime) -> int:
    """Keep answers with the contact in which they were given; returns how many."""
    rows = [_row(one, touch, at) for one in told if one.task.customer_id == touch.customer_id]
    return len(Answer.objects.bulk_create(rows, ignore_conflicts=True))


def _row(one: Told, touch: Touch, at: datetime) -> Answer:
    question, given = one.question, one.given
    return Answer(
        customer_id=touch.customer_id,
        touch=touch,
        task=one.task,
        playbook=one.task.facts.get("playbook", ""),
        version=one.version,
        step=one.task.facts.get("key", ""),
        question=question.key,
        asked=question.text.of("zh"),
        asked_en=question.text.of("en"),
        kind=question.kind,
        number=given.number,
        day=given.day,
        text=given.text,
        text_en=given.text_en,
        low=given.low,
        at=at,
    )
