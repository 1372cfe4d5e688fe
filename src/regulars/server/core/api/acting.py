"""Other systems at the work of people: whose work it is, and lists of it page by page.

A key is nobody who works here. What it writes it writes in the name of somebody within its
reach: rules and permissions are that person's, rows are seen through both walls, and the
trail names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from django.db import models
from django.forms import Form
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from regulars.server.core import audit
from regulars.server.core.api.access import KeyedRequest
from regulars.server.core.api.problems import Problem
from regulars.server.core.api.shapes import PLAIN, PUBLIC_ID, Digits, Known
from regulars.server.core.keys import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission

Row = TypeVar("Row")
Username = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        pattern=PLAIN,
        description="User name of whose work it is: somebody within the key's reach.",
        examples=["luxiaoqing"],
    ),
]


class Whose(Known):
    """Whose work is asked for, and from where on."""

    person: Username
    limit: Digits = Field(100, ge=1, le=500)
    cursor: Annotated[str, Field(**PUBLIC_ID)] | None = Field(
        None, description="`next` of the last page."
    )


class InTheNameOf(Known):
    """A write that somebody is named for."""

    person: Username


def acting(request: KeyedRequest, username: str, *permissions: Permission) -> Person:
    """Who a request acts for.

    :raises Http404: nobody of that name is within the key's reach.
    :raises Problem: that person may not do it either.
    """
    found = queries.person(request.api_key, username)
    if found is None:
        raise Http404
    if not any(found.may(permission) for permission in permissions):
        said = _("“%(person)s” may not do this. Name somebody whose role may.")
        raise Problem("forbidden", said % {"person": username})
    return found


def acted(request: KeyedRequest, person: Person, subject: models.Model, what: str) -> None:
    """Write into the trail that a key did something in somebody's name."""
    audit.record(
        "core.key.acted",
        subject,
        by=request.api_key,
        at=request.at,
        person=person.pk,
        what=what,
    )


def strange(cursor: str) -> Problem:
    """What is answered to a cursor of another list."""
    said = _("“%(cursor)s” is no cursor of this list. Begin without one.") % {"cursor": cursor}
    return Problem("invalid", said, errors=[{"parameter": "cursor", "detail": said}])


def page(
    rows: Sequence[Row] | None, limit: int, cursor: str | None
) -> tuple[Sequence[Row], str | None]:
    """Cut a list that holds one more than was asked for; and where the next page begins.

    :raises Problem: there is no list, for the cursor is of another one.
    """
    if rows is None:
        raise strange(cursor or "")
    if len(rows) <= limit:
        return rows, None
    last: Any = rows[limit - 1]
    return rows[:limit], last.public_id


def example(**value: Any) -> dict[str, Any]:
    """The example of a body, for the document."""
    told = {"usual": {"value": {"person": "luxiaoqing"} | value}}
    return {"requestBody": {"content": {"application/json": {"examples": told}}}}


def refuse(form: Form, names: Mapping[str, str]) -> Problem:
    """What a form of the pages finds wrong, by the names of the body."""
    errors = [
        {"pointer": f"/{names.get(field, field)}", "detail": str(error)}
        for field, found in form.errors.items()
        for error in found
    ]
    return Problem("invalid", " ".join(one["detail"] for one in errors), errors=errors)
