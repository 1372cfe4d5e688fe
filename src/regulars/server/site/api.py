"""The API of this version: each feature brings its router; its document and its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from regulars.server.alerts.api import router as alerts_router
from regulars.server.campaigns.api import router as campaigns_router
from regulars.server.care.api import (
    answers_router,
    cards_router,
    contacts_router,
    visits_router,
)
from regulars.server.complaints.api import router as complaints_router
from regulars.server.content.api import router as templates_router
from regulars.server.core import events
from regulars.server.core.api import Api
from regulars.server.core.api.document import operations
from regulars.server.core.api.problems import KINDS
from regulars.server.core.models import Person
from regulars.server.core.webhooks.rules import PREFIX
from regulars.server.customers import api as customers
from regulars.server.customers.models import Customer
from regulars.server.delivery.api import customers_router, mailings_router, messages_router
from regulars.server.experiments.api import router as experiments_router
from regulars.server.intake.api import facts_router, jobs_router
from regulars.server.intake.api.rows import FACTS
from regulars.server.intake.reader import KINDS as FILES
from regulars.server.journeys.api import router as journeys_router
from regulars.server.loyalty.api import router as loyalty_router
from regulars.server.opportunities.api import accounts_router, figures_router, proposals_router
from regulars.server.opportunities.api import router as opportunities_router
from regulars.server.plans.api import router as plans_router
from regulars.server.posts.api import router as posts_router
from regulars.server.promises.api import router as promises_router
from regulars.server.referrals.api import router as referrals_router
from regulars.server.rewards.api import router as rewards_router
from regulars.server.salons.api import router as salons_router
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.api import router as needs_router
from regulars.server.scoring.models import Score
from regulars.server.tiers import queries as tiers
from regulars.server.topics.api import router as topics_router
from regulars.server.voice.api import loops_router
from regulars.server.voice.api import router as surveys_router

ABOUT = """Send facts and customers, read customers, do the work of people, hear of changes.

Every request carries a key: `Authorization: Bearer rgk_...`. A key has rights and a reach; what
lies beyond its reach is as if it did not exist. Errors are problem details (RFC 9457). Within
`v1` nothing is taken away: new fields and addresses may come, so ignore what you do not know.
"""

api = Api(title="Regulars", version="1", description=ABOUT, urls_namespace="api")
api.add_router("/facts", facts_router)
api.add_router("/customers", customers.router)
api.add_router("/customers", customers_router)
api.add_router("/mailings", mailings_router)
api.add_router("/messages", messages_router)
api.add_router("/customers", needs_router)
api.add_router("/jobs", jobs_router)
api.add_router("/cards", cards_router)
api.add_router("/contacts", contacts_router)
api.add_router("/visits", visits_router)
api.add_router("/answers", answers_router)
api.add_router("/opportunities", figures_router)  # before: an id has no such form
api.add_router("/opportunities", opportunities_router)
api.add_router("/proposals", proposals_router)
api.add_router("/account-plans", accounts_router)
api.add_router("/plans", plans_router)
api.add_router("/promises", promises_router)
api.add_router("/posts", posts_router)
api.add_router("/topics", topics_router)
api.add_router("/experiments", experiments_router)
api.add_router("/campaigns", campaigns_router)
api.add_router("/message-templates", templates_router)
api.add_router("/alerts", alerts_router)
api.add_router("/complaints", complaints_router)
api.add_router("/surveys", surveys_router)
api.add_router("/loops", loops_router)
api.add_router("/loyalty", loyalty_router)
api.add_router("/rewards", rewards_router)
api.add_router("/referrals", referrals_router)
api.add_router("/salons", salons_router)
api.add_router("/journeys", journeys_router)


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


@dataclass(frozen=True)
class Shown:
    """An operation as the page tells of it."""

    method: str
    path: str
    told: dict[str, Any]
    rights: str
    example: str
    fields: list[tuple[str, list[tuple[str, str, bool, str]]]]


KINDS_OF = {"send_facts": FACTS, "send_customers": ("customers",)}


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description for people: drawn from the document, without anybody else's scripts."""
    language = get_language() or "zh"
    signed_in = isinstance(request.user, Person)
    context = {
        "shape": "web/base.html" if signed_in else "web/gate.html",
        "operations": [
            _shown(path, method, told, language)
            for path, method, told in operations(document())
        ],
        "problems": [(code, status, title) for code, (status, title) in KINDS.items()],
        "events": [(f"{PREFIX}{code}", kind.label) for code, kind in events.kinds().items()],
    }
    return render(request, "site/api_docs.html", context)


def _shown(path: str, method: str, told: dict[str, Any], language: str) -> Shown:
    kinds = KINDS_OF.get(told["operationId"], ())
    chinese = language.startswith("zh")
    names = {kind: FILES[kind].zh if chinese else FILES[kind].en for kind in kinds}
    fields = [(name, _fields(kind, language)) for kind, name in names.items()]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    first: dict[str, Any] = next(iter(body.get("examples", {}).values()), {})
    example = json.dumps(first["value"], ensure_ascii=False, indent=2) if first else ""
    rights = " / ".join(told.get("x-rights", []))
    return Shown(method.upper(), path, told, rights, example, fields)


def _fields(kind: str, language: str) -> list[tuple[str, str, bool, str]]:
    chinese = language.startswith("zh")
    return [
        (
            one.name,
            one.label(language),
            one.required,
            (one.about_zh if chinese else one.about_en),
        )
        for one in FILES[kind].fields
    ]


pages = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs, name="docs"),
]
