"""Evidence is noted in the drawer of a customer; the report shows rivals and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.evidence import actions, queries, rules
from regulars.server.evidence.forms import EvidenceForm
from regulars.server.evidence.models import Evidence
from regulars.server.evidence.queries import Cell
from regulars.server.web.answers import saved
from regulars.server.web.asked import number

PAGE = 50
PERIODS = (("90", _("90 days")), ("12", _("12 months")))
ABOUT = {
    "loss": (("loss",), _("Losses")),
    "offer": (("offer",), _("Offers of rivals")),
    "wealth": (("wealth", "wallet"), _("Business elsewhere")),
}


@dataclass(frozen=True)
class Line:
    """One rival: customers by reason, in the order of the reasons shown."""

    competitor: str
    counts: tuple[tuple[str, int], ...]  # reason, customers
    customers: int
    amount: Decimal


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def note(request: SignedIn, public_id: str) -> HttpResponse:
    """Note what was learned, in the drawer or on a page of its own."""
    customer = customers.one(request.user, public_id)
    if customer is None:
        raise Http404
    at = timezone.now()
    form = EvidenceForm(
        request.POST if request.method == "POST" else None,
        today=core.local_date(at),
        kind=request.GET.get("kind", ""),
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        words = given.pop("note")
        actions.note(customer, given.pop("kind"), by=request.user, at=at, words=words, **given)
        return saved(request, reverse("customers:page", args=[customer.public_id]))
    context = {
        "form": form,
        "customer": customer,
        "rivals": queries.competitors(request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "evidence/note.html", context, status=status)


@require_POST
@needs(Permission.RECORD_CONTACT)
def withdraw(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a note back."""
    found = queries.one(request.user, public_id)
    if found is None:
        raise Http404
    actions.withdraw(found, by=request.user, at=timezone.now())
    return redirect("customers:page", public_id=found.customer.public_id)


@require_GET
@needs(Permission.SEE_KPIS)
def rivals(request: SignedIn) -> HttpResponse:
    """Who takes customers from us, and with what; each figure opens its customers below."""
    asked = request.GET
    about = asked.get("about") if asked.get("about") in ABOUT else "loss"
    period = asked.get("period") if asked.get("period") in dict(PERIODS) else "12"
    kinds, _title = ABOUT[str(about)]
    today = core.local_date(timezone.now())
    start, stop = rules.span(str(period), today)
    cells = queries.cells(request.user, kinds, start, stop)
    reasons = _reasons(cells)
    competitor, reason = asked.get("competitor"), asked.get("reason", "")
    if reason not in {*Evidence.Reason.values, ""}:
        raise Http404
    notes = queries.notes(
        request.user, kinds, start, stop, competitor=competitor, reason=reason
    )
    offset = number(request, "from")
    rows = list(notes[offset : offset + PAGE + 1])
    context: dict[str, Any] = {
        "about": about,
        "abouts": [(key, title) for key, (_kinds, title) in ABOUT.items()],
        "period": period,
        "periods": PERIODS,
        "start": start,
        "stop": stop,
        "reasons": [(each, _reason(each)) for each in reasons],
        "lines": _lines(cells, reasons),
        "totals": [
            (each, sum(c.customers for c in cells if c.reason == each)) for each in reasons
        ],
        "people": sum(cell.customers for cell in cells),
        "amount": sum((cell.amount for cell in cells), Decimal(0)),
        "competitor": competitor,
        "reason": reason,
        "reason_name": _reason(reason) if reason else "",
        "rows": rows[:PAGE],
        "next": offset + PAGE if len(rows) > PAGE else None,
    }
    part = request.htmx and offset
    return render(request, "evidence/_rows.html" if part else "evidence/rivals.html", context)


def _reasons(cells: Iterable[Cell]) -> list[str]:
    order = [*Evidence.Reason.values, ""]
    seen = {cell.reason for cell in cells}
    return [each for each in order if each in seen]


def _reason(value: str) -> Any:  # a lazy text
    return Evidence.Reason(value).label if value else _("No reason")


def _lines(cells: list[Cell], reasons: list[str]) -> list[Line]:
    found = []
    for competitor in dict.fromkeys(cell.competitor for cell in cells):
        own = {cell.reason: cell for cell in cells if cell.competitor == competitor}
        counts = tuple((each, own[each].customers if each in own else 0) for each in reasons)
        amount = sum((cell.amount for cell in own.values()), Decimal(0))
        found.append(Line(competitor, counts, sum(n for _reason, n in counts), amount))
    return sorted(found, key=lambda line: (-line.customers, line.competitor))
