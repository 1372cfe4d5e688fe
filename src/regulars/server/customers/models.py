"""Records of who the customers are. Row security guards each table (see migrations)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core import rules as core
from regulars.server.core.models import Book, Person, local_name, public_id


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, viewer: Person) -> CustomerQuerySet:
        """Keep what the viewer's scope holds: everything, or the customers of some books."""
        if viewer.scope.everything:
            return self
        return self.filter(book__in=viewer.scope.books)


class Customer(models.Model):
    """A person or organisation that has business with us."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANIZATION = "organization", _("Organisation")

    class State(models.TextChoices):
        ACTIVE = "active", _("On file")
        STUB = "stub", _("Unassigned")  # known from facts only, until a file arrives
        CLOSED = "closed", _("Closed")

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
    book = models.ForeignKey(Book, models.PROTECT, related_name="customers")
    since = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    preferred_channel = models.CharField(max_length=12, blank=True)
    blocked_channels = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    # What the customer said about marketing, per channel: {"sms": false, "call": true}.
    consents = models.JSONField(default=dict, blank=True)
    risk_tolerance = models.PositiveSmallIntegerField(null=True, blank=True)  # C1-C5
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(blank=True)
    provenance = models.JSONField(default=dict, blank=True)  # field -> [source, date]
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["book", "id"], name="customer_by_book"),
            models.Index(fields=["since"], name="customer_by_since"),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en) or self.number

    @property
    def is_organization(self) -> bool:
        return self.kind == self.Kind.ORGANIZATION

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


class FactKey(models.Model):
    """The pseudonym under which a customer's facts lie in Parquet."""

    fact_key = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="fact_keys")


class CustomerSearch(models.Model):
    """What the search box reads: kept beside the customer by `customers.actions`."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="+"
    )
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False)
    # Single Han characters and their pairs, pinyin and initials by prefix, number, tail.
    grams = ArrayField(models.CharField(max_length=24))
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="customer_search_grams", fastupdate=False)]


class Relation(models.Model):
    """A tie between two customers, read from one side: "`other` is the spouse of"."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        KEY_PERSON = "key_person", _("Key person")
        EMPLOYER = "employer", _("Employer")
        GUARANTOR = "guarantor", _("Guarantor")
        REFERRER = "referrer", _("Referrer")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "other", "kind"], name="one_relation_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~Q(customer=models.F("other")), name="nobody_is_related_to_themselves"
            ),
        ]
