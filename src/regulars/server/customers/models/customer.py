"""The customer."""

from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core import rules as core
from regulars.server.core.models import Book, Person, local_name, public_id


class CustomerQuerySet(models.QuerySet["Customer"]):
    def standing(self) -> CustomerQuerySet:
        """Leave out who was merged into another or erased."""
        return self.exclude(state__in=(Customer.State.MERGED, Customer.State.ERASED))

    def visible_to(self, viewer: Person) -> CustomerQuerySet:
        """Keep what the viewer's scope holds: everything, or the customers of some books.

        Who was merged or erased is nobody's customer any more.
        """
        if viewer.scope.everything:
            return self.standing()
        return self.standing().filter(book__in=viewer.scope.books)


# What stands in for a number until a file brings the real one; it says nothing to a reader.
MADE_UP = re.compile(r"R-[0-9a-z]{12}")


class Customer(models.Model):
    """A person or organisation that has business with us."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANIZATION = "organization", _("Organisation")

    class State(models.TextChoices):
        ACTIVE = "active", _("On file")
        STUB = "stub", _("Unassigned")  # known from facts only, until a file arrives
        CLOSED = "closed", _("Closed")
        MERGED = "merged", _("Merged")  # lives on in `merged_into`
        ERASED = "erased", _("Erased")  # a tombstone: the number, and nothing else

    class BusinessClass(models.TextChoices):
        """What an organisation's business with us mainly is."""

        SETTLEMENT = "settlement", _("Settlement")
        CREDIT = "credit", _("Credit")
        RELATIONSHIP = "relationship", _("Relationship")
        CHANNEL = "channel", _("Channel")

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    class Channel(models.TextChoices):
        CALL = "call", _("Phone")
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Visit")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    name = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    gender = models.CharField(max_length=6, choices=Gender.choices, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    lunar_birthday = models.CharField(max_length=5, blank=True)  # "8-15"
    phone = models.CharField(max_length=24, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    district = models.CharField(max_length=80, blank=True)
    occupation = models.CharField(max_length=80, blank=True)
    id_tail = models.CharField(max_length=4, blank=True)  # the number itself is not kept
    # A keyed hash of the number, so that equal ones are found.
    id_hash = models.CharField(max_length=64, blank=True, db_default="")
    wecom_id = models.CharField(max_length=64, blank=True, db_default="")  # external_userid
    language = models.CharField(max_length=10, blank=True, db_default="")
    # ISO 3166 and IANA; blank is the company's.
    country = models.CharField(max_length=2, blank=True, db_default="")
    time_zone = models.CharField(max_length=40, blank=True, db_default="")
    industry = models.CharField(max_length=80, blank=True, db_default="")
    business_class = models.CharField(
        max_length=12, choices=BusinessClass.choices, blank=True, db_default=""
    )  # of organisations: the second axis beside the tier
    # What decides a purchase.
    key_concern = models.CharField(max_length=300, blank=True, db_default="")
    book = models.ForeignKey(Book, models.PROTECT, related_name="customers", db_index=False)
    since = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    preferred_channel = models.CharField(max_length=12, blank=True)
    blocked_channels = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    # What the customer said about marketing, per channel: {"sms": false, "call": true}.
    consents = models.JSONField(default=dict, blank=True)
    # Stops that no consent lifts: see channels' policy.
    deceased_on = models.DateField(null=True, blank=True)
    do_not_contact = models.BooleanField(default=False, db_default=False)
    no_profiling = models.BooleanField(default=False, db_default=False)
    legal_block = models.CharField(
        max_length=200, blank=True, db_default=""
    )  # why nothing may be done
    risk_tolerance = models.PositiveSmallIntegerField(null=True, blank=True)  # C1-C5
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(blank=True)
    provenance = models.JSONField(default=dict, blank=True)  # field -> [source, date]
    completeness = models.PositiveSmallIntegerField(null=True, blank=True)  # per cent
    confirmed_at = models.DateTimeField(null=True, blank=True)  # last time the file was true
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            # With what sums over many books ask of everybody, so that they need not read files.
            models.Index(
                fields=["book", "id"],
                include=[
                    "kind",
                    "state",
                    "business_class",
                    "since",
                    "created_at",
                    "deceased_on",
                    "preferred_channel",
                ],
                name="customer_of_a_book",
            ),
            models.Index(
                fields=["id_hash"], condition=~Q(id_hash=""), name="customer_by_id_hash"
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="customer_by_phone"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="customer_by_survivor",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="merged_customers_live_on",
            ),
            models.CheckConstraint(
                condition=Q(completeness__isnull=True) | Q(completeness__lte=100),
                name="completeness_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en) or self.number

    @property
    def is_organization(self) -> bool:
        return self.kind == self.Kind.ORGANIZATION

    @property
    def own_number(self) -> str:
        """The number people know the customer by; nothing where the file came without one."""
        return "" if MADE_UP.fullmatch(self.number) else self.number

    @property
    def initial(self) -> str:
        """What stands in the round sign before a name."""
        return (str(self) or "?")[0]

    @property
    def masked_phone(self) -> str:
        return core.mask(self.phone)

    @property
    def masked_email(self) -> str:
        name, at, domain = self.email.partition("@")
        return f"{core.mask(name, head=1, tail=0)}{at}{domain}"

    @property
    def masked_address(self) -> str:
        return core.mask(self.address, head=6, tail=0)

    def blocks(self, channel: str) -> bool:
        """Tell whether the customer does not want to be reached that way."""
        return channel in self.blocked_channels or self.consents.get(channel) is False
