"""How content customers are, from every source beside each other: one page (S115)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from regulars.server.complaints import queries as complaints
from regulars.server.complaints.models import Case
from regulars.server.core.models import Person
from regulars.server.voice.models import Loop, Survey
from regulars.server.voice.queries import comments, results
from regulars.server.voice.queries.comments import Page
from regulars.server.voice.queries.results import Results
from regulars.server.voice.queries.surveys import surveys
from regulars.server.voice.rules import scores
from regulars.server.voice.rules.scores import Score

MONTHS = 3  # of complaints
COMPLAINED = ("opened", "late", "closed", "upheld")  # the fields of Complained


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
    open_ = Loop.objects.visible_to(viewer).exclude(state=Loop.State.DONE)
    return Standing(
        surveys=told,
        comments=page,
        comments_before=scores.share(bad, n),
        promoters=open_.filter(kind=Loop.Kind.PROMOTER).count(),
        detractors=open_.filter(kind=Loop.Kind.DETRACTOR).count(),
        complained=_complained(viewer, at),
    )


def complaints_behind(viewer: Person, at: datetime, measure: str) -> QuerySet[Case]:
    """The complaints that one of these figures counts, the newest first."""
    found = complaints.of(viewer, at, months=MONTHS, measure=measure)
    return found.order_by("-received_at", "-pk")


def _complained(viewer: Person, at: datetime) -> Complained:
    return Complained(
        *(complaints_behind(viewer, at, measure).count() for measure in COMPLAINED)
    )


def _newest(viewer: Person, survey: Survey) -> Results | None:
    asked = results.find(viewer, survey)
    return results.results(viewer, asked) if asked else None
