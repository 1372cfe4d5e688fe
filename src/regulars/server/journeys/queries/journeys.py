"""Journeys and their versions."""

from __future__ import annotations

from django.db.models import Case, Count, Q, QuerySet, When

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.experiments import queries as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.journeys.models import Journey, Version

State = Version.State
ORDER = ("running", "paused", "draft", "stopped")


def may_see(viewer: Person) -> bool:
    """Whether somebody opens journeys: who sees messages, of customers within their reach."""
    return viewer.may(Permission.SEE_MESSAGES) or viewer.may(Permission.SEND)


def may_make(viewer: Person) -> bool:
    """Whether somebody writes, starts and stops journeys."""
    return viewer.may(Permission.SEND)


def may_steer(viewer: Person, journey: Journey) -> bool:
    """Whether somebody changes or holds a journey: its owner, or who sees everybody on it."""
    own = journey.owner_id == viewer.pk
    return may_make(viewer) and (own or viewer.scope.everything)


def journeys(viewer: Person) -> QuerySet[Journey]:
    """Every journey, those that run first, the newest of them first."""
    if not may_see(viewer):
        return Journey.objects.none()
    waits = Count("versions", filter=Q(versions__state=State.SUBMITTED))
    found = Journey.objects.select_related("owner").annotate(waiting=waits)
    order = Case(*(When(state=each, then=n) for n, each in enumerate(ORDER)))
    return found.order_by(order, "-made_at", "-pk")


def journey(viewer: Person, public_id: str) -> Journey | None:
    found = journeys(viewer).filter(public_id=public_id)
    return found.first()


def after(viewer: Person, cursor: str, most: int) -> list[Journey] | None:
    """Journeys, the newest first, from the one after another on; None after a stranger."""
    found = journeys(viewer).order_by("-pk")
    if cursor:
        last = found.filter(public_id=cursor).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    return list(found[:most])


def in_force(journey: Journey) -> Version | None:
    """The version by which customers go."""
    return Version.objects.filter(journey=journey, state=State.APPROVED).first()


def making(journey: Journey) -> Version | None:
    """The version that is written, or waits for approval."""
    found = Version.objects.filter(journey=journey, state__in=[State.DRAFT, State.SUBMITTED])
    return found.select_related("submitted_by", "written_by").first()


def versions(journey: Journey) -> list[Version]:
    """All of them, the newest first."""
    return list(
        Version.objects.filter(journey=journey)
        .select_related("decided_by", "written_by")
        .order_by("-number")
    )


def shown(journey: Journey) -> Version | None:
    """The version that a page shows: the one in force, or the one that is written."""
    return in_force(journey) or making(journey)


def may_approve(viewer: Person, version: Version) -> bool:
    """Whether somebody may decide about a version: never who had a hand in it."""
    own = {*version.authors, version.submitted_by_id, version.written_by_id}
    return viewer.may(Permission.APPROVE_CONTENT) and viewer.pk not in own


def experiment(journey: Journey) -> Experiment | None:
    """What says whether the journey works."""
    return experiments.by_source(journey.source)


def submitted(viewer: Person) -> int:
    """How many versions wait for this person's decision."""
    if not viewer.may(Permission.APPROVE_CONTENT):
        return 0
    found = Version.objects.filter(state=State.SUBMITTED).exclude(
        journey__state=Journey.State.STOPPED
    )
    return sum(may_approve(viewer, each) for each in found)
