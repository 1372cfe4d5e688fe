"""What segments may ask of plans and bonds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Bond, Plan
from regulars.server.plans.queries.wording import LEVELS
from regulars.server.segments.queries import Offered
from regulars.server.segments.rules.fields import Field


def _plans(viewer: Person, today: date) -> Any:
    found = Plan.objects.visible_to(viewer).live().order_by()
    return found.values_list("customer_id", "state")


def _levels(viewer: Person, today: date) -> Any:
    """The level of the last judgement; who was never judged has none."""
    newest = Bond.objects.filter(customer=OuterRef("pk")).order_by("-judged_at", "-pk")
    found = Customer.objects.visible_to(viewer).annotate(
        bond_level=Cast(Subquery(newest.values("level")[:1]), CharField())
    )
    return found.filter(bond_level__isnull=False).order_by().values_list("pk", "bond_level")


def _states() -> Mapping[str, Any]:
    return dict(Plan.State.choices)


def _names() -> Mapping[str, Any]:
    return {str(int(step)): name for step, name in LEVELS.items()}


PLAN = Field("care_plan", "word", "contact", "beside")
LEVEL = Field("bond_level", "word", "contact", "beside")
FIELDS = (
    Offered(PLAN, _plans, _("Care plan"), _states),
    Offered(LEVEL, _levels, _("Level of the bond"), _names),
)
