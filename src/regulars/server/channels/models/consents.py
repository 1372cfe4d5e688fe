"""What customers agreed to, in which words; rows are added and never changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models.contacts import Touch
from regulars.server.channels.rules.consents import BY_CHANNEL, CHANNELS, WHOLE
from regulars.server.core.models import Person, local_name, public_id
from regulars.server.customers.models import Customer


class Purpose(models.TextChoices):
    """What a consent is for."""

    MARKETING = "marketing", _("Marketing")
    SURVEY = "survey", _("Surveys")
    GREETING = "greeting", _("Greetings")
    PROFILING = "profiling", _("Scores and lists made from them")
    SHARING = "sharing", _("Passing data to another company")
    SENSITIVE = "sensitive", _("Sensitive data")
    GUARDIAN = "guardian", _("A parent's word for a child")


class Wording(models.Model):
    """One version of the notice under which a consent is asked for (PIPL 14, 17)."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Name and ways to reach")
        IDENTITY = "identity", _("Identity and birth date")
        PURCHASES = "purchases", _("Purchases and use")
        MONEY = "money", _("Balances, holdings and transactions")
        PLACE = "place", pgettext_lazy("consent", "Place")
        HEALTH = "health", pgettext_lazy("consent", "Health")
        FAMILY = "family", _("Family and household")
        BEHAVIOUR = "behaviour", _("Visits to pages and apps")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    version = models.PositiveIntegerField()
    # What the customer reads; a company that needs one language writes one.
    text = models.TextField()
    text_en = models.TextField(blank=True)
    controller = models.CharField(max_length=200)  # who answers for the data
    contact = models.CharField(max_length=200)  # where the customer turns to
    method = models.CharField(max_length=200)  # how the data is used
    frequency = models.CharField(max_length=120, blank=True)  # how often messages come
    kinds = ArrayField(models.CharField(max_length=12))
    retention = models.CharField(max_length=200)
    # Consents given under earlier versions no longer count until they are renewed.
    renewal = models.BooleanField(default=False)
    effective_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version"], name="one_wording_of_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.version}"

    @property
    def words(self) -> str:
        return local_name(self.text, self.text_en)

    @property
    def original(self) -> str:
        """The words whoever reads them: the Chinese ones, or the only ones."""
        return self.text or self.text_en

    @property
    def kind_names(self) -> list[str]:
        """The kinds of data it names, in words."""
        names = dict(self.Kind.choices)
        return [str(names[kind]) for kind in self.kinds if kind in names]


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, viewer: Person) -> ConsentQuerySet:
        """Keep what customers of the viewer's scope said."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Consent(models.Model):
    """One word of a customer on one purpose, by one channel: an entry of the ledger."""

    class Said(models.TextChoices):
        GIVEN = "given", pgettext_lazy("consent", "Agreed")
        REFUSED = "refused", pgettext_lazy("consent", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn")
        CLEARED = "cleared", pgettext_lazy("consent", "Taken off the file")

    class Source(models.TextChoices):
        FORM = "form", pgettext_lazy("consent", "Form")
        BRANCH = "branch", pgettext_lazy("consent", "In the branch")
        CALL = "call", pgettext_lazy("consent", "By phone")
        WECOM = "wecom", _("WeCom")
        EMAIL = "email", _("E-mail")
        REPLY = "reply", _("Reply to a message")
        PAGE = "page", _("Unsubscribe page")
        API = "api", _("Another system")
        IMPORT = "import", pgettext_lazy("consent", "Import")
        BEFORE = "before", _("On file before the ledger")
        HAND = "hand", _("Into the file by hand")
        CONTACT = "contact", _("Result of a contact")
        SALE = "sale", _("Address from a sale")
        MERGE = "merge", _("Two files became one")
        CORRECTION = "correction", pgettext_lazy("consent", "Correction")
        RULE = "rule", pgettext_lazy("consent", "Stopped by us")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    channel = models.CharField(max_length=8, blank=True)
    said = models.CharField(max_length=10, choices=Said.choices)
    wording = models.ForeignKey(
        Wording, models.PROTECT, null=True, related_name="+", db_index=False
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    evidence = models.CharField(max_length=300, blank=True)
    touch = models.ForeignKey(
        Touch, models.PROTECT, null=True, related_name="+", db_index=False
    )
    actor = models.CharField(max_length=80)  # as in the audit trail
    at = models.DateTimeField()  # when the customer said it
    recorded_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["customer", "purpose", "channel", "-at", "-id"],
                name="consents_of_a_customer",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False),
                name="consents_that_end",
            ),
            models.Index(
                fields=["touch"],
                condition=Q(touch__isnull=False),
                name="consents_of_a_touch",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    purpose__in=[str(one) for one in BY_CHANNEL], channel__in=list(CHANNELS)
                )
                | Q(purpose__in=[str(one) for one in WHOLE], channel=""),
                name="a_consent_goes_by_channel_or_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(said="given"),
                name="only_a_yes_expires",
            ),
            models.CheckConstraint(
                condition=~Q(said="given", evidence=""),
                name="a_yes_has_its_evidence",
            ),
        ]
