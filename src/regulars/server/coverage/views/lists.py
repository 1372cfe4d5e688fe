"""What stands behind a figure: reasons, contacts, customers; 50 at a time."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.coverage import queries, rules
from regulars.server.coverage.queries import Ground
from regulars.server.coverage.views.lines import FATES, WHO, triggers
from regulars.server.coverage.views.pages import asked
from regulars.server.segments.forms.codes import BONDS
from regulars.server.segments.rules.bonds import Bond
from regulars.server.web.asked import number


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def rows(request: SignedIn) -> HttpResponse:
    """The reasons behind a figure."""
    ground, offset = asked(request), number(request, "after")
    found, more = queries.rows(
        ground, by=request.GET.get("by", ""), of=request.GET.get("of", ""),
        show=request.GET.get("show", ""), offset=offset,
    )  # fmt: skip
    names = triggers()
    lines = [
        (row, names.get(row.task.trigger, ""), FATES[rules.Fate(row.fate)]) for row in found
    ]
    return _drawer(request, ground, "rows", lines, offset, more=more)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def contacts(request: SignedIn) -> HttpResponse:
    """The contacts behind a figure of the mix."""
    ground, offset = asked(request), number(request, "after")
    found, more = queries.touches(
        ground, by=request.GET.get("by", ""), of=request.GET.get("of", ""),
        channel=request.GET.get("channel", ""), answered=bool(request.GET.get("answered")),
        offset=offset,
    )  # fmt: skip
    return _drawer(request, ground, "contacts", found, offset, more=more)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def reached(request: SignedIn) -> HttpResponse:
    """The customers behind a rate: assigned, reached, won, spoken with, in time."""
    ground, offset = asked(request), number(request, "after")
    who = request.GET.get("who", "")
    found, more = queries.behind(ground, who, offset=offset)
    title = str(WHO.get(who, _("Customers")))
    return _drawer(request, ground, "people", found, offset, more=more, title=title)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def people(request: SignedIn) -> HttpResponse:
    """The customers behind a figure of closeness, the most valuable first."""
    ground, offset = asked(request), number(request, "after")
    bond = request.GET.get("bond", "")
    found, more = queries.people(
        ground, by=request.GET.get("by", ""), of=request.GET.get("of", ""),
        bond=bond, offset=offset,
    )  # fmt: skip
    title = BONDS[Bond(bond)] if bond in set(Bond) else _("Customers")
    return _drawer(request, ground, "people", found, offset, more=more, title=str(title))


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def answer_rows(request: SignedIn) -> HttpResponse:
    """The answers behind a question, whose they are and who asked."""
    ground, offset = asked(request), number(request, "after")
    found, more = queries.answers_to(
        ground, request.GET.get("playbook", ""), request.GET.get("step", ""),
        request.GET.get("question", ""), low=request.GET.get("show") == "low", offset=offset,
    )  # fmt: skip
    title = found[0].question_words if found else _("Answers")
    return _drawer(request, ground, "answer_rows", found, offset, more=more, title=title)


def _drawer(
    request: SignedIn,
    ground: Ground,
    name: str,
    found: list[Any],
    offset: int,
    *,
    more: bool,
    title: str = "",
) -> HttpResponse:
    context = {
        "rows": found,
        "more": offset + len(found) if more else 0,
        "ground": ground,
        "title": title,
        "nav": "coverage",
    }
    part = f"coverage/_{name}.html" if request.htmx and offset else f"coverage/{name}.html"
    return render(request, part, context)
