"""A journey is written: its frame, its steps added, changed, moved and taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.base.errors import Refused
from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import public_id as new_id
from regulars.server.core.rules import Permission
from regulars.server.journeys import actions, queries, rules
from regulars.server.journeys.forms import FORMS, Choices, FrameForm, NameForm
from regulars.server.journeys.models import Journey, Version
from regulars.server.journeys.queries import Wording
from regulars.server.journeys.rules import Kind, Route, Step, editing
from regulars.server.journeys.views.pages import way_of
from regulars.server.journeys.views.parts import NAV, ask, gone, offered, the_steered


@require_safe
@needs(Permission.SEND)
def edit(request: SignedIn, public_id: str) -> HttpResponse:
    """The steps one under the other, each with what can be done to it."""
    journey = the_steered(request, public_id)
    version = queries.making(journey)
    if version is not None and version.state == Version.State.SUBMITTED:
        return redirect("journeys:one", public_id=public_id)
    base = version or queries.in_force(journey)
    if base is None or journey.state == Journey.State.STOPPED:
        raise Http404
    lacks = queries.lacking(base, at=timezone.now())
    by_step: dict[str, tuple[str, ...]] = {}
    for one in lacks:
        by_step[one.step] = (*by_step.get(one.step, ()), one.words)
    context = {
        "nav": NAV,
        "journey": journey,
        "version": version,
        "sent_back": version.sent_back if version else "",
        "lacks": by_step.get("", ()),
        "count": len(lacks),
        **way_of(request, journey, base, lacks=by_step),
    }
    return render(request, "journeys/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def rename(request: SignedIn, public_id: str) -> HttpResponse:
    """Call a journey something else; everything of it stays."""
    journey = the_steered(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = NameForm(data, initial={"name": journey.name, "name_en": journey.name_en})
    if form.is_bound and form.is_valid():
        told = form.cleaned_data | {"owner": journey.owner}
        actions.rename(journey, by=request.user, at=timezone.now(), **told)
        return gone(request, reverse("journeys:one", args=[public_id]))
    return ask(
        request, form, title=_("Rename this journey"), button=_("Save"), action=request.path,
        said=_("Mailings and the experiment that were made under the old name keep it."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def frame(request: SignedIn, public_id: str) -> HttpResponse:
    """Who enters, what is to be reached, who is left alone."""
    journey = the_steered(request, public_id)
    route = _route(journey)
    data = request.POST if request.method == "POST" else None
    form = FrameForm(data, route=route, segments=offered(journey.owner))
    if form.is_bound and form.is_valid():
        return _keep(request, journey, form.told(route))
    return ask(
        request, form, title=_("Who enters, and what for"), button=_("Save"),
        action=request.path,
    )  # fmt: skip


@require_safe
@needs(Permission.SEND)
def kinds(request: SignedIn, public_id: str) -> HttpResponse:
    """Which kind of step is added."""
    journey = the_steered(request, public_id)
    found = [(kind.value, queries.ICONS[kind], *_about(kind)) for kind in Kind]
    context = {"nav": NAV, "journey": journey, "kinds": found, "place": request.GET.urlencode()}
    return render(request, "journeys/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def add(request: SignedIn, public_id: str, kind: str) -> HttpResponse:
    """Add a step of one kind at a place."""
    journey, given = the_steered(request, public_id), request.GET
    if kind not in set(Kind):
        raise Http404
    route, found = _route(journey), Kind(kind)
    data = request.POST if request.method == "POST" else None
    form = FORMS[found](
        data, step=None, choices=_choices(journey, route, given.get("after", ""))
    )
    if form.is_bound and form.is_valid():
        step = form.told(new_id())
        changed = editing.add(
            route, step, after=given.get("after", ""), inside=given.get("inside", ""),
            way=given.get("way", ""),
        )  # fmt: skip
        return _keep(request, journey, changed)
    return ask(
        request, form, title=_about(found)[0], said=_about(found)[1], button=_("Add"),
        action=request.get_full_path(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def step(request: SignedIn, public_id: str, step_id: str) -> HttpResponse:
    """Change one step; what hangs under it stays."""
    journey = the_steered(request, public_id)
    route = _route(journey)
    found = _the_step(route, step_id)
    data = request.POST if request.method == "POST" else None
    form = FORMS[found.kind](data, step=found, choices=_choices(journey, route, step_id))
    if form.is_bound and form.is_valid():
        return _keep(request, journey, editing.change(route, form.told(found.id)))
    return ask(
        request, form, title=_about(found.kind)[0], button=_("Save"), action=request.path
    )


@require_POST
@needs(Permission.SEND)
def shift(request: SignedIn, public_id: str, step_id: str, way: str) -> HttpResponse:
    """Move a step up or down among those beside it."""
    journey = the_steered(request, public_id)
    changed = editing.shift(_route(journey), step_id, -1 if way == "up" else 1)
    return _keep(request, journey, changed, at=step_id)


@require_POST
@needs(Permission.SEND)
def remove(request: SignedIn, public_id: str, step_id: str) -> HttpResponse:
    """Take a step out, with what hangs under it."""
    journey = the_steered(request, public_id)
    return _keep(request, journey, editing.remove(_route(journey), step_id))


def _keep(request: SignedIn, journey: Journey, route: Route, *, at: str = "") -> HttpResponse:
    try:
        actions.write(journey, route, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
        return gone(request, reverse("journeys:one", args=[journey.public_id]))
    anchor = f"#s-{at}" if at else ""
    return gone(request, reverse("journeys:edit", args=[journey.public_id]) + anchor)


def _route(journey: Journey) -> Route:
    """What is written on: the draft, or what is in force."""
    base = queries.making(journey) or queries.in_force(journey)
    if base is None:
        raise Http404
    return rules.read(base.body)


def _the_step(route: Route, step_id: str) -> Step:
    found = rules.by_id(route).get(step_id)
    if found is None:
        raise Http404
    return found


def _choices(journey: Journey, route: Route, before: str) -> dict[str, Choices]:
    """What each choice of a step offers."""
    wording = Wording.of(journey.owner, route)
    day = core.local_date(timezone.now())
    sendable = {each.code for each in content.messages_in_force(on=day)}
    earlier = []
    for one, _depth in rules.walk(route.steps):
        if one.id == before and one.kind is Kind.REPEAT:
            break
        if one.kind is not Kind.REPEAT:
            earlier.append((one.id, queries.sentence(one, wording)))
    titles = sorted((code, name) for code, name in wording.messages.items() if code in sendable)
    return {
        "message": [("", "—"), *titles],
        "segment": [("", "—"), *offered(journey.owner)],
        "to": earlier,
    }


def _about(kind: Kind) -> tuple[str, str]:
    """What a kind of step is called, and what it does."""
    return {
        Kind.WAIT: (
            pgettext("journey", "Wait"),
            _("Some days, until a time of day, a weekday, a date, or a day of the customer."),
        ),
        Kind.SEND: (
            pgettext("journey", "Send a message"),
            _("An approved one; consent, caps and quiet hours hold as always."),
        ),
        Kind.TASK: (
            pgettext("journey", "A task for the manager"),
            _("It stands on Today with its words; the result comes back."),
        ),
        Kind.BRANCH: (
            pgettext("journey", "Ask, and go two ways"),
            _("In a segment, arrived, spoken with us, bought, a day ahead: yes or no."),
        ),
        Kind.REPEAT: (
            pgettext("journey", "Go back"),
            _("To an earlier step, so many times at most."),
        ),
        Kind.EXIT: (pgettext("journey", "The end"), _("The journey ends here.")),
    }[kind]
