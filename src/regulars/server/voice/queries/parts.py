"""Answers counted: each question with its score and classes, and by tier, branch and way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import Coalesce

from regulars.server.core.models import OrgUnit, local_name
from regulars.server.tiers import queries as tiers
from regulars.server.voice.models import Answer, OfCustomers, Question, Reply
from regulars.server.voice.queries.surveys import Reached
from regulars.server.voice.rules import SCALES, scores
from regulars.server.voice.rules.gaps import (
    ABOVE,
    BELOW,
    COMPARED,
    EQUAL,
    EXPECTED,
    EXPERIENCED,
)
from regulars.server.voice.rules.scores import Change, Score

# Classes of an answer by the kind of its question: name -> from, to.
CLASSES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "nps": {"promoter": (9, 10), "passive": (7, 8), "detractor": (0, 6)},
    "csat": {"content": (4, 5), "neutral": (3, 3), "unhappy": (1, 2)},
    "ces": {"easy": (5, 7), "neutral": (4, 4), "hard": (1, 3)},
    "compared": {"above": (1, 2), "equal": (0, 0), "below": (-2, -1)},
}
NO_BRANCH = "-"  # answers of nobody on file
BOUNDS: Mapping[str, Mapping[str, int]] = {
    BELOW: {"gap__lt": 0},
    EQUAL: {"gap": 0},
    ABOVE: {"gap__gt": 0},
}
Counts = dict[int, Counter[int]]  # question -> value -> how many


@dataclass(frozen=True)
class Bar:
    """One class of a question: how many, and of how many."""

    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Figured:
    """One question with its score and what it is made of."""

    question: Question
    score: Score | None
    bars: tuple[Bar, ...]
    weighted: Score | None = None
    change: Change | None = None  # against the wave before


@dataclass(frozen=True)
class Line:
    """The main question for one part of the answers: a tier, a branch, a mode."""

    key: str
    name: str
    score: Score | None
    answered: int
    asked: int | None = None
    rate: Score | None = None


@dataclass(frozen=True)
class Cell:
    """How many answers of one part have one value."""

    question: int
    level: int
    branch: str
    mode: str
    value: int
    count: int


def cells_of(found: OfCustomers[Answer]) -> Iterable[Cell]:
    rows = (
        Reply.objects.filter(answer__in=found.order_by())
        .order_by()
        .values_list(
            "question", "answer__level", "answer__branch__code", "answer__mode", "value"
        )
        .annotate(n=Count("pk"))
    )
    for question, level, branch, mode, value, n in rows:
        yield Cell(question, level or 0, branch or NO_BRANCH, mode, value, n)


def differences(held: QuerySet[Reply], scale: str = "") -> Any:
    """Answers with their difference to what was expected, as `gaps.difference_of` tells it.

    Of a scale, or of whichever was asked. Rows of "answer" and "gap".
    """
    had = Q(question__kind__in=[kind for kind, of in EXPERIENCED.items() if of == scale])
    hoped = Q(question__kind__in=[kind for kind, of in EXPECTED.items() if of == scale])
    if not scale:
        had, hoped = Q(question__kind__in=EXPERIENCED), Q(question__kind__in=EXPECTED)
    asked = Q(question__kind=COMPARED)
    of_both = Avg("value", filter=had) - Avg("value", filter=hoped)
    direct = Avg("value", filter=asked)
    gap = direct if scale == COMPARED else of_both if scale else Coalesce(direct, of_both)
    return held.order_by().values("answer").annotate(gap=gap).filter(gap__isnull=False)


def counts(cells: Iterable[Cell]) -> Counts:
    found: Counts = {}
    for cell in cells:
        found.setdefault(cell.question, Counter())[cell.value] += cell.count
    return found


def score_of(kind: str, counted: Counter[int]) -> Score | None:
    return scores.of_kind(kind, list(counted.elements()))


def figured(
    question: Question,
    whole: Counts,
    cells: Sequence[Cell],
    came: Reached | None,
    same: Question | None,
    then: Counts,
) -> Figured:
    counted = whole.get(question.pk, Counter())
    n = counted.total()
    if question.kind == Question.Kind.CHOICE:
        bars = [(text, counted[place]) for place, text in enumerate(question.options, start=1)]
    elif question.kind in CLASSES:
        bars = [
            (name, sum(counted[value] for value in range(low, high + 1)))
            for name, (low, high) in CLASSES[question.kind].items()
        ]
    else:
        bars = []
    score = score_of(question.kind, counted) if question.kind in SCALES else None
    before = score_of(question.kind, then.get(same.pk, Counter())) if same else None
    return Figured(
        question,
        score,
        tuple(Bar(name, count, count / n if n else 0.0) for name, count in bars),
        _weighted(question, cells, came) if score else None,
        scores.change(before, score) if score and before else None,
    )


def parts(
    question: Question, cells: Sequence[Cell], came: Reached | None
) -> dict[str, tuple[Line, ...]]:
    names = tiers.names_of_levels()
    branches = dict(OrgUnit.objects.order_by("pk").values_list("code", "name"))
    english = dict(OrgUnit.objects.order_by("pk").values_list("code", "name_en"))
    modes = dict(Answer.Mode.choices)
    asked = came.by_level if came else {}

    def lines(name: str) -> list[tuple[str, Counter[int]]]:
        found: dict[str, Counter[int]] = {}
        for cell in cells:
            if cell.question == question.pk:
                key = str(getattr(cell, name))
                found.setdefault(key, Counter())[cell.value] += cell.count
        return sorted(found.items())

    def line(key: str, name: str, counted: Counter[int], level: bool = False) -> Line:
        invited, said = asked.get(int(key), (0, 0)) if level else (0, 0)
        return Line(
            key, name, score_of(question.kind, counted), counted.total(),
            invited if level and came else None,
            scores.share(said, invited) if level and invited else None,
        )  # fmt: skip

    return {
        "level": tuple(
            line(key, names.get(int(key), ""), counted, level=True)
            for key, counted in reversed(lines("level"))
        ),
        "branch": tuple(
            line(key, local_name(branches.get(key, ""), english.get(key, "")), counted)
            for key, counted in lines("branch")
        ),
        "mode": tuple(line(key, str(modes[key]), counted) for key, counted in lines("mode")),
    }


def _weighted(question: Question, cells: Sequence[Cell], came: Reached | None) -> Score | None:
    """The score by the tiers' shares, where tiers answered in clearly different shares."""
    if came is None:
        return None
    rates = {level: scores.share(said, asked) for level, (asked, said) in came.by_level.items()}
    known = [rate for rate in rates.values() if rate]
    if not any(scores.change(one, other).is_clear for one in known for other in known):
        return None
    by_level: dict[int, Counter[int]] = {}
    for cell in cells:
        if cell.question == question.pk:
            by_level.setdefault(cell.level, Counter())[cell.value] += cell.count
    return scores.weighted(
        {level: score_of(question.kind, counted) for level, counted in by_level.items()},
        {level: asked for level, (asked, _said) in came.by_level.items()},
    )
