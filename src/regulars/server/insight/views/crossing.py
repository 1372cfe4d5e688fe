"""RFM types against who the customers are. What is sensitive is opened for a reason only."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.insight import actions, queries
from regulars.server.insight.forms import Asked
from regulars.server.insight.queries import REST, UNKNOWN
from regulars.server.insight.rules import Cross
from regulars.server.insight.views import codes, words
from regulars.server.insight.views.back import back_to
from regulars.server.insight.views.cards.card import lowered
from regulars.server.insight.views.parts import asked_run, shown
from regulars.server.segments.queries import Totals
from regulars.server.segments.rules import offset
from regulars.server.segments.rules.fields import GIVEN

USUAL = "age"
SENSITIVE = frozenset(field.key for field in GIVEN if field.sensitive)


@require_GET
@needs(Permission.SEE_BASE)
def crossed(request: SignedIn) -> HttpResponse:
    """The table for one attribute, or why it needs a reason first."""
    asked, run = asked_run(request)
    by = _attribute(request)
    context: dict[str, Any] = {
        "asked": asked,
        "run": run,
        "by": by,
        "name": lowered(codes.ATTRIBUTES[by]),
        "choices": [(code, name, code in SENSITIVE) for code, name in codes.ATTRIBUTES.items()],
        "known": queries.has_attributes(run),
        "back": _back_to_table(asked, by),
        "reason": _reason(request, by),
        "needs_reason": by in SENSITIVE and not _reason(request, by),
    }
    if context["known"] and not context["needs_reason"]:
        found = queries.crossed(request.user, run, by=by, branch=asked.branch)
        query = {"on": asked.on.isoformat(), "branch": asked.branch, "by": by}
        context |= _table(found, query)
    return shown(request, "insight/cross.html", context)


@require_POST
@needs(Permission.SEE_BASE)
def admit(request: SignedIn) -> HttpResponse:
    """Take the reason for which a sensitive attribute is needed, and write it down."""
    by = request.POST.get("by", "")
    run = queries.run_of(request.user, request.POST.get("run", ""))
    if by not in SENSITIVE or by not in queries.VALUES or run is None:
        raise Http404
    try:
        reason = actions.admit(
            by,
            run=run,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except actions.ReasonMissing:
        messages.error(request, _("A sensitive attribute is used for a reason only. Say why."))
    else:
        # For this sign-in: nobody is asked twice, and nobody inherits the answer.
        request.session[f"insight.reason.{by}"] = reason
    return redirect(back_to(request, reverse("insight:base")))


@require_GET
@needs(Permission.SEE_BASE)
def cell(request: SignedIn) -> HttpResponse:
    """The customers of one cell."""
    asked, run = asked_run(request)
    by, rfm_type = _attribute(request), request.GET.get("type", "")
    refused = by in SENSITIVE and not _reason(request, by)
    if refused or not queries.has_attributes(run) or rfm_type not in ("", *words.TYPES):
        raise Http404
    begin, value = offset(request.GET.get("offset", "")), request.GET.get("value", "")
    found = queries.behind_cell(
        request.user, run, by=by, rfm_type=rfm_type, value=value, branch=asked.branch,
        offset=begin,
    )  # fmt: skip
    here = begin + len(found.rows)
    more = request.GET.copy()
    more["offset"] = str(here)
    context = {
        "rows": found.rows,
        "run": run,
        "title": " · ".join(
            filter(None, (str(words.TYPES.get(rfm_type, "")), _said(by, value)))
        ),
        "totals": Totals(found.customers, found.value),
        "whole": request.get_full_path(),
        "more": f"{request.path}?{more.urlencode()}" if here < found.customers else "",
        "shown": here,
    }
    return render(request, f"segments/{'_behind' if begin else 'rows'}.html", context)


def _back_to_table(asked: Asked, by: str) -> str:
    query = urlencode({"on": asked.on.isoformat(), "branch": asked.branch, "by": by})
    return f"{reverse('insight:cross')}?{query}"


def _attribute(request: SignedIn) -> str:
    wanted = request.GET.get("by", USUAL)
    return wanted if wanted in queries.VALUES else USUAL


def _reason(request: SignedIn, by: str) -> str:
    return str(request.session.get(f"insight.reason.{by}", "")) if by in SENSITIVE else ""


def _table(found: Cross, query: dict[str, str]) -> dict[str, Any]:
    def href(rfm_type: str, value: str) -> str:
        named = urlencode({**query, "type": rfm_type, "value": value})
        return f"{reverse('insight:cell')}?{named}"

    by = query["by"]
    return {
        "heads": [_said(by, column) for column in found.columns],
        "rows": [
            {
                "name": words.TYPES[row],
                "customers": found.row_totals[row],
                "cells": [
                    {"cell": found.cells[row, column], "href": href(row, column)}
                    for column in found.columns
                ],
            }
            for row in found.rows
        ],
        "base": [
            {
                "customers": found.column_totals[column],
                "share": found.column_totals[column] / found.customers,
                "href": href("", column),
            }
            for column in found.columns
        ],
        "customers": found.customers,
        "association": found.association,
        "is_empty": not found.customers,
    }


def _said(by: str, value: str) -> str:
    """The name of a value of an attribute."""
    if value == UNKNOWN:
        return _("unknown")
    if value == REST:
        return _("others")
    if by in ("age", "since"):
        return _years(value)
    if by == "risk_tolerance":
        return f"C{value}"
    named: dict[str, Any] = {}
    if by == "kind":
        named = dict(Customer.Kind.choices)
    elif by == "gender":
        named = dict(Customer.Gender.choices)
    return str(named.get(value, value))


def _years(band: str) -> str:
    if band.startswith("<"):
        return _("under %(n)s") % {"n": band[1:]}
    if band.endswith("+"):
        return _("%(n)s and more") % {"n": band[:-1]}
    return band.replace("-", "–")
