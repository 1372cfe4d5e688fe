"""What answers come to: every figure with its interval, and the rows behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from regulars.server.core.models import Person
from regulars.server.voice.models import (
    Answer,
    OfCustomers,
    Question,
    Reply,
    Survey,
    Version,
    Wave,
)
from regulars.server.voice.queries.parts import (
    BOUNDS,
    CLASSES,
    NO_BRANCH,
    Figured,
    Line,
    cells_of,
    counts,
    differences,
    figured,
    parts,
    score_of,
)
from regulars.server.voice.queries.surveys import Reached, reached, waves
from regulars.server.voice.rules import SCALES, scores
from regulars.server.voice.rules.gaps import EXPECTED, EXPERIENCED, Gap, Said, gaps
from regulars.server.voice.rules.scores import Score

MAIN = ("nps", "csat", "ces", "experience", "perceived", "compared")
FROM_FILES = "file"


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


def results(viewer: Person, asked: Asked) -> Results:
    """Scores, gaps, response and parts of some answers, within the viewer's scope."""
    found = answers(viewer, asked)
    questions = list(asked.version.questions.all())
    cells = list(cells_of(found))
    whole = counts(cells)
    came = reached(viewer, asked.wave) if asked.wave else None
    earlier = _before(viewer, asked)
    then = counts(cells_of(answers(viewer, _of_wave(asked, earlier)))) if earlier else {}
    each_one = tuple(
        figured(each, whole, cells, came, _same(earlier, each), then) for each in questions
    )
    scored = [each for each in each_one if each.question.kind in SCALES]
    main = min(scored, key=lambda f: _rank(f.question), default=None)
    said, points = _said(found), {each.point: each.at_point for each in questions}
    return Results(
        asked=asked,
        n=found.count(),
        main=main,
        questions=each_one,
        gaps=tuple(replace(gap, name=points.get(gap.point, gap.point)) for gap in gaps(said)),
        overall=next(iter(gaps(Said(s.answer, "", s.kind, s.value) for s in said)), None),
        reached=came,
        rate=scores.share(came.answered, came.asked) if came else None,
        by=parts(main.question, cells, came) if main else {},
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
    if asked.branch == NO_BRANCH:
        found = found.filter(branch__isnull=True)
    elif asked.branch:
        found = found.filter(branch__code=asked.branch)
    return found.filter(mode=asked.mode) if asked.mode else found


def behind(
    viewer: Person,
    asked: Asked,
    *,
    question: str = "",
    kind: str = "",
    point: str | None = None,
    scale: str = "",
) -> OfCustomers[Answer]:
    """The answers behind a figure: of one class of a question, or of a touch point.

    With a scale the class is one against expectation, and both halves were answered.
    """
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
    if point is not None or scale:
        found = found.filter(pk__in=_at_point(point, scale, kind))
    rows = found.select_related("customer", "branch", "taken_by")
    return rows.prefetch_related("replies__question", "comments")


def find(
    viewer: Person, survey: Survey, *, wave: str = "", version: int | None = None
) -> Asked | None:
    """The answers to look at: of one wave, of files, or by default the newest there are.

    A wave that nobody answered yet, or that failed, hides none that came before it.
    """
    if wave == FROM_FILES:
        held = Answer.objects.filter(version__survey=survey, mode=Answer.Mode.FILE)
        newest = (
            Version.objects.filter(pk__in=held.values("version")).order_by("-number").first()
        )
        return Asked(survey, newest) if newest else None
    found = waves(viewer, survey)
    if wave:
        one = found.filter(public_id=wave).first()
    else:
        one = _answered(viewer, found).first()
        if one is None and has_files(viewer, survey):
            return find(viewer, survey, wave=FROM_FILES)
        one = one or found.first()
    return Asked(survey, one.version, one) if one is not None else None


def has_files(viewer: Person, survey: Survey) -> bool:
    held = Answer.objects.visible_to(viewer).filter(version__survey=survey)
    return held.filter(mode=Answer.Mode.FILE).exists()


def line_of(viewer: Person, survey: Survey) -> tuple[str, list[tuple[Wave, Score]]]:
    """The kind of the newest wave's main score, and that score of each wave with its kind."""
    points = []
    for wave in reversed(waves(viewer, survey)[:12]):
        asked = Asked(survey, wave.version, wave)
        questions = [q for q in wave.version.questions.all() if q.kind in SCALES]
        if questions:
            main = min(questions, key=_rank)
            counted = counts(cells_of(answers(viewer, asked)))
            score = score_of(main.kind, counted.get(main.pk, Counter()))
            if score:
                points.append((main.kind, wave, score))
    newest = points[-1][0] if points else ""
    return newest, [(wave, score) for kind, wave, score in points if kind == newest]


def _at_point(point: str | None, scale: str, kind: str) -> Any:
    """The answers at a touch point, or at all; of a class, where a scale says of which."""
    held = Reply.objects.order_by()
    if point is not None:
        held = held.filter(question__point=point)
    if scale:
        held = differences(held, scale)
        held = held.filter(**BOUNDS[kind]) if kind in BOUNDS else held
    return held.values("answer")


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
    return _answered(viewer, earlier).first()


def _answered(viewer: Person, found: QuerySet[Wave]) -> QuerySet[Wave]:
    """Those of some waves of which the viewer sees an answer."""
    held = Answer.objects.visible_to(viewer).filter(wave=OuterRef("pk")).order_by()
    return found.filter(Exists(held))


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
