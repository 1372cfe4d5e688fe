"""Offers to one customer, built of parts; what was sent is never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models.bundles import Bundle
from regulars.server.opportunities.models.deals import Opportunity
from regulars.server.opportunities.models.scoped import OfCustomers
from regulars.server.products.models import Product


class Proposal(models.Model):
    """One version of what is proposed for an opportunity."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("proposal", "Draft")
        SENT = "sent", pgettext_lazy("proposal", "Sent")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
        REFUSED = "refused", pgettext_lazy("proposal", "Turned down")
        REPLACED = "replaced", pgettext_lazy("proposal", "Replaced by a newer one")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="proposals")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    opening = models.CharField(max_length=1000, blank=True)
    closing = models.CharField(max_length=1000, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_how = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["opportunity", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "version"], name="one_proposal_a_version"
            ),
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(state="draft"), name="one_draft_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="a_proposal_has_a_title"),
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True)
                | ~Q(state="draft") & Q(sent_at__isnull=False),
                name="a_sent_proposal_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "refused"], answered_at__isnull=False)
                | Q(state__in=["draft", "sent", "replaced"]),
                name="an_answer_has_its_day",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Part(models.Model):
    """A need with its evidence, a product or bundle with price and terms, or words."""

    class Kind(models.TextChoices):
        NEED = "need", pgettext_lazy("part", "Need")
        OFFER = "offer", pgettext_lazy("part", "Product or bundle")
        WORDS = "words", pgettext_lazy("part", "Words")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="parts")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    text = models.CharField(max_length=600, blank=True)
    evidence = models.CharField(max_length=300, blank=True)  # where the need is known from
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+"
    )
    bundle = models.ForeignKey(Bundle, models.PROTECT, null=True, blank=True, related_name="+")
    # As it read then: a sent proposal does not change with the catalogue.
    named = models.CharField(max_length=160, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    price = models.CharField(max_length=120, blank=True)
    terms = models.CharField(max_length=300, blank=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["proposal", "position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="one_part_a_place"),
            models.CheckConstraint(
                condition=Q(kind="offer")
                & (
                    Q(product__isnull=False, bundle__isnull=True)
                    | Q(product__isnull=True, bundle__isnull=False)
                )
                & ~Q(named="")
                | Q(kind__in=["need", "words"], product__isnull=True, bundle__isnull=True)
                & ~Q(text=""),
                name="a_part_says_or_offers_something",
            ),
        ]
