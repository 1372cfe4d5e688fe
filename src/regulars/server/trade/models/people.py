"""Who speaks for an organisation, and how it bargains."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core import rules as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.models.ties import RandomId


class ContactPersonQuerySet(models.QuerySet["ContactPerson"]):
    def visible_to(self, viewer: Person) -> ContactPersonQuerySet:
        """Keep the contact persons of organisations in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self, on: date) -> ContactPersonQuerySet:
        """Leave out who has left the organisation by a day."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))


class ContactPerson(models.Model):
    """Somebody who speaks for an organisation; `person` where it is a customer of ours too."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("Decides")
        INFLUENCES = "influences", _("Influences")
        USES = "uses", _("Uses")
        BUYS = "buys", _("Buys")
        GATEKEEPER = "gatekeeper", _("Opens or shuts the door")
        CHAMPION = "champion", _("Speaks for us")
        OPPONENT = "opponent", _("Speaks against us")

    class Attitude(models.TextChoices):
        FOR = "for", _("For us")
        NEUTRAL = "neutral", _("Neutral")
        AGAINST = "against", _("Against us")

    public_id = models.CharField(
        max_length=12, unique=True, db_default=RandomId(), editable=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_persons")
    person = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="contact_of"
    )
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True, db_default="")
    phone = models.CharField(max_length=24, blank=True, db_default="")
    email = models.EmailField(blank=True, db_default="")
    role = models.CharField(max_length=12, choices=Role.choices, blank=True, db_default="")
    attitude = models.CharField(
        max_length=8, choices=Attitude.choices, blank=True, db_default=""
    )
    birthday = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, db_default="")  # the last words
    source = models.CharField(max_length=60, blank=True, db_default="")
    noted_at = models.DateTimeField()
    left_on = models.DateField(null=True, blank=True)  # the first day not there any more

    objects = ContactPersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["customer", "name"], name="trade_contacts_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "person"],
                condition=Q(person__isnull=False, left_on__isnull=True),
                name="one_contact_per_person",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_contact_has_a_name"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("customer")),
                name="no_contact_of_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return core.mask(self.phone)

    @property
    def masked_email(self) -> str:
        name, at, domain = self.email.partition("@")
        return f"{core.mask(name, head=1, tail=0)}{at}{domain}"


class BusinessProfileQuerySet(models.QuerySet["BusinessProfile"]):
    def visible_to(self, viewer: Person) -> BusinessProfileQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class BusinessProfile(models.Model):
    """How an organisation bargains and buys; what it cares for most is on its file."""

    class Size(models.TextChoices):
        MICRO = "micro", _("Micro")
        SMALL = "small", _("Small")
        MIDDLE = "middle", _("Medium")
        LARGE = "large", _("Large")

    class Power(models.TextChoices):
        LOW = "low", _("Low")
        MIDDLE = "mid", _("Middling")
        HIGH = "high", _("High")

    class Focus(models.TextChoices):
        PRICE = "price", _("Price")
        QUALITY = "quality", _("Quality")
        DELIVERY = "delivery", _("Delivery")
        SERVICE = "service", _("Service")
        RELATIONSHIP = "relationship", _("Relationship")

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="business")
    size = models.CharField(max_length=8, choices=Size.choices, blank=True, db_default="")
    bargaining_power = models.CharField(
        max_length=4, choices=Power.choices, blank=True, db_default=""
    )
    focus = models.CharField(max_length=12, choices=Focus.choices, blank=True, db_default="")
    habit = models.CharField(max_length=300, blank=True, db_default="")
    # What it buys of our kind a year, from anybody; in the company's currency.
    yearly_volume = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    delivery_address = models.CharField(max_length=300, blank=True, db_default="")
    # The account's number itself is not kept: its end is enough to recognise it.
    bank_name = models.CharField(max_length=80, blank=True, db_default="")
    account_tail = models.CharField(max_length=4, blank=True, db_default="")
    currency = models.CharField(max_length=3, blank=True, db_default="")  # blank: ours
    payment_terms = models.CharField(max_length=200, blank=True, db_default="")
    updated_at = models.DateTimeField()

    objects = BusinessProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(yearly_volume__isnull=True) | Q(yearly_volume__gt=0),
                name="a_yearly_volume_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(account_tail__regex=r"^([0-9A-Za-z]{4})?$"),
                name="four_ends_of_an_account",
            ),
        ]
