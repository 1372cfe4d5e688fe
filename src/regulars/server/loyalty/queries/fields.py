"""What segments may ask of members: points, what ends soon, level, since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, local_name
from regulars.server.loyalty.models import Account, Currency, LevelScheme, Lot, Membership
from regulars.server.loyalty.queries.expiring import AHEAD
from regulars.server.segments.queries import Offered
from regulars.server.segments.rules.fields import Field


def _members(viewer: Person) -> Any:
    return Membership.objects.visible_to(viewer).standing().order_by()


def _active(viewer: Person, today: date) -> Any:
    own = Account.objects.filter(customer=OuterRef("customer"), currency=Currency.POINTS)
    found = _members(viewer).annotate(n=Coalesce(Subquery(own.values("active")[:1]), 0))
    return found.values_list("customer_id", "n")


def _ending(viewer: Person, today: date) -> Any:
    """Of every member, of whom nothing ends, too: they have none that does."""
    lots = Lot.objects.filter(
        account__customer=OuterRef("customer"), account__currency=Currency.POINTS,
        active__gt=0, expires_on__range=(today, today + timedelta(days=AHEAD)),
    )  # fmt: skip
    sums = lots.order_by().values("account__customer").annotate(sum=Sum("active"))
    found = _members(viewer).annotate(n=Coalesce(Subquery(sums.values("sum")[:1]), 0))
    return found.values_list("customer_id", "n")


def _levels(viewer: Person, today: date) -> Any:
    return _members(viewer).exclude(level="").values_list("customer_id", "level")


def _since(viewer: Person, today: date) -> Any:
    return _members(viewer).values_list("customer_id", "joined_on")


def _names() -> Mapping[str, Any]:
    """Levels of all times; the newest name of each."""
    schemes = LevelScheme.objects.order_by("valid_from")
    return {
        each["code"]: local_name(each["name"], each.get("name_en", ""))
        for scheme in schemes
        for each in scheme.levels
    }


FIELDS = (
    Offered(Field("points_active", "number", "value", "beside"), _active, _("Active points")),
    Offered(
        Field("points_ending", "number", "value", "beside"), _ending,
        _("Points that end within 60 days"),
    ),
    Offered(
        Field("member_level", "word", "value", "beside"), _levels,
        _("Level of membership"), _names,
    ),
    Offered(Field("member_since", "date", "value", "beside"), _since, _("Member since")),
)  # fmt: skip
