"""Privileges for other systems: what a customer is entitled to, and what was used."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    acted,
    acting,
    demand_known,
    example,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.rewards import actions, queries
from regulars.server.rewards.api.shared import Id, Key, customer_of, key_of, router
from regulars.server.rewards.models import Use


class EntitledOut(Schema):
    """One privilege of a customer's tier in the period of today."""

    id: str
    code: str
    name: str
    kind: str
    quota: int | None = Field(description="null: without limit.")
    used: int
    left: int | None
    first: date
    last: date


class EntitledList(Schema):
    """What the tier in force brings."""

    privileges: list[EntitledOut]


class UseIn(InTheNameOf):
    """A use of a privilege, under a key that is used for nothing else."""

    customer: Id
    privilege: Id
    key: Key
    on: date | None = Field(None, description="Without it today.")
    note: str = Field("", max_length=200, pattern=PLAIN)


class UseOut(Schema):
    """One use."""

    id: str
    privilege: str
    customer: CustomerRef
    used_on: date
    cost: Decimal
    undone_at: datetime | None


class WantedPrivileges(InTheNameOf):
    """Of which customer."""

    customer: Id


@router.get(
    "/privileges",
    response=EntitledList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_privileges",
    summary="List what a customer's tier brings, with what is left",
)
def privileges(request: KeyedRequest, asked: Annotated[WantedPrivileges, Query()]) -> Any:
    """By the tier in force and the uses of the period."""
    demand_known(request, WantedPrivileges.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = queries.entitled(viewer, customer_of(viewer, asked.customer), request.at)
    return {
        "privileges": [
            {
                "id": each.privilege.public_id,
                "code": each.privilege.code,
                "name": each.privilege.name,
                "kind": each.privilege.kind,
                "quota": each.quota,
                "used": each.used,
                "left": each.left,
                "first": each.period.start,
                "last": each.period.last,
            }
            for each in found
        ]
    }


@router.post(
    "/uses",
    response=UseOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="use_privilege",
    summary="Write down the use of a privilege",
    openapi_extra=example(customer="7hq2k9xw4mzt", privilege="7hq2k9xw4mzu", key="lobby-9"),
)
def use(request: KeyedRequest, told: UseIn) -> Any:
    """Never above the quota, however many come at once (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    customer, found = customer_of(by, told.customer), queries.privilege(by, told.privilege)
    if found is None:
        raise Http404
    made = actions.use(
        customer, found, key=key_of(request, told.key), on=told.on, note=told.note,
        place=by.org_unit, by=by, at=request.at,
    )  # fmt: skip
    acted(request, by, made, "use_privilege")
    return _use(request, made)


@router.post(
    "/uses/{public_id}/undo",
    response=UseOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="undo_use",
    summary="Take a use back, the same day",
    openapi_extra=example(),
)
def undo(request: KeyedRequest, public_id: Id, told: InTheNameOf) -> Any:
    """On a later day it is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = queries.use(by, public_id)
    if found is None:
        raise Http404
    made = actions.undo(found, by=by, at=request.at)
    acted(request, by, made, "undo_use")
    return _use(request, queries.use(by, public_id) or made)


def _use(request: KeyedRequest, found: Use) -> dict[str, Any]:
    return {
        "id": found.public_id,
        "privilege": found.privilege.name,
        "customer": customer_ref(request, found.customer),
        "used_on": found.used_on,
        "cost": found.cost,
        "undone_at": found.undone_at,
    }
