"""Writing a draft: cells to open, the simulator beside them, taking it into force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.standards import actions, queries
from regulars.server.standards.forms import changes, parts, places, shown, words
from regulars.server.standards.forms.cells import GENERAL, NEVER, OWN, CellForm
from regulars.server.standards.models import Version
from regulars.server.standards.queries import Place
from regulars.server.standards.rules import (
    CLASSES,
    PRESETS,
    STAGES,
    ClassPlan,
    Purpose,
    Rhythm,
    Treatment,
    differences,
)
from regulars.server.standards.views.pages import frame
from regulars.server.web import rules as web
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_TIERS)
def draft(request: SignedIn) -> HttpResponse:
    """The draft with what differs, what it would ask of people, and who may adopt it."""
    version = queries.draft()
    if version is None:
        messages.info(request, _no_draft())
        return redirect("standards:index")
    return _draft(request, version)


@require_POST
@needs(Permission.EDIT_STANDARDS)
def start(request: SignedIn) -> HttpResponse:
    """Begin a draft from what holds, or from a preset."""
    preset = request.POST.get("preset", "")
    try:
        actions.start_draft(
            preset=preset if preset in PRESETS else "", by=request.user, at=timezone.now()
        )
    except actions.DraftStands:
        messages.info(request, _("There is a draft already; here it is."))
    return redirect("standards:draft")


@require_POST
@needs(Permission.EDIT_STANDARDS)
def discard(request: SignedIn) -> HttpResponse:
    """Throw the draft away."""
    try:
        actions.discard_draft(by=request.user, at=timezone.now())
    except actions.NoDraft:
        messages.error(request, _("There was no draft any more."))
    else:
        messages.success(request, _("The draft is gone; what is in force stands."))
    return redirect("standards:index")


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_STANDARDS)
def cell(request: SignedIn) -> HttpResponse:
    """One cell for one group of customers: who does it, how often, how long."""
    version, place, level, purpose = _cell_of(request)
    form = _cell_form(request, version, place, level, purpose)
    if form.is_bound and form.is_valid():
        try:
            actions.change_cell(
                form.read(), level=level, purpose=purpose.value, kind=place.kind,
                unit=place.unit, business_class=place.business_class, by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            return saved(request, _address(place))
        except RegularsError as error:
            messages.error(request, str(error))
    context = {
        "form": form,
        "place": place,
        "words": places.place_words(place),
        "level": queries.levels(place.kind).get(level),
        "level_number": level,
        "purpose": words.PURPOSE[purpose],
        "address": places.address_of(place, level=level, purpose=purpose.value),
        "is_contact": purpose == Purpose.CONTACT,
    }
    return render(request, "standards/cell.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.EDIT_STANDARDS)
def attempt(request: SignedIn) -> HttpResponse:
    """What the typed cell would ask of people, before it is kept."""
    version, place, level, purpose = _cell_of(request)
    form = _cell_form(request, version, place, level, purpose)
    if not form.is_valid():
        return render(request, "standards/_tried.html", {"simulation": None})
    content = queries.content(version)
    group = (place.kind, place.path, place.business_class, level, purpose.value)
    tried = content.with_matrix(content.matrix.with_cell(form.read(), group=group))
    today = core.local_date(timezone.now())
    found = queries.simulate(request.user, tried, now=content, day=today)
    return render(request, "standards/_tried.html", {"simulation": shown.simulation(found)})


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_STANDARDS)
def hours(request: SignedIn) -> HttpResponse:
    """How many hours people have for the standard."""
    version = _the_draft()
    data = request.POST if request.method == "POST" else None
    form = parts.HoursForm(data, hours=queries.content(version).hours)
    if form.is_bound and form.is_valid():
        actions.change_hours(form.read(), by=request.user, at=timezone.now())
        return saved(request, reverse("standards:draft"))
    return _drawer(request, "standards/hours.html", form)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_STANDARDS)
def plan(request: SignedIn, code: str) -> HttpResponse:
    """What a business class is offered."""
    version = _the_draft()
    if code not in CLASSES:
        raise Http404
    known = queries.content(version).plans.get(code) or ClassPlan(code, "", "", "", "")
    data = request.POST if request.method == "POST" else None
    form = parts.PlanForm(data, plan=known, products=shown.products())
    if form.is_bound and form.is_valid():
        actions.change_plan(form.read(code), by=request.user, at=timezone.now())
        return saved(request, reverse("standards:draft"))
    return _drawer(request, "standards/plan.html", form, name=places.CLASSES[code])


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_STANDARDS)
def treatment(request: SignedIn, stage: str) -> HttpResponse:
    """What is done when a customer enters a stage."""
    version = _the_draft()
    if stage not in STAGES:
        raise Http404
    known = queries.content(version).treatments.get(stage) or Treatment(stage, "", "", "", "")
    data = request.POST if request.method == "POST" else None
    form = parts.TreatmentForm(data, treatment=known)
    if form.is_bound and form.is_valid():
        actions.change_treatment(form.read(stage), by=request.user, at=timezone.now())
        return saved(request, reverse("standards:draft"))
    return _drawer(request, "standards/treatment.html", form, name=shown.STAGE[stage])


@require_POST
@needs(Permission.ADOPT_STANDARDS)
def adopt(request: SignedIn) -> HttpResponse:
    """Take the draft into force: by somebody who did not write it."""
    version = queries.draft()
    if version is None:
        messages.error(request, _("There is no draft any more."))
        return redirect("standards:index")
    at = timezone.now()
    form = parts.AdoptForm(request.POST, today=core.local_date(at))
    if not form.is_valid():
        return _draft(request, version, adopting=form, status=422)
    stamp, number = request.POST.get("seen", ""), request.POST.get("number", "")
    try:
        adopted = actions.adopt(
            number=int(number) if number.isdecimal() else 0,
            seen=datetime.fromisoformat(stamp) if stamp else None,
            by=request.user,
            at=at,
            **form.cleaned_data,
        )
    except actions.NotByYourself:
        messages.error(
            request, _("You wrote in this draft. Somebody else takes it into force.")
        )
    except (actions.NothingToAdopt, ValueError):
        messages.error(
            request, _("The draft changed while you looked at it. Look at it again.")
        )
    else:
        told = _("Version %(n)d holds from %(day)s.")
        messages.success(request, told % {"n": adopted.number, "day": _day(adopted.from_day)})
        return redirect("standards:index")
    return redirect("standards:draft")


def _no_draft() -> str:
    """What became of the draft, for who comes back to look after it."""
    newest = queries.versions().first()
    if newest is None or newest.adopted_by is None:
        return _("There is no draft now.")
    told = _("There is no draft now. %(who)s adopted version %(n)d; it holds from %(day)s.")
    day = _day(newest.from_day)
    return told % {"who": newest.adopted_by, "n": newest.number, "day": day}


def _day(on: date | None) -> str:
    return web.day(on, "full", language=get_language())


def _draft(
    request: SignedIn, version: Version, *, adopting: Any = None, status: int = 200
) -> HttpResponse:
    today = core.local_date(timezone.now())
    held, content = queries.in_force(today), queries.content(version)
    form = places.PlaceForm(request.GET, matrix=content.matrix)
    place = form.place()
    changed = differences(held.content, content)
    wrote = queries.editors(version)
    context = {
        "part": "draft",
        "held": held,
        "version": version,
        "form": form,
        "place": place,
        "matrix": shown.matrix(content.matrix, place, before=held.matrix),
        "exceptions": places.exceptions(content.matrix),
        "simulation": shown.simulation(
            queries.simulate(request.user, content, now=held.content, day=today)
        ),
        "changes": changes.described(changed),
        "editors": wrote,
        "adopters": queries.other_adopters({person.pk for person in wrote}),
        "may_adopt": queries.may_adopt(request.user, version),
        "adopting": adopting or parts.AdoptForm(None, today=today),
        "plans": [(code, places.CLASSES[code]) for code in CLASSES if code in content.plans],
        "stages": [(stage, shown.STAGE[stage]) for stage in STAGES],
        **frame(request),
    }
    return render(request, "standards/draft.html", context, status=status)


def _cell_of(request: SignedIn) -> tuple[Version, Place, int, Purpose]:
    version, named = _the_draft(), places.read_cell(request.GET.dict())
    if named is None:
        raise Http404
    form = places.PlaceForm(request.GET, matrix=queries.content(version).matrix)
    return version, form.place(), *named


def _cell_form(
    request: SignedIn, version: Version, place: Place, level: int, purpose: Purpose
) -> CellForm:
    matrix = queries.content(version).matrix
    own = queries.own_lines(matrix, place, level, purpose)
    general = matrix.standard(
        level, kind=place.kind, unit=place.path, business_class=place.business_class
    )
    says = GENERAL if not own and not place.is_general else OWN
    if any(line.rhythm == Rhythm.NEVER for line in own):
        says = NEVER
    return CellForm(
        request.POST if request.method == "POST" else None,
        level=level,
        purpose=purpose,
        place=place,
        shown=own or general.of(purpose),
        says=says,
    )


def _the_draft() -> Version:
    version = queries.draft()
    if version is None:
        raise Http404
    return version


def _drawer(request: SignedIn, template: str, form: Any, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **more}, status=status)


def _address(place: Place) -> str:
    return f"{reverse('standards:draft')}?{places.address_of(place)}"
