"""Messages for other systems: written, checked, handed over, approved in somebody's name."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.content import actions, queries
from regulars.server.content.models import Text, Version
from regulars.server.content.queries.messages import making_of, message_text, messages_after
from regulars.server.content.queries.problems import told_trouble
from regulars.server.content.queries.words import told_problem
from regulars.server.content.rules.message_fields import known
from regulars.server.content.rules.messages import read_message, troubles
from regulars.server.content.rules.parts import BadContent
from regulars.server.content.rules.reading import written
from regulars.server.content.rules.shape import Message
from regulars.server.core import queries as core
from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Known,
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

router = Router(tags=["message-templates"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Short = Annotated[str, Field(max_length=160, pattern=PLAIN)]
Long = Annotated[str, Field(max_length=12_000, pattern=PLAIN)]
WRITES, DECIDES = Permission.EDIT_CONTENT, Permission.APPROVE_CONTENT


class ShortWords(Known):
    """A few words in both languages."""

    zh: Short = ""
    en: Short = ""


class LongWords(Known):
    """The source of a message in both languages, as Liquid."""

    zh: Long = ""
    en: Long = ""


class WordingShape(Known):
    """One way to say it."""

    subject: ShortWords = Field(default_factory=ShortWords, description="Of an e-mail.")
    text: LongWords = Field(default_factory=LongWords)
    html: LongWords = Field(
        default_factory=LongWords, description="Of an e-mail; empty: made of the text."
    )


class TemplateShape(Known):
    """What a message says, on which channel and what for."""

    title: ShortWords
    channel: Literal["sms", "email", "wecom", "call", "visit"]
    purpose: Literal["marketing", "service", "survey", "greeting"]
    wordings: list[WordingShape] = Field(min_length=1, max_length=2, description="A, and B.")
    product: Annotated[str, Field(max_length=60, pattern=PLAIN)] = Field(
        "", description="Its code in the catalogue."
    )
    valid_until: date | None = Field(None, description="The last day it is sent.")
    fallback: Literal["zh", "en"] = "zh"
    tags: list[Annotated[str, Field(max_length=20, pattern=PLAIN)]] = Field(
        default_factory=list, max_length=8
    )


class TemplateIn(InTheNameOf, TemplateShape):
    """A new wording, in the name of its writer."""

    id: Id | None = Field(None, description="Of the message whose next version it is.")


class Handed(InTheNameOf):
    """A draft is handed over."""

    excuse: Annotated[str, Field(max_length=300, pattern=PLAIN)] = Field(
        "", description="Why words that need a second look are right here."
    )


class VersionOut(Schema):
    """One version of a message."""

    number: int
    state: Literal["draft", "submitted", "approved", "retired"]
    message: dict[str, Any] = Field(description="As it is written; see the body of a draft.")


class TemplateOut(Schema):
    """A message: the version in force, and the one in the making."""

    id: str
    code: str
    title: dict[str, str]
    in_force: VersionOut | None
    making: VersionOut | None


class TemplatePage(Schema):
    """Some messages, and where to go on."""

    messages: list[TemplateOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class CheckOut(Schema):
    """What a wording would be told."""

    wrong: list[str] = Field(description="What keeps it from being a draft.")
    lacking: list[str] = Field(description="What keeps it from being submitted.")
    words: list[str] = Field(description="Sensitive words; those refused come first.")
    fields: list[str] = Field(description="The fields that it names.")


class By(Known):
    """In whose name one message is read."""

    person: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]


EXAMPLE = {
    "title": {"zh": "生日祝福", "en": "Birthday"},
    "channel": "sms",
    "purpose": "greeting",
    "wordings": [{"text": {"zh": "{{ customer.salutation }}，生日快乐。"}}],
}


@router.get(
    "",
    response=TemplatePage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_message_templates",
    summary="List the messages",
)
def listed(request: KeyedRequest, wanted: Annotated[Whose, Query()]) -> Any:
    """Messages that are not put away, with what is in force and what is in the making."""
    demand_known(request, Whose.model_fields)
    acting(request, wanted.person, WRITES, DECIDES)
    found = messages_after(wanted.cursor or "", most=wanted.limit + 1)
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"messages": [_told(one) for one in rows], "next": following}


@router.post(
    "",
    response=TemplateOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="draft_message_template",
    summary="Write the draft of a message",
    openapi_extra=example(**EXAMPLE),
)
def drafted(request: KeyedRequest, told: TemplateIn) -> Any:
    """A new message, or the next version of the one named. Somebody else approves it."""
    by = acting(request, told.person, WRITES)
    code = _text(told.id).code if told.id else ""
    made = actions.save_draft("message", _body(told), code=code, by=by, at=request.at)
    acted(request, by, made, "draft")
    return _told(made.text)


@router.post(
    "/check",
    response=CheckOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="check_message_template",
    summary="Look a message over without keeping it",
    openapi_extra=example(**EXAMPLE),
)
def looked_over(request: KeyedRequest, told: TemplateIn) -> Any:
    """Misspelt fields with line and column, what is lacking, words that need a look."""
    acting(request, told.person, WRITES)
    try:
        message = read_message(_body(told))
    except BadContent as error:
        return {"wrong": [told_problem(error)], "lacking": [], "words": [], "fields": []}
    wrong = [told_trouble(one) for one in troubles(message, known)]
    lacking = queries.lacking("message", message, on=core.local_date(request.at))
    return {
        "wrong": wrong,
        "lacking": [one for one in lacking if one not in wrong],
        "words": [hit.word for hit in queries.findings("message", message)],
        "fields": sorted(queries.Sendable("", 0, message).paths),
    }


@router.get(
    "/{public_id}",
    response=TemplateOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_message_template",
    summary="Read one message",
)
def one(request: KeyedRequest, public_id: Id, wanted: Annotated[By, Query()]) -> Any:
    """With its words in force and those in the making."""
    demand_known(request, By.model_fields)
    acting(request, wanted.person, WRITES, DECIDES)
    return _told(_text(public_id))


@router.post(
    "/{public_id}/submit",
    response=TemplateOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="submit_message_template",
    summary="Hand the draft over for approval",
    openapi_extra=example(),
)
def submitted(request: KeyedRequest, public_id: Id, told: Handed) -> Any:
    """Refused while it lacks something, or says what must not be said."""
    by = acting(request, told.person, WRITES)
    making = _making(public_id)
    actions.submit(making, excuse=told.excuse, by=by, at=request.at)
    return _done(request, by, making, "submit")


@router.post(
    "/{public_id}/approve",
    response=TemplateOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="approve_message_template",
    summary="Put the version that waits in force",
    openapi_extra=example(),
)
def approved(request: KeyedRequest, public_id: Id, told: InTheNameOf) -> Any:
    """In the name of somebody who had no hand in it."""
    by = acting(request, told.person, DECIDES)
    making = _making(public_id)
    actions.approve(making, by=by, at=request.at)
    return _done(request, by, making, "approve")


def _done(request: KeyedRequest, by: Person, version: Version, what: str) -> dict[str, Any]:
    acted(request, by, version, what)
    return _told(version.text)


def _body(told: TemplateIn) -> dict[str, Any]:
    body = told.dict(exclude={"person", "id"})
    return body | {"valid_until": told.valid_until.isoformat() if told.valid_until else ""}


def _text(public_id: str) -> Text:
    found = message_text(public_id)
    if found is None:
        raise Http404
    return found


def _making(public_id: str) -> Version:
    found = making_of(_text(public_id))
    if found is None:
        raise Http404
    return found


def _told(text: Text) -> dict[str, Any]:
    making = making_of(text)
    current = queries.message_in_force(text.code)
    shown = making.body if making else written(current.body) if current else {}
    return {
        "id": text.public_id,
        "code": text.code,
        "title": shown.get("title", {"zh": "", "en": ""}),
        "making": _version(making.number, making.state, making.body) if making else None,
        "in_force": _version(current.version, "approved", written(current.body))
        if current and isinstance(current.body, Message)
        else None,
    }


def _version(number: int, state: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"number": number, "state": state, "message": body}
