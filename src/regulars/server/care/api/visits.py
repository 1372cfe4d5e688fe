"""Visits for other systems: a person's visits, planned, arrived at, called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router

from regulars.server.care import actions, queries
from regulars.server.care.api.shapes import (
    CancelIn,
    CheckInIn,
    Id,
    VisitIn,
    VisitList,
    VisitOut,
    WantedVisits,
)
from regulars.server.care.forms import VisitForm
from regulars.server.care.models import Visit
from regulars.server.core import queries as core
from regulars.server.core.api import (
    Keyed,
    KeyedRequest,
    acted,
    acting,
    demand_known,
    example,
    refuse,
)
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.api import customer_ref

router = Router(tags=["work"])
AHEAD = timedelta(days=14)


@router.get(
    "",
    response=VisitList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_visits",
    summary="List a person's visits",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedVisits, Query()]) -> Any:
    """The visits that a person makes or comes along on, by day; two weeks if none is named."""
    demand_known(request, WantedVisits.model_fields)
    viewer = acting(request, wanted.person, Permission.RECORD_CONTACT)
    first = wanted.first or core.local_date(request.at)
    last = min(wanted.last or first + AHEAD, first + timedelta(days=WantedVisits.MOST))
    found = queries.visits_of(viewer, first, last + timedelta(days=1))
    return {"visits": [_told(request, visit) for visit in found]}


@router.post(
    "",
    response=VisitOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="plan_visit",
    summary="Plan a visit",
    openapi_extra=example(
        customer="7hq2k9xw4mzt", day="2026-11-30", hour="10:00", topic="review",
        aim="Agree on the rates",
    ),
)  # fmt: skip
def plan(request: KeyedRequest, told: VisitIn) -> Any:
    """It stands on the person's list of that day, and on that of who comes along."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    customer = customers.customers(by).filter(public_id=told.customer).first()
    if customer is None:
        raise Http404
    people = queries.companions(by, customer)
    form = VisitForm(_typed(told, people), today=core.local_date(request.at), people=people)
    if not form.is_valid():
        raise refuse(form, {})
    visit = actions.plan_visit(customer, person=by, by=by, at=request.at, **form.cleaned_data)
    acted(request, by, visit, "visit")
    return _told(request, visit)


@router.post(
    "/{public_id}/check-in",
    response=VisitOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="check_in",
    summary="Say that somebody is there",
    openapi_extra=example(),
)
def check_in(request: KeyedRequest, public_id: Id, told: CheckInIn) -> Any:
    """The moment is kept once; where it was is left to the pages."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    visit = actions.check_in(_visit(by, public_id), by=by, at=request.at)
    acted(request, by, visit, "check_in")
    return _told(request, _visit(by, public_id))


@router.post(
    "/{public_id}/cancel",
    response=VisitOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="cancel_visit",
    summary="Call a visit off",
    openapi_extra=example(reason="The customer is away"),
)
def cancel(request: KeyedRequest, public_id: Id, told: CancelIn) -> Any:
    """What was made is closed by its contact instead: `visit` of a contact."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    visit = actions.cancel_visit(
        _visit(by, public_id), reason=told.reason, by=by, at=request.at
    )
    acted(request, by, visit, "cancel")
    return _told(request, _visit(by, public_id))


def beside(people: Any, username: str) -> str:
    """The address of somebody who may come along; a strange name stays and is refused."""
    found: Person | None = people.filter(username__iexact=username).first()
    return found.public_id if found else username


def _typed(told: VisitIn, people: Any) -> dict[str, str]:
    """The body as the form of the pages would send it."""
    return {
        "day": told.day.isoformat(),
        "hour": told.hour or "",
        "topic": told.topic,
        "aim": told.aim,
        "place": told.place,
        "beside": beside(people, told.beside) if told.beside else "",
    }


def _visit(viewer: Person, public_id: str) -> Visit:
    found = queries.visit(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _told(request: KeyedRequest, visit: Visit) -> dict[str, Any]:
    same = ("day", "hour", "topic", "aim", "place", "state", "arrived_at")
    return {name: getattr(visit, name) for name in same} | {
        "id": visit.public_id,
        "customer": customer_ref(request, visit.customer),
        "person": visit.person.username,
        "beside": visit.beside.username if visit.beside else "",
        "why_not": visit.why_not,
    }
