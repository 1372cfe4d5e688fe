"""Figures of referrals, the rows behind each, reach, and lists as files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral, Reward
from regulars.server.referrals.views.shared import months_of, offset

MOST = 20_000
GIVEN = frozenset({Reward.State.GIVEN, Reward.State.KEPT})
PAGE = 50
counting = needs(Permission.SEE_TEAM, Permission.SEE_KPIS)


@require_GET
@counting
def figures(request: SignedIn) -> HttpResponse:
    """Conversion by step, new business, top referrers, K; each with its definition."""
    at, months = timezone.now(), months_of(request)
    context = {
        "found": queries.figures(request.user, at, months),
        "months": months,
        "spans": [(n, ngettext("%(n)s month", "%(n)s months", n) % {"n": n})
                  for n in queries.SPANS],
        "policy": queries.policy(),
        "may_export": request.user.may(Permission.EXPORT),
        "at": at,
        "nav": "referrals",
    }  # fmt: skip
    return render(request, "referrals/figures.html", context)


@require_GET
@counting
def behind(request: SignedIn) -> HttpResponse:
    """The referrals behind a figure."""
    at, begin = timezone.now(), offset(request)
    found = queries.behind(request.user, at, months_of(request), **_asked(request))
    rows = list(found[begin : begin + PAGE + 1])
    context = {
        "rows": [queries.seen(row, at) for row in rows[:PAGE]],
        "count": found.count(),
        "next": begin + PAGE if len(rows) > PAGE else None,
        "at": at,
        "nav": "referrals",
    }
    part = request.htmx and begin
    name = "referrals/_rows.html" if part else "referrals/behind.html"
    return render(request, name, context)


@require_GET
@counting
def newcomers(request: SignedIn) -> HttpResponse:
    """The new customers behind a share of new business."""
    begin = offset(request)
    found = queries.newcomers(
        request.user, timezone.now(), months_of(request),
        owner=request.GET.get("owner", "")[:80], by_referral=request.GET.get("came") == "1",
    )  # fmt: skip
    rows = list(found[begin : begin + PAGE + 1])
    following = begin + PAGE if len(rows) > PAGE else None
    context = {
        "rows": rows[:PAGE],
        "count": found.count(),
        "next": following,
        "nav": "referrals",
    }
    part = request.htmx and begin
    name = "referrals/_newcomers.html" if part else "referrals/newcomers.html"
    return render(request, name, context)


@require_GET
@counting
def advocates(request: SignedIn) -> HttpResponse:
    """Promoters who referred."""
    rows = queries.advocates(request.user, timezone.now())
    return render(request, "referrals/advocates.html", {"rows": rows, "nav": "referrals"})


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def reach(request: SignedIn) -> HttpResponse:
    """How many known people the happy and the unhappy reach, and who reaches most."""
    found = queries.voices(request.user, timezone.now())
    context = {
        "happy": found["promoter"],
        "unhappy": found["detractor"],
        "may_count": request.user.may(Permission.SEE_TEAM)
        or request.user.may(Permission.SEE_KPIS),
        "nav": "referrals",
    }
    return render(request, "referrals/reach.html", context)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn) -> HttpResponse:
    """The referrals behind a figure as a table, without names, numbers and words of people."""
    at, format = timezone.now(), request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    found = queries.behind(request.user, at, months_of(request), **_asked(request))
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"referrals.{format}"
        count = FORMATS[format](path, _head(), _lines(found.prefetch_related("rewards")[:MOST]))
        answer = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="referrals.{format}"'
    actions.exported(count, by=request.user, at=at)
    return answer


def _head() -> list[str]:
    return [
        _("Number of who referred"),
        _("Number of the friend"),
        pgettext("referral", "How it came"),
        pgettext("referral", "State"),
        _("Received"),
        pgettext("referral", "Contact by"),
        _("First contact"),
        _("Met on"),
        _("Customer since"),
        _("Reward earned on"),
        _("Reason"),
        _("Rule"),
        pgettext("org", "Place"),
        _("What was found"),
        pgettext("referral", "What was given"),
    ]


def _lines(found: Iterable[Referral]) -> Iterator[list[Any]]:
    """Days are those of the company's clock, whatever zone the server runs in."""
    said = cache(queries.gets)  # a batch or a gift is looked up once in a file
    for row in found:
        friend, referrer = row.friend, row.referrer
        yield [
            referrer.number if referrer else "",
            friend.number if friend else "",
            str(row.get_way_display()),
            str(row.get_state_display()),
            queries.day(row.received_at),
            queries.local(row.contact_by),
            queries.day(row.contacted_at),
            queries.day(row.met_at),
            row.joined_on,
            row.earned_on,
            queries.why(row, is_seen=friend is not None)
            or str(row.get_settled_display() if row.settled else ""),
            str(row.terms or ""),
            str(friend.book.org_unit) if friend else "",
            str(row.get_check_state_display()) if row.check_state else "",
            "; ".join(
                f"{each.get_side_display()}: {said(each.way, each.thing, each.amount)}"
                for each in row.rewards.all()
                if each.state in GIVEN
            ),
        ]


def _asked(request: SignedIn) -> dict[str, str]:
    measure = request.GET.get("measure", "")
    return {
        "measure": measure if measure in queries.MEASURES else queries.MEASURES[0],
        "referrer": request.GET.get("referrer", "")[:12],
    }
