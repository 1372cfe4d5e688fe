"""Referrals of a file: those that were gathered on paper or in another system."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.referrals import actions, queries


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def bring(request: SignedIn) -> HttpResponse:
    """A row for each friend; what cannot be taken is told with its row and column."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    context: dict[str, Any] = {"columns": queries.columns(language), "nav": "referrals"}
    status = 200
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if given is None:
                raise BadInput(_("Choose a file."))
            rows = queries.read_file(given, language=language)
            context["told"] = actions.bring(rows, by=request.user, at=timezone.now())
        except BadInput as error:
            context["problem"], status = str(error), 422
    return render(request, "referrals/import.html", context, status=status)
