"""What was quoted, and what was agreed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.models.ties import RandomId
from regulars.server.products.models import Product

CURRENCY = r"^([A-Z]{3})?$"


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, viewer: Person) -> QuoteQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Quote(models.Model):
    """An offer with a price, valid until a day."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Turned down")
        EXPIRED = "expired", _("Expired")

    public_id = models.CharField(
        max_length=12, unique=True, db_default=RandomId(), editable=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="quotes")
    number = models.CharField(max_length=60)
    made_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # the last day
    total = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, blank=True, db_default="")  # blank: the company's
    rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(max_length=200, blank=True, db_default="")
    source = models.CharField(max_length=60, blank=True, db_default="")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="one_quote_per_number"),
            models.CheckConstraint(condition=~Q(number=""), name="a_quote_has_a_number"),
            models.CheckConstraint(condition=Q(total__gte=0), name="a_quote_is_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("made_on")),
                name="a_quote_is_valid_when_made",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="a_refused_quote_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY), name="currency_of_a_quote"
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | (Q(rate__gt=0) & ~Q(currency="")),
                name="rate_of_a_quote",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class QuoteLineQuerySet(models.QuerySet["QuoteLine"]):
    def visible_to(self, viewer: Person) -> QuoteLineQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class QuoteLine(models.Model):
    """One thing of a quote: how many, at what price each."""

    # The quote's customer, so that the same wall stands before the line.
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    price = models.DecimalField(max_digits=18, decimal_places=4)

    objects = QuoteLineQuerySet.as_manager()

    class Meta:
        ordering = ["quote", "position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="one_line_per_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_line_has_a_quantity"),
            models.CheckConstraint(condition=Q(price__gte=0), name="a_price_is_not_negative"),
        ]


class TermsQuerySet(models.QuerySet["Terms"]):
    def visible_to(self, viewer: Person) -> TermsQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def holding(self, on: date) -> TermsQuerySet:
        """Keep what holds on a day, its first and its last day included."""
        ends = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.filter(ends, starts_on__lte=on)


class Terms(models.Model):
    """What was agreed with an organisation beyond the list price, from a day to a day."""

    public_id = models.CharField(
        max_length=12, unique=True, db_default=RandomId(), editable=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="terms")
    quote = models.ForeignKey(
        Quote, models.SET_NULL, null=True, blank=True, related_name="terms"
    )
    discount = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # %
    price_list = models.CharField(max_length=80, blank=True, db_default="")
    credit_limit = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, db_default="")
    payment_days = models.PositiveSmallIntegerField(null=True, blank=True)
    delivery = models.CharField(max_length=200, blank=True, db_default="")
    note = models.CharField(max_length=300, blank=True, db_default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day on which they hold
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces"
    )
    source = models.CharField(max_length=60, blank=True, db_default="")
    agreed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField()

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-starts_on"], name="terms_of_a_customer"),
            models.Index(
                fields=["ends_on"],
                condition=Q(ends_on__isnull=False, replaced_by__isnull=True),
                name="terms_that_end",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "starts_on"], name="one_beginning_of_terms_a_day"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="terms_end_after_they_began",
            ),
            models.CheckConstraint(
                condition=Q(discount__isnull=True) | Q(discount__gt=0, discount__lte=100),
                name="a_discount_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
                name="a_credit_limit_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(payment_days__isnull=True) | Q(payment_days__lte=730),
                name="payment_days_are_two_years_at_most",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY), name="currency_of_terms"
            ),
            models.CheckConstraint(
                condition=Q(discount__isnull=False)
                | ~Q(price_list="")
                | Q(credit_limit__isnull=False)
                | Q(payment_days__isnull=False)
                | ~Q(delivery=""),
                name="terms_say_something",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="terms_do_not_follow_themselves",
            ),
        ]
