"""Figures of complaints, the cases behind each, and the list as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case
from regulars.server.complaints.views.shared import offset
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission

AT_ONCE = 2_000  # cases held in memory while a file is written
counting = needs(Permission.SEE_TEAM, Permission.SEE_KPIS)


@require_GET
@counting
def figures(request: SignedIn) -> HttpResponse:
    """Opened, closed, in time, by tier, type and place; causes; how soon the first answer."""
    at, months = timezone.now(), _months(request)
    context = {
        "found": queries.figures(request.user, at, months),
        "months": months,
        "may_export": request.user.may(Permission.EXPORT),
        "may_bring": request.user.may(Permission.IMPORT),
        "may_read": request.user.may(Permission.RECORD_CONTACT),
        "spans": [(n, ngettext("%(n)s month", "%(n)s months", n) % {"n": n})
                  for n in queries.SPANS],
        "at": at,
        "nav": "complaints",
    }  # fmt: skip
    return render(request, "complaints/figures.html", context)


@require_GET
@counting
def behind(request: SignedIn) -> HttpResponse:
    """The cases behind a figure."""
    at, begin, asked = timezone.now(), offset(request), _asked(request)
    rows, more = queries.cases(request.user, at, offset=begin, **asked)
    context = {
        "rows": rows,
        "next": begin + len(rows) if more else None,
        "asked": asked,
        "may_export": request.user.may(Permission.EXPORT),
        "plain": not request.user.may(Permission.RECORD_CONTACT),
        "at": at,
        "nav": "complaints",
    }
    part = request.htmx and begin
    name = "complaints/_rows.html" if part else "complaints/behind.html"
    return render(request, name, context)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn) -> HttpResponse:
    """The cases behind a figure as a table, without names, numbers and words of customers."""
    at, format = timezone.now(), request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    found = queries.of(request.user, at, **_asked(request)).order_by("received_at", "pk")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"complaints.{format}"
        count = FORMATS[format](path, _head(), _lines(found.iterator(AT_ONCE)))
        answer = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="complaints.{format}"'
    actions.exported(count, by=request.user, at=at)
    return answer


def _head() -> list[str]:
    return [
        _("Number"),
        _("Customer number"),
        _("Level of tier"),
        pgettext("org", "Place"),
        _("Received"),
        _("How it came"),
        _("What the complaint is about"),
        _("How serious it is"),
        _("Who handles it"),
        _("Acknowledged at"),
        _("Answered at"),
        _("Resolve by"),
        _("Closed at"),
        _("Result"),
        _("What it came from"),
        _("Cost"),
        _("Opened so many times"),
        _("Content when called back"),
    ]


def _lines(found: Any) -> Iterator[list[object]]:
    zone = core.time_zone()

    def local(at: Any) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    case: Case
    for case in found:
        place = case.placed
        content = {None: "", True: _("yes"), False: _("no")}[case.is_content]
        yield [
            case.number, case.customer.number if case.customer else "", case.level or "",
            str(place.org_unit) if place else "", local(case.received_at),
            case.get_channel_display(), str(case.type), case.get_severity_display(),
            str(case.handler or ""), local(case.acknowledged_at),
            local(case.first_answered_at), local(case.resolve_by), local(case.closed_at),
            case.get_result_display() if case.result else "", str(case.cause or ""),
            "" if case.cost is None else case.cost, case.rounds, content,
        ]  # fmt: skip


def _months(request: SignedIn) -> int:
    given = request.GET.get("months", "")
    return int(given) if given in {str(n) for n in queries.SPANS} else queries.SPANS[-1]


def _asked(request: SignedIn) -> dict[str, Any]:
    measure, group = request.GET.get("measure", ""), request.GET.get("group", "")
    return {
        "months": _months(request),
        "measure": measure if measure in queries.MEASURES else queries.MEASURES[0],
        "group": group if group in {*queries.GROUPS, "cause"} else "",
        "code": request.GET.get("code", "")[:17],
    }
