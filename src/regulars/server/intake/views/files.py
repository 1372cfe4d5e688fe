"""The history of files, and a new one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries
from regulars.server.intake.models import Import
from regulars.server.intake.reader import KINDS
from regulars.server.intake.views.shared import language_of_page
from regulars.server.web.asked import number

ROWS = 50


@require_safe
@needs(Permission.IMPORT)
def index(request: SignedIn) -> HttpResponse:
    return _index(request)


@require_POST
@needs(Permission.IMPORT)
def bring(request: SignedIn) -> HttpResponse:
    """Take an uploaded file and go to its mapping."""
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if file is None or kind not in KINDS:
        return _index(request, problem=_("Choose a file and what it holds."), status=422)
    try:
        found = actions.begin(
            file,
            file_name=file.name or "file",
            kind=kind,
            source=queries.source_by(request.user, request.POST.get("source", "")),
            later=True,
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        return _index(request, problem=forms.sentence(error), status=422)
    return redirect("intake:one", key=found.public_id)


@require_POST
@needs(Permission.IMPORT)
def allow(request: SignedIn) -> HttpResponse:
    """Let the demo take files."""
    actions.allow_in_demo(by=request.user, at=timezone.now())
    return redirect("intake:index")


def _index(request: SignedIn, *, problem: str = "", status: int = 200) -> HttpResponse:
    start = max(number(request, "page") - 1, 0) * ROWS
    language = language_of_page()
    found = list(queries.imports(request.user)[start : start + ROWS + 1])
    context = {
        "nav": "imports",
        "rows": [_listed(row, language) for row in found[:ROWS]],
        "next_page": start // ROWS + 2 if len(found) > ROWS else None,
        "kinds": forms.kinds(language),
        "kind": request.POST.get("kind", request.GET.get("kind", "")),
        "problem": problem,
        "demo": queries.demo_keeps_its_data(),
        "sources": queries.sources(request.user).filter(is_active=True, way="upload"),
        "source": request.POST.get("source", request.GET.get("source", "")),
        "unfinished": queries.unfinished(request.user),
        "steps": _steps(),
    }
    part = start > 0 and request.htmx
    name = "intake/_rows.html" if part else "intake/index.html"
    return render(request, name, context, status=status)


def _steps() -> dict[str, bool]:
    """How far the company is on the way from files to values."""
    return {"customers": queries.has_customers(), "facts": queries.has_facts()}


def _listed(found: Import, language: str) -> dict[str, Any]:
    return {"found": found, "kind": forms.kind_label(found.kind, language)}
