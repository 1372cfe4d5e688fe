"""What the views have in common: who is meant, drawers, where a saved form leads."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.server.core.access import SignedIn
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import Opportunity, Proposal
from regulars.server.opportunities.models.stages import Kind
from regulars.server.opportunities.queries import Wanted
from regulars.server.web.answers import saved

STATES = ("open", "won", "lost", "ended", "all")
SPAN = 12
NUMBERS = ("reached", "passed", "ended", "waits", "left", "made")
LONGEST = 80  # as the longest name of a rival
FORMAT_NAMES = (("xlsx", "Excel"), ("csv", "CSV"), ("parquet", "Parquet"))
YEARS = range(2000, 2200)


def the_opportunity(request: SignedIn, public_id: str) -> Opportunity:
    found = queries.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def the_proposal(request: SignedIn, public_id: str) -> Proposal:
    found = queries.proposal(request.user, public_id)
    if found is None:
        raise Http404
    return found


def the_customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def drawer(
    request: SignedIn, form: Any, *, title: str, words: str = "", button: str = "", **more: Any
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {"form": form, "title": title, "words": words, "button": button}
    context = {"nav": "opportunities"} | context
    status = 422 if form.is_bound else 200
    return render(request, "opportunities/form.html", context | more, status=status)


def done(request: SignedIn, opportunity: Opportunity) -> HttpResponse:
    return saved(request, reverse("opportunities:one", args=[opportunity.public_id]))


def go(request: SignedIn, where: str) -> HttpResponse:
    """Lead to a page, out of a drawer too."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def wanted(request: SignedIn, **usual: Any) -> Wanted:
    """What the address of a list asks for; what it does not know is left out."""
    known = {each.name for each in fields(Wanted)}
    given: dict[str, Any] = {}
    for name, value in request.GET.items():
        if name not in known or not value:
            continue
        told = _read(name, str(value))
        if told is not None:
            given[name] = told
    asked = usual | given
    asked["view"] = queries.view_of(request.user, str(asked.get("view", "")))
    if asked.get("state", "open") not in STATES:
        asked["state"] = "open"
    return Wanted(**asked)


def whose(request: SignedIn, asked: Wanted) -> dict[str, Any]:
    """The switch for those who lead, and the words for the line below the title."""
    viewer = request.user
    place = _("Whole company") if viewer.scope.everything else str(viewer.org_unit)
    both = viewer.may(Permission.SEE_TEAM)
    return {
        "view": asked.view,
        "views": [(queries.PLACE, place), (queries.MINE, _("Mine"))] if both else [],
        "place": place,
        "wanted": asked,
        "may_change": viewer.may(Permission.RECORD_CONTACT),
        "may_export": viewer.may(Permission.EXPORT),
        "formats": FORMAT_NAMES,
        "may_import": viewer.may(Permission.IMPORT),
        "nav": "opportunities",
    }


def words_of(viewer: Person, asked: Wanted) -> list[tuple[str, str]]:
    """Each part of what is asked for: the name of its parameter, and its words."""
    known = {each.position: str(each) for each in queries.stages()}
    codes = {each.code: str(each) for each in queries.stages()}
    told: list[tuple[str, str]] = []
    for name, value in (
        ("stage", codes.get(asked.stage, "")),
        ("kind", str(dict(Kind.choices).get(asked.kind, ""))),
        ("source", str(dict(Opportunity.Source.choices).get(asked.source, ""))),
        ("signal", queries.origin_named(viewer, asked.signal)),
        ("reason", str(dict(Opportunity.Reason.choices).get(asked.reason, ""))),
        ("press", _pressing().get(asked.press, "")),
        ("owner", queries.name_of(asked.owner) or _("not assigned")),
        ("branch", queries.place_of(asked.branch)),
        ("reached", _("came to %(stage)s") % {"stage": known.get(asked.reached or 0, "")}),
        ("passed", _("went beyond %(stage)s") % {"stage": known.get(asked.passed or 0, "")}),
        ("ended", _("lost at %(stage)s") % {"stage": known.get(asked.ended or 0, "")}),
        ("waits", _("still at %(stage)s") % {"stage": known.get(asked.waits or 0, "")}),
        ("left", _("left %(stage)s") % {"stage": known.get(asked.left or 0, "")}),
        ("made", _("made within %(n)s months") % {"n": asked.made}),
        ("month", _("month %(month)s") % {"month": asked.month and f"{asked.month:%Y-%m}"}),
        ("rated", _("ended in the two years before %(day)s") % {"day": asked.rated}),
        ("customer", queries.customer_named(viewer, asked.customer)),
        ("book", queries.book_named(asked.book)),
        ("competitor", asked.competitor),
        ("proved", _("proved by a fact") if asked.proved == "yes" else _("not proved")),
    ):
        if getattr(asked, name) and value:
            told.append((name, value))
    return told


def pills(request: SignedIn, asked: Wanted) -> list[tuple[str, str]]:
    """Each part of what is asked for: its words, and the address without it."""
    found = []
    for name, words in words_of(request.user, asked):
        rest = request.GET.copy()
        for gone in (name, "from"):
            rest.pop(gone, None)
        found.append((words, f"?{rest.urlencode()}"))
    return found


def offset(request: SignedIn) -> int:
    asked = request.GET.get("from", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 0


def people(request: SignedIn) -> Any:
    """Whom an opportunity or a move may be given to."""
    return queries.owners(request.user)


def _pressing() -> dict[str, str]:
    return {
        "late": _("next step past its day"),
        "no_step": _("without a next step"),
        "stale": _("too long in one stage"),
        "overdue": _("past the day it was to be decided"),
        "ahead": _("to be decided in later months"),
        "undated": _("no day said"),
        "unpriced": _("without an amount"),
    }


def _read(name: str, value: str) -> Any:
    if name in NUMBERS:
        return int(value) if value.isdecimal() and len(value) < 5 else None
    if name in ("month", "rated"):
        return day(f"{value[:7]}-01" if name == "month" else value)
    return value[:LONGEST]


def day(text: str) -> date | None:
    """A day of an address, where it is one that we count with."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None
