"""Pages that strangers fill in, the ones that set them up, and quick-add on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.channels import queries as channels
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.callers import caller
from regulars.server.core.rules import Permission
from regulars.server.reception import actions, queries
from regulars.server.reception.forms import MakeForm, PublicForm, QuickForm
from regulars.server.reception.models import HostedForm

PAGE = 30
MONTH = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def public(request: HttpRequest, public_id: str) -> HttpResponse:
    """A form that anybody with its address may fill in. A look changes nothing."""
    found = _open(public_id)
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    wording = channels.wording("marketing", at=at)
    form = PublicForm(data, form=found, today=core.local_date(at), notice=wording)
    problem = ""
    if data is not None and form.is_machine():
        return redirect("reception:thanks", public_id=public_id)
    if data is not None and form.is_valid():
        try:
            actions.fill_in(
                found,
                form.values(),
                agreed=form.cleaned_data.get("agreed", ()),
                address=caller(request),
                at=at,
            )
        except RegularsError as error:
            problem = str(error)
        else:
            return redirect("reception:thanks", public_id=public_id)
    context = {
        "hosted": found,
        "form": form,
        "problem": problem,
        "wording": wording,
    }
    status = 429 if problem else 422 if form.is_bound else 200
    return render(request, "reception/public.html", context, status=status)


@require_GET
def thanks(request: HttpRequest, public_id: str) -> HttpResponse:
    """What everybody sees afterwards, known or new."""
    return render(request, "reception/thanks.html", {"hosted": _open(public_id)})


@require_GET
@needs(Permission.EDIT_FORMS)
def index(request: SignedIn) -> HttpResponse:
    """Every form with what came of it."""
    rows = [
        (each, request.build_absolute_uri(reverse("reception:public", args=[each.public_id])))
        for each in queries.forms(request.user)
    ]
    return render(request, "reception/index.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_FORMS)
def make(request: SignedIn) -> HttpResponse:
    """Open a form."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_FORMS)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Change a form, or close it."""
    found = queries.form(request.user, public_id)
    if found is None:
        raise Http404
    return _edit(request, found)


@require_GET
@needs(Permission.RECORD_CONTACT)
def met(request: SignedIn) -> HttpResponse:
    """Whom one met or spotted, and what came of it."""
    rows = queries.met_by(request.user)[:PAGE]
    month = timezone.now() - MONTH
    context = {
        "rows": rows,
        "came": queries.came_to(request.user, since=month)[:PAGE],
        "count": queries.met_count(request.user, since=month),
    }
    return render(request, "reception/met.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def quick(request: SignedIn) -> HttpResponse:
    """Take somebody in, in the drawer or on a phone."""
    data = request.POST if request.method == "POST" else None
    asked = {name: request.GET[name] for name in ("way", "occasion") if name in request.GET}
    form, problem = QuickForm(data, initial=asked), ""
    if data is not None and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_quickly(
                form.values(),
                way=given["way"],
                occasion=given["occasion"],
                note=given["note"],
                by=request.user,
                at=timezone.now(),
            )
        except RegularsError as error:
            problem = str(error)
        else:
            return _next(given)
    context: dict[str, Any] = {
        "form": form,
        "problem": problem,
        "saved": request.GET.get("saved", "")[:60],
        "nav": "met",
    }
    status = 422 if form.is_bound else 200
    return render(request, "reception/quick.html", context, status=status)


def _next(given: dict[str, Any]) -> HttpResponse:
    """The empty form again: at an event one comes after the other."""
    kept = {"way": given["way"], "occasion": given["occasion"], "saved": given["name"]}
    return redirect(f"{reverse('reception:quick')}?{urlencode(kept)}")


def _edit(request: SignedIn, found: HostedForm | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = MakeForm(data, form=found)
    if data is not None and form.is_valid():
        who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        if found is None:
            actions.make_form(**form.values(), **who)
        else:
            actions.change_form(found, **form.values(), **who)
        return redirect("reception:index")
    context = {
        "form": form,
        "hosted": found,
        "came": queries.came_by(request.user, found)[:PAGE] if found else (),
        "wording": channels.wording("marketing", at=timezone.now()),
        "title": found.name if found else _("New form"),
        "nav": "forms",
    }
    status = 422 if form.is_bound else 200
    return render(request, "reception/make.html", context, status=status)


def _open(public_id: str) -> HostedForm:
    found = queries.open_form(public_id)
    if found is None:
        raise Http404
    return found
