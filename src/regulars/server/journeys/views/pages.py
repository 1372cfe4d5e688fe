"""The list of journeys, one journey with who is where, and the people on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.experiments import queries as experiments
from regulars.server.experiments.queries import saying
from regulars.server.journeys import actions, queries, rules
from regulars.server.journeys.actions import exporting
from regulars.server.journeys.forms import NewForm, WhyForm
from regulars.server.journeys.models import Journey, Traveller, Version
from regulars.server.journeys.queries import Figures, Wording
from regulars.server.journeys.views.parts import NAV, ask, gone, offered, the_journey

State = Traveller.State


@require_safe
@needs(Permission.SEE_MESSAGES)
def index(request: SignedIn) -> HttpResponse:
    """Every journey with its figures, and the shipped ones to begin with."""
    viewer = request.user
    rows = [(each, queries.progress(viewer, each)) for each in queries.journeys(viewer)]
    context = {
        "nav": NAV,
        "rows": rows,
        "beginnings": queries.beginnings(),
        "may_make": queries.may_make(viewer),
    }
    return render(request, "journeys/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def new(request: SignedIn) -> HttpResponse:
    """Begin a journey, from a shipped one or empty."""
    code, at = request.GET.get("from", ""), timezone.now()
    known = {each.code: each for each in queries.beginnings()}
    begun = known.get(code)
    preset = queries.preset_for(request.user, code, at=at) if begun else None
    shipped = _("the shipped one that fits; it is kept as a segment of yours") if preset else ""
    data = request.POST if request.method == "POST" else None
    form = NewForm(
        data, segments=offered(request.user), shipped=shipped,
        initial={"name": begun.name if begun else ""},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            made = actions.begin(code, by=request.user, at=at, **form.cleaned_data)
            return gone(request, reverse("journeys:edit", args=[made.public_id]))
        except BadInput as error:
            form.add_error(None, str(error))
    return ask(
        request, form, title=begun.name if begun else _("A new journey"),
        said=begun.about if begun else _("It begins empty: you add step after step."),
        button=_("Begin"), action=request.get_full_path(),
    )  # fmt: skip


@require_safe
@needs(Permission.SEE_MESSAGES)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One journey: its way with who is where, what came of it, its versions."""
    journey, viewer = the_journey(request, public_id), request.user
    version, making = queries.shown(journey), queries.making(journey)
    context = {
        "nav": NAV,
        "journey": journey,
        "version": version,
        "making": making,
        "versions": queries.versions(journey),
        "progress": queries.progress(viewer, journey),
        "may_make": queries.may_steer(viewer, journey),
        "may_approve": making is not None and queries.may_approve(viewer, making),
        **way_of(request, journey, version),
        **_proof(journey),
    }
    return render(request, "journeys/one.html", context)


@require_safe
@needs(Permission.SEE_MESSAGES)
def version(request: SignedIn, public_id: str, number: int) -> HttpResponse:
    """One version as it was written, with where it sends people whose step is gone."""
    journey = the_journey(request, public_id)
    found = next((each for each in queries.versions(journey) if each.number == number), None)
    if found is None:
        raise Http404
    route = rules.read(found.body)
    wording = Wording.of(journey.owner, route)
    context = {
        "nav": NAV,
        "journey": journey,
        "version": found,
        "enters": queries.enters(route, wording),
        "aims": queries.aims(route, wording),
        "lines": queries.lines(route, wording, Figures()),
        "moves": _moves(journey, found, wording),
    }
    return render(request, "journeys/version.html", context)


def _moves(journey: Journey, found: Version, wording: Wording) -> list[tuple[str, str]]:
    """In words: from which step that is gone to which one."""
    steps = {
        key: step
        for each in reversed(queries.versions(journey))
        for key, step in rules.by_id(rules.read(each.body)).items()
    }
    leave = _("leaves the journey")
    return [
        (
            queries.sentence(steps[key], wording) if key in steps else key,
            queries.sentence(steps[to], wording) if to in steps else leave,
        )
        for key, to in found.moves.items()
    ]


def way_of(
    request: SignedIn, journey: Journey, version: Version | None, **more: Any
) -> dict[str, Any]:
    """The drawing of a version, with the figures of the viewer's customers."""
    if version is None:
        return {"lines": []}
    route = rules.read(version.body)
    wording = Wording.of(journey.owner, route)
    figures = Figures(
        here=queries.at_steps(request.user, journey),
        passed=queries.passed(request.user, journey),
        names=queries.happenings(),
        **more,
    )
    return {
        "route": route,
        "enters": queries.enters(route, wording),
        "aims": queries.aims(route, wording),
        "lines": queries.lines(route, wording, figures),
    }


