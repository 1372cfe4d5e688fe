"""Complaints of a file: those of another system, with what was said."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.base.errors import BadInput
from regulars.server.complaints import actions, queries
from regulars.server.complaints.rules.sheet import COLUMNS
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def bring(request: SignedIn) -> HttpResponse:
    """A row for each complaint; what cannot be taken is told with its line."""
    zh = (get_language() or "zh").startswith("zh")
    columns = [next((w for w in words if not w.isascii()), words[0]) if zh else words[0]
               for words in COLUMNS.values()]  # fmt: skip
    context: dict[str, Any] = {"columns": columns, "nav": "complaints"}
    status = 200
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if given is None:
                raise BadInput(_("Choose a file."))
            rows = queries.read_file(given, language="zh" if zh else "en")
            context["told"] = actions.bring(rows, by=request.user, at=timezone.now())
        except BadInput as error:
            context["problem"], status = str(error), 422
    return render(request, "complaints/import.html", context, status=status)
