"""Those below: what they owe, signing, asking again, and where they are weak."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.training import actions, queries
from regulars.server.training.forms import AskForm, SignForm
from regulars.server.training.views.tabs import tabs


@require_GET
@needs(Permission.SIGN_TRAINING)
def team(request: SignedIn) -> HttpResponse:
    """Who owes what, and what is overdue by branch."""
    today = core.local_date(timezone.now())
    rows = queries.team(request.user, today)
    places = queries.branches(rows)
    if request.GET.get("overdue"):
        rows = [row for row in rows if row.overdue]
    context = {
        "rows": rows,
        "branches": places if len(places) > 1 else [],
        "overdue": request.GET.get("overdue", ""),
        "total": sum(place.overdue for place in places),
        **tabs(request, "team"),
    }
    return render(request, "training/team.html", context)


@require_GET
@needs(Permission.SIGN_TRAINING)
def person(request: SignedIn, public_id: str) -> HttpResponse:
    """One person's items, each to be signed or asked for again."""
    found, today = _person(request, public_id), core.local_date(timezone.now())
    mine = queries.mine(found, today)
    context = {
        "person": found,
        "mine": mine,
        "today": today,
        "self": found == request.user,
        "ask": AskForm(items=[one.item for one in mine], today=today),
        **tabs(request, "team"),
    }
    return render(request, "training/person.html", context)


@require_POST
@needs(Permission.SIGN_TRAINING)
def sign(request: SignedIn, public_id: str) -> HttpResponse:
    """Sign that somebody did an item."""
    found, form = _person(request, public_id), SignForm(request.POST)
    item = queries.item(request.POST.get("item", ""))
    if item is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("That is no day. Write it as 2026-11-23."))
        return redirect("training:person", public_id=public_id)
    try:
        actions.sign(
            item, found, done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"], by=request.user, at=timezone.now(),
        )  # fmt: skip
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Signed."))
    return redirect("training:person", public_id=public_id)


@require_POST
@needs(Permission.SIGN_TRAINING)
def ask(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask somebody to take an item by a day."""
    found, at = _person(request, public_id), timezone.now()
    mine = queries.mine(found, core.local_date(at))
    form = AskForm(request.POST, items=[one.item for one in mine], today=core.local_date(at))
    if not form.is_valid():
        messages.error(request, _("Choose an item and a day, and say why in one sentence."))
        return redirect("training:person", public_id=public_id)
    given = form.cleaned_data
    item = queries.item(given["item"])
    assert item is not None
    try:
        actions.ask(
            item, found, due_on=given["due_on"], why=given["why"], by=request.user, at=at
        )
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Asked. It stands on their list from now."))
    return redirect("training:person", public_id=public_id)


@require_POST
@needs(Permission.SIGN_TRAINING)
def withdraw(request: SignedIn, number: int) -> HttpResponse:
    """Take back what was recorded by mistake."""
    found = queries.completion(request.user, number)
    if found is None:
        raise Http404
    actions.withdraw(found, by=request.user, at=timezone.now())
    return redirect("training:person", public_id=found.person.public_id)


@require_GET
@needs(Permission.JUDGE_CONTACTS)
def weak(request: SignedIn) -> HttpResponse:
    """Each person and kind of reason beside the others with customers of the same tiers."""
    measure, places = _measure(request), queries.places(request.user)
    asked = request.GET.get("unit", "")
    unit = next((one for one in places if one.code == asked), places[0] if places else None)
    at = timezone.now()
    rows = queries.spots(request.user, unit, measure, at=at) if unit else []
    context = {
        "missed": queries.missed(request.user, unit, at=at) if unit else [],
        "measure": measure,
        "measures": list(queries.MEASURES.items()),
        "groups": list(queries.GROUPS.items()),
        "places": places if len(places) > 1 else [],
        "unit": unit,
        "ground": queries.ground(unit) if unit else None,
        "rows": rows,
        **tabs(request, "weak"),
    }
    return render(request, "training/weak.html", context)


@require_GET
@needs(Permission.JUDGE_CONTACTS)
def weak_cell(request: SignedIn, public_id: str, group: int) -> HttpResponse:
    """The figures behind one cell, and the items that fit."""
    found, at, measure = _person(request, public_id), timezone.now(), _measure(request)
    if group not in queries.GROUPS:
        raise Http404
    cell = queries.cell(request.user, found, group, measure, at=at)
    today = core.local_date(at)
    context: dict[str, Any] = {
        "cell": cell,
        "measure_name": queries.MEASURES[measure],
        "group_name": queries.GROUPS[group],
    }
    if cell.items and request.user.may(Permission.SIGN_TRAINING):
        why = _("%(group)s: below the others with the same tiers") % {
            "group": queries.GROUPS[group]
        }
        context["ask"] = AskForm(items=list(cell.items), today=today, why=why)
    return render(request, "training/weak_cell.html", context)


def _measure(request: SignedIn) -> str:
    asked = request.GET.get("measure", "")
    return asked if asked in queries.MEASURES else "reached"


def _person(request: SignedIn, public_id: str) -> Person:
    found = queries.person_below(request.user, public_id)
    if found is None:
        raise Http404
    return found
