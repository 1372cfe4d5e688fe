"""Who is satisfied, by the newest answer of a year: to a survey, or on a card's question."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from regulars.server.care.models import Answer
from regulars.server.core.models import Person
from regulars.server.voice.models import Reply

YEAR = timedelta(days=365)
KINDS = ("score", "nps")  # of a question on a card
SCALES = ("csat", "nps", "compared")  # of a survey; compared with what was expected
GOOD = Q(kind="score", number__gte=4) | Q(kind="nps", number__gte=7)
LESS = Reply.objects.filter(answer=OuterRef("answer"), question__kind="compared", value__lt=0)
WELL = (
    Q(question__kind="csat", value__gte=4)
    | Q(question__kind="nps", value__gte=7)
    | Q(question__kind="compared", value__gte=0) & ~Q(Exists(LESS))
)


def satisfied(viewer: Person, at: datetime) -> Q:
    """Nothing later stands beside the answer that was good, of either kind."""
    told, asked_ = _told("customer"), _surveyed("customer")
    on_card = (
        _told("pk")
        .filter(GOOD, at__gt=at - YEAR)
        .exclude(Exists(told.filter(at__gt=OuterRef("at"))))
        .exclude(Exists(asked_.filter(answer__at__gt=OuterRef("at"))))
    )
    in_survey = (
        _surveyed("pk")
        .filter(WELL, answer__at__gt=at - YEAR)
        .exclude(Exists(asked_.filter(answer__at__gt=OuterRef("answer__at"))))
        .exclude(Exists(told.filter(at__gt=OuterRef("answer__at"))))
    )
    return Q(Exists(on_card)) | Q(Exists(in_survey))


def asked(viewer: Person, at: datetime) -> Q:
    """Who answered within a year."""
    since = at - YEAR
    return Q(Exists(_told("pk").filter(at__gt=since))) | Q(
        Exists(_surveyed("pk").filter(answer__at__gt=since))
    )


def measured(viewer: Person, at: datetime) -> bool:
    """Whether any customer of the viewer answered within a year."""
    since = at - YEAR
    told = Answer.objects.visible_to(viewer).standing().filter(kind__in=KINDS, at__gt=since)
    if told.exists():
        return True
    found = Reply.objects.visible_to(viewer).filter(question__kind__in=SCALES)
    return found.filter(answer__at__gt=since).exists()


def _told(of: str) -> QuerySet[Answer]:
    found = Answer.objects.standing().filter(kind__in=KINDS, number__isnull=False)
    return found.filter(customer=OuterRef(of))


def _surveyed(of: str) -> QuerySet[Reply]:
    return Reply.objects.filter(question__kind__in=SCALES, customer=OuterRef(of))
