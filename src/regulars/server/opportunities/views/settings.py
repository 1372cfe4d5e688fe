"""Stages, signals that make opportunities by themselves, bundles: the administrator's page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.forms import BundleForm, SignalForm, StageForm
from regulars.server.opportunities.models import Bundle, SignalRule
from regulars.server.opportunities.rules import SIGNALS, kind_of
from regulars.server.opportunities.views.opening import drawer
from regulars.server.segments import queries as segments
from regulars.server.web.answers import saved

NAV = {"nav": "opportunity-rules"}
SET = Permission.ADMINISTER


@require_GET
@needs(SET)
def rules(request: SignedIn) -> HttpResponse:
    """All of it on one page."""
    known = queries.signal_rules()
    context = {
        "stages": [(each, queries.chance_of(each)) for each in queries.stages()],
        "signals": [(code, name, known.get(code)) for code, name in _signals()],
        "bundles": queries.bundles(),
        **NAV,
    }
    return render(request, "opportunities/rules.html", context)


@require_http_methods(["GET", "POST"])
@needs(SET)
def stage(request: SignedIn, code: str = "") -> HttpResponse:
    """One stage, or a new one."""
    known = queries.stage(code) if code else None
    if code and known is None:
        raise Http404
    form = StageForm(request.POST if request.method == "POST" else None, stage=known)
    if form.is_bound and form.is_valid():
        try:
            actions.save_stage(known, by=request.user, at=timezone.now(), **form.told(known))
            return saved(request, reverse("opportunities:rules"))
        except RegularsError as error:
            form.add_error(None, str(error))
    title = str(known) if known else _("New stage")
    return drawer(request, form, title=title, **NAV)


@require_http_methods(["GET", "POST"])
@needs(SET)
def signal_rule(request: SignedIn, code: str) -> HttpResponse:
    """Whether one signal makes opportunities by itself."""
    names = dict(_signals())
    if code not in names:
        raise Http404
    form = SignalForm(
        request.POST if request.method == "POST" else None,
        rule=queries.signal_rules().get(code), signal=code, kind=kind_of(code),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        actions.save_rule(signal=code, by=request.user, at=timezone.now(), **form.told())
        return saved(request, reverse("opportunities:rules"))
    words = _("Customers who refuse marketing or profiling are always left out.")
    return drawer(request, form, title=names[code], words=words, **NAV)


@require_http_methods(["GET", "POST"])
@needs(SET)
def bundle(request: SignedIn, bundle_id: str = "") -> HttpResponse:
    """One bundle, or a new one."""
    known = _bundle(bundle_id) if bundle_id else None
    form = BundleForm(
        request.POST if request.method == "POST" else None,
        bundle=known,
        segments=segments.segments(request.user),
    )
    if form.is_bound and form.is_valid():
        try:
            actions.save_bundle(
                known, parts=form.parts(), by=request.user, at=timezone.now(), **form.told()
            )
            return saved(request, reverse("opportunities:rules"))
        except RegularsError as error:
            form.add_error(None, str(error))
    title = str(known) if known else _("New bundle")
    drop = (
        reverse("opportunities:retire-bundle", args=[known.public_id])
        if known and not known.is_retired
        else ""
    )
    return drawer(
        request, form, title=title, drop=drop, drop_words=_("Offer it no more"), **NAV
    )


@require_POST
@needs(SET)
def retire_bundle(request: SignedIn, bundle_id: str) -> HttpResponse:
    actions.retire_bundle(_bundle(bundle_id), by=request.user, at=timezone.now())
    if request.htmx:
        return saved(request, reverse("opportunities:rules"))
    return redirect("opportunities:rules")


def _signals() -> list[tuple[str, str]]:
    """The next product, then the reasons that speak of a need and are used here."""
    known = catalogue()
    language = get_language() or ""
    named = [(code, known[code].name.of(language)) for code in sorted(SIGNALS) if code in known]
    return [(SignalRule.NEXT_PRODUCT, _("Next product by likeness")), *named]


def _bundle(public_id: str) -> Bundle:
    found = queries.bundle(public_id)
    if found is None:
        raise Http404
    return found
