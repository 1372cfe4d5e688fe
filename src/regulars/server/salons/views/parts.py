"""The activity sheet and the budget, line by line."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.salons import actions, queries
from regulars.server.salons.forms import CostForm, PartForm
from regulars.server.salons.models import Salon
from regulars.server.salons.views.shared import drawer, own_salon
from regulars.server.web.answers import saved


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def new_part(request: SignedIn, public_id: str) -> HttpResponse:
    """Add a part to the activity sheet."""
    salon = own_salon(request, public_id)
    form = PartForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.add_part(salon, by=request.user, at=timezone.now(), **form.cleaned_data)
        return _done(request, salon)
    return drawer(request, form, title=_("New part of the activity sheet"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def part(request: SignedIn, public_id: str, pk: int) -> HttpResponse:
    """Change a part, or take it off."""
    salon = own_salon(request, public_id)
    found = queries.part(salon, pk)
    if found is None:
        raise Http404
    if request.POST.get("do") == "drop":
        actions.drop_part(found, by=request.user, at=timezone.now())
        return _done(request, salon)
    form = PartForm(request.POST if request.method == "POST" else None, part=found)
    if form.is_bound and form.is_valid():
        actions.change_part(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return _done(request, salon)
    return drawer(request, form, title=str(found), droppable=True)


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def new_cost(request: SignedIn, public_id: str) -> HttpResponse:
    """Add a line to the budget."""
    salon = own_salon(request, public_id)
    form = CostForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.add_cost(salon, by=request.user, at=timezone.now(), **form.cleaned_data)
        return _done(request, salon)
    return drawer(request, form, title=_("New line of the budget"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def cost(request: SignedIn, public_id: str, pk: int) -> HttpResponse:
    """Change a line, or take it off."""
    salon = own_salon(request, public_id)
    found = queries.cost(salon, pk)
    if found is None:
        raise Http404
    if request.POST.get("do") == "drop":
        actions.drop_cost(found, by=request.user, at=timezone.now())
        return _done(request, salon)
    form = CostForm(request.POST if request.method == "POST" else None, cost=found)
    if form.is_bound and form.is_valid():
        actions.change_cost(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return _done(request, salon)
    return drawer(request, form, title=found.what, droppable=True)


def _done(request: SignedIn, salon: Salon) -> HttpResponse:
    return saved(request, reverse("salons:one", args=[salon.public_id]))
