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
from regulars.server.opportunities import loading
from regulars.server.opportunities.actions import exporting
from regulars.server.opportunities.views.opening import wanted


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn) -> HttpResponse:
    """The list of the address as a file."""
    format = request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    at = timezone.now()
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / f"opportunities.{format}"
        exporting.write(wanted(request), to, format=format, by=request.user, at=at)
        answer = HttpResponse(to.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="opportunities.{format}"'
    return answer


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
