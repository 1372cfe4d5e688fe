"""The page of one customer on an earlier day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.bricks.values import FIELDS, value_words
from regulars.server.customers.models import Customer
from regulars.server.insight.queries import past
from regulars.server.segments import forms
from regulars.server.web.asked import number

MONTH_AGO = timedelta(days=30)
EARLIEST = date(1900, 1, 1)  # before it the calendar ends somewhere, and no file begins
# What a change is called beside the fields of the file that are shown with their values.
ALSO: Mapping[str, Any] = {
    "book_id": gettext_lazy("Book"),
    "state": gettext_lazy("State"),
    "consents": gettext_lazy("Consents"),
    "preferred_channel": gettext_lazy("Preferred channel"),
    "blocked_channels": gettext_lazy("Channels not wanted"),
    "do_not_contact": gettext_lazy("Do not contact"),
    "no_profiling": gettext_lazy("No profiling"),
    "legal_block": gettext_lazy("Blocked by law"),
    "deceased_on": gettext_lazy("Died on"),
    "wecom_id": gettext_lazy("WeCom"),
    "language": gettext_lazy("Language"),
    "country": gettext_lazy("Country"),
    "time_zone": gettext_lazy("Time zone"),
    "industry": gettext_lazy("Industry"),
    "business_class": gettext_lazy("Business class"),
    "key_concern": gettext_lazy("Key concern"),
    "merged_into_id": gettext_lazy("Merged into another file"),
}
PAGE, DEEPEST, MOST_BOOKS = 50, 5_000, 400


@dataclass(frozen=True)
class Line:
    """One value then, and today's where it is another."""

    label: str
    then: str
    now: str
    changed: bool


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def customer(request: SignedIn, public_id: str) -> HttpResponse:
    """A customer as they were at the end of a day."""
    found = customers.one(request.user, public_id)
    if found is None:
        raise Http404
    at = timezone.now()
    today = core.local_date(at)
    on = min(_day(request.GET.get("on", "")) or today - MONTH_AGO, today)
    seen = past.past(request.user, found, on, at=at)
    context: dict[str, Any] = {
        "customer": found,
        "seen": seen,
        "on": on,
        "today": today,
        "at": at,
        "lines": _lines(found, seen.then) if seen.then else [],
        "first": found.created_at.astimezone(core.time_zone()).date(),
        "ties": _ties(found, seen),
        "changes": _changes(seen),
        "stage": forms.STAGES.get(seen.figures.get("stage") or "", ""),
        "type": forms.type_words(seen.figures.get("rfm_type") or ""),
        "nav": "customers",
    }
    return render(request, "insight/past.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def book(request: SignedIn) -> HttpResponse:
    """A book as it was at the end of a day."""
    at = timezone.now()
    today = core.local_date(at)
    books = list(core.books(request.user)[:MOST_BOOKS])
    found = past.book_of(request.user, request.GET.get("book", "")[:40])
    if found is None:
        if request.GET.get("book") or not books:
            raise Http404
        found = next((one for one in books if one.owner == request.user), books[0])
    on = min(_day(request.GET.get("on", "")) or today - MONTH_AGO, today)
    begin = number(request, "offset")
    seen = past.book_then(request.user, found, on, at=at, offset=min(begin, DEEPEST), most=PAGE)
    more = begin + len(seen.page) < min(seen.customers, DEEPEST)
    query = urlencode({"book": found.code, "on": on.isoformat(), "offset": begin + PAGE})
    context = {
        "book": found,
        "books": books,
        "seen": seen,
        "on": on,
        "today": today,
        "at": at,
        "more": f"{request.path}?{query}" if more else "",
        "nav": "customers",
    }
    part = "_past_book_rows" if begin else "past_book"
    return render(request, f"insight/{part}.html", context)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and day >= EARLIEST else None


def _lines(now: Customer, then: Customer) -> list[Line]:
    """Every field that says something then or today; personal values stay hidden."""
    found = []
    for name, label in FIELDS.items():
        was, same = value_words(then, name), getattr(then, name) == getattr(now, name)
        is_now = value_words(now, name)
        if was or is_now:
            found.append(Line(str(label), was, is_now, not same))
    return found


def _ties(customer: Customer, seen: past.Past) -> list[dict[str, Any]]:
    found = []
    for tie in seen.ties:
        far = tie.other if tie.customer_id == customer.pk else tie.customer
        found.append({"far": far, "words": tie.get_kind_display()})
    return found


def _changes(seen: past.Past) -> list[dict[str, Any]]:
    zone = core.time_zone()
    labels = {**FIELDS, **ALSO}
    found = []
    for change in seen.changes:
        known = [str(labels[name]) for name in change.columns if name in labels]
        rest = len(change.columns) - len(known)
        found.append(
            {
                "at": change.at,
                "day": change.at.astimezone(zone).date(),
                "words": _(", ").join(known),
                "rest": rest,
            }
        )
    return found
