"""What segments may ask of opportunities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.opportunities.models import Opportunity, Stage, Strategy
from regulars.server.opportunities.models.stages import Kind
from regulars.server.segments.queries import Offered
from regulars.server.segments.rules.fields import Field


def _kinds(viewer: Person, today: date) -> Any:
    found = Opportunity.objects.visible_to(viewer).open().order_by()
    return found.values_list("customer_id", "kind").distinct()


def _stages(viewer: Person, today: date) -> Any:
    found = Opportunity.objects.visible_to(viewer).open().order_by()
    return found.values_list("customer_id", "stage__code").distinct()


def _phases(viewer: Person, today: date) -> Any:
    found = Strategy.objects.visible_to(viewer).filter(plan__closed_at__isnull=True)
    return found.order_by().values_list("customer_id", "phase")


def _kind_names() -> Mapping[str, Any]:
    return dict(Kind.choices)


def _stage_names() -> Mapping[str, Any]:
    return {each.code: str(each) for each in Stage.objects.filter(ends="")}


def _phase_names() -> Mapping[str, Any]:
    return dict(Strategy.Phase.choices)


KIND = Field("open_opportunity", "word", "contact", "beside")
STAGE = Field("opportunity_stage", "word", "contact", "beside")
PHASE = Field("account_phase", "word", "business", "beside")
FIELDS = (
    Offered(KIND, _kinds, _("Open opportunity"), _kind_names),
    Offered(STAGE, _stages, _("Stage of an open opportunity"), _stage_names),
    Offered(PHASE, _phases, _("Phase of the account plan"), _phase_names),
)
