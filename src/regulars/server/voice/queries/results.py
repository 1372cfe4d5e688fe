"""What answers come to: every figure with its interval, and the rows behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from regulars.server.core.models import OrgUnit, Person, local_name
from regulars.server.tiers import queries as tiers
from regulars.server.voice.models import (
    Answer,
    OfCustomers,
    Question,
    Reply,
    Survey,
    Version,
    Wave,
)
from regulars.server.voice.queries.surveys import Reached, reached, waves
from regulars.server.voice.rules import SCALES, scores
from regulars.server.voice.rules.gaps import EXPECTED, EXPERIENCED, Gap, Said, gaps
from regulars.server.voice.rules.scores import Change, Score

MAIN = ("nps", "csat", "ces", "experience", "perceived", "compared")
FROM_FILES = "file"
ROWS = 200
# Classes of an answer by the kind of its question: name -> from, to.
CLASSES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "nps": {"promoter": (9, 10), "passive": (7, 8), "detractor": (0, 6)},
    "csat": {"content": (4, 5), "neutral": (3, 3), "unhappy": (1, 2)},
    "ces": {"easy": (5, 7), "neutral": (4, 4), "hard": (1, 3)},
    "compared": {"above": (1, 2), "equal": (0, 0), "below": (-2, -1)},
}


@dataclass(frozen=True)
class Asked:
    """Which answers: those of a wave or of files, of some kind."""

    survey: Survey
    version: Version
    wave: Wave | None = None
    level: int | None = None
    branch: str = ""
    mode: str = ""


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
class Results:
    """Everything on the page of results."""

    asked: Asked
    n: int
    main: Figured | None
    questions: tuple[Figured, ...]
    gaps: tuple[Gap, ...]
    overall: Gap | None
    reached: Reached | None
    rate: Score | None
    by: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    before: Wave | None = None


Counts = dict[int, Counter[int]]  # question -> value -> how many


def results(viewer: Person, asked: Asked) -> Results:
    """Scores, gaps, response and parts of some answers, within the viewer's scope."""
    found = answers(viewer, asked)
    questions = list(asked.version.questions.all())
    cells = list(_cells(found))
    whole = _counts(cells)
    came = reached(viewer, asked.wave) if asked.wave else None
    earlier = _before(viewer, asked)
    then = _counts(_cells(answers(viewer, _of_wave(asked, earlier)))) if earlier else {}
    figured = tuple(
        _figured(each, whole, cells, came, _same(earlier, each), then) for each in questions
    )
    scored = [each for each in figured if each.question.kind in SCALES]
    main = min(scored, key=lambda f: _rank(f.question), default=None)
    said = _said(found)
    return Results(
        asked=asked,
        n=found.count(),
        main=main,
        questions=figured,
        gaps=tuple(gaps(said)),
        overall=next(iter(gaps(Said(s.answer, "", s.kind, s.value) for s in said)), None),
        reached=came,
        rate=scores.share(came.answered, came.asked) if came else None,
        by=_parts(main.question, cells, came) if main else {},
        before=earlier,
    )


def answers(viewer: Person, asked: Asked) -> OfCustomers[Answer]:
    """The answers that a page of results is about."""
    found = Answer.objects.visible_to(viewer).filter(version=asked.version)
    found = found.filter(wave=asked.wave) if asked.wave else found.filter(mode=Answer.Mode.FILE)
    if asked.level is not None:
        found = (
            found.filter(level=asked.level or None)
            if asked.level
            else found.filter(level__isnull=True)
        )
    if asked.branch:
        found = found.filter(branch__code=asked.branch)
    return found.filter(mode=asked.mode) if asked.mode else found


def behind(
    viewer: Person, asked: Asked, *, question: str = "", kind: str = "", point: str = ""
) -> list[Answer]:
    """The answers behind a figure: of one class of a question, or of a touch point."""
    found = answers(viewer, asked)
    one = asked.version.questions.filter(public_id=question).first() if question else None
    if one is not None:
        bounds = CLASSES.get(one.kind, {}).get(kind)
        held = Reply.objects.filter(question=one)
        if bounds:
            held = held.filter(value__range=bounds)
        elif kind.lstrip("-").isdigit():
            held = held.filter(value=int(kind))
        found = found.filter(pk__in=held.values("answer"))
    if point:
        at = Reply.objects.filter(question__point=point)
        found = found.filter(pk__in=at.values("answer"))
    rows = found.select_related("customer", "branch", "taken_by")
    return list(rows.prefetch_related("replies__question", "comments")[:ROWS])


