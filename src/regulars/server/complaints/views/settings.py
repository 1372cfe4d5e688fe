"""Clocks, words and lists: the administrator's pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.base.errors import BadInput, Refused
from regulars.server.complaints import actions, queries
from regulars.server.complaints.forms import EntryForm, RulesForm
from regulars.server.complaints.models import Entry
from regulars.server.complaints.views.shared import posted
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def rules(request: SignedIn) -> HttpResponse:
    """How long each step may take, how an answer is worded, and the two lists."""
    form = RulesForm(posted(request), policy=queries.policy())
    if form.is_bound and form.is_valid():
        try:
            actions.set_policy(form.policy(), by=request.user, at=timezone.now())
            messages.success(request, _("Saved. Complaints that are open keep their clocks."))
            return redirect("complaints:rules")
        except BadInput as error:
            form.add_error("template", str(error))
    context = {
        "form": form,
        "types": queries.types(every=True),
        "causes": queries.causes(every=True),
        "nav": "complaint-rules",
    }
    status = 422 if form.is_bound else 200
    return render(request, "complaints/rules.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.ADMINISTER)
def entry(request: SignedIn, which: str) -> HttpResponse:
    """A line of a list: a new one of `type` or `cause`, or the one of that id."""
    found = None if which in Entry.List.values else queries.entry(which)
    if found is None and which not in Entry.List.values:
        raise Http404
    named = found.list if found else which
    form = EntryForm(posted(request), which=named, entry=found)
    if form.is_bound and form.is_valid():
        try:
            actions.keep_entry(
                found, list=named, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return saved(request, reverse("complaints:rules"))
        except (BadInput, Refused) as error:
            form.add_error("name", str(error))
    title = str(found) if found else _("A line more")
    context = {"form": form, "title": title, "nav": "complaint-rules"}
    return render(
        request, "complaints/form.html", context, status=422 if form.is_bound else 200
    )
