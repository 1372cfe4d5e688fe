"""Surveys for other systems: what they come to, each answer, and loops to be closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
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
from regulars.server.voice.models import Answer, Loop
from regulars.server.voice.queries import results
from regulars.server.voice.rules.scores import Score

router = Router(tags=["voice"])
loops_router = Router(tags=["voice"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Text = Annotated[str, Field(max_length=2000, pattern=PLAIN)]


class SurveyScoreOut(Schema):
    """A figure with its 95 % interval."""

    value: float = Field(description="NPS and shares as a share of one (-1 to 1); else a mean.")
    low: float
    high: float
    n: int
    enough: bool = Field(description="false: too few answers, or all alike; no interval holds.")


class SurveyOut(Schema):
    """One survey with the main score of its newest wave, as the person sees it."""

    id: str
    name: str
    name_en: str
    wave: str | None = Field(description="Name of the newest wave; null: answers of files.")
    wave_en: str | None
    kind: str | None = Field(examples=["nps"])
    score: SurveyScoreOut | None
    satisfaction: SurveyScoreOut | None = Field(description="Experience less expectation.")
    asked: int | None
    answered: int


class SurveyList(Schema):
    """Every survey that was fielded."""

    surveys: list[SurveyOut]


class SurveyReplyOut(Schema):
    """What was answered to one question."""

    question: str
    kind: str
    point: str = Field(description="Touch point; may be empty.")
    value: int | None
    text: str


class SurveyAnswerOut(Schema):
    """One answer."""

    id: str
    customer: CustomerRef | None
    mode: Literal["link", "phone", "face", "file"]
    at: datetime
    replies: list[SurveyReplyOut]


class SurveyAnswerPage(Schema):
    """Some answers, and where to go on."""

    answers: list[SurveyAnswerOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class SurveyAnswerIn(InTheNameOf):
    """What a customer said on the phone or face to face, in an open wave."""

    wave: Id
    customer: Id
    mode: Literal["phone", "face"]
    values: dict[Id, int | Text] = Field(
        description="Question id -> number or text.",
        json_schema_extra={"additionalProperties": False},  # no other names than ids
    )


class LoopOut(Schema):
    """A low or high score, and what became of it."""

    id: str
    customer: CustomerRef
    kind: Literal["detractor", "promoter"]
    score: int
    state: Literal["open", "talked", "done"]
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    cause: str
    action: str


class LoopPage(Schema):
    """Some loops, and where to go on."""

    loops: list[LoopOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedLoops(Whose):
    """Which loops of whose customers."""

    state: Literal["open", "all"] = Field("open", description="all: closed ones, too.")


class LoopClosedIn(InTheNameOf):
    """What a low score was about, and what was done."""

    cause: Id
    action: str = Field(min_length=1, max_length=500, pattern=PLAIN)
    found: str = Field("", max_length=500, pattern=PLAIN)


@router.get(
    "",
    response=SurveyList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_surveys",
    summary="List surveys with their scores",
)
def listed(request: KeyedRequest, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """Each with its interval and response, over the customers whom the person sees."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = []
    for survey in queries.surveys(viewer):
        these = results.find(viewer, survey)
        if these is not None:
            found.append(_survey(results.results(viewer, these)))
    return {"surveys": found}


@router.get(
    "/{public_id}/answers",
    response=SurveyAnswerPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_survey_answers",
    summary="List the answers to a survey",
)
def survey_answers(
    request: KeyedRequest, public_id: Id, wanted: Annotated[Whose, Query()]
) -> Any:
    """Answers of the customers whom the person sees, the oldest first."""
    demand_known(request, Whose.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    survey = queries.survey(viewer, public_id)
    if survey is None:
        raise Http404
    found = queries.answers_after(
        viewer, survey, cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"answers": [_answer(request, each) for each in rows], "next": following}


@router.post(
    "/answers",
    response=SurveyAnswerOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="send_survey_answer",
    summary="Send what a customer answered by voice",
    openapi_extra=example(
        wave="abcdefgh2345", customer="abcdefgh2346", mode="phone", values={"abcdefgh2347": 9}
    ),
)
def send_answer(request: KeyedRequest, told: SurveyAnswerIn) -> Any:
    """The customer is asked in an open wave; who rests or answered already is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    wave, customer = queries.wave(by, told.wave), customers.one(by, told.customer)
    if wave is None or customer is None:
        raise Http404
    made = actions.answer_by_voice(
        wave, customer, told.values, mode=told.mode, by=by, at=request.at
    )
    acted(request, by, made, "answer")
    return _answer(request, made)


@loops_router.get(
    "",
    response=LoopPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_loops",
    summary="List low and high scores to be dealt with",
)
def loops(request: KeyedRequest, wanted: Annotated[WantedLoops, Query()]) -> Any:
    """Loops of the customers whom the person sees, the oldest first."""
    demand_known(request, WantedLoops.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.loops_after(
        viewer, every=wanted.state == "all", cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"loops": [_loop(request, each) for each in rows], "next": following}


@loops_router.post(
    "/{public_id}/close",
    response=LoopOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="close_loop",
    summary="Close a low score with its cause and what was done",
    openapi_extra=example(cause="abcdefgh2345", action="Called, and opened a second counter."),
)
def close(request: KeyedRequest, public_id: Id, told: LoopClosedIn) -> Any:
    """By whoever leads the branch; of two who close the first stands (409)."""
    by = acting(request, told.person, Permission.SEE_TEAM)
    loop, cause = queries.loop(by, public_id), queries.cause(told.cause)
    if loop is None or cause is None or loop.kind != Loop.Kind.DETRACTOR:
        raise Http404
    if not queries.may_close(by, loop):
        raise Http404
    actions.close_low(
        loop, cause=cause, action=told.action, found=told.found, by=by, at=request.at
    )
    acted(request, by, loop, "close")
    return _loop(request, queries.loop(by, public_id) or loop)


def _survey(found: results.Results) -> dict[str, Any]:
    main = found.main
    return {
        "id": found.asked.survey.public_id,
        "name": found.asked.survey.name,
        "name_en": found.asked.survey.name_en,
        "wave": found.asked.wave.name if found.asked.wave else None,
        "wave_en": found.asked.wave.name_en if found.asked.wave else None,
        "kind": main.question.kind if main else None,
        "score": _score(main.score if main else None),
        "satisfaction": _score(found.overall.gap if found.overall else None),
        "asked": found.reached.asked if found.reached else None,
        "answered": found.n,
    }


def _score(score: Score | None) -> dict[str, Any] | None:
    if score is None:
        return None
    return {name: getattr(score, name) for name in ("value", "low", "high", "n", "enough")}


def _answer(request: KeyedRequest, answer: Answer) -> dict[str, Any]:
    customer = answer.customer
    return {
        "id": answer.public_id,
        "customer": customer_ref(request, customer) if customer else None,
        "mode": answer.mode,
        "at": answer.at,
        "replies": [
            {
                "question": line.question.text,
                "kind": line.question.kind,
                "point": line.question.point,
                "value": line.value,
                "text": line.text,
            }
            for line in queries.shown(answer).lines
        ],
    }


def _loop(request: KeyedRequest, loop: Loop) -> dict[str, Any]:
    same = ("kind", "score", "state", "due_on", "opened_at", "closed_at", "action")
    return {name: getattr(loop, name) for name in same} | {
        "id": loop.public_id,
        "customer": customer_ref(request, loop.customer),
        "cause": loop.cause.name if loop.cause else "",
    }
