"""Opportunities, every move of them, and signals that somebody left alone."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models.bundles import Bundle
from regulars.server.opportunities.models.scoped import OfCustomers
from regulars.server.opportunities.models.stages import Kind, Stage
from regulars.server.products.models import Product


class OpportunityQuerySet(OfCustomers["Opportunity"]):
    def open(self) -> Self:
        return self.filter(state="open")

    def counted(self) -> Self:
        """Leave out what was no opportunity of its own: one that was entered twice."""
        return self.exclude(reason="duplicate")

    def with_furthest(self) -> Any:  # with a column more, which stubs cannot say
        """Add `furthest`: the position of the last open stage that was reached."""
        reached = Max("moves__to_stage__position", filter=Q(moves__to_stage__ends=""))
        return self.annotate(furthest=reached)


class Opportunity(models.Model):
    """One thing that one customer may take. Nobody named: whoever looks after them owns it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("opportunity", "Open")
        WON = "won", pgettext_lazy("opportunity", "Won")
        LOST = "lost", pgettext_lazy("opportunity", "Lost")

    class Source(models.TextChoices):
        REASON = "reason", _("A reason on a card")
        SCORE = "score", _("Next product by likeness")
        CONTACT = "contact", _("A contact that showed interest")
        HAND = "hand", _("Somebody's own idea")
        API = "api", _("Another system")
        FILE = "file", _("A file")

    class Reason(models.TextChoices):
        # Why it was won.
        FIT = "fit", pgettext_lazy("why", "It fits the need")
        PRICE_WON = "price_won", pgettext_lazy("why", "Better price or return")
        SERVICE_WON = "service_won", pgettext_lazy("why", "Service and speed")
        TRUST = "trust", pgettext_lazy("why", "Trust in the person or the house")
        BUNDLE = "bundle", pgettext_lazy("why", "The whole of the offer")
        # Why it was lost.
        PRICE = "price", pgettext_lazy("why", "Price or return")
        RIVAL = "rival", pgettext_lazy("why", "A rival was chosen")
        PRODUCT = "product", pgettext_lazy("why", "The product does not fit")
        NO_NEED = "no_need", pgettext_lazy("why", "No need any more")
        LATER = "later", pgettext_lazy("why", "Not now; perhaps later")
        SILENT = "silent", pgettext_lazy("why", "Never reached")
        UNSUITABLE = "unsuitable", pgettext_lazy("why", "Not suitable, or not approved")
        SERVICE = "service", pgettext_lazy("why", "Service or time it took")
        DUPLICATE = "duplicate", pgettext_lazy("why", "Entered twice")
        OTHER = "other", pgettext_lazy("why", "Something else")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="opportunities")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # What it is about: a product of the catalogue, a bundle, or words.
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+"
    )
    bundle = models.ForeignKey(Bundle, models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    margin = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="opportunities")
    moved_at = models.DateTimeField()  # into this stage
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    # Somebody knows better than the stage, and says why; the next move ends it.
    chance = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    chance_why = models.CharField(max_length=200, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.HAND)
    signal = models.CharField(max_length=32, blank=True)  # a trigger's code, a system's name
    cycle = models.CharField(max_length=64, blank=True)  # which time, of a reason by rule
    because = models.CharField(max_length=300, blank=True)  # the evidence, in words
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, blank=True, related_name="+")
    is_automatic = models.BooleanField(default=False)
    next_step = models.CharField(max_length=200, blank=True)
    next_on = models.DateField(null=True, blank=True)
    # The step that was done last, so that the contact that did it can be taken back.
    last_step = models.CharField(max_length=200, blank=True)
    last_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    competitor = models.CharField(max_length=80, blank=True)
    closed_words = models.CharField(max_length=300, blank=True)
    won_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    # The fact that proves it, once it came: which kind, its key, day and amount.
    proof_kind = models.CharField(max_length=12, blank=True)
    proof_ref = models.CharField(max_length=120, blank=True)
    proof_on = models.DateField(null=True)
    proof_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-made_at"], name="opportunities_of_one"),
            models.Index(
                fields=["next_on"], condition=Q(state="open"), name="opportunities_next"
            ),
            models.Index(fields=["state", "expected_on"], name="opportunities_expected"),
            models.Index(fields=["made_at"], name="opportunities_by_making"),
            models.Index(fields=["closed_at"], name="opportunities_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "product"],
                condition=Q(state="open", product__isnull=False),
                name="one_open_opportunity_a_product",
            ),
            models.UniqueConstraint(
                fields=["customer", "bundle"],
                condition=Q(state="open", bundle__isnull=False),
                name="one_open_opportunity_a_bundle",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "what"],
                condition=Q(state="open", product__isnull=True, bundle__isnull=True),
                name="one_open_opportunity_in_words",
            ),
            models.UniqueConstraint(
                fields=["customer", "signal", "cycle"],
                condition=Q(is_automatic=True),
                name="one_opportunity_a_reason",
            ),
            models.UniqueConstraint(
                fields=["touch"],
                condition=Q(touch__isnull=False),
                name="one_opportunity_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=True, bundle__isnull=True) & ~Q(what="")
                | Q(product__isnull=False, bundle__isnull=True)
                | Q(product__isnull=True, bundle__isnull=False),
                name="an_opportunity_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) | Q(amount__gte=0))
                & (Q(won_amount__isnull=True) | Q(won_amount__gte=0)),
                name="an_opportunity_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(chance__isnull=True)
                | Q(chance__gte=0, chance__lte=1) & ~Q(chance_why=""),
                name="an_own_chance_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, reason="")
                | ~Q(state="open") & Q(closed_at__isnull=False) & ~Q(reason=""),
                name="an_ended_opportunity_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(reason="rival") | ~Q(competitor=""), name="a_rival_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True, next_step="")
                | Q(next_on__isnull=False) & ~Q(next_step=""),
                name="a_next_step_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(proof_kind="") | Q(state="won", proof_on__isnull=False),
                name="only_what_was_won_is_proved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product or self.bundle or self.what)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def doer(self) -> Person | None:
        """Who owns it: who is named while they work here, else who has the customer."""
        if self.owner is not None and self.owner.is_active:
            return self.owner
        return self.customer.book.owner


class Move(models.Model):
    """From one stage to another; the first from none. Only ever added to."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="moves")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=300, blank=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["opportunity", "at", "pk"]
        indexes = [models.Index(fields=["opportunity", "at"], name="moves_of_an_opportunity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_stage__isnull=True) | ~Q(from_stage=F("to_stage")),
                name="a_move_goes_somewhere",
            ),
        ]


class Passed(models.Model):
    """Somebody looked at a contact that showed interest, and made no opportunity of it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    touch = models.OneToOneField(Touch, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