def find(
    viewer: Person, survey: Survey, *, wave: str = "", version: int | None = None
) -> Asked | None:
    """The answers to look at: of one wave, of files, or by default of the newest."""
    if wave == FROM_FILES:
        held = Answer.objects.filter(version__survey=survey, mode=Answer.Mode.FILE)
        newest = (
            Version.objects.filter(pk__in=held.values("version")).order_by("-number").first()
        )
        return Asked(survey, newest) if newest else None
    found = waves(viewer, survey)
    one = found.filter(public_id=wave).first() if wave else found.first()
    if one is not None:
        return Asked(survey, one.version, one)
    return None if wave else find(viewer, survey, wave=FROM_FILES)


def has_files(viewer: Person, survey: Survey) -> bool:
    held = Answer.objects.visible_to(viewer).filter(version__survey=survey)
    return held.filter(mode=Answer.Mode.FILE).exists()


def line_of(viewer: Person, survey: Survey) -> list[tuple[Wave, Score]]:
    """The main score of each wave, the oldest first."""
    points = []
    for wave in reversed(waves(viewer, survey)[:12]):
        asked = Asked(survey, wave.version, wave)
        questions = [q for q in wave.version.questions.all() if q.kind in SCALES]
        if questions:
            main = min(questions, key=_rank)
            counted = _counts(_cells(answers(viewer, asked)))
            score = _score(main.kind, counted.get(main.pk, Counter()))
            if score:
                points.append((wave, score))
    return points


@dataclass(frozen=True)
class Cell:
    """How many answers of one part have one value."""

    question: int
    level: int
    branch: str
    mode: str
    value: int
    count: int


def _cells(found: OfCustomers[Answer]) -> Iterable[Cell]:
    rows = (
        Reply.objects.filter(answer__in=found.order_by())
        .order_by()
        .values_list(
            "question", "answer__level", "answer__branch__code", "answer__mode", "value"
        )
        .annotate(n=Count("pk"))
    )
    for question, level, branch, mode, value, n in rows:
        yield Cell(question, level or 0, branch or "", mode, value, n)


def _counts(cells: Iterable[Cell]) -> Counts:
    found: Counts = {}
    for cell in cells:
        found.setdefault(cell.question, Counter())[cell.value] += cell.count
    return found


def _score(kind: str, counted: Counter[int]) -> Score | None:
    return scores.of_kind(kind, list(counted.elements()))


def _figured(
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
    score = _score(question.kind, counted) if question.kind in SCALES else None
    before = _score(question.kind, then.get(same.pk, Counter())) if same else None
    return Figured(
        question,
        score,
        tuple(Bar(name, count, count / n if n else 0.0) for name, count in bars),
        _weighted(question, cells, came) if score else None,
        scores.change(before, score) if score and before else None,
    )


def _weighted(question: Question, cells: Sequence[Cell], came: Reached | None) -> Score | None:
    """The score by the tiers' shares, where tiers answered in clearly different shares."""
    if came is None:
        return None
    rates = {level: scores.share(said, asked) for level, (asked, said) in came.by_level.items()}
    known = [rate for rate in rates.values() if rate]
    if not any(scores.change(one, other).is_clear for one in known for other in known):
        return None
    parts: dict[int, Counter[int]] = {}
    for cell in cells:
        if cell.question == question.pk:
            parts.setdefault(cell.level, Counter())[cell.value] += cell.count
    return scores.weighted(
        {level: _score(question.kind, counted) for level, counted in parts.items()},
        {level: asked for level, (asked, _said) in came.by_level.items()},
    )


def _parts(
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
            key, name, _score(question.kind, counted), counted.total(),
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


def _said(found: OfCustomers[Answer]) -> list[Said]:
    kinds = (*EXPERIENCED, *EXPECTED, "compared")
    rows = Reply.objects.filter(answer__in=found.order_by(), question__kind__in=kinds)
    return [
        Said(*row)
        for row in rows.order_by("answer", "question").values_list(
            "answer", "question__point", "question__kind", "value"
        )
    ]


def _before(viewer: Person, asked: Asked) -> Wave | None:
    if asked.wave is None:
        return None
    earlier = waves(viewer, asked.survey).filter(
        Q(begins_on__lt=asked.wave.begins_on)
        | Q(begins_on=asked.wave.begins_on, pk__lt=asked.wave.pk)
    )
    return earlier.first()


def _of_wave(asked: Asked, wave: Wave) -> Asked:
    return Asked(asked.survey, wave.version, wave, asked.level, asked.branch, asked.mode)


def _same(earlier: Wave | None, question: Question) -> Question | None:
    """The same question in the version of the wave before: by what it asks."""
    if earlier is None:
        return None
    if earlier.version_id == question.version_id:
        return question
    found = earlier.version.questions.filter(kind=question.kind, text=question.text)
    return found.first()


def _rank(question: Question) -> tuple[int, int]:
    order = MAIN.index(question.kind) if question.kind in MAIN else len(MAIN)
    return order, question.place
