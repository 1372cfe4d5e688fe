"""Answers to the questions of playbooks in a period, summed up by question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from regulars.server.care.models import NO, YES, Answer
from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Kind, Playbook
from regulars.server.core import queries as core
from regulars.server.core.models import local_name
from regulars.server.coverage.queries.ground import Ground

PAGE = 50
COUNTED = (Answer.Kind.YES_NO, Answer.Kind.SCORE, Answer.Kind.NPS, Answer.Kind.CHOICE)


@dataclass(frozen=True)
class Asked:
    """One question of a step, and what was answered in a span.

    Attributes
    ----------
    bars
        What can be chosen, how often it was, and the share; empty for words, numbers, days.
    mean
        Of scores and numbers.
    net
        Of 0 to 10: promoters less detractors, in points.
    """

    playbook: str
    step: str
    question: str
    title: str
    words: str
    kind: str
    n: int
    low: int
    mean: Decimal | None = None
    net: int | None = None
    bars: tuple[tuple[str, int, float], ...] = field(default=())

    @property
    def shares(self) -> list[tuple[str, float]]:
        """Good, fair and low for the bar; a choice and yes or no have no better end."""
        if self.kind not in (Answer.Kind.SCORE, Answer.Kind.NPS):
            return []
        good = 4 if self.kind == Answer.Kind.SCORE else 9
        up = sum(n for label, n, _share in self.bars if int(label) >= good)
        return [("a", up), ("b", self.n - up - self.low), ("c", self.low)]


def asked_questions(ground: Ground) -> list[Asked]:
    """Every question that was answered in the period, by playbook and step."""
    found = _between(ground)
    rows = (
        found.order_by()
        .values("playbook", "step", "question", "kind")
        .annotate(
            n=Count("pk"),
            bad=Count("pk", filter=Q(low=True)),
            mean=Avg("number"),
            up=Count("pk", filter=Q(number__gte=9)),
        )
        .order_by("playbook", "step", "question", "kind")
    )
    spread = _spread(found)
    titles = _titles()
    return [_asked(row, spread, titles, found) for row in rows]


def answers_to(
    ground: Ground, playbook: str, step: str, question: str, *, low: bool = False,
    offset: int = 0,
) -> tuple[list[Answer], bool]:  # fmt: skip
    """The answers to one question, newest first, 50 at a time, and whether there are more."""
    found = _between(ground).filter(playbook=playbook, step=step, question=question)
    if low:
        found = found.filter(low=True)
    rows = found.select_related("customer", "touch__person").order_by("-at", "pk")
    page = list(rows[offset : offset + PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def _between(ground: Ground) -> QuerySet[Answer]:
    zone = core.time_zone()
    begin = datetime.combine(ground.period.first, time(), zone)
    end = datetime.combine(ground.period.last + timedelta(days=1), time(), zone)
    return (
        Answer.objects.visible_to(ground.viewer)
        .standing()
        .filter(customer__book__in=ground.books, at__gte=begin, at__lt=end)
    )


Key = tuple[str, str, str, str]


def _key(row: Mapping[str, Any]) -> Key:
    return row["playbook"], row["step"], row["question"], row["kind"]


def _spread(found: QuerySet[Answer]) -> Mapping[Key, dict[int, tuple[int, str, str]]]:
    """How often each value that can be chosen was."""
    rows = (
        found.filter(kind__in=COUNTED)
        .order_by()
        .values("playbook", "step", "question", "kind", "number", "text", "text_en")
        .annotate(n=Count("pk"))
        .order_by("number")
    )
    values: dict[Key, dict[int, tuple[int, str, str]]] = defaultdict(dict)
    for row in rows:
        of = values[_key(row)]
        number = int(row["number"] or 0)
        before = of.get(number, (0, "", ""))[0]
        of[number] = before + row["n"], row["text"], row["text_en"]
    return values


def _asked(
    row: Mapping[str, Any],
    spread: Mapping[Key, dict[int, tuple[int, str, str]]],
    titles: Mapping[tuple[str, str], str],
    found: QuerySet[Answer],
) -> Asked:
    of = spread.get(_key(row), {})
    newest = found.filter(
        playbook=row["playbook"], step=row["step"], question=row["question"]
    ).first()
    words = local_name(newest.asked, newest.asked_en) if newest else row["question"]
    n, kind = row["n"], row["kind"]
    scored = kind in (Answer.Kind.SCORE, Answer.Kind.NPS, Answer.Kind.NUMBER)
    down = row["bad"] if kind == Answer.Kind.NPS else 0
    return Asked(
        row["playbook"], row["step"], row["question"],
        titles.get((row["playbook"], row["step"]), row["playbook"]), words, kind, n, row["bad"],
        mean=Decimal(row["mean"]) if scored and row["mean"] is not None else None,
        net=round(100 * (row["up"] - down) / n) if kind == Answer.Kind.NPS else None,
        bars=tuple(
            (_label(kind, value, zh, en), times, times / n)
            for value, (times, zh, en) in sorted(of.items())
        ),
    )  # fmt: skip


def _label(kind: str, value: int, zh: str, en: str) -> str:
    if kind == Answer.Kind.CHOICE:
        return local_name(zh, en)
    if kind == Answer.Kind.YES_NO:
        return str(YES if value else NO)
    return str(value)


def _titles() -> dict[tuple[str, str], str]:
    """What each step in force is called, with its playbook and day."""
    return {
        (text.code, step.key): local_name(
            f"{text.body.title.of('zh')} · {step.purpose.of('zh')}",
            f"{text.body.title.of('en')} · {step.purpose.of('en')}",
        )
        for text in content.in_force().of(Kind.PLAYBOOK)
        if isinstance(text.body, Playbook)
        for step in text.body.steps
    }
