"""The list of items: which role must know what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.training import actions, queries
from regulars.server.training.forms import ItemForm
from regulars.server.training.models import Item
from regulars.server.training.views.tabs import tabs


@require_GET
@needs(Permission.EDIT_TRAINING)
def index(request: SignedIn) -> HttpResponse:
    """Our items, and the shipped ones that may be taken over."""
    context = {
        "items": list(queries.items()),
        "offered": queries.unadopted(),
        "zh": (get_language() or "zh").startswith("zh"),
        **tabs(request, "items"),
    }
    return render(request, "training/items.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TRAINING)
def new(request: SignedIn) -> HttpResponse:
    """Write an item."""
    form = ItemForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.make_item(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The item stands from today."))
        return redirect("training:items")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_TRAINING)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Change an item."""
    found = _item(public_id)
    first = {name: getattr(found, name) for name in ItemForm.base_fields}
    form = ItemForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        actions.change_item(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("training:items")
    return _form(request, form, found)


@require_POST
@needs(Permission.EDIT_TRAINING)
def end(request: SignedIn, public_id: str) -> HttpResponse:
    """Nobody owes it any more."""
    actions.end_item(_item(public_id), by=request.user, at=timezone.now())
    return redirect("training:items")


@require_POST
@needs(Permission.EDIT_TRAINING)
def adopt(request: SignedIn) -> HttpResponse:
    """Take a shipped item over."""
    try:
        actions.adopt(request.POST.get("code", ""), by=request.user, at=timezone.now())
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    return redirect("training:items")


def _item(public_id: str) -> Item:
    found = queries.item(public_id)
    if found is None or found.ended_at is not None:
        raise Http404
    return found


def _form(request: SignedIn, form: Any, found: Item | None) -> HttpResponse:
    context = {"form": form, "item": found, **tabs(request, "items")}
    status = 422 if form.is_bound else 200
    return render(request, "training/edit.html", context, status=status)
