"""What an organisation owes and owed, and when it paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.models.ties import RandomId
from regulars.server.trade.models.deals import CURRENCY, Quote, Terms

MONEY: models.DecimalField[Decimal, Decimal] = models.DecimalField(
    max_digits=30, decimal_places=2
)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, viewer: Person) -> InvoiceQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def open(self) -> InvoiceQuerySet:
        """Keep what is not paid in full."""
        return self.filter(paid__lt=F("amount"))

    def overdue(self, on: date) -> InvoiceQuerySet:
        return self.open().filter(due_on__lt=on)

    def with_balance(self) -> InvoiceQuerySet:
        """Add `home` and `balance`: the amount and what is open, in the company's currency.

        Nothing for another currency without a rate: no sum may mix them.
        """
        rate = Case(When(currency="", then=Value(Decimal(1))), default=F("rate"))
        return self.annotate(
            home=ExpressionWrapper(F("amount") * rate, output_field=MONEY),
            balance=ExpressionWrapper((F("amount") - F("paid")) * rate, output_field=MONEY),
        )


class Invoice(models.Model):
    """One bill, what was paid of it, and the day of the last payment."""

    public_id = models.CharField(
        max_length=12, unique=True, db_default=RandomId(), editable=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="invoices")
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, blank=True, db_default="")  # blank: the company's
    rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    paid = models.DecimalField(max_digits=18, decimal_places=2, db_default=Decimal(0))
    paid_on = models.DateField(null=True, blank=True)
    terms = models.ForeignKey(
        Terms, models.SET_NULL, null=True, blank=True, related_name="invoices"
    )
    quote = models.ForeignKey(
        Quote, models.SET_NULL, null=True, blank=True, related_name="invoices"
    )
    source = models.CharField(max_length=60, blank=True, db_default="")
    noted_at = models.DateTimeField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-issued_on"], name="invoices_of_a_customer"),
            models.Index(
                fields=["due_on"], condition=Q(paid__lt=F("amount")), name="invoices_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "number"], name="one_invoice_per_number"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="an_invoice_has_a_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_invoice_is_positive"),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=F("amount")),
                name="paid_is_a_part_of_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(paid=0, paid_on__isnull=True)
                | Q(paid__gt=0, paid_on__isnull=False),
                name="a_payment_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")), name="due_after_it_was_issued"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY), name="currency_of_an_invoice"
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | (Q(rate__gt=0) & ~Q(currency="")),
                name="rate_of_an_invoice",
            ),
        ]

    def __str__(self) -> str:
        return self.number
