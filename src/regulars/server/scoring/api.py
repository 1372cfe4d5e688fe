"""What was learned of a customer, for other systems: the likely needs, each with its reason."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    acting,
    demand_known,
)
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.scoring import bricks, queries
from regulars.server.scoring.bricks import Proof

router = Router(tags=["customers"])
Code = Literal["said", "maturing", "product", "outside", "wallet", "room", "service"]


class NeedOut(Schema):
    """One likely need, why we think so, and how many rows speak for it."""

    code: Code
    product: str = Field(description="The code of the product; empty for other needs.")
    need: str
    reason: str
    own_rows: int = Field(description="Rows of the customer that speak for it.")
    counted: int | None = Field(
        description="Customers behind the figure, of the whole company; null where none are."
    )
    seen: int | None = Field(description="Of them, those whom the person sees.")
    took: int | None = Field(description="Of them, who has or took the product; else null.")
    rows: str = Field(description="The page with these rows, for the person.")


class NeedList(Schema):
    """The needs of one customer; none where nothing speaks for one, or they want no profile."""

    as_of: date | None = Field(description="The day of the scores; null without any.")
    needs: list[NeedOut]


@router.get(
    "/{public_id}/needs",
    response=NeedList,
    auth=Keyed(Right.CUSTOMERS_READ),
    operation_id="list_needs",
    summary="Read the likely needs of a customer",
)
def needs(
    request: KeyedRequest,
    public_id: Annotated[str, Field(**PUBLIC_ID)],
    asked: Annotated[InTheNameOf, Query()],
) -> Any:
    """As the person sees the customer, in the order of the customer's page."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    customer = customers.one(viewer, public_id)
    if customer is None:
        raise Http404
    run, found = queries.current_run(), bricks.proofs(viewer, customer, request.at)
    return {"as_of": run.as_of if run else None, "needs": [_told(request, n) for n in found]}


def _told(request: KeyedRequest, found: Proof) -> dict[str, Any]:
    need, behind = found.need, found.behind
    return {
        "code": need.code,
        "product": need.product,
        "need": need.title,
        "reason": need.because,
        "own_rows": len(found.own),
        "counted": behind.counted if behind else None,
        "seen": behind.seen if behind else None,
        "took": behind.took if behind else None,
        "rows": request.build_absolute_uri(need.href),
    }
