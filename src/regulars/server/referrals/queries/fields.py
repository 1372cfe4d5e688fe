"""What segments may ask of referrals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.referrals.models import Link, Referral
from regulars.server.segments.queries import Offered
from regulars.server.segments.rules.fields import Field


def _referred(viewer: Person, today: date) -> Any:
    """How far the friends of a customer came: one row for each state there is."""
    found = Referral.objects.filter(referrer__isnull=False)
    if not viewer.scope.everything:
        found = found.filter(referrer__book__in=viewer.scope.books)
    return found.order_by().values_list("referrer_id", "state").distinct()


def _came(viewer: Person, today: date) -> Any:
    found = Referral.objects.filter(friend__isnull=False).exclude(state="refused")
    if not viewer.scope.everything:
        found = found.filter(friend__book__in=viewer.scope.books)
    return found.order_by().values_list("friend_id", "state").distinct()


def _links(viewer: Person, today: date) -> Any:
    found = Link.objects.visible_to(viewer).filter(ended_at__isnull=True)
    word = Value("yes", output_field=CharField())
    return found.order_by().annotate(word=word).values_list("customer_id", "word")


def _states() -> Mapping[str, Any]:
    return dict(Referral.State.choices)


def _yes() -> Mapping[str, Any]:
    return {"yes": _("Has a link")}


REFERRED = Field("has_referred", "word", "contact", "beside")
CAME = Field("was_referred", "word", "contact", "beside")
LINK = Field("referral_link", "word", "contact", "beside")
FIELDS = (
    Offered(REFERRED, _referred, _("Referred somebody, who stands at"), _states),
    Offered(CAME, _came, _("Was referred, and stands at"), _states),
    Offered(LINK, _links, _("Personal referral link"), _yes),
)
