"""Writing a trigger of the company's own: a form, a trial on today's data, its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.care import actions, queries
from regulars.server.care.forms.triggers import OwnForm
from regulars.server.care.models import OwnTrigger
from regulars.server.care.rules import own
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.segments import queries as segments

EDIT = Permission.EDIT_TRIGGERS


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def new(request: SignedIn) -> HttpResponse:
    """A trigger that is not there yet."""
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def change(request: SignedIn, code: str) -> HttpResponse:
    """The next version of an own trigger."""
    found = queries.own_trigger(code)
    if found is None:
        raise Http404
    return _written(request, found)


@require_POST
@needs(EDIT)
def attempt(request: SignedIn) -> HttpResponse:
    """What the form as it stands would bring on today's data; nothing is kept."""
    form = _form(request, request.POST)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            body = form.body()
            context["trial"] = queries.trial(request.user, body, at=timezone.now())
            context["body"] = body
        except own.Unreadable as error:
            form.blame(error)
        except RegularsError as error:
            context["problem"] = str(error)
    return render(request, "care/_trial.html", context)


def _written(request: SignedIn, found: OwnTrigger | None) -> HttpResponse:
    at = timezone.now()
    if request.method == "POST":
        form = _form(request, request.POST)
        if form.is_valid() and (kept := _keep(request, form, found)) is not None:
            messages.success(request, _saying(kept))
            return redirect(f"{reverse('care:triggers')}?pack=own")
    else:
        form = _form(request, initial=_initial(found))
    context = {"at": at, "form": form, "own": found, "nav": "triggers"}
    status = 422 if request.method == "POST" else 200
    return render(request, "care/own_trigger.html", context, status=status)


def _keep(request: SignedIn, form: OwnForm, found: OwnTrigger | None) -> OwnTrigger | None:
    """Write it down; what the rules refuse stands beside its field."""
    by, at = request.user, timezone.now()
    try:
        if found is None:
            found = actions.make_trigger(form.body(), by=by, at=at)
        else:
            actions.change_trigger(found, form.body(), by=by, at=at)
        if request.POST.get("then") == "on":
            actions.switch_trigger(found, on=True, by=by, at=at)
            found.refresh_from_db()
    except own.Unreadable as error:
        form.blame(error)
        return None
    except RegularsError as error:
        form.add_error(None, str(error))
        return None
    return found


def _saying(kept: OwnTrigger) -> str:
    if kept.state == OwnTrigger.State.ON:
        return _("Kept. It speaks from the next morning on.")
    return _("Kept as a draft. It finds nobody until you switch it on.")


def _initial(found: OwnTrigger | None) -> dict[str, Any]:
    if found is None:
        return dict(OwnForm.USUAL)
    return OwnForm.shown(found.versions.latest("number").body)


def _form(request: SignedIn, data: Any = None, **more: Any) -> OwnForm:
    known = segments.segments(request.user)
    return OwnForm(data, segments=[(each.public_id, each.name) for each in known], **more)