def _proof(journey: Journey) -> dict[str, Any]:
    """The experiment of its holdout, and what it says by now."""
    found = queries.experiment(journey)
    reading = experiments.latest(found) if found else None
    if found is None or reading is None:
        return {"experiment": found}
    return {
        "experiment": found,
        "verdict": saying.word(reading.code),
        "tone": saying.tone(reading.code),
        "sentence": saying.sentence(found, reading),
    }


SHOWS = ("", "travelling", "goal", "exited", "stopped", "control", "control_goal", "treated")


@require_safe
@needs(Permission.SEE_MESSAGES)
def people(request: SignedIn, public_id: str) -> HttpResponse:
    """The customers of a journey whom the viewer sees, by where they are."""
    journey, given = the_journey(request, public_id), request.GET
    show = _show(request)
    after = int(given["after"]) if given.get("after", "").isdecimal() else 0
    found = queries.travellers(
        request.user, journey, show=show, step=given.get("step", ""), after=after
    )
    version = queries.shown(journey)
    wording = Wording.of(journey.owner, rules.read(version.body) if version else None)
    steps = rules.by_id(wording.route) if wording.route else {}
    step = steps.get(given.get("step", ""))
    context = {
        "nav": NAV,
        "journey": journey,
        "rows": [(row, queries.where(row, wording)) for row in found[: queries.PAGE]],
        "next": found[queries.PAGE - 1].pk if len(found) > queries.PAGE else None,
        "show": show,
        "step": queries.sentence(step, wording) if step else "",
        "choices": _choices(),
        "may_export": request.user.may(Permission.EXPORT),
        "formats": tuple(FORMATS),
    }
    part = request.htmx and after
    return render(request, "journeys/_rows.html" if part else "journeys/people.html", context)


def _show(request: SignedIn) -> str:
    given = request.GET.get("show", "")
    return given if given in SHOWS else ""


@require_safe
@needs(Permission.EXPORT)
def export(request: SignedIn, public_id: str) -> HttpResponse:
    """The customers of a journey whom the viewer sees, as a file."""
    journey, format = the_journey(request, public_id), request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    written = exporting.export(
        journey, show=_show(request), step=request.GET.get("step", ""), format=format,
        by=request.user, at=timezone.now(),
    )  # fmt: skip
    answer = HttpResponse(written, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="journey.{format}"'
    return answer


def _choices() -> list[tuple[str, str]]:
    return [
        ("", pgettext("travellers", "All")),
        ("travelling", pgettext("traveller", "On the way")),
        ("goal", pgettext("traveller", "Reached the goal")),
        ("exited", pgettext("traveller", "Went to the end")),
        ("stopped", pgettext("traveller", "Taken out")),
        ("control", pgettext("traveller", "Left alone by lot")),
    ]


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def traveller(request: SignedIn, public_id: str) -> HttpResponse:
    """One customer's journey: what happened, step by step."""
    found = _the_traveller(request, public_id)
    version = queries.shown(found.journey)
    wording = Wording.of(found.journey.owner, rules.read(version.body) if version else None)
    names, errands = queries.happenings(), queries.errands(found)
    log = []
    for row in queries.happened(found):
        steps = rules.by_id(rules.read(row.version.body))
        words = queries.sentence(steps[row.step], wording) if row.step in steps else ""
        what = names.get(row.what, row.what)
        if row.key and (end := queries.sent(row)):
            what = f"{what} · {end}"
        log.append((row, words, what, errands.get((row.step, row.turn))))
    context = {
        "nav": NAV,
        "traveller": found,
        "log": log,
        "where": queries.where(found, wording),
        "open": next((one for one in errands.values() if one.state == "open"), None),
        "may_open": queries.may_see(request.user),
        "may_take_out": found.state == State.TRAVELLING and _may_take_out(request),
        "at": timezone.now(),
    }
    return render(request, "journeys/traveller.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND, Permission.RECORD_CONTACT)
def take_out(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a customer out by hand."""
    found = _the_traveller(request, public_id)
    if found.state != State.TRAVELLING:
        raise Http404
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["why"]
        actions.take_out(found, words=words, by=request.user, at=timezone.now())
        return gone(request, reverse("journeys:traveller", args=[found.public_id]))
    return ask(
        request, form, title=_("Take %(customer)s out") % {"customer": found.customer},
        said=_("Nothing more happens to them on this journey; what is laid down to be sent "
               "stays in the outbox."),
        button=_("Take out"), action=request.path,
    )  # fmt: skip


def _may_take_out(request: SignedIn) -> bool:
    return request.user.may(Permission.SEND) or request.user.may(Permission.RECORD_CONTACT)


def _the_traveller(request: SignedIn, public_id: str) -> Traveller:
    found = queries.traveller(request.user, public_id)
    if found is None or found.is_control:
        raise Http404
    return found
