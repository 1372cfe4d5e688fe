"""Forms that strangers fill in, and everybody who arrived by a form or was met."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Book, Person, local_name, public_id
from regulars.server.customers.models import Customer


class HostedForm(models.Model):
    """A page on the web that anybody may fill in; what they write goes into the file."""

    # The address is the key: unguessable until it is handed out.
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80)  # inside: "Spring fair 2026"
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    intro = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)
    fields = ArrayField(models.CharField(max_length=24))
    required = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    # Channels by which the form asks whether marketing is welcome; never ticked beforehand.
    channels = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    book = models.ForeignKey(Book, models.PROTECT, related_name="+")  # of who is new
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-is_open", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def heading(self) -> str:
        return local_name(self.title, self.title_en)

    @property
    def lead(self) -> str:
        return local_name(self.intro, self.intro_en)


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def visible_to(self, viewer: Person) -> ArrivalQuerySet:
        """Keep who arrived in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Arrival(models.Model):
    """Somebody who came by a form or was met; who found them keeps the credit."""

    class Way(models.TextChoices):
        FORM = "form", pgettext_lazy("arrival", "Web form")
        CARD = "card", _("Business card")
        EVENT = "event", pgettext_lazy("arrival", "Event")
        VISIT = "visit", pgettext_lazy("arrival", "Visit")
        SPOTTED = "spotted", _("Spotted in the lobby")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices)
    form = models.ForeignKey(HostedForm, models.PROTECT, null=True, related_name="arrivals")
    occasion = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)  # what they looked for
    was_new = models.BooleanField()
    met_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    routed_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(form__isnull=True) | Q(way="form"), name="a_form_is_a_form"
            )
        ]
        indexes = [
            models.Index(fields=["met_by", "-at"], name="arrivals_by_who_met_them"),
            models.Index(fields=["form", "-at"], name="arrivals_of_a_form"),
        ]


class Knock(models.Model):
    """One filling-in of a form, by a hash of the address it came from: for the limit only."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="knocks_of_an_address")]
