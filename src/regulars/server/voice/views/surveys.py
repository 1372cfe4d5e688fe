"""Surveys in a list; made, drafted, put away; the settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.voice import actions, queries
from regulars.server.voice.forms import MakeForm, QuestionForm, RulesForm, TextsForm, sheet
from regulars.server.voice.queries import panel, results
from regulars.server.voice.views.shared import drawer, edits, go, kept, the_draft, the_survey
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """Every survey with the score of its newest wave."""
    archived = bool(request.GET.get("archived")) and edits(request)
    rows = []
    for survey in queries.surveys(request.user, archived=archived):
        asked = results.find(request.user, survey)
        found = results.results(request.user, asked) if asked else None
        rows.append((survey, found, queries.drafted(survey)))
    context = {
        "rows": rows,
        "archived": archived,
        "edits": edits(request),
        "policy": queries.policy(),
        "coming": panel.coming(request.user, timezone.now()),
        "at": timezone.now(),
        "nav": "surveys",
    }
    return render(request, "voice/index.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def make(request: SignedIn) -> HttpResponse:
    """Make a survey; its draft opens."""
    form = MakeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = actions.make_survey(**form.cleaned_data, by=request.user, at=timezone.now())
        return go(request, reverse("voice:build", args=[made.public_id]))
    return drawer(request, form, title=_("New survey"), button=_("Make it"))


@require_POST
@needs(Permission.EDIT_SURVEYS)
def draft(request: SignedIn, public_id: str) -> HttpResponse:
    """Begin the next version."""
    survey = the_survey(request, public_id)
    actions.draft(survey, by=request.user, at=timezone.now())
    return redirect("voice:build", public_id=public_id)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def build(request: SignedIn, public_id: str) -> HttpResponse:
    """The draft: its words, its questions, and how it looks outside."""
    version = the_draft(request, public_id)
    form = TextsForm(request.POST if request.method == "POST" else None, version=version)
    at = timezone.now()

    def act() -> None:
        actions.change_version(version, form.texts(), by=request.user, at=at)
        actions.rename(version.survey, **form.names(), by=request.user, at=at)

    if kept(form, act):
        messages.success(request, _("Saved."))
        return redirect("voice:build", public_id=public_id)
    context = {
        "survey": version.survey,
        "version": version,
        "form": form,
        "shown": sheet(version),
        "nav": "surveys",
    }
    return render(request, "voice/build.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def add_question(request: SignedIn, public_id: str) -> HttpResponse:
    """One more question at the end."""
    version = the_draft(request, public_id)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if kept(form, lambda: actions.add_question(version, **who, **form.values())):
        return saved(request, reverse("voice:build", args=[public_id]))
    return drawer(request, form, title=_("Add a question"), button=_("Add it"))


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def question(request: SignedIn, public_id: str, question_id: str) -> HttpResponse:
    """Change, move or remove a question of the draft."""
    version, at = the_draft(request, public_id), timezone.now()
    found = queries.question(version, question_id)
    if found is None:
        raise Http404
    where = reverse("voice:build", args=[public_id])
    asked = request.POST.get("do", "")
    who: dict[str, Any] = {"by": request.user, "at": at}
    if asked in ("up", "down"):
        actions.move_question(found, up=asked == "up", **who)
        return saved(request, where, alone=where)
    if asked == "remove":
        actions.remove_question(found, **who)
        return saved(request, where, alone=where)
    form = QuestionForm(request.POST if request.method == "POST" else None, question=found)
    if kept(form, lambda: actions.change_question(found, **who, **form.values())):
        return saved(request, where)
    return drawer(request, form, title=_("Change the question"))


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def preview(request: SignedIn, public_id: str) -> HttpResponse:
    """The page as customers see it; nothing can be sent."""
    survey = the_survey(request, public_id)
    version = (edits(request) and queries.drafted(survey)) or queries.newest(survey)
    if version is None:
        raise Http404
    context = {"version": version, "shown": sheet(version), "preview": True}
    return render(request, "voice/public.html", context)


@require_POST
@needs(Permission.EDIT_SURVEYS)
def archive(request: SignedIn, public_id: str) -> HttpResponse:
    """Put a survey away, or take it out again."""
    survey = the_survey(request, public_id)
    back = survey.archived_at is not None
    actions.archive(survey, by=request.user, at=timezone.now(), back=back)
    return redirect("voice:index")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def rules(request: SignedIn) -> HttpResponse:
    """Rest, panel, days: the administrator's page."""
    form = RulesForm(
        request.POST if request.method == "POST" else None, policy=queries.policy()
    )
    if form.is_bound and form.is_valid():
        actions.set_policy(form.policy(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved. Waves in the field keep their rest."))
        return redirect("voice:rules")
    context = {"form": form, "nav": "survey-rules"}
    return render(request, "voice/rules.html", context, status=422 if form.is_bound else 200)
