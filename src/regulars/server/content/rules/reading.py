"""Bodies as they are kept (plain JSON) into texts, and back. Whatever is wrong is said with
its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from regulars.server.content.rules import shape
from regulars.server.content.rules.messages import read_message
from regulars.server.content.rules.parts import BadContent, as_words, fitting, tags, words
from regulars.server.content.rules.shape import (
    Answer,
    Body,
    Card,
    Checklist,
    Kind,
    Line,
    Playbook,
    Question,
    Step,
)

__all__ = ["BadContent", "as_words", "read", "written"]
LONGEST_SAY, LAST_DAY, MOST_STEPS = 1200, 3650, 40


def read(kind: str, body: Mapping[str, Any]) -> Body:
    """Read what is kept.

    :raises BadContent: it is not what that kind of text is.
    """
    if kind == Kind.PLAYBOOK:
        return _playbook(body)
    if kind == Kind.CHECKLIST:
        return _checklist(body)
    if kind == Kind.MESSAGE:
        return read_message(body)
    return _card(body)


def written(body: Body) -> dict[str, Any]:
    """The same as plain JSON; `read` takes it back."""
    return asdict(body)


def _card(body: Mapping[str, Any]) -> Card:
    card = Card(
        title=words(body, "title", needed=True, longest=160),
        say=words(body, "say", needed=True, longest=LONGEST_SAY),
        hint=words(body, "hint", longest=LONGEST_SAY),
        fits=fitting(body.get("fits") or {}),
        tags=tags(body),
    )
    return card


def _playbook(body: Mapping[str, Any]) -> Playbook:
    steps = [_step(step, number) for number, step in enumerate(body.get("steps") or (), 1)]
    if not steps:
        raise BadContent("no_steps")
    if len(steps) > MOST_STEPS:
        raise BadContent("too_many_steps", n=len(steps), most=MOST_STEPS)
    keys = [step.key for step in steps]
    if again := next((key for key in keys if keys.count(key) > 1), None):
        raise BadContent("step_twice", step=again)
    return Playbook(
        title=words(body, "title", needed=True, longest=160),
        begins=str(body.get("begins") or "purchase"),
        steps=tuple(sorted(steps, key=lambda step: (step.day, step.key))),
        fits=fitting(body.get("fits") or {}),
        note=words(body, "note", longest=LONGEST_SAY),
    )


def _step(body: Mapping[str, Any], number: int) -> Step:
    day = int(body["day"])
    if not 0 <= day <= LAST_DAY:
        raise BadContent("bad_day", step=number, value=day, most=LAST_DAY)
    channel = str(body.get("channel") or "call")
    if channel not in shape.CHANNELS:
        raise BadContent("bad_channel", step=number, value=channel)
    questions = [_question(each, n) for n, each in enumerate(body.get("questions") or (), 1)]
    return Step(
        key=str(body.get("key") or f"d{day}-{channel}"),
        day=day,
        purpose=words(body, "purpose", needed=True, longest=160),
        channel=channel,
        minutes=min(max(int(body.get("minutes") or 10), 1), 480),
        say=words(body, "say", longest=LONGEST_SAY),
        hint=words(body, "hint", longest=LONGEST_SAY),
        questions=tuple(questions),
    )


def _question(body: Mapping[str, Any], number: int) -> Question:
    kind = str(body.get("kind") or Answer.TEXT)
    if kind not in set(Answer):
        raise BadContent("bad_answer", line=number, value=kind)
    choices = tuple(as_words(each) for each in body.get("choices") or ())
    if kind == Answer.CHOICE and len(choices) < 2:
        raise BadContent("no_choices", line=number)
    return Question(
        key=str(body.get("key") or f"q{number}"),
        text=words(body, "text", needed=True, longest=300),
        kind=kind,
        choices=choices,
    )


def _checklist(body: Mapping[str, Any]) -> Checklist:
    items = tuple(
        Line(
            key=str(item.get("key") or f"i{number}"),
            text=words(item, "text", needed=True, longest=300),
            must=bool(item.get("must", False)),
        )
        for number, item in enumerate(body.get("items") or (), 1)
    )
    if not items:
        raise BadContent("no_items")
    return Checklist(
        title=words(body, "title", needed=True, longest=160),
        items=items,
        fits=fitting(body.get("fits") or {}),
    )
