"""Personas in their order with who belongs where, slots, and the message that carries items."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.posts import actions, queries
from regulars.server.posts.forms import MessageForm, PersonaForm, SlotForm
from regulars.server.posts.models import Persona
from regulars.server.posts.rules import Policy
from regulars.server.posts.views.items import tabs


@require_GET
@needs(Permission.SEE_MESSAGES)
def settings(request: SignedIn) -> HttpResponse:
    """Who belongs to which persona, the slots of the day, the message."""
    return _settings(request)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def add_persona(request: SignedIn) -> HttpResponse:
    """Add a persona behind the others."""
    return _persona(request, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def one_persona(request: SignedIn, public_id: str) -> HttpResponse:
    """Change a persona."""
    return _persona(request, _the_persona(public_id))


@require_GET
@needs(Permission.SEE_MESSAGES)
def customers(request: SignedIn, public_id: str) -> HttpResponse:
    """The viewer's customers who belong to a persona."""
    persona = _the_persona(public_id)
    after = request.GET.get("after", "")
    rows = queries.customers_of(
        request.user, persona, after=int(after) if after.isdigit() else 0, most=51
    )
    context = {
        "persona": persona,
        "rows": rows[:50],
        "more": rows[49].pk if len(rows) > 50 else None,
        **tabs(request.user, "settings"),
    }
    return render(request, "posts/customers.html", context)


@require_POST
@needs(Permission.SEND)
def move_persona(request: SignedIn, public_id: str) -> HttpResponse:
    """Let it come before its neighbour, or behind it."""
    _demand(request)
    at, persona = timezone.now(), _the_persona(public_id)
    actions.move_persona(persona, up=request.POST.get("up") == "1", by=request.user, at=at)
    actions.sort(at=at)
    return redirect("posts:settings")


@require_POST
@needs(Permission.SEND)
def put_away_persona(request: SignedIn, public_id: str) -> HttpResponse:
    """Stop writing for it."""
    _demand(request)
    at = timezone.now()
    actions.put_away_persona(_the_persona(public_id), by=request.user, at=at)
    actions.sort(at=at)
    return redirect("posts:settings")


@require_POST
@needs(Permission.SEND)
def add_slot(request: SignedIn) -> HttpResponse:
    """Add a time of day."""
    _demand(request)
    form = SlotForm(request.POST)
    if form.is_valid():
        try:
            actions.add_slot(form.cleaned_data["at"], by=request.user, at=timezone.now())
            return redirect("posts:settings")
        except RegularsError as error:
            form.add_error("at", str(error))
    return _settings(request, slot=form, status=422)


@require_POST
@needs(Permission.SEND)
def put_away_slot(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a time of day away."""
    _demand(request)
    found = queries.slot(public_id)
    if found is None:
        raise Http404
    actions.put_away_slot(found, by=request.user, at=timezone.now())
    return redirect("posts:settings")


@require_POST
@needs(Permission.SEND)
def message(request: SignedIn) -> HttpResponse:
    """Choose the message that carries items."""
    _demand(request)
    form = MessageForm(request.POST, chosen=queries.policy().message)
    if form.is_valid():
        policy = Policy(message=form.cleaned_data["message"])
        actions.set_policy(policy, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("posts:settings")
    return _settings(request, carrier=form, status=422)


def _settings(
    request: SignedIn,
    *,
    slot: SlotForm | None = None,
    carrier: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.belongs(request.user)
    chosen = queries.policy().message
    context = {
        "belongs": found,
        "in_all": sum(one.customers for one in found),
        "slots": queries.slots(),
        "slot": slot or SlotForm(),
        "carrier": carrier or MessageForm(chosen=chosen),
        "in_force": queries.carrier() is not None,
        **tabs(request.user, "settings"),
    }
    return render(request, "posts/settings.html", context, status=status)


def _persona(request: SignedIn, persona: Persona | None) -> HttpResponse:
    _demand(request)
    at, bound = timezone.now(), request.method == "POST"
    form = PersonaForm(
        request.POST if bound else None,
        segments=queries.segments_to_choose(request.user),
        persona=persona,
    )
    if bound and form.is_valid():
        try:
            if persona is None:
                actions.add_persona(by=request.user, at=at, **form.told())
            else:
                actions.change_persona(persona, by=request.user, at=at, **form.told())
            actions.sort(at=at)
            return redirect("posts:settings")
        except RegularsError as error:
            form.add_error(None, str(error))
    context = {"form": form, "persona": persona, **tabs(request.user, "settings")}
    return render(request, "posts/persona.html", context, status=422 if bound else 200)


def _the_persona(public_id: str) -> Persona:
    found = queries.persona(public_id)
    if found is None:
        raise Http404
    return found


def _demand(request: SignedIn) -> None:
    if not queries.may_edit(request.user):
        raise PermissionDenied
