"""What another system needs to ask by itself: open waves, links, and comments that it found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Whose,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.voice import actions, queries
from regulars.server.voice.models import Invitation

router = Router(tags=["voice"])
Id = Annotated[str, Field(**PUBLIC_ID)]


class WaveQuestionOut(Schema):
    """One question of a wave; its id is the key of an answer's value."""

    id: str
    kind: str
    text: str
    text_en: str
    point: str = Field(description="Touch point; may be empty.")
    required: bool
    choices: list[str] = Field(description="Of a choice; a value counts from 1.")


class WaveOut(Schema):
    """A wave in the field, with what it asks."""

    id: str
    survey: str
    name: str
    name_en: str
    channel: Literal["sms", "wecom", "email", "call", "visit"]
    begins_on: date
    ends_on: date
    questions: list[WaveQuestionOut]


class WaveList(Schema):
    """Waves in the field today."""

    waves: list[WaveOut]


class CauseOut(Schema):
    """A cause on the company's list."""

    id: str
    name: str
    name_en: str


class CauseList(Schema):
    """Causes that a closed low score may name."""

    causes: list[CauseOut]


class InvitationOut(Schema):
    """Somebody whom a wave asks."""

    id: str
    customer: CustomerRef
    state: Literal["waiting", "handed", "answered", "declined", "missed"]
    link: str | None = Field(description="Once it was handed over, until it is answered.")


class InvitationPage(Schema):
    """Some invitations, and where to go on."""

    invitations: list[InvitationOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class CommentIn(Schema):
    """One comment as it stood somewhere."""

    key: str = Field(min_length=1, max_length=64, pattern=PLAIN)
    text: str = Field(min_length=1, max_length=2000)
    at: datetime
    stars: int | None = Field(None, ge=1, le=5)
    customer: Id | None = None


class CommentsIn(InTheNameOf):
    """Comments of one place; a key that came before is passed over."""

    place: str = Field(min_length=1, max_length=80, pattern=PLAIN)
    comments: list[CommentIn] = Field(min_length=1, max_length=500)


class CommentsTaken(Schema):
    """How many were new, and how many had come before."""

    taken: int
    known: int


@router.get(
    "/waves",
    response=WaveList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_survey_waves",
    summary="List the waves in the field with their questions",
)
def survey_waves(request: KeyedRequest, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """What is needed to ask: each question's id, kind and choices."""
    demand_known(request, InTheNameOf.model_fields)
    acting(request, asked.person, Permission.SEE_CUSTOMERS)
    same = ("name", "name_en", "channel", "begins_on", "ends_on")
    return {
        "waves": [
            {name: getattr(wave, name) for name in same}
            | {
                "id": wave.public_id,
                "survey": wave.version.survey.public_id,
                "questions": [_question(each) for each in wave.version.questions.all()],
            }
            for wave in queries.open_waves(request.at)
        ]
    }


@router.get(
    "/causes",
    response=CauseList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_loop_causes",
    summary="List the causes that a closed low score may name",
)
def loop_causes(request: KeyedRequest, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """Those that are in use."""
    demand_known(request, InTheNameOf.model_fields)
    acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = queries.causes()
    return {
        "causes": [
            {"id": each.public_id, "name": each.name, "name_en": each.name_en} for each in found
        ]
    }


@router.get(
    "/waves/{public_id}/invitations",
    response=InvitationPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_survey_invitations",
    summary="List whom a wave asks",
)
def survey_invitations(
    request: KeyedRequest, public_id: Id, wanted: Annotated[Whose, Query()]
) -> Any:
    """Of the customers whom the person sees; who was left out or taken back is not there."""
    demand_known(request, Whose.model_fields)
    viewer = acting(request, wanted.person, Permission.RECORD_CONTACT)
    wave = queries.wave(viewer, public_id)
    if wave is None:
        raise Http404
    found = queries.invitations_after(
        viewer, wave, cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"invitations": [_invitation(request, each) for each in rows], "next": following}


@router.post(
    "/invitations/{public_id}/hand",
    response=InvitationOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="hand_survey_link",
    summary="Hand the link of an invitation over",
    openapi_extra=example(),
)
def hand_survey_link(request: KeyedRequest, public_id: Id, told: InTheNameOf) -> Any:
    """The contact policy is asked in that moment; its no is an answer (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = queries.invitation(by, public_id)
    if found is None:
        raise Http404
    handed = actions.hand_over(found, by=by, at=request.at)
    acted(request, by, handed, "hand")
    return _invitation(request, handed)


@router.post(
    "/comments",
    response=CommentsTaken,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="send_comments",
    summary="Send comments that customers wrote elsewhere",
    openapi_extra=example(
        place="Maps",
        comments=[{"key": "r-1", "text": "Long queue.", "at": "2026-11-20T09:00:00+08:00"}],
    ),
)
def send_comments(request: KeyedRequest, told: CommentsIn) -> Any:
    """Sent again a comment counts once, by its key within the place."""
    by = acting(request, told.person, Permission.EDIT_SURVEYS)
    written = []
    for each in told.comments:
        customer = customers.one(by, each.customer) if each.customer else None
        if each.customer and customer is None:
            raise Http404
        at = min(each.at, request.at)
        written.append(actions.Written(each.text, at, each.stars, each.key, customer))
    taken = actions.take_comments(told.place, written, by=by, at=request.at)
    return {"taken": taken, "known": len(written) - taken}


def _question(question: Any) -> dict[str, Any]:
    same = ("kind", "text", "text_en", "point", "required", "choices")
    return {name: getattr(question, name) for name in same} | {"id": question.public_id}


def _invitation(request: KeyedRequest, found: Invitation) -> dict[str, Any]:
    link = None
    if found.state == Invitation.State.HANDED:
        where = reverse("voice:public", args=[actions.token(found)])
        link = request.build_absolute_uri(where)
    return {
        "id": found.public_id,
        "customer": customer_ref(request, found.customer),
        "state": found.state,
        "link": link,
    }
