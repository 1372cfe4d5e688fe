"""Quotes and terms of one organisation."""

from __future__ import annotations

from datetime import date

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.trade.models import Quote, Terms
from regulars.server.trade.models.deals import QuoteQuerySet, TermsQuerySet


def quotes(viewer: Person, customer: Customer, *, most: int = 100) -> list[Quote]:
    """The quotes of an organisation with their lines, newest first."""
    found = _quotes(viewer).filter(customer=customer).prefetch_related("lines", "terms")
    return list(found[:most])


def quote(viewer: Person, customer: Customer, public_id: str) -> Quote | None:
    found = _quotes(viewer).filter(customer=customer, public_id=public_id)
    return found.prefetch_related("lines__product", "terms", "invoices").first()


def terms(viewer: Person, customer: Customer, *, most: int = 100) -> list[Terms]:
    """All terms of an organisation, the latest first."""
    found = _terms(viewer).filter(customer=customer)
    return list(found.select_related("quote", "replaced_by", "agreed_by")[:most])


def current_terms(viewer: Person, customer: Customer, *, on: date) -> Terms | None:
    """What holds on a day: of several (after a merge) the latest."""
    found = _terms(viewer).filter(customer=customer).holding(on)
    return found.select_related("quote", "replaced_by").first()


def _quotes(viewer: Person) -> QuoteQuerySet:
    visible = Customer.objects.visible_to(viewer)
    found = Quote.objects.visible_to(viewer).filter(customer__in=visible)
    return found.select_related("made_by")


def _terms(viewer: Person) -> TermsQuerySet:
    visible = Customer.objects.visible_to(viewer)
    return Terms.objects.visible_to(viewer).filter(customer__in=visible)
