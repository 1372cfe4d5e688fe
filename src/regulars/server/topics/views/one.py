"""One topic: how old it is, what becomes of it, what came of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.content import queries as content
from regulars.server.core.access import SignedIn, needs
from regulars.server.experiments import queries as experiments
from regulars.server.topics import actions, queries, rules
from regulars.server.topics.forms import ChannelForm, WhyForm, WriteForm
from regulars.server.topics.models import Topic

S = Topic.State


@require_http_methods(["GET", "POST"])
@needs()
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """A topic whole; the POST keeps for whom it is and in which words."""
    topic, at = the_topic(public_id), timezone.now()
    if request.method != "POST":
        return page(request, topic)
    if not may_write(request, topic):
        raise PermissionDenied
    form = _form(request, topic)
    if form.is_valid():
        try:
            actions.prepare(topic, by=request.user, at=at, **form.told())
            return redirect("topics:one", public_id)
        except RegularsError as error:
            form.add_error(None, str(error))
    return page(request, topic, form=form, status=422)


@require_GET
@needs()
def spoken(request: SignedIn, public_id: str) -> HttpResponse:
    """The customers of the viewer with whom a topic is spoken about."""
    topic, state = the_topic(public_id), request.GET.get("state", "")
    context = {
        "topic": topic,
        "talks": queries.talks(request.user, topic, state=state)[:200],
        "nav": "topics",
    }
    return render(request, "topics/talks.html", context)


def page(
    request: SignedIn,
    topic: Topic,
    *,
    form: WriteForm | None = None,
    why: WhyForm | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    """A topic's page with whatever was filled in."""
    viewer, at = request.user, timezone.now()
    writes = may_write(request, topic)
    texts = [text for text in (topic.script, topic.script_en) if text]
    experiment = topic.experiment
    context: dict[str, Any] = {
        "topic": topic,
        "age": rules.age(topic.raised_at, topic.released_at or topic.closed_at or at),
        "form": form or (_form(request, topic, fresh=True) if writes else None),
        "why": why or WhyForm(),
        "channel": ChannelForm(),
        "wrong": wrong,
        "findings": [hit for text in texts for hit in content.findings_in(text)],
        "outcome": queries.outcome(viewer, topic) if topic.state == S.RELEASED else None,
        "reading": experiments.latest(experiment) if experiment else None,
        "may_lead": queries.may_lead(viewer),
        "may_decide": queries.may_approve(viewer) and topic.state == S.WAITING,
        "had_a_hand": viewer.pk in {*topic.authors, topic.submitted_by_id},
        "in_force": bool(topic.message and content.message_in_force(topic.message)),
        "at": at,
        "nav": "topics",
    }
    return render(request, "topics/one.html", context, status=status)


def the_topic(public_id: str) -> Topic:
    found = queries.one(public_id)
    if found is None:
        raise Http404
    return found


def may_write(request: SignedIn, topic: Topic) -> bool:
    return queries.may_lead(request.user) and topic.state == S.TAKEN


def _form(request: SignedIn, topic: Topic, *, fresh: bool = False) -> WriteForm:
    data = request.POST if request.method == "POST" and not fresh else None
    return WriteForm(data, topic=topic, segments=queries.segments_to_choose(request.user))
