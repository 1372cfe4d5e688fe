"""Writing a text, handing it over, deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.content import actions, queries
from regulars.server.content.forms import CardForm, ChecklistForm, MessageForm, PlaybookForm
from regulars.server.content.forms.fields import field_names
from regulars.server.content.forms.playbooks import BEGINS
from regulars.server.content.models import Text, Version
from regulars.server.content.queries.examples import examples
from regulars.server.content.queries.previewing import pickable
from regulars.server.content.rules.reading import read
from regulars.server.content.views.pages import entry_or_404
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.products import queries as products


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_CONTENT)
def new(request: SignedIn, kind: str) -> HttpResponse:
    """Write a text that there is not yet."""
    if kind not in Text.Kind.values:
        raise Http404
    begun = examples().get(request.GET.get("from", "")) if kind == "message" else None
    return _written(request, kind, "", begun)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_CONTENT)
def write(request: SignedIn, code: str) -> HttpResponse:
    """Write the next version of a text, beginning with the words it has."""
    entry = entry_or_404(request, code)
    if entry.making is not None and entry.making.state == Version.State.SUBMITTED:
        messages.error(request, _("This version waits for approval. Take it back first."))
        return redirect("content:one", code=code)
    body = read(entry.kind, entry.making.body) if entry.making else entry.body
    return _written(request, entry.kind, code, body)


def _written(request: SignedIn, kind: str, code: str, body: Any) -> HttpResponse:
    form = _form(kind, request.POST if request.method == "POST" else None, body)
    if form.is_bound and form.is_valid():
        try:
            made = actions.save_draft(
                kind, form.body(), code=code, by=request.user, at=timezone.now()
            )
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is kept. Read it once more, then submit."))
            return redirect("content:one", code=made.text.code)
    context = {"form": form, "kind": kind, "code": code, "body": body}
    context |= {"kind_name": dict(Text.Kind.choices)[kind], "begins": BEGINS.values()}
    status = 422 if form.is_bound else 200
    if kind == Text.Kind.MESSAGE:
        context |= {"pick": pickable(), "products": products.names(), "examples": examples()}
        return render(request, "content/compose.html", context, status=status)
    context |= {"fields": field_names(kind)}
    return render(request, "content/write.html", context, status=status)


def _form(kind: str, data: Any, body: Any) -> Any:  # the form of the kind
    if kind == Text.Kind.PLAYBOOK:
        return PlaybookForm(data, body=body)
    if kind == Text.Kind.MESSAGE:
        return MessageForm(data, body=body)
    if kind == Text.Kind.CHECKLIST:
        return ChecklistForm(data, body=body)
    return CardForm(data, body=body, kind=kind)


@require_POST
@needs(Permission.EDIT_CONTENT)
def submit(request: SignedIn, code: str) -> HttpResponse:
    """Hand the draft over for approval."""
    making = _making(request, code)
    try:
        actions.submit(
            making, excuse=request.POST.get("excuse", "")[:300], by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is submitted. Somebody else approves it."))
    return redirect("content:one", code=code)


@require_POST
@needs(Permission.APPROVE_CONTENT)
def decide(request: SignedIn, code: str) -> HttpResponse:
    """Approve a version, or send it back with the reason."""
    making, at = _making(request, code), timezone.now()
    why = request.POST.get("why", "").strip()[:300]
    back = request.POST.get("decision") == "back"
    try:
        if back and not why:
            raise actions.BadText(_("Say in one sentence what is to be changed."))
        if back:
            actions.send_back(making, why=why, by=request.user, at=at)
        else:
            actions.approve(making, by=request.user, at=at)
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        done = _("It went back to its author.") if back else _("It is in force.")
        messages.success(request, done)
    return redirect("content:one", code=code)


@require_POST
@needs(Permission.EDIT_CONTENT)
def keep(request: SignedIn, code: str) -> HttpResponse:
    """Take a version back, throw a draft away, put a text away, bring it back."""
    entry, at, verb = entry_or_404(request, code), timezone.now(), request.POST.get("verb")
    try:
        if verb == "withdraw":
            actions.withdraw(_making(request, code), by=request.user, at=at)
        elif verb == "discard":
            actions.discard(_making(request, code), by=request.user, at=at)
        elif verb == "put_away":
            actions.put_away(entry.kind, code, by=request.user, at=at)
        elif verb == "bring_back" and entry.text is not None:
            actions.bring_back(entry.text, by=request.user, at=at)
        else:
            raise Http404
    except Refused as error:
        messages.error(request, str(error))
    still = queries.entry(request.user, entry.kind, code)
    if still is None:
        return redirect("content:index")
    return redirect("content:one", code=code)


def _making(request: SignedIn, code: str) -> Version:
    making = entry_or_404(request, code).making
    if making is None:
        raise Http404
    return making
