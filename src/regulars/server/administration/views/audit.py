"""Who did what to which record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars.server.administration import forms, queries, rules
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_safe
@needs(Permission.SEE_AUDIT)
def audit(request: SignedIn) -> HttpResponse:
    form = forms.Trail(request.GET)
    form.is_valid()  # a filter that cannot be read is left out
    lines = queries.audit_lines(request.user, **form.cleaned_data, most=rules.ROWS + 1)
    rows = lines[: rules.ROWS]
    context = {
        "rows": rows,
        "before": rows[-1].entry.pk if len(lines) > rules.ROWS else None,
        "filters": form.cleaned_data,
        "actors": queries.actors(request.user),
    }
    part = bool(form.cleaned_data.get("before")) and request.htmx
    template = "administration/_audit_rows.html" if part else "administration/audit.html"
    return render(request, template, context)
