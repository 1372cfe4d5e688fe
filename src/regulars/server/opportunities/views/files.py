"""Opportunities as a file, and of a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.opportunities import loading, queries
from regulars.server.opportunities.actions import exporting
from regulars.server.opportunities.views.funnels import cut_of, forecast_of
from regulars.server.opportunities.views.opening import wanted


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn) -> HttpResponse:
    """A table of the pages as a file: the list of the address, the funnel, the forecast ..."""
    what, format = request.GET.get("what", "list"), request.GET.get("format", "xlsx")
    if what not in queries.SHEETS or format not in FORMATS:
        raise Http404
    at, name = timezone.now(), "opportunities" if what == "list" else f"opportunities-{what}"
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / f"{name}.{format}"
        exporting.write(what, _asked(request, what), to, format=format, by=request.user, at=at)
        answer = HttpResponse(to.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return answer


def _asked(request: SignedIn, what: str) -> queries.Asked:
    """What the page of this address shows."""
    by, phase = request.GET.get("by", "kind"), request.GET.get("phase", "")
    if what == "list":
        asked = wanted(request)
    elif what in ("forecast", "expected"):
        asked = forecast_of(cut_of(request))
    else:
        asked = cut_of(request)
    return queries.Asked(asked, by if by in queries.CUTS else "kind", phase)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def bring(request: SignedIn) -> HttpResponse:
    """A small file: a row for each opportunity, its customer named by the number."""
    context: dict[str, object] = {"columns": loading.COLUMNS, "nav": "opportunities"}
    status = 200
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if given is None:
                raise loading.Unreadable(_("Choose a file."))
            name = given.name or ""
            rows = loading.read(name, given.read())
            context["told"] = loading.bring(
                rows, origin=name[:100], by=request.user, at=timezone.now()
            )
        except RegularsError as error:
            context["problem"], status = str(error), 422
    return render(request, "opportunities/import.html", context, status=status)
