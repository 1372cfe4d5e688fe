"""What each tier costs in benefits and what it brings; the rows behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import SafeWriter
from regulars.server.core.rules import Permission
from regulars.server.rewards import actions, queries
from regulars.server.rewards.views.shared import offset, shown
from regulars.server.tiers import queries as tiers

YEAR = 12  # months that the contribution is of


@require_GET
@needs(Permission.SEE_LOYALTY)
def costs(request: SignedIn) -> HttpResponse:
    """One line for each tier, and all of it together."""
    at, months = timezone.now(), _months(request)
    told = "%(n)s month", "%(n)s months"
    context = shown(request, "costs") | {
        "found": queries.costs(
            request.user, queries.span_of(months, at), queries.span_of(YEAR, at)
        ),
        "months": months,
        "spans": [(n, ngettext(*told, n) % {"n": n}) for n in queries.MONTHS],
        "at": at,
        "may_export": request.user.may(Permission.EXPORT),
    }
    return render(request, "rewards/costs.html", context)


@require_GET
@needs(Permission.SEE_LOYALTY)
def behind(request: SignedIn) -> HttpResponse:
    """The uses, coupons or gifts behind a figure."""
    begin, asked = offset(request), _asked(request)
    page = queries.rows(
        request.user, asked["what"], asked["level"], _span(request),
        begin=begin, most=queries.PAGE + 1,
    )  # fmt: skip
    context = shown(request, "costs") | {
        "rows": page[: queries.PAGE],
        "next": begin + queries.PAGE if len(page) > queries.PAGE else None,
        "months": _months(request),
        "tier": tiers.names_of_levels().get(asked["level"] or -1, ""),
        "is_nobodys": asked["level"] == queries.NOBODYS,
        "at": timezone.now(),
        "may_export": request.user.may(Permission.EXPORT),
        **asked,
    }
    part = request.htmx and begin
    return render(request, "rewards/_behind.html" if part else "rewards/behind.html", context)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn) -> HttpResponse:
    """The same rows as a table, without names and without codes that could be redeemed."""
    at, asked, n = timezone.now(), _asked(request), 0
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{asked["what"]}.csv"'
    answer.write("\ufeff")  # or Excel in China reads UTF-8 as GBK
    writer = SafeWriter(answer)
    writer.writerow(queries.heads())
    found = queries.every(request.user, asked["what"], asked["level"], _span(request))
    for line in queries.lines(found):
        writer.writerow(line)
        n += 1
    actions.exported("rewards", n, by=request.user, at=at)
    return answer


def _months(request: SignedIn) -> int:
    given = request.GET.get("months", "")
    return int(given) if given in {str(n) for n in queries.MONTHS} else queries.MONTHS[-1]


def _span(request: SignedIn) -> queries.Span:
    return queries.span_of(_months(request), timezone.now())


def _asked(request: SignedIn) -> dict[str, Any]:
    what, level = request.GET.get("what", ""), request.GET.get("level", "")
    return {
        "what": what if what in queries.WHATS else queries.WHATS[0],
        "level": int(level) if level in set("0123459") and level else None,
    }
