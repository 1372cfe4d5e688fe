"""Data quality: how complete and fresh the files are, and the customers behind each figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers.forms.quality import PARTS
from regulars.server.insight import actions
from regulars.server.insight.queries import trust as reads
from regulars.server.insight.rules.trust import Files, Wanted, tenth_words, total
from regulars.server.tiers import queries as tiers
from regulars.server.web.asked import number

TOP = 8  # of a list that stands on the page itself
BOOKS = 40  # so many books of a branch or a small company are shown one by one
NAMED = 4


@dataclass(frozen=True)
class Group:
    """One line of a table."""

    name: str
    files: Files
    href: str
    stale_href: str
    lacking_href: str
    under: str = ""
    more: str = ""  # the same page, only this group


@require_GET
@needs(Permission.SEE_BASE)
def page(request: SignedIn) -> HttpResponse:
    """Figures of the newest night, by place and tier, with the two lists to act on."""
    at = timezone.now()
    found = reads.picture(request.user)
    branch = request.GET.get("branch", "")[:40]
    context: dict[str, Any] = {
        "at": at,
        "found": found,
        "may_measure": _may_measure(request),
        "may_rule": request.user.may(Permission.ADMINISTER),
    }
    if found is None:
        return render(request, "insight/trust.html", context)
    one = next((unit for unit, _files in found.branches if unit.code == branch), None)
    whole = _of_branch(found, branch) if one else found.whole
    wanted = Wanted(branch=branch if one else "")
    context |= {
        "branch": one,
        "whole": whole,
        "change": _change(found) if one is None else None,
        "links": _links(wanted),
        "chart": _chart(whole, wanted),
        "groups": _places(found, one),
        "by_book": one is not None or len(found.branches) < 2,
        "levels": [] if one else _levels(found),
        "valuable": _listed(request, replace(wanted, lacking=True), at),
        "stale": _listed(request, replace(wanted, stale=True, best=True), at),
    }
    return render(request, "insight/trust.html", context)


@require_GET
@needs(Permission.SEE_BASE)
def rows(request: SignedIn) -> HttpResponse:
    """The customers behind a figure, the dearest first, with what each file lacks."""
    at = timezone.now()
    wanted = Wanted.read(request.GET)
    begin = min(number(request, "offset"), 5_000)
    found, more = reads.rows(request.user, wanted, at=at, offset=begin)
    following = [*wanted.pairs(), ("offset", str(begin + len(found)))]
    context = {
        "rows": [_row(one, at) for one in found],
        "more": f"{request.path}?{urlencode(following)}" if more else "",
        "title": _title(wanted),
        "count": None
        if begin or reads.is_wide(request.user, wanted)
        else reads.count(request.user, wanted, at=at),
        "at": at,
        "nav": "trust",
    }
    return render(request, f"insight/{'_trust_rows' if begin else 'trust_rows'}.html", context)


@require_POST
@needs(Permission.RUN_SCORES)
def measure(request: SignedIn) -> HttpResponse:
    """Count the files now, without waiting for the night."""
    actions.measure_files(by=request.user, at=timezone.now())
    return redirect("insight:trust")


def _may_measure(request: SignedIn) -> bool:
    # Who measures writes everybody's figures, so only who sees everybody may.
    return request.user.may(Permission.RUN_SCORES)


def _of_branch(found: reads.Picture, branch: str) -> Files:
    return total(files for unit, files in found.branches if unit.code == branch)


def _href(wanted: Wanted) -> str:
    return f"{reverse('insight:trust-rows')}?{urlencode(wanted.pairs())}"


def _links(wanted: Wanted) -> dict[str, str]:
    return {
        "all": _href(replace(wanted, order="share")),
        "lacking": _href(replace(wanted, lacking=True)),
        "stale": _href(replace(wanted, stale=True)),
        "never": _href(replace(wanted, never=True)),
        "best": _href(replace(wanted, stale=True, best=True)),
    }


def _change(found: reads.Picture) -> float | None:
    if found.before is None or found.before.mean is None or found.whole.mean is None:
        return None
    return found.whole.mean - found.before.mean


def _chart(files: Files, wanted: Wanted) -> dict[str, Any]:
    names = [tenth_words(n) for n in range(len(files.tenths))]
    hrefs = [_href(replace(wanted, tenth=n)) for n in range(len(files.tenths))]
    return {
        "categories": names,
        "unit": "count",
        "series": [{"name": str(_("Files")), "values": list(files.tenths), "hrefs": hrefs}],
        "table": {
            "head": [str(_("Completeness")), str(_("Files"))],
            "rows": [[name, n] for name, n in zip(names, files.tenths, strict=True)],
        },
    }


def _places(found: reads.Picture, one: Any) -> list[Group]:
    """Branches; of one branch, or where there is but one, its books."""
    if one is None and len(found.branches) > 1:
        return sorted(
            (
                _group(str(unit), files, Wanted(branch=unit.code), more=f"?branch={unit.code}")
                for unit, files in found.branches
            ),
            key=_worst,
        )
    books = [
        (book, files) for book, files in found.books if one is None or book.org_unit == one
    ]
    return sorted(
        (
            _group(str(book.owner or book), files, Wanted(book=book.code), under=str(book))
            for book, files in books
        ),
        key=_worst,
    )[:BOOKS]


def _worst(group: Group) -> tuple[float, str]:
    return (group.files.mean if group.files.mean is not None else 2, group.name)


def _levels(found: reads.Picture) -> list[Group]:
    names: dict[int, list[str]] = {}
    for mark in tiers.primary_marks().values():
        names.setdefault(mark.level, []).append(mark.name)
    return [
        _group(
            _(", ").join(names.get(level, [])) or _("Without a tier"),
            files,
            Wanted(level=level),
        )
        for level, files in found.levels
    ]


def _group(
    name: str, files: Files, wanted: Wanted, *, under: str = "", more: str = ""
) -> Group:
    return Group(
        name=name,
        files=files,
        href=_href(replace(wanted, order="share")),
        stale_href=_href(replace(wanted, stale=True)),
        lacking_href=_href(replace(wanted, lacking=True)),
        under=under if under != name else "",
        more=more,
    )


def _listed(request: SignedIn, wanted: Wanted, at: datetime) -> list[dict[str, Any]]:
    found, _more = reads.rows(request.user, wanted, at=at, most=TOP)
    return [_row(one, at) for one in found]


def _row(one: reads.Row, at: datetime) -> dict[str, Any]:
    return {
        "customer": one.customer,
        "owner": one.customer.book.owner,
        "branch": one.customer.book.org_unit,
        "share": (one.share or 0) / 100,
        "missing": _named(one.missing),
        "more": max(0, len(one.missing) - NAMED),
        "days": (at - one.confirmed_at).days if one.confirmed_at else None,
        "stake": one.stake,
        "value": one.value,
        "tier": one.tier,
    }


def _named(codes: Iterable[str]) -> list[str]:
    return [str(PARTS[code]) for code in codes][:NAMED]


def _title(wanted: Wanted) -> str:
    if wanted.stale and wanted.best:
        return _("Best customers whose file nobody confirmed")
    if wanted.never:
        return _("Files that nobody ever confirmed")
    if wanted.stale:
        return _("Files that nobody confirmed in time")
    if wanted.tenth is not None:
        return _("Files that are %(share)s complete") % {"share": tenth_words(wanted.tenth)}
    if wanted.lacking:
        return _("Valuable customers whose file lacks something")
    return _("Files, the emptiest first")
