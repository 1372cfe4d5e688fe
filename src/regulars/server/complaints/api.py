"""Complaints for other systems: taken in, noted on, answered, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from regulars.base.errors import BadInput
from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case, Entry
from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Money,
    Whose,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.api import CustomerRef, customer_ref

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Channel = Literal[
    "call", "counter", "wecom", "app", "email", "letter", "regulator", "media", "other"
]


class ComplaintOut(Schema):
    """One complaint, and where it stands."""

    id: str
    number: str = Field(description="What people say on the phone.", examples=["26-00017"])
    reference: str = Field(description="Its number in the system that told it; may be empty.")
    customer: CustomerRef | None = Field(description="null: a person not on file yet.")
    who: str
    type: str = Field(description="Code of the company's list.", examples=["fees"])
    channel: Channel
    words: str
    severity: Literal[1, 2, 3] = Field(description="3: money, law or the public.")
    state: Literal["open", "closed"]
    handler: str = Field(description="User name; may be empty.")
    received_at: datetime
    acknowledge_by: datetime
    answer_by: datetime
    resolve_by: datetime
    waiting: bool = Field(description="The clocks stand still: we wait for the customer.")
    acknowledged_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    result: Literal["", "upheld", "partly", "not_upheld", "withdrawn"]
    call_by: datetime | None = Field(description="Until when somebody else calls back.")
    called_at: datetime | None
    content: bool | None = Field(description="What the customer said then; null: unsaid.")
    rounds: int = Field(description="Opened so many times.")


class EntryOut(Schema):
    """A line of one of the company's lists."""

    code: str = Field(examples=["fees"])
    name: str
    name_en: str = Field(description="May be empty.")
    is_complex: bool = Field(description="Of a type: complex as a rule, with longer clocks.")


class ListsOut(Schema):
    """What may be named as type and as cause."""

    types: list[EntryOut]
    causes: list[EntryOut]


class ComplaintPage(Schema):
    """Some complaints, and where to go on."""

    complaints: list[ComplaintOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedComplaints(Whose):
    """Which complaints of those that a person sees."""

    state: Literal["open", "all"] = Field("open", description="all: closed ones too.")


class OpenIn(InTheNameOf):
    """A complaint as another system heard it."""

    reference: str = Field(
        min_length=1,
        max_length=60,
        pattern=PLAIN,
        description="Its number there. One that is known is that complaint, not another.",
    )
    words: str = Field(min_length=1, max_length=4000, pattern=PLAIN)
    type: str = Field("other", max_length=24, pattern=PLAIN)
    channel: Channel = "other"
    severity: Literal[1, 2, 3] = 2
    customer: Id | None = Field(None, description="null: a person not on file; name `who`.")
    who: str = Field("", max_length=120, pattern=PLAIN)
    phone: str = Field("", max_length=40, pattern=PLAIN)
    wish: str = Field("", max_length=500, pattern=PLAIN)
    received_at: datetime | None = Field(None, description="With a time zone; null: now.")


class NoteIn(InTheNameOf):
    """What was found out."""

    words: str = Field(min_length=1, max_length=2000, pattern=PLAIN)


class AcknowledgeIn(InTheNameOf):
    """The customer knows that we know."""

    note: str = Field("", max_length=500, pattern=PLAIN)


class HandIn(InTheNameOf):
    """Who handles it from now on."""

    to: str = Field(min_length=1, max_length=60, pattern=PLAIN, description="User name.")
    note: str = Field("", max_length=500, pattern=PLAIN)


class ReopenIn(InTheNameOf):
    """What is left to be settled."""

    reason: str = Field(min_length=1, max_length=500, pattern=PLAIN)


class CallIn(InTheNameOf):
    """What the customer said to somebody who never handled the case."""

    content: bool | None = Field(None, description="null: did not say.")
    note: str = Field("", max_length=1000, pattern=PLAIN)
    again: bool = Field(False, description="Open it again; `note` says what is left.")


class AnswerIn(InTheNameOf):
    """What the customer was told; it names review, mediation, arbitration and the court."""

    text: str = Field(min_length=1, max_length=6000, pattern=PLAIN)


class CloseIn(InTheNameOf):
    """What came of it."""

    result: Literal["upheld", "partly", "not_upheld", "withdrawn"]
    cause: str = Field("", max_length=24, pattern=PLAIN, description="Code of the list.")
    remedy: str = Field("", max_length=500, pattern=PLAIN)
    cost: Money | None = None


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
    return {"complaints": [_told(request, case) for case in rows], "next": following}


@router.get(
    "/lists",
    response=ListsOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_complaint_lists",
    summary="List what complaints may be about and what they came from",
)
def lists(request: KeyedRequest) -> Any:
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
    return _told(request, _case(viewer, public_id))


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
        return Status(200, _told(request, seen))
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
        type=_entry(Entry.List.TYPE, told.type),
        book=None if customer else queries.place_of(by),
        source=Case.Source.API,
        by=by,
        at=request.at,
        **{name: getattr(told, name) for name in names},
    )
    acted(request, by, case, "open")
    return Status(201, _told(request, _case(by, case.public_id)))


