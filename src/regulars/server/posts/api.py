"""Daily posts for other systems: what a manager has to post on a day, and that it is done."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Known,
    Problem,
    acted,
    acting,
    demand_known,
    example,
)
from regulars.server.core.api.acting import Username
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.posts import actions, queries
from regulars.server.posts.models import Mark

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]


class PostOut(Schema):
    """One item that a manager posts under their own name."""

    id: str
    persona: str
    day: date
    slot: time = Field(description="The company's time of day.")
    title: str
    title_en: str
    words: str
    words_en: str
    link: str
    source: str
    customers: int = Field(description="Of this persona, in the manager's books.")
    state: Literal["open", "posted", "not_posted"]
    reason: str


class PostList(Schema):
    """The items of one manager and day."""

    posts: list[PostOut]


class WantedPosts(Known):
    """Whose items, of which day."""

    person: Username
    day: date | None = Field(None, description="Today where it is left out.")


class MarkedIn(InTheNameOf):
    """Whether it was posted."""

    state: Literal["open", "posted", "not_posted"] = Field(
        description="open takes back what was said."
    )
    reason: str = Field("", max_length=200, pattern=PLAIN, description="Of not_posted.")


@router.get(
    "",
    response=PostList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_posts",
    summary="List what a manager posts on a day",
)
def posts_listed(request: KeyedRequest, wanted: Annotated[WantedPosts, Query()]) -> Any:
    """Items whose time has come, those with nothing said first."""
    demand_known(request, WantedPosts.model_fields)
    viewer = acting(request, wanted.person, Permission.RECORD_CONTACT)
    day = wanted.day or core.local_date(request.at)
    return {"posts": [_told(one.mark) for one in queries.packs(viewer, day=day)]}


@router.post(
    "/{public_id}/mark",
    response=PostOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="mark_post",
    summary="Say whether a manager posted an item",
    openapi_extra=example(state="posted"),
)
def post_marked(request: KeyedRequest, public_id: Id, told: MarkedIn) -> Any:
    """The last word counts; not posted gives a reason."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = queries.mark(by, public_id)
    if found is None:
        raise Http404
    try:
        made = actions.mark(found, state=told.state, reason=told.reason, by=by, at=request.at)
    except BadInput as error:
        detail = [{"pointer": "/reason", "detail": str(error)}]
        raise Problem("invalid", str(error), errors=detail) from error
    acted(request, by, made.item, "mark")
    return _told(queries.mark(by, public_id) or made)


def _told(mark: Mark) -> dict[str, Any]:
    item = mark.item
    same = ("day", "title", "title_en", "words", "words_en", "link", "source")
    return {name: getattr(item, name) for name in same} | {
        "id": item.public_id,
        "persona": str(item.persona),
        "slot": item.slot.at,
        "customers": mark.customers,
        "state": mark.state,
        "reason": mark.reason,
    }
