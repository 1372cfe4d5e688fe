"""What segments may ask of benefits: an open coupon, the last gift, a privilege left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import CharField, Count, IntegerField, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.rewards import rules
from regulars.server.rewards.models import Coupon, CouponKind, Present, Privilege, Use
from regulars.server.rewards.queries import terms
from regulars.server.segments.queries import Offered
from regulars.server.segments.rules.fields import Field
from regulars.server.tiers.models import Assignment


def _open_coupons(viewer: Person, today: date) -> Any:
    """Kinds of the coupons that a customer may still redeem."""
    found = Coupon.objects.visible_to(viewer).filter(
        state="issued", customer__isnull=False, expires_on__gte=today
    )
    return found.order_by().values_list("customer_id", "batch__kind__code").distinct()


def _last_gifts(viewer: Person, today: date) -> Any:
    """The day on which a customer received the last gift."""
    found = Present.objects.visible_to(viewer).filter(state="received").order_by()
    day = TruncDate("received_at", tzinfo=core.time_zone())
    return found.values("customer_id").annotate(day=Max(day)).values_list("customer_id", "day")


def _left(viewer: Person, today: date) -> Any:
    """Privileges that a customer's tier brings and whose number is not used up."""
    standing = Assignment.objects.standing()
    if not viewer.scope.everything:
        standing = standing.filter(customer__book__in=viewer.scope.books)
    parts = [_left_of(standing, one, today) for one in terms.privileges_at(today)]
    return parts[0].union(*parts[1:], all=True) if parts else Assignment.objects.none()


def _left_of(standing: Any, one: Privilege, today: date) -> Any:
    """Those who have some left of one privilege."""
    period = rules.period(one.period, today)
    uses = Use.objects.standing().filter(
        customer=OuterRef("customer"), code=one.code, period_start=period.start
    )
    counted = uses.order_by().values("customer").annotate(n=Count("pk")).values("n")
    open_ = Q(level=-1)  # nobody, until a level says so
    for level, quota in one.quotas.items():
        more = Q() if quota is None else Q(used__lt=quota)
        open_ |= Q(level=int(level)) & more
    return (
        standing.annotate(used=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
        .filter(open_)
        .order_by()
        .values_list("customer_id", Value(one.code, output_field=CharField()))
    )


def _kinds() -> Mapping[str, Any]:
    """The newest name of each kind."""
    return {each.code: str(each) for each in CouponKind.objects.order_by("code", "version")}


def _privileges() -> Mapping[str, Any]:
    return {each.code: str(each) for each in Privilege.objects.order_by("code", "version")}


DAYS = ("within", "between", "after", "before", "known", "unknown")
COUPON = Field("coupon_open", "words", "behaviour", "beside")
GIFT = Field("gift_on", "date", "behaviour", "beside", offers=DAYS)
LEFT = Field("privilege_left", "words", "tier", "beside")
FIELDS = (
    Offered(COUPON, _open_coupons, _("Has an open coupon"), _kinds),
    Offered(GIFT, _last_gifts, _("Received the last gift")),
    Offered(LEFT, _left, _("Has some left of the privilege"), _privileges),
)
