"""The page of triggers: which speak, the company's own numbers, trades on and off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.care import actions, queries
from regulars.server.care.actions import tuning
from regulars.server.care.forms.triggers import PACKS, TuneForm
from regulars.server.care.queries import triggers as reads
from regulars.server.care.rules import Policy
from regulars.server.care.rules.shape import Pack
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved
from regulars.server.web.asked import number

SEE, EDIT = Permission.SEE_TRIGGERS, Permission.EDIT_TRIGGERS


@require_GET
@needs(SEE)
def triggers(request: SignedIn) -> HttpResponse:
    """Every trigger by its trade, with what it brought."""
    at = timezone.now()
    names = dict(PACKS)
    packs = [(str(names[Pack(p.pack)]), p) for p in reads.packs(request.user, at)]
    shown = request.GET.get("pack", "")
    known = {p.pack: (name, p) for name, p in packs}
    if shown not in known:
        own = known[Pack.OWN][1]
        shown = Pack.OWN if own.lines else Pack.UNIVERSAL
    context = {
        "at": at,
        "packs": packs,
        "shown": shown,
        "name": known[shown][0],
        "pack": known[shown][1],
        "language": get_language(),
        "may_edit": request.user.may(EDIT),
        "may_tune": may_tune(request.user),
    }
    return render(request, "care/triggers.html", context)


@require_GET
@needs(SEE)
def reasons(request: SignedIn) -> HttpResponse:
    """The reasons behind a figure: of one trigger, or of a trade's."""
    at, lines, title = timezone.now(), *_asked(request)
    what, offset = request.GET.get("what", ""), number(request, "after")
    rows, more = queries.reasons_behind(
        request.user, at, codes=[each.code for each in lines], what=what, offset=offset
    )
    context = {
        "rows": rows,
        "more": offset + len(rows) if more else 0,
        "title": title,
        "what": what,
        "names": {each.code: each.trigger for each in lines} if len(lines) > 1 else {},
        "language": get_language(),
        "nav": "triggers",
    }
    only_rows = request.htmx and offset
    template = "care/_reasons_rows.html" if only_rows else "care/reasons.html"
    return render(request, template, context)


def _asked(request: SignedIn) -> tuple[list[reads.Line], str]:
    """The triggers whose reasons are asked for, and what they are called together."""
    if code := request.GET.get("trigger", ""):
        line = _line(request, code)
        return [line], line.trigger.name.of(get_language() or "")
    found = {p.pack: p for p in reads.packs(request.user, timezone.now())}
    pack = found.get(request.GET.get("pack", ""))
    if pack is None:
        raise Http404
    return list(pack.lines), str(dict(PACKS)[Pack(pack.pack)])


@require_http_methods(["GET", "POST"])
@needs(SEE)
def trigger(request: SignedIn, code: str) -> HttpResponse:
    """One trigger: what it says, its figures, the company's own numbers."""
    line = _line(request, code)
    shipped, known = reads.shipped(code), queries.catalogue()
    assert shipped is not None
    usual = TuneForm.shown(shipped, stages=_usual_stages(code), cap=None)
    stages = reads.stages_of(line.trigger, known.policy)
    given: dict[str, Any] = {"stages": stages, "steps": tuning.has_stages(shipped)}
    problem = ""
    if request.method == "POST":
        _only_tuners(request.user)
        form = TuneForm(shipped, request.POST, **given)
        if form.is_valid():
            as_shipped = {**usual, "chance": shipped.chance}
            try:
                actions.tune(
                    code, by=request.user, at=timezone.now(), **form.values(as_shipped)
                )
            except RegularsError as error:
                problem = str(error)
            else:
                messages.success(request, _("Kept. It counts from the next morning on."))
                return saved(request, reverse("care:triggers"))
    else:
        alone = known.policy.holdouts.get(code, 0.0)
        shown = TuneForm.shown(line.trigger, stages=stages, cap=line.cap, holdout=alone)
        form = TuneForm(shipped, initial=shown, **given)
    context = {
        **_about(request, line),
        "form": form,
        "problem": problem,
        "usual": usual,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "care/trigger.html", context, status=status)


@require_POST
@needs(EDIT)
def switch(request: SignedIn, code: str) -> HttpResponse:
    """On, or off: what waits of it is taken back."""
    on, at = request.POST.get("on") == "1", timezone.now()
    line = _line(request, code)
    try:
        if row := queries.own_trigger(code):
            actions.switch_trigger(row, on=on, by=request.user, at=at)
        else:
            _only_tuners(request.user)
            actions.switch(code, on=on, by=request.user, at=at)
    except RegularsError as error:
        messages.error(request, str(error))
        return redirect("care:triggers")
    name = line.trigger.name.of(get_language() or "")
    told = _("“%(name)s” speaks from the next morning on.") if on else _("“%(name)s” is off.")
    messages.success(request, told % {"name": name})
    return _back(line)


@require_POST
@needs(EDIT)
def restore(request: SignedIn, code: str) -> HttpResponse:
    """Give it back its numbers as they were shipped."""
    _only_tuners(request.user)
    line = _line(request, code)
    actions.restore(code, by=request.user, at=timezone.now())
    messages.success(request, _("It has the numbers again that it was shipped with."))
    return _back(line)


@require_POST
@needs(EDIT)
def from_now(request: SignedIn, code: str) -> HttpResponse:
    """Leave out what was so before today."""
    _only_tuners(request.user)
    line = _line(request, code)
    taken = actions.only_from_now(code, by=request.user, at=timezone.now())
    told = ngettext(
        "%(n)d card's reason was taken back; from now on only what is new speaks.",
        "%(n)d cards' reasons were taken back; from now on only what is new speaks.",
        taken,
    )
    messages.success(request, told % {"n": taken})
    return _back(line)


@require_POST
@needs(EDIT)
def packs(request: SignedIn) -> HttpResponse:
    """Say which trades the company is in."""
    _only_tuners(request.user)
    try:
        actions.choose_packs(request.POST.getlist("pack"), by=request.user, at=timezone.now())
    except RegularsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Kept. It counts from the next morning on."))
    return redirect("care:triggers")


def may_tune(viewer: Person) -> bool:
    """The company's numbers are for who edits triggers and sees the whole company."""
    return viewer.may(EDIT) and viewer.scope.everything


def _only_tuners(viewer: Person) -> None:
    if not may_tune(viewer):
        raise PermissionDenied


def _line(request: SignedIn, code: str) -> reads.Line:
    found = reads.line_of(request.user, code, timezone.now())
    if found is None:
        raise Http404
    return found


def _usual_stages(code: str) -> list[int]:
    shipped = reads.shipped(code)
    assert shipped is not None
    return list(reads.stages_of(shipped, Policy()))


def _about(request: SignedIn, line: reads.Line) -> dict[str, Any]:
    row = queries.own_trigger(line.code)
    return {
        "at": timezone.now(),
        "line": line,
        "trigger": line.trigger,
        "language": get_language(),
        "own": row,
        "versions": queries.versions(row) if row else (),
        "may_edit": request.user.may(EDIT),
        "may_tune": may_tune(request.user),
        "nav": "triggers",
        "pack_name": dict(PACKS)[line.trigger.pack],
    }


def _back(line: reads.Line) -> HttpResponse:
    return redirect(f"{reverse('care:triggers')}?pack={line.trigger.pack}")
