"""What may not go out: a risk that the customer's test does not cover, refused words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.content import queries as content
from regulars.server.customers.models import Customer
from regulars.server.opportunities import queries
from regulars.server.products.models import Product


class NotSuitable(BadInput):
    """The product's risk is more than the customer's test covers."""


class NotToBeSaid(BadInput):
    """The words hold one that may not be said."""


def refuse_risk(customer: Customer, products: Iterable[Product], at: datetime) -> None:
    """:raises NotSuitable: a risk is not covered by a valid test of this customer."""
    if told := queries.unfit(customer, products, at):
        raise NotSuitable(" ".join(told))


def refuse_beyond(customer: Customer, products: Iterable[Product]) -> None:
    """:raises NotSuitable: the customer's test says less; who was not tested may be yet."""
    for each in queries.beyond(customer, products):
        told = _(
            "%(product)s (R%(risk)s) is beyond this customer, whose risk test says C%(c)s."
        )
        named = {"product": each, "risk": each.risk_level, "c": customer.risk_tolerance}
        raise NotSuitable(told % named)


def refuse_words(*texts: str) -> None:
    """:raises NotToBeSaid: a text holds a word that is refused, and why."""
    for text in filter(None, texts):
        for finding in content.findings_in(text):
            if finding.refused:
                told = _("“%(word)s” may not stand here: %(reason)s")
                reason = finding.reason.of(get_language() or "zh")
                raise NotToBeSaid(told % {"word": finding.word, "reason": reason})
