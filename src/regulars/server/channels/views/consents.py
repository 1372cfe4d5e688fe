"""What one customer agreed to and refused: shown whole, and written down in two clicks."""

from __future__ import annotations

from datetime import date, datetime, time

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from regulars.server.channels import actions, bricks, queries
from regulars.server.channels.forms.consents import SayForm, StopsForm
from regulars.server.channels.forms.words import CHANNELS, MARKS, STANDINGS
from regulars.server.channels.models.consents import Purpose
from regulars.server.channels.queries.consents import UNKNOWN
from regulars.server.channels.rules import consents as rules
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.web.answers import saved

MOST = 200


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def history(request: SignedIn, public_id: str) -> HttpResponse:
    """The matrix, every word that was ever said, and the last decisions."""
    customer, at = _customer(request, public_id), timezone.now()
    entries = list(queries.consent_history(request.user, customer)[:MOST])
    context = bricks.consents(request.user, customer, at) | {
        "entries": queries.signed(entries),
        "decisions": queries.told_decisions(request.user, customer),
        "at": at,
    }
    return render(request, "channels/history.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def say(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down one word of the customer, in the drawer or on a page of its own."""
    customer, at = _customer(request, public_id), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    purpose, channel = asked.get("purpose", ""), asked.get("channel", "")
    if not _exists(purpose, channel):
        raise Http404
    form = SayForm(request.POST if request.method == "POST" else None, today=_today(at))
    notice = queries.wording(purpose, at=at)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.record_consent(
            customer,
            purpose=purpose,
            channel=channel,
            said=given["said"],
            source=given["source"],
            evidence=given["evidence"],
            wording=notice,
            said_at=_moment(given["said_on"]),
            expires_at=_moment(given["until"]),
            by=request.user,
            at=at,
        )
        return _done(request, customer)
    stands = queries.standing_consents(request.user, customer, at=at)
    now = stands.get((purpose, channel), UNKNOWN)
    context = {
        "form": form,
        "customer": customer,
        "purpose": purpose,
        "channel": channel,
        "purpose_words": Purpose(purpose).label,
        "channel_words": CHANNELS.get(channel, ""),
        "now": now,
        "now_words": STANDINGS[now.standing],
        "mark": MARKS[now.standing],
        "notice": notice,
        "no": "withdrawn" if now.standing == rules.Standing.GIVEN else "refused",
    }
    return render(request, "channels/say.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT, Permission.EDIT_POLICY)
def stops(request: SignedIn, public_id: str) -> HttpResponse:
    """Set or lift what stops contacts altogether."""
    customer, at = _customer(request, public_id), timezone.now()
    names = (*actions.STOPS, "no_profiling")
    form = StopsForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(customer, name) for name in names},
        today=_today(at),
        may_block=request.user.may(Permission.EDIT_POLICY),
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        refuses, reason = given.pop("no_profiling"), given.pop("reason")
        actions.set_stops(customer, by=request.user, at=at, reason=reason, **given)
        if refuses != customer.no_profiling:
            actions.record_consent(
                customer,
                purpose=Purpose.PROFILING,
                said="refused" if refuses else "given",
                source="hand",
                evidence=reason,
                by=request.user,
                at=at,
            )
        return _done(request, customer)
    context = {"form": form, "customer": customer}
    return render(request, "channels/stops.html", context, status=422 if form.is_bound else 200)


def _customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def _exists(purpose: str, channel: str) -> bool:
    if purpose in rules.BY_CHANNEL:
        return channel in rules.CHANNELS
    return purpose in rules.WHOLE and channel == ""


def _today(at: datetime) -> date:
    return core.local_date(at)


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(0), core.time_zone()) if day else None


def _done(request: SignedIn, customer: Customer) -> HttpResponse:
    return saved(request, reverse("customers:page", args=[customer.public_id]))
