"""Which column is which field: proposed, chosen, checked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries, rules
from regulars.server.intake.models import Import
from regulars.server.intake.reader import KINDS
from regulars.server.intake.views.shared import found_or_404, language_of_page

S = Import.State


@require_safe
@needs(Permission.IMPORT)
def mapping(request: SignedIn, key: str) -> HttpResponse:
    """The mapping of a file that was checked, to be changed."""
    found = found_or_404(request, key)
    if found.state not in {S.DRAFT, S.FAILED, S.CHECKED} or found.message == actions.HELD:
        return redirect("intake:one", key=key)
    return mapping_page(request, found, found.mapping)


@require_safe
@needs(Permission.IMPORT)
def sample(request: SignedIn, key: str) -> HttpResponse:
    """Some values of the column that was just chosen for a field."""
    found = found_or_404(request, key)
    asked = request.GET.dict()
    chosen = next((asked[name] for name in asked if name.startswith(forms.PREFIX)), "")
    return render(request, "intake/_samples.html", {"samples": forms.samples(found, chosen)})


@require_POST
@needs(Permission.IMPORT)
def look(request: SignedIn, key: str) -> HttpResponse:
    """Read the file as another kind, in another encoding, at another sheet."""
    found = found_or_404(request, key)
    kind = request.POST.get("kind", found.kind)
    try:
        actions.read_as(
            found,
            kind=kind if kind in KINDS else found.kind,
            encoding=request.POST.get("encoding", ""),
            sheet=request.POST.get("sheet", ""),
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        again = found_or_404(request, key)
        return mapping_page(
            request, again, again.mapping, problem=forms.sentence(error), status=422
        )
    return redirect("intake:mapping", key=key)


@require_POST
@needs(Permission.IMPORT)
def check(request: SignedIn, key: str) -> HttpResponse:
    """Have the file checked with the chosen mapping."""
    found = found_or_404(request, key)
    typed = forms.read(found, request.POST.dict())
    try:
        actions.ask_check(
            found,
            mapping=typed.mapping,
            unknown=typed.unknown,
            remember=typed.remember,
            date_order=typed.date_order,
            evidence=typed.evidence,
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        found.options |= {
            "unknown": typed.unknown,
            "date_order": typed.date_order,
            "evidence": typed.evidence,
        }
        return mapping_page(
            request,
            found,
            typed.mapping,
            problem=forms.sentence(error),
            marked=True,
            status=422,
        )
    return redirect("intake:one", key=key)


def mapping_page(
    request: SignedIn,
    found: Import,
    chosen: dict[str, str],
    *,
    problem: str = "",
    marked: bool = False,
    status: int = 200,
) -> HttpResponse:
    language = language_of_page()
    if found.options.get("destroyed") or not found.reading.get("header"):
        return unreadable_page(request, found)
    rows = forms.rows(found, language=language, mapping=chosen)
    used = set(chosen.values()) | queries.used_by_preset(found)
    context = {
        "nav": "imports",
        "found": found,
        "kind": forms.kind_label(found.kind, language),
        "kinds": forms.kinds(language),
        "rows": rows,
        "columns": forms.columns(found),
        "unused": [name for name in found.reading.get("header", []) if name not in used],
        "encodings": forms.ENCODINGS,
        "preset": _preset(found, language),
        "remember": forms.proposed_name(found, language),
        "facts": found.kind in queries.FACTS,
        "asks_order": forms.asks_order(found),
        "asks_evidence": rules.asks_evidence(chosen),
        "failed": forms.why_failed(found) if found.state == S.FAILED else "",
        "problem": problem,
        "marked": {*forms.missing(found, chosen)} if marked else set(),
    }
    return render(request, "intake/mapping.html", context, status=status)


def unreadable_page(request: SignedIn, found: Import) -> HttpResponse:
    """Nothing is there to be mapped: why, and what to do."""
    context = {
        "nav": "imports",
        "found": found,
        "kind": forms.kind_label(found.kind, language_of_page()),
        "failed": forms.why_failed(found),
    }
    return render(request, "intake/unreadable.html", context)


def _preset(found: Import, language: str) -> dict[str, Any] | None:
    """Whose file this is, what kind of rows it holds, and what of it is left out."""
    one = rules.preset(found.reading.get("preset", ""))
    if one is None:
        return None
    return {
        "label": one.label(language),
        "why": one.why_left_out(language),
        "fits": one.kind == found.kind,
        "kind": one.kind,
        "kind_label": forms.kind_label(one.kind, language) if one.kind else "",
    }
