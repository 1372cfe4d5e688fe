"""Opportunities as a list or by stage."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import queries
from regulars.server.opportunities.views.opening import offset, pills, wanted, whose

BOARD, LIST = "board", "list"


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """What is open by stage, or any list that a figure leads to."""
    at, viewer, asked = timezone.now(), request.user, wanted(request)
    narrowed = pills(request, asked)
    usual = LIST if narrowed or asked.state != "open" else BOARD
    shape = request.GET.get("as", usual)
    start = offset(request)
    if shape == LIST or asked.state != "open":
        rows, more = queries.lines(viewer, asked, at, offset=start)
        found: dict[str, Any] = {"rows": rows, "next": start + len(rows) if more else None}
        if request.htmx and start:
            return render(request, "opportunities/_rows.html", found | {"at": at})
    else:
        shape, found = BOARD, {"columns": queries.board(viewer, asked, at)}
    totals = queries.totals(viewer, asked, at)
    context = {
        "shape": LIST if "rows" in found else BOARD,
        "tallies": queries.tallies(viewer, at, whose=asked.view),
        "interested": queries.interested(viewer, at, mine=asked.view != queries.PLACE).count(),
        "pills": narrowed,
        "count": totals.rows,
        "amount": totals.amount,
        "expected": totals.expected,
        "at": at,
        **whose(request, asked),
        **found,
    }
    return render(request, "opportunities/index.html", context)
