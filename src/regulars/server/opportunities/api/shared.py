"""What the addresses of opportunities share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from regulars.server.core.api import KeyedRequest, Problem
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.api import customer_ref
from regulars.server.customers.models import Customer
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.products.models import Product


def the_one(viewer: Person, public_id: str) -> Opportunity:
    known = queries.one(viewer, public_id)
    if known is None:
        raise Http404
    return known


def the_customer(viewer: Person, public_id: str) -> Customer:
    known = customers.customers(viewer).filter(public_id=public_id).first()
    if known is None:
        raise Http404
    return known


def the_product(code: str, pointer: str = "/product") -> Product | None:
    known = queries.product(code) if code else None
    if code and known is None:
        raise wrong(pointer, _("The catalogue has no product “%(code)s”.") % {"code": code})
    return known


def the_stage(code: str) -> Stage:
    known = queries.stage(code)
    if known is None:
        raise wrong("/stage", _("There is no stage “%(stage)s”.") % {"stage": code})
    return known


def wrong(pointer: str, said: str) -> Problem:
    return Problem("invalid", said, errors=[{"pointer": pointer, "detail": said}])


def told_of(request: KeyedRequest, row: Opportunity) -> dict[str, Any]:
    same = (
        "kind", "state", "expected_on", "next_step", "next_on", "source", "because",
        "made_at", "closed_at", "reason", "competitor",
    )  # fmt: skip
    shown = queries.view(row, request.at)
    return {name: getattr(row, name) for name in same} | {
        "id": row.public_id,
        "customer": customer_ref(request, row.customer),
        "owner": shown.owner.username if shown.owner else "",
        "product": row.product.code if row.product else "",
        "what": str(row),
        "stage": row.stage.code,
        "chance": round(shown.share, 4),
        "proof": row.proof_ref,
        **{name: money(getattr(row, name)) for name in ("amount", "margin", "won_amount")},
    }


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def the_owner(viewer: Person, username: str) -> Person:
    """A colleague who may be given an opportunity."""
    known = queries.owners(viewer).filter(username=username).first()
    if known is None:
        said = _("“%(person)s” cannot own an opportunity.") % {"person": username}
        raise wrong("/owner", said)
    return known
