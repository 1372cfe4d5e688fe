"""Ways out that the company set up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import public_id


class Line(models.Model):
    """One account with a provider, or the company's own server, and how fast it may be used."""

    class State(models.TextChoices):
        ON = "on", pgettext_lazy("line", "In use")
        OFF = "off", pgettext_lazy("line", "Switched off")
        FAULTY = "faulty", _("Refused by the provider")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)  # the code of a channel kind
    channel = models.CharField(max_length=8)  # "email", "sms", "wecom"
    settings = models.JSONField(default=dict)
    secrets = models.TextField(blank=True)  # sealed JSON; see core.secrecy
    state = models.CharField(max_length=6, choices=State.choices, default=State.ON)
    trouble = models.CharField(max_length=200, blank=True)  # in the provider's own words
    trouble_at = models.DateTimeField(null=True)
    # Lines of one channel stand in an order: the first in use is taken where nobody chose.
    place = models.PositiveSmallIntegerField(default=0)
    per_second = models.FloatField(null=True)  # no more than so many messages
    connections = models.PositiveSmallIntegerField(default=4)
    part_price = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    hook = models.CharField(max_length=43, unique=True)  # secret end of the address it calls
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["channel", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="a_line_has_its_own_name"),
            models.CheckConstraint(
                condition=Q(per_second__isnull=True) | Q(per_second__gt=0),
                name="a_line_is_slow_but_never_still",
            ),
            models.CheckConstraint(
                condition=Q(connections__gte=1, connections__lte=32),
                name="a_line_has_a_few_connections",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pulse(models.Model):
    """One row: how often anything may have gone out. See `actions.pulse`."""

    number = models.BigIntegerField(default=0)
