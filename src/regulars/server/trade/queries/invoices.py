"""Invoices of one organisation, and what the rules need of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F, Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.trade.models import Invoice
from regulars.server.trade.models.invoices import InvoiceQuerySet
from regulars.server.trade.rules import BEHAVIOUR_DAYS, Bill


def invoices(viewer: Person, customer: Customer) -> InvoiceQuerySet:
    """The invoices of an organisation with their balance, newest first."""
    visible = Customer.objects.visible_to(viewer)
    found = Invoice.objects.visible_to(viewer).filter(customer=customer, customer__in=visible)
    return found.with_balance().select_related("terms", "quote")


def invoice(viewer: Person, customer: Customer, public_id: str) -> Invoice | None:
    return invoices(viewer, customer).filter(public_id=public_id).first()


def bills(viewer: Person, customer: Customer, *, on: date) -> list[Bill]:
    """What payment behaviour is told from: a year's payments, and all that is open."""
    since = on - timedelta(days=BEHAVIOUR_DAYS)
    wanted = Q(paid__lt=F("amount")) | Q(paid_on__gt=since)
    return as_bills(invoices(viewer, customer).filter(wanted, issued_on__lte=on).order_by("pk"))


def as_bills(found: Iterable[Invoice]) -> list[Bill]:
    return [
        # `home` and `balance` are annotated.
        Bill(each.due_on, each.paid_on, each.home, each.balance, each.paid < each.amount)  # type: ignore[attr-defined]
        for each in found
    ]
