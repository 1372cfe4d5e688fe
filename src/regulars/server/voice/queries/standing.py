"""How content customers are, from every source beside each other: one page (S115)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from regulars.server.complaints import queries as complaints
from regulars.server.core.models import Person
from regulars.server.voice.models import Answer, Survey
from regulars.server.voice.queries import comments, results
from regulars.server.voice.queries.comments import Page
from regulars.server.voice.queries.results import Results
from regulars.server.voice.queries.surveys import surveys
from regulars.server.voice.rules import scores
from regulars.server.voice.rules.scores import Score

MONTHS = 3  # of complaints


@dataclass(frozen=True)
class Complained:
    """Complaints of the last months: taken in, late, and of those closed the founded ones."""

    opened: int
    late: int
    closed: int
    upheld: int


@dataclass(frozen=True)
class Standing:
    """The newest result of each survey, the comments of some days, and complaints."""

    surveys: tuple[Results, ...]
    comments: Page
    comments_before: Score | None
    promoters: int
    detractors: int
    complained: Complained


def standing(viewer: Person, at: datetime, *, days: int = 90) -> Standing:
    """What the sources say now, within the viewer's scope."""
    found = [_newest(viewer, survey) for survey in surveys(viewer)]
    told = tuple(one for one in found if one is not None and one.n)
    page = comments.page(viewer, at, days=days)
    both = comments.comments(viewer, at, days=2 * days)
    since = comments.comments(viewer, at, days=days)
    n = both.count() - since.count()
    bad = both.filter(negative=True).count() - since.filter(negative=True).count()
    newest = Answer.objects.visible_to(viewer).filter(loop__isnull=False)
    return Standing(
        surveys=told,
        comments=page,
        comments_before=scores.share(bad, n),
        promoters=newest.filter(Q(loop__kind="promoter")).count(),
        detractors=newest.filter(Q(loop__kind="detractor")).count(),
        complained=_complained(viewer, at),
    )


def _complained(viewer: Person, at: datetime) -> Complained:
    def count(measure: str) -> int:
        return complaints.of(viewer, at, months=MONTHS, measure=measure).count()

    return Complained(count("opened"), count("late"), count("closed"), count("upheld"))


def _newest(viewer: Person, survey: Survey) -> Results | None:
    asked = results.find(viewer, survey)
    return results.results(viewer, asked) if asked else None