@router.post(
    "/{public_id}/acknowledge",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="acknowledge_complaint",
    summary="Say that the customer knows that we know",
    openapi_extra=example(note="He is called back tomorrow."),
)
def acknowledged(request: KeyedRequest, public_id: Id, told: AcknowledgeIn) -> Any:
    """Whoever says so handles it where nobody does; a second one changes nothing."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    case = actions.acknowledge(_case(by, public_id), by=by, at=request.at, note=told.note)
    acted(request, by, case, "acknowledge")
    return _now(request, by, case)


@router.post(
    "/{public_id}/handler",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="hand_complaint_over",
    summary="Give a complaint to somebody",
    openapi_extra=example(to="lob", note="The customer is in the branch at three."),
)
def handed(request: KeyedRequest, public_id: Id, told: HandIn) -> Any:
    """They see it whosever customer it is; whom it is about is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    to = queries.person(told.to)
    if to is None:
        raise BadInput(_("Nobody here has that user name."))
    case = actions.hand_to(_case(by, public_id), to, by=by, at=request.at, note=told.note)
    acted(request, by, case, "hand")
    return _now(request, by, case)


@router.post(
    "/{public_id}/notes",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="note_on_complaint",
    summary="Write down what was found out",
    openapi_extra=example(words="The fee was booked twice."),
)
def noted(request: KeyedRequest, public_id: Id, told: NoteIn) -> Any:
    """A line of the story; with an Idempotency-Key it is written once."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    case = _case(by, public_id)
    actions.note(case, words=told.words, by=by, at=request.at)
    acted(request, by, case, "note")
    return _told(request, _case(by, public_id))


@router.post(
    "/{public_id}/answer",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="answer_complaint",
    summary="Say what the customer was told",
    openapi_extra=example(
        text="The fee is paid back. If you do not agree, you may ask for a review, turn to a "
        "mediation service, to arbitration, or to a court."
    ),
)
def answered(request: KeyedRequest, public_id: Id, told: AnswerIn) -> Any:
    """Refused (422) where a way that stays open is not named; the same answer is kept once."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    case = _case(by, public_id)
    actions.answer(case, text=told.text, by=by, at=request.at)
    acted(request, by, case, "answer")
    return _told(request, _case(by, public_id))


@router.post(
    "/{public_id}/close",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="close_complaint",
    summary="Close a complaint with its result",
    openapi_extra=example(result="upheld", cause="mistake", remedy="Paid back."),
)
def closed(request: KeyedRequest, public_id: Id, told: CloseIn) -> Any:
    """Of two who close it the first stands (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    case = _case(by, public_id)
    actions.close(
        case,
        result=told.result,
        cause=_entry(Entry.List.CAUSE, told.cause) if told.cause else None,
        remedy=told.remedy,
        cost=told.cost,
        by=by,
        at=request.at,
    )
    acted(request, by, case, "close")
    return _told(request, _case(by, public_id))


@router.post(
    "/{public_id}/reopen",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="reopen_complaint",
    summary="Open a closed complaint again",
    openapi_extra=example(reason="The fee was taken again."),
)
def reopened(request: KeyedRequest, public_id: Id, told: ReopenIn) -> Any:
    """Its clocks begin anew; one that is open is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    case = actions.reopen(_case(by, public_id), reason=told.reason, by=by, at=request.at)
    acted(request, by, case, "reopen")
    return _now(request, by, case)


@router.post(
    "/{public_id}/call-back",
    response=ComplaintOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="call_back_complaint",
    summary="Write down what the customer said when called back",
    openapi_extra=example(content=True, note="Thank you."),
)
def called(request: KeyedRequest, public_id: Id, told: CallIn) -> Any:
    """By somebody who never handled it; of two calls the first counts (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    case = actions.call_back(
        _case(by, public_id), is_content=told.content, note=told.note, by=by, at=request.at
    )
    if told.again:
        case = actions.reopen(case, reason=told.note, by=by, at=request.at)
    acted(request, by, case, "call_back")
    return _now(request, by, case)


def _now(request: KeyedRequest, by: Person, case: Case) -> dict[str, Any]:
    """The complaint as it is now, also where whoever gave it away sees it no more."""
    return _told(request, queries.one(by, case.public_id) or case)


def _entry(which: str, code: str) -> Entry:
    found = queries.by_code(which, code)
    if found is None:
        said = _("There is no line “%(code)s” in the company's list.")
        raise BadInput(said % {"code": code})
    return found


def _case(viewer: Person, public_id: str) -> Case:
    found = queries.one(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _told(request: KeyedRequest, case: Case) -> dict[str, Any]:
    same = (
        "number", "reference", "who", "channel", "severity", "state", "received_at",
        "acknowledge_by", "answer_by", "resolve_by", "acknowledged_at", "answered_at",
        "closed_at", "result", "call_by", "called_at", "rounds",
    )  # fmt: skip
    return {name: getattr(case, name) for name in same} | {
        "id": case.public_id,
        "words": case.said,
        "content": case.is_content,
        "customer": customer_ref(request, case.customer) if case.customer else None,
        "type": case.type.code,
        "handler": case.handler.username if case.handler else "",
        "waiting": case.is_waiting,
    }
