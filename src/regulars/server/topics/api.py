"""Topics for other systems: what happened, what became of it, and raising one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from regulars.base.errors import BadInput
from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Known,
    Problem,
    Whose,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.api.acting import Username
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.topics import actions, queries
from regulars.server.topics.models import Topic

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]
State = Literal["raised", "taken", "waiting", "released", "dropped", "expired"]


class TopicOut(Schema):
    """What happened, and how far it is."""

    id: str
    title: str
    what: str
    link: str
    own_trade: bool
    tone: Literal["positive", "neutral", "negative"]
    state: State
    why: str = Field(description="Why it was dropped.")
    raised_by: str = Field(description="User name.")
    raised_at: datetime
    due_at: datetime = Field(description="The end of the working day on which it was raised.")
    released_at: datetime | None
    same_day: bool | None
    expires_at: datetime = Field(description="Nothing goes out afterwards.")


class TopicPage(Schema):
    """Some topics, and where to go on."""

    topics: list[TopicOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedTopics(Whose):
    """Which topics; `person` says who looks."""

    state: State | None = None


class Looking(Known):
    """Who looks."""

    person: Username


class TopicIn(InTheNameOf):
    """What happened."""

    title: str = Field(min_length=1, max_length=60, pattern=PLAIN)
    what: str = Field(min_length=1, max_length=400, pattern=PLAIN)
    link: str = Field("", max_length=300, pattern=r"^(https?://\S+)?$")
    own_trade: bool = False
    tone: Literal["positive", "neutral", "negative"] = "positive"
    happened_at: AwareDatetime | None = Field(None, description="Now where it is left out.")
    expires_at: AwareDatetime | None = Field(None, description="In 48 hours if left out.")


@router.get(
    "",
    response=TopicPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_topics",
    summary="List topics",
)
def topics_listed(request: KeyedRequest, wanted: Annotated[WantedTopics, Query()]) -> Any:
    """The newest first."""
    demand_known(request, WantedTopics.model_fields)
    acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.after(wanted.cursor or "", state=wanted.state or "")
    rows = None if found is None else list(found[: wanted.limit + 1])
    shown, following = page(rows, wanted.limit, wanted.cursor)
    return {"topics": [_told(each) for each in shown], "next": following}


@router.get(
    "/{public_id}",
    response=TopicOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="read_topic",
    summary="Read one topic",
)
def topic_read(
    request: KeyedRequest, public_id: Id, wanted: Annotated[Looking, Query()]
) -> Any:
    """How far it is."""
    demand_known(request, Looking.model_fields)
    acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    return _told(_the(public_id))


@router.post(
    "",
    response={201: TopicOut},
    auth=Keyed(Right.WORK_WRITE),
    operation_id="raise_topic",
    summary="Raise a topic",
    openapi_extra=example(
        title="个人养老金全国推开", what="今天起全国可以开户。", own_trade=True
    ),
)
def topic_raised(request: KeyedRequest, told: TopicIn) -> Any:
    """Marketing takes or drops it; it is to be out by the end of the working day."""
    by = acting(request, told.person, Permission.SEE_CUSTOMERS)
    same = ("title", "what", "link", "own_trade", "tone", "happened_at", "expires_at")
    try:
        made = actions.raise_topic(
            by=by, at=request.at, **{name: getattr(told, name) for name in same}
        )
    except BadInput as error:
        raise Problem("invalid", str(error)) from error
    acted(request, by, made, "raise")
    return 201, _told(made)


def _the(public_id: str) -> Topic:
    found = queries.one(public_id)
    if found is None:
        raise Http404
    return found


def _told(topic: Topic) -> dict[str, Any]:
    same = (
        *("title", "what", "link", "own_trade", "tone", "state", "why", "raised_at"),
        *("due_at", "released_at", "same_day", "expires_at"),
    )
    return {name: getattr(topic, name) for name in same} | {
        "id": topic.public_id,
        "raised_by": topic.raised_by.username,
    }
