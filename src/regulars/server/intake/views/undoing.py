"""Take a file out again: first what would come of it, then do it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from regulars.base.errors import Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries
from regulars.server.intake.views import stays
from regulars.server.intake.views.shared import found_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORT)
def withdraw(request: SignedIn, key: str) -> HttpResponse:
    """Say what taking a file out would do; then have it done."""
    found, at = found_or_404(request, key), timezone.now()
    try:
        if request.method == "POST":
            actions.ask_undo(found, by=request.user, at=at)
            return redirect("intake:one", key=key)
        told = actions.foresee_undo(found, at=at).told()
    except Refused as error:
        messages.warning(request, forms.sentence(error))
        return redirect("intake:one", key=key)
    context = {"nav": "imports", "found": found, "told": told} | stays.listed(told)
    return render(request, "intake/withdraw.html", context)


@require_safe
@needs(Permission.IMPORT)
def kept(request: SignedIn, key: str) -> HttpResponse:
    """The list of what stayed when a file was taken out."""
    path = queries.kept_path(found_or_404(request, key))
    if not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=_("stayed.csv"))
    return cast(HttpResponse, answer)  # both are answers; Django names no common class
