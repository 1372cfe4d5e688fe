"""Account plans: where we stand with a key customer, who decides, what is in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.forms import (
    DealtForm,
    ObstacleForm,
    StanceForm,
    StrategyForm,
)
from regulars.server.opportunities.models import Strategy
from regulars.server.opportunities.queries import Holder
from regulars.server.opportunities.views.opening import drawer, people, wanted, whose
from regulars.server.plans import queries as plans
from regulars.server.plans.models import Plan
from regulars.server.web.answers import saved

UNSAID = 100
WHO: Mapping[str, Callable[[Holder], bool]] = {
    "against": lambda holder: holder.is_against,
    "blind": lambda holder: holder.is_unknown,
}


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def accounts(request: SignedIn) -> HttpResponse:
    """The key accounts by phase."""
    asked = wanted(request, view=queries.PLACE)
    mine, phase = asked.view != queries.PLACE, request.GET.get("phase", "")
    every = queries.accounts(request.user, mine=mine)
    counted = [
        (each.value, str(each.label), sum(row.strategy.phase == each for row in every))
        for each in Strategy.Phase
    ]
    unsaid = queries.unsaid(request.user, mine=mine)
    context = {
        "unsaid": [] if phase else unsaid[:UNSAID],
        "unsaid_count": unsaid.count(),
        "rows": [row for row in every if not phase or row.strategy.phase == phase],
        "phases": counted,
        "phase": phase,
        "at": timezone.now(),
        **whose(request, asked),
    }
    return render(request, "opportunities/accounts.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def account(request: SignedIn, public_id: str) -> HttpResponse:
    """The account part of a plan: phases, people, obstacles, opportunities, next moves."""
    plan, at = _plan(request, public_id), timezone.now()
    today = core.local_date(at)
    deals = queries.of_customer(request.user, plan.customer)
    told, who = queries.account(request.user, plan, today), request.GET.get("who", "")
    context = {
        "plan": plan,
        "shown": plans.view(request.user, plan, at),
        "account": told,
        "who": who if who in WHO else "",
        "holders": [each for each in told.holders if who not in WHO or WHO[who](each)],
        "deals": [queries.view(each, at) for each in deals if each.is_open],
        "phases": Strategy.Phase.choices,
        "may_change": request.user.may(Permission.RECORD_CONTACT) and plan.is_live,
        "at": at,
        "nav": "opportunities",
    }
    return render(request, "opportunities/account.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def strategy(request: SignedIn, public_id: str) -> HttpResponse:
    """Which phase, and why."""
    plan, at = _plan(request, public_id), timezone.now()
    known = queries.strategies(request.user).filter(plan=plan).first()
    form = StrategyForm(request.POST if request.method == "POST" else None, known=known)
    if form.is_bound and form.is_valid():
        try:
            actions.begin_strategy(plan, by=request.user, at=at, **form.cleaned_data)
            return saved(request, _where(plan))
        except RegularsError as error:
            form.add_error(None, str(error))
    title = _("Where we stand with %(customer)s") % {"customer": plan.customer}
    words = _(
        "Find: we look for the way in. Attack: we win from others. Hold: we keep what was "
        "won. Defend: a rival attacks. Cultivate: it grows with us."
    )
    return drawer(request, form, title=title, words=words)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def stance(request: SignedIn, public_id: str, contact_id: str) -> HttpResponse:
    """What one contact person means."""
    plan = _plan(request, public_id)
    contact = queries.contact(request.user, plan.customer, contact_id)
    if contact is None:
        raise Http404
    known = getattr(contact, "stance", None)
    form = StanceForm(
        request.POST if request.method == "POST" else None,
        known=known,
        people=people(request),
    )
    if form.is_bound and form.is_valid():
        actions.set_stance(contact, by=request.user, at=timezone.now(), **form.cleaned_data)
        return saved(request, _where(plan))
    words = _("Role and attitude are on the contact person's own card.")
    return drawer(request, form, title=str(contact), words=words)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_obstacle(request: SignedIn, public_id: str) -> HttpResponse:
    """What stands in the way, with the move against it."""
    plan, at = _plan(request, public_id), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = ObstacleForm(data, people=people(request), today=core.local_date(at))
    if form.is_bound and form.is_valid():
        try:
            actions.add_obstacle(plan, by=request.user, at=at, **form.cleaned_data)
            return saved(request, _where(plan))
        except RegularsError as error:
            form.add_error(None, str(error))
    return drawer(request, form, title=_("Obstacle"), button=_("Keep it"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def obstacle(request: SignedIn, public_id: str, obstacle_id: str) -> HttpResponse:
    """What became of it."""
    plan = _plan(request, public_id)
    found = queries.obstacle(request.user, plan, obstacle_id)
    if found is None:
        raise Http404
    form = DealtForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.deal_with(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return saved(request, _where(plan))
    return drawer(request, form, title=found.text)


def _plan(request: SignedIn, public_id: str) -> Plan:
    found = plans.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _where(plan: Plan) -> str:
    return reverse("opportunities:account", args=[plan.public_id])
