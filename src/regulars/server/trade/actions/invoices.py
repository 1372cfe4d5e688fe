"""Invoices are written and paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.trade.actions.contacts import of_organization
from regulars.server.trade.actions.deals import NumberTaken, foreign
from regulars.server.trade.models import Invoice, Terms


class BadPayment(BadInput):
    """A payment is larger than what is open, or its day has not come."""


@transaction.atomic
def bill(
    customer: Customer,
    *,
    number: str,
    issued_on: date,
    due_on: date,
    amount: Decimal,
    by: Actor,
    at: datetime,
    currency: str = "",
    rate: Decimal | None = None,
) -> Invoice:
    """Write down an invoice, under the terms that held on its day.

    :raises NumberTaken: the customer has an invoice of that number.
    :raises NotAnOrganization: the customer is a person.
    """
    of_organization(customer)
    currency = foreign(currency)
    held = Terms.objects.filter(customer=customer).holding(issued_on).first()
    try:
        with transaction.atomic():
            made = Invoice.objects.create(
                customer=customer,
                number=number.strip(),
                issued_on=issued_on,
                due_on=due_on,
                amount=amount,
                currency=currency,
                rate=rate if currency else None,
                terms=held,
                quote_id=held.quote_id if held else None,
                source="hand",
                noted_at=at,
            )
    except IntegrityError as error:
        if "one_invoice_per_number" not in str(error):
            raise
        raise NumberTaken(
            f"{number!r} is the number of another invoice of this customer. Take another."
        ) from error
    audit.record("trade.invoice.written", made, by=by, at=at)
    return made


@transaction.atomic
def pay(
    invoice: Invoice, amount: Decimal, on: date, *, today: date, by: Actor, at: datetime
) -> None:
    """Write down a payment; the invoice remembers the sum and the last day.

    :raises BadPayment: more than is open, nothing, or of a day to come.
    """
    if amount <= 0 or on > today:
        raise BadPayment(f"{amount} on {on} is no payment yet. Take a day up to {today}.")
    open_ones = Invoice.objects.filter(pk=invoice.pk, paid__lte=F("amount") - amount)
    latest = max(on, invoice.paid_on) if invoice.paid_on else on
    if not open_ones.update(paid=F("paid") + amount, paid_on=latest):
        raise BadPayment(
            f"Invoice {invoice.number} has {invoice.amount - invoice.paid} open, less than "
            f"{amount}. Write what was paid of it."
        )
    invoice.refresh_from_db()
    audit.record("trade.invoice.paid", invoice, by=by, at=at, on=on.isoformat())


@transaction.atomic
def remove_invoice(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """Take away an invoice that was a mistake."""
    audit.record("trade.invoice.removed", invoice, by=by, at=at, customer=invoice.customer_id)
    invoice.delete()
