"""Ways out: which there are, what they are doing, adding and trying one."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.delivery import actions, queries
from regulars.server.delivery.forms.lines import LineForm, TryForm
from regulars.server.delivery.forms.words import CHANNELS, ENDS
from regulars.server.delivery.kinds import End, Kind
from regulars.server.delivery.kinds import registry as kinds
from regulars.server.delivery.models import Line

NAV = "lines"


@require_safe
@needs(Permission.ADMINISTER)
def index(request: SignedIn) -> HttpResponse:
    """Every line with its state, and packages of kinds that are broken."""
    at = timezone.now()
    sent = queries.sent_since(_midnight(at))
    known = kinds.kinds()
    rows = [
        {
            "line": line,
            "kind": known[line.kind].name if line.kind in known else None,
            "sent": sent.get(line.pk, 0),
        }
        for line in queries.lines()
    ]
    context = {"nav": NAV, "rows": rows, "broken": kinds.broken()}
    return render(request, "delivery/lines.html", context)


@require_safe
@needs(Permission.ADMINISTER)
def choose(request: SignedIn) -> HttpResponse:
    """Which kind of line to add."""
    known = kinds.kinds().values()
    groups = [
        (words, [_told(kind) for kind in known if kind.channel == channel])
        for channel, words in [*CHANNELS.items(), ("", _("Any channel"))]
    ]
    context = {"nav": NAV, "groups": groups, "broken": kinds.broken()}
    return render(request, "delivery/line_kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def add(request: SignedIn, kind: str) -> HttpResponse:
    """Set up a line of one kind; nothing is reached out to."""
    chosen = kinds.kinds().get(kind)
    if chosen is None:
        raise Http404
    form = LineForm(request.POST or None, kind=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_line(
                kind_code=kind,
                given=form.given(),
                channel=form.cleaned_data.get("channel", ""),
                by=request.user,
                at=timezone.now(),
                **form.own(),
            )
        except RegularsError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The line stands. Send yourself a test over it."))
            return redirect("delivery:line", public_id=made.public_id)
    context = {"nav": NAV, "form": form, "kind": _told(chosen)}
    status = 422 if form.errors else 200
    return render(request, "delivery/line.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One line: its settings, the address that its provider calls, a test."""
    line = _line(public_id)
    kind = kinds.kinds().get(line.kind)
    form = LineForm(request.POST or None, kind=kind, line=line) if kind else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.change_line(
                line, given=form.given(), by=request.user, at=timezone.now(), **form.own()
            )
        except RegularsError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("delivery:line", public_id=public_id)
    context = {
        "nav": NAV,
        "line": line,
        "kind": _told(kind) if kind else None,
        "form": form,
        "hook": request.build_absolute_uri(reverse("delivery:hook", args=[line.hook])),
        "own": request.user.email if line.channel == "email" else "",
        "try_form": TryForm(),
        "why_not": kinds.broken().get(line.kind, ""),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "delivery/line.html", context, status=status)


@require_POST
@needs(Permission.ADMINISTER)
def switch(request: SignedIn, public_id: str) -> HttpResponse:
    line, on = _line(public_id), request.POST.get("on") == "1"
    actions.switch_line(line, on=on, by=request.user, at=timezone.now())
    return redirect("delivery:line", public_id=public_id)


@require_POST
@needs(Permission.ADMINISTER)
def prefer(request: SignedIn, public_id: str) -> HttpResponse:
    actions.prefer_line(_line(public_id), by=request.user, at=timezone.now())
    return redirect("delivery:lines")


@require_POST
@needs(Permission.ADMINISTER)
def test(request: SignedIn, public_id: str) -> HttpResponse:
    """Send the person who asks a test message, and say what the provider said."""
    line = _line(public_id)
    own = request.user.email if line.channel == "email" else ""
    to = own or request.POST.get("to", "")[:120]
    try:
        receipt = actions.try_line(line, to=to, by=request.user, at=timezone.now())
    except RegularsError as error:
        messages.error(request, str(error))
        return redirect("delivery:line", public_id=public_id)
    said = " ".join(
        part for part in (str(ENDS[receipt.end]), receipt.code, receipt.said) if part
    )
    fine = receipt.end in (End.SENT, End.CREATED)
    (messages.success if fine else messages.error)(request, said)
    return redirect("delivery:line", public_id=public_id)


def _line(public_id: str) -> Line:
    found = queries.one_line(public_id)
    if found is None:
        raise Http404
    return found


def _told(kind: type[Kind]) -> dict[str, Any]:
    """What pages show of a kind; a template would call the class itself."""
    return {"code": kind.code, "name": kind.name, "can": kind.can}


def _midnight(at: datetime) -> datetime:
    """When the company's day began."""
    return datetime.combine(core.local_date(at), time(), core.time_zone())
