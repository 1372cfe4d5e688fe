"""What the routes of benefits share."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from ninja import Router
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, KeyedRequest
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer

router = Router(tags=["benefits"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Key = Annotated[str, Field(min_length=1, max_length=80, pattern="^[!-~]+$")]


class VoidIn(InTheNameOf):
    """Why something is taken back or refused."""

    reason: str = Field(min_length=1, max_length=200, pattern=PLAIN)


def customer_of(viewer: Person, named: str) -> Customer:
    found = customers.one(viewer, named)
    if found is None:
        raise Http404
    return found


def key_of(request: KeyedRequest, key: str) -> str:
    """Two systems may count alike: each has keys of its own."""
    return f"api:{request.api_key.pk}:{key}"
