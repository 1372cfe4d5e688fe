"""Dealt with, from the first word to the call back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.complaints import actions, queries
from regulars.server.complaints.api.routing import router
from regulars.server.complaints.api.shapes import (
    AcknowledgeIn,
    AnswerIn,
    CallIn,
    CloseIn,
    ComplaintOut,
    HandIn,
    Id,
    NoteIn,
    ReopenIn,
)
from regulars.server.complaints.api.telling import entry, now, shown, the_case
from regulars.server.complaints.models import Entry
from regulars.server.core.api import Keyed, KeyedRequest, acted, acting, example
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission


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
    case = actions.acknowledge(the_case(by, public_id), by=by, at=request.at, note=told.note)
    acted(request, by, case, "acknowledge")
    return now(request, by, case)


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
    case = actions.hand_to(the_case(by, public_id), to, by=by, at=request.at, note=told.note)
    acted(request, by, case, "hand")
    return now(request, by, case)


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
    case = the_case(by, public_id)
    actions.note(case, words=told.words, by=by, at=request.at)
    acted(request, by, case, "note")
    return shown(request, the_case(by, public_id))


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
    case = the_case(by, public_id)
    actions.answer(case, text=told.text, by=by, at=request.at)
    acted(request, by, case, "answer")
    return shown(request, the_case(by, public_id))


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
    case = the_case(by, public_id)
    actions.close(
        case,
        result=told.result,
        cause=entry(Entry.List.CAUSE, told.cause) if told.cause else None,
        remedy=told.remedy,
        cost=told.cost,
        by=by,
        at=request.at,
    )
    acted(request, by, case, "close")
    return shown(request, the_case(by, public_id))


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
    case = actions.reopen(the_case(by, public_id), reason=told.reason, by=by, at=request.at)
    acted(request, by, case, "reopen")
    return now(request, by, case)


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
        the_case(by, public_id), is_content=told.content, note=told.note, by=by, at=request.at
    )
    if told.again:
        case = actions.reopen(case, reason=told.note, by=by, at=request.at)
    acted(request, by, case, "call_back")
    return now(request, by, case)
