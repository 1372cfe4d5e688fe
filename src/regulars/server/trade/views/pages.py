"""The page of what is due, and all trade with one organisation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.trade import bricks, queries, rules
from regulars.server.trade.views.opening import days_late, organization
from regulars.server.web.asked import number

PAGE = 50
SPANS = (30, 60, 90, 180)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def due(request: SignedIn) -> HttpResponse:
    """Terms that end and invoices that are late, of everybody in the viewer's scope."""
    at = timezone.now()
    today = core.local_date(at)
    usual = queries.ending_days()
    days = n if 0 < (n := number(request, "days")) <= 730 else usual
    ending = queries.ending(request.user, today, days=days)
    late = queries.overdue(request.user, today)
    context = {
        "at": at,
        "days": days,
        "spans": [(str(n), _("%(n)s days") % {"n": n}) for n in sorted({usual, *SPANS})],
        "current": str(days),
        "ending": ending,
        "late": late,
        "owed": queries.owed(request.user, today, late),
        "volume": sum((each.volume for each in ending), Decimal(0)),
    }
    return render(request, "trade/due.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def everything(request: SignedIn, public_id: str) -> HttpResponse:
    """All quotes, terms and payments of one organisation, and who spoke for it."""
    customer = organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    bills = queries.bills(request.user, customer, on=today)
    offset = number(request, "from")
    invoices = list(queries.invoices(request.user, customer)[offset : offset + PAGE + 1])
    context: dict[str, Any] = {
        "customer": customer,
        "at": at,
        "today": today,
        "quotes": [
            (each, bricks.quote_state(each, today))
            for each in queries.quotes(request.user, customer)
        ],
        "terms": [
            (each, bricks.holds(each, today)) for each in queries.terms(request.user, customer)
        ],
        "invoices": [(each, days_late(each, today)) for each in invoices[:PAGE]],
        "next": offset + PAGE if len(invoices) > PAGE else None,
        "paying": rules.behaviour(bills, on=today) if bills else None,
        "sticks": rules.sticks(bills, on=today),
        "contacts": queries.contacts(request.user, customer, on=today),
        "left": queries.contacts(request.user, customer, on=today, left=True),
        "may_edit": request.user.may(Permission.RECORD_CONTACT),
        "nav": "customers",
    }
    part = request.htmx and offset
    return render(request, "trade/_invoices.html" if part else "trade/all.html", context)
