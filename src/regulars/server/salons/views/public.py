"""What a guest opens by a secret link: no sign-in, and a look changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from icalendar import Calendar, Event

from regulars.base.errors import RegularsError
from regulars.server.salons import actions
from regulars.server.salons.forms import PublicForm, SaidForm
from regulars.server.salons.models import Guest, Salon

QUIET = {
    "X-Robots-Tag": "noindex",
    # Not "no-referrer": browsers then send a form without saying where it comes from.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PRODUCT = "-//Regulars//Salons//EN"


@require_http_methods(["GET", "HEAD", "POST"])
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation with its answer; later the code for the door, then how it was."""
    at, problem = timezone.now(), ""
    try:
        found = actions.behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    form = PublicForm(request.POST if request.method == "POST" else None, guest=found)
    if form.is_bound:
        try:
            if form.is_valid():
                actions.answer_link(token, at=at, **form.told())
                return redirect("salons:public", token=token)
            problem = _("Say whether you will come.")
        except RegularsError as error:
            problem = str(error)
    context = _context(request, found, token) | {
        "form": form,
        "problem": problem,
        "may_answer": _may_answer(found, at),
        "is_over": found.salon.ends_at <= at,
    }
    answer = render(request, "salons/public.html", context, status=422 if problem else 200)
    return _quiet(answer)


@require_http_methods(["GET", "HEAD", "POST"])
def said(request: HttpRequest, token: str) -> HttpResponse:
    """How it was; sent twice it counts once."""
    at, problem = timezone.now(), ""
    try:
        found = actions.behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    if found.state != Guest.State.CAME:
        return redirect("salons:public", token=token)
    form = SaidForm(request.POST if request.method == "POST" else None, guest=found)
    if form.is_bound:
        try:
            if form.is_valid():
                actions.say_link(token, at=at, **form.told())
                return redirect("salons:public", token=token)
            problem = _("Something could not be read. Look at the form again.")
        except RegularsError as error:
            problem = str(error)
    context = {"it": found, "form": form, "problem": problem, "token": token}
    answer = render(request, "salons/said.html", context, status=422 if problem else 200)
    return _quiet(answer)


@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The salon as an entry of the guest's own calendar."""
    try:
        found = actions.behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    link = request.build_absolute_uri(actions.link_of(found))
    answer = HttpResponse(_entry(found, link), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="salon.ics"'
    return _quiet(answer)


def _entry(guest: Guest, link: str) -> bytes:
    salon, event, whole = guest.salon, Event(), Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    event.add("uid", f"{guest.public_id}@salons.regulars")
    event.add("dtstamp", (guest.answered_at or salon.made_at).astimezone(UTC))
    event.add("dtstart", salon.begins_at.astimezone(UTC))
    event.add("dtend", salon.ends_at.astimezone(UTC))
    event.add("summary", str(salon))
    event.add("location", salon.where)
    event.add("url", link)
    off = salon.state == Salon.State.CANCELLED
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    whole.add_component(event)
    body: bytes = whole.to_ical()
    return body


def _context(request: HttpRequest, guest: Guest, token: str) -> dict[str, object]:
    where = request.build_absolute_uri(reverse("salons:scanned", args=[token]))
    code = ""
    if guest.is_seated:
        code = segno.make(where, error="m").svg_data_uri(scale=5, border=2)
    return {"it": guest, "salon": guest.salon, "token": token, "code": code}


def _may_answer(guest: Guest, at: datetime) -> bool:
    salon = guest.salon
    is_open = salon.state == Salon.State.INVITING and guest.state in Guest.ANSWERS
    return is_open and salon.answer_by >= at


def _over(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return _quiet(render(request, "salons/over.html", {"words": words}, status=status))


def _quiet(answer: HttpResponse) -> HttpResponse:
    for name, value in QUIET.items():
        answer[name] = value
    return answer
