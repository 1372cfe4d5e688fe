"""The API of this version: each feature brings its router; its document and its page."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import override
from django.views.decorators.http import require_safe

from regulars.server.core.api import Api
from regulars.server.core.models import Person
from regulars.server.customers import api as customers
from regulars.server.customers.models import Customer
from regulars.server.intake.api import facts_router, jobs_router
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Score
from regulars.server.tiers import queries as tiers

ABOUT = """Send facts and customers, read customers, hear of changes.

Every request carries a key: `Authorization: Bearer rgk_...`. A key has rights and a reach; what
lies beyond its reach is as if it did not exist. Errors are problem details (RFC 9457). Within
`v1` nothing is taken away: new fields and addresses may come, so ignore what you do not know.
"""

api = Api(title="Regulars", version="1", description=ABOUT, urls_namespace="api")
api.add_router("/facts", facts_router)
api.add_router("/customers", customers.router)
api.add_router("/jobs", jobs_router)


def _tiers(viewer: Person, found: list[Customer]) -> dict[int, dict[str, Any]]:
    marks = tiers.tiers_of([each.pk for each in found])
    return {
        pk: {
            "code": mark.code,
            "name": mark.name,
            "level": mark.level,
            "measure": None if mark.measure is None else str(mark.measure),
        }
        for pk, mark in marks.items()
    }


def _scores(viewer: Person, found: list[Customer]) -> dict[int, dict[str, Any]]:
    run = scoring.current_run()
    if run is None:
        return {}
    rows = Score.objects.filter(run=run, customer_id__in=[each.pk for each in found])
    return {
        row.customer_id: {
            "as_of": run.as_of,
            "value": str(row.value),
            "stake": str(row.stake),
            "clv": None if row.clv is None else str(row.clv),
            "p_alive": row.p_alive,
            "stage": row.stage,
            "rfm": row.rfm,
        }
        for row in rows.order_by("customer_id")
    }


customers.beside("tier", _tiers)
customers.beside("scores", _scores)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document: in English and the same for everybody."""
    with override("en"):
        told: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return told


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        json.dumps(document(), ensure_ascii=False, indent=1),
        content_type="application/json",
        headers={"Cache-Control": "public, max-age=300"},
    )


pages = [path("openapi.json", openapi, name="openapi")]
