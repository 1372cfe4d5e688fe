"""Listed, read, taken in."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Status

from regulars.base.errors import BadInput
from regulars.server.complaints import actions, queries
from regulars.server.complaints.api.routing import router
from regulars.server.complaints.api.shapes import (
    ComplaintOut,
    ComplaintPage,
    Id,
    ListsOut,
    OpenIn,
    WantedComplaints,
)
from regulars.server.complaints.api.telling import entry, shown, the_case
from regulars.server.complaints.models import Case, Entry
from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers


@router.get(
    "",
    response=ComplaintPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_complaints",
    summary="List the complaints that a person sees",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedComplaints, Query()]) -> Any:
    """Complaints of the customers whom the person sees, the newest first."""
    demand_known(request, WantedComplaints.model_fields)
    viewer = acting(request, wanted.person, Permission.RECORD_CONTACT)
    found = queries.after(
        viewer,
        every=wanted.state == "all",
        cursor=wanted.cursor or "",
        most=wanted.limit + 1,
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"complaints": [shown(request, case) for case in rows], "next": following}


@router.get(
    "/lists",
    response=ListsOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_complaint_lists",
    summary="List what complaints may be about and what they came from",
)
def complaint_lists(request: KeyedRequest) -> Any:
    """The company's own lists, as far as they are in use."""
    return {"types": queries.types(), "causes": queries.causes()}


@router.get(
    "/{public_id}",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_complaint",
    summary="Read one complaint",
)
def one(request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """One complaint with its clocks."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.RECORD_CONTACT)
    return shown(request, the_case(viewer, public_id))


@router.post(
    "",
    response={201: ComplaintOut, 200: ComplaintOut},
    auth=Keyed(Right.WORK_WRITE),
    operation_id="open_complaint",
    summary="Take a complaint in",
    openapi_extra=example(
        reference="T-2026-17", words="A fee that nobody told me of.", type="fees",
        channel="app", customer="7hq2k9xw4mzt",
    ),
)  # fmt: skip
def opened(request: KeyedRequest, told: OpenIn) -> Any:
    """201 where it is new; 200 with the complaint that has this reference already.

    409 where somebody has it whom the person does not see.
    """
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = queries.by_reference(told.reference)
    if known is not None and (seen := queries.one(by, known.public_id)) is not None:
        return Status(200, shown(request, seen))
    if known is not None:
        said = _("Another complaint has the number %(reference)s already.")
        raise actions.ReferenceTaken(said % {"reference": told.reference})
    customer = customers.one(by, told.customer) if told.customer else None
    if told.customer and customer is None:
        raise Http404
    if told.received_at is not None and told.received_at.tzinfo is None:
        raise BadInput(_("Give the moment with its time zone."))
    names = ("words", "channel", "severity", "who", "phone", "wish", "received_at", "reference")
    case = actions.open_case(
        customer=customer,
        type=entry(Entry.List.TYPE, told.type),
        book=None if customer else queries.place_of(by),
        source=Case.Source.API,
        by=by,
        at=request.at,
        **{name: getattr(told, name) for name in names},
    )
    acted(request, by, case, "open")
    return Status(201, shown(request, the_case(by, case.public_id)))
