"""The company's particulars and its calendar."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.calendar import chinese_holidays
from regulars.server.administration import forms, queries
from regulars.server.core import actions
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.queries import company
from regulars.server.core.rules import Permission

FIELDS = ("name", "name_en", "kind", "time_zone", "nightly_at")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def settings(request: SignedIn) -> HttpResponse:
    found = company()
    before = {name: getattr(found, name) for name in FIELDS}
    form = forms.Settings(request.POST or None, initial=before)
    if request.method != "POST":
        return _page(request, form, forms.Day())
    if not form.is_valid():
        return _page(request, form, forms.Day(), status=422)
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    if changed:
        actions.change_settings(**changed, by=request.user, at=timezone.now())
    messages.success(request, _("The settings are saved."))
    return redirect("administration:settings")


@require_POST
@needs(Permission.ADMINISTER)
def load_year(request: SignedIn, year: int) -> HttpResponse:
    """Load a year's public holidays; days that were set by hand stay as they are."""
    if abs(year - _this_year()) > 2:
        raise Http404
    actions.load_calendar(chinese_holidays([year]), by=request.user, at=timezone.now())
    return _to_year(year)


@require_POST
@needs(Permission.ADMINISTER)
def set_day(request: SignedIn) -> HttpResponse:
    form = forms.Day(request.POST)
    if not form.is_valid():
        before = {name: getattr(company(), name) for name in FIELDS}
        return _page(request, forms.Settings(initial=before), form, status=422)
    actions.set_calendar_day(**form.cleaned_data, by=request.user, at=timezone.now())
    return _to_year(form.cleaned_data["day"].year)


@require_POST
@needs(Permission.ADMINISTER)
def drop_day(request: SignedIn, day: date) -> HttpResponse:
    actions.drop_calendar_day(day, by=request.user, at=timezone.now())
    return _to_year(day.year)


def _page(
    request: SignedIn, form: forms.Settings, day: forms.Day, *, status: int = 200
) -> HttpResponse:
    this = _this_year()
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else this
    known = {found.year: found for found in queries.calendar_years()}
    shown = sorted({this - 1, this, this + 1, *known})
    context = {
        "form": form,
        "day_form": day,
        "year": year,
        "years": [(number, known.get(number)) for number in shown],
        "next_year": None if this + 1 in known else this + 1,
        "days": queries.calendar_days(year),
        "known": known.get(year),
        "near": abs(year - this) <= 2,
    }
    return render(request, "administration/settings.html", context, status=status)


def _this_year() -> int:
    return queries.local_date(timezone.now()).year


def _to_year(year: int) -> HttpResponse:
    return redirect(f"{reverse('administration:settings')}?year={year}#calendar")
