"""The panel of value customers: who is in it, when each is asked, and what starts next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Assignment
from regulars.server.voice.models import Survey, Wave
from regulars.server.voice.queries.surveys import last_asked, policy
from regulars.server.voice.rules import sampling

AHEAD = timedelta(days=7)  # so long before the quarter the marketer is told


@dataclass(frozen=True)
class Member:
    """One of the panel: the tier, when asked last, and the quarter of the next turn."""

    customer: Customer
    tier: str
    last: date | None
    turn: date


@dataclass(frozen=True)
class Coming:
    """A survey that the panel is asked again, and the day on which its wave begins."""

    survey: Survey
    day: date


def members(viewer: Person) -> QuerySet[Customer]:
    """Who is in the panel, of whom the viewer sees."""
    return in_panel(Customer.objects.visible_to(viewer)).select_related("book__owner")


def in_panel(found: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of some customers whose tier is that of the panel or better."""
    best = Assignment.objects.standing().filter(
        customer=OuterRef("pk"), level__gte=policy().panel_level
    )
    active = found.filter(Exists(best), state=Customer.State.ACTIVE)
    return active.order_by("number", "pk")


def described(customers: Iterable[Customer], at: datetime) -> list[Member]:
    """Members with what a page tells of them."""
    known = list(customers)
    ids = [each.pk for each in known]
    marks, last = tiers.tiers_of(ids), last_asked(ids, at)
    today, rest = core.local_date(at), policy().rest_days
    return [
        Member(
            each,
            marks[each.pk].name if each.pk in marks else "",
            last.get(each.pk),
            sampling.next_turn(each.pk, today, rest),
        )
        for each in known
    ]


def panel_surveys() -> QuerySet[Survey]:
    """Surveys that the panel is asked each quarter."""
    return Survey.objects.filter(archived_at__isnull=True).exclude(panel_channel="")


def place_of(survey: Survey) -> tuple[int, int]:
    """Which of how many surveys of the panel one is; any other asks whomever's turn it is."""
    known = list(panel_surveys().order_by("pk").values_list("pk", flat=True))
    return (known.index(survey.pk), len(known)) if survey.pk in known else (0, 1)


def asked_this_quarter(survey: Survey, day: date) -> bool:
    """Whether the wave of a quarter began already."""
    begun = Wave.objects.filter(
        version__survey=survey, panel=True, begins_on__gte=sampling.quarter_of(day)
    )
    return begun.exclude(state=Wave.State.FAILED).exists()


def coming(viewer: Person, at: datetime) -> list[Coming]:
    """Panel waves that begin within a week: for whoever keeps the surveys to look at."""
    if not viewer.may(Permission.EDIT_SURVEYS):
        return []
    today = core.local_date(at)
    begins = sampling.next_quarter(today)
    if begins - today > AHEAD:
        return []
    return [Coming(survey, begins) for survey in panel_surveys()]
