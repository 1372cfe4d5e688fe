"""A bank gives nothing of value for deposits: asked of terms, and before each giving."""

from __future__ import annotations

from collections.abc import Collection

from regulars.server.core import queries as core
from regulars.server.loyalty import rules as loyalty
from regulars.server.products.models import Product
from regulars.server.referrals.actions import paying
from regulars.server.referrals.models import Terms

Event = Terms.Event


def is_forbidden(way: str, event: str, products: Collection[str]) -> bool:
    """Whether the company may not give this for that (银保监办发〔2018〕48号)."""
    company, found = core.company(), paying.way(way)
    if company is None or found is None:
        return False
    condition = condition_of(event, products)
    return loyalty.is_gift_for_a_deposit(
        company.kind, condition=condition, tangible=found.tangible
    )


def condition_of(event: str, products: Collection[str]) -> str:
    """What a reward is for in the end: a deposit's balance, or the event itself."""
    if event == Event.CUSTOMER:
        return event
    deposits = set(
        Product.objects.filter(kind=Product.Kind.DEPOSIT).values_list("code", flat=True)
    )
    wide = event == Event.BALANCE and not products
    return loyalty.DEPOSIT_BALANCE if wide or deposits & set(products) else event
