"""Lists of customers: everybody's, the ones behind a figure, and one customer's moments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers_of
from regulars.server.customers.models import Customer
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments import actions, bricks, forms, queries
from regulars.server.segments.forms.reasons import with_reasons
from regulars.server.segments.forms.words import Words
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import narrowed
from regulars.server.segments.rules import DEEPEST, PAGE, Asked, conditions, offset, read
from regulars.server.segments.views import words


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def customers(request: SignedIn) -> HttpResponse:
    """The list, its next fifty rows, or what stands below the search box while typing."""
    asked, at = read(dict(request.GET.lists())), queries.versions()
    begin = offset(request.GET.get("offset", ""))
    found = _found(request, asked, at, begin)
    at = queries.versions(found.run) if found.run is not None else at
    pick = _picking(request)
    actions.note_look(found.sensitive, by=request.user, at=timezone.now())
    context: dict[str, Any] = {
        "rows": with_reasons(
            queries.rows(request.user, found.ids, at), found.why, Words(request.user)
        ),
        "pick": pick,
        "picked": pick is not None and queries.picked(request.user, pick, found.ids),
        "asked": asked,
        "run": at.run,
        "now": timezone.now(),
        "more": _more(request.path, _query(asked, pick), begin) if found.more else "",
        "shown": begin + len(found.ids),
    }
    if begin:
        return render(request, "segments/_rows.html", context)
    context |= {
        "totals": found.totals,
        "totals_at": f"{reverse('segments:totals')}?{asked.query()}",
        "pills": forms.pills(
            request.user, asked, request.path, words.of_segments(request, asked)
        ),
        "pick": pick,
        "groups": queries.own_groups(request.user),
        "choices": forms.choices(request.user, asked),
        "sorts": forms.SORTS.items(),
    }
    part = request.headers.get("HX-Target") == "found"
    return render(request, f"segments/{'_found' if part else 'list'}.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def sums(request: SignedIn) -> HttpResponse:
    """How many and how much, for lists that are too long to count before showing them."""
    asked, at = read(dict(request.GET.lists())), queries.versions()
    if asked.of_segment:
        try:
            found = narrowed.totals(request.user, asked, timezone.now())
        except BadInput as error:
            raise Http404 from error
    else:
        found = queries.totals(request.user, asked, at)
    return render(request, "segments/_totals.html", {"totals": found, "asked": asked})


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def suggest(request: SignedIn) -> HttpResponse:
    """What the top bar shows while somebody types."""
    text = request.GET.get("q", "").strip()[:60]
    context = {"text": text, "rows": queries.suggestions(request.user, text) if text else []}
    return render(request, "segments/_suggestions.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def rows(request: SignedIn) -> HttpResponse:
    """The customers behind a figure of a run, beside the page or on one of their own."""
    run, before = _run(request, "run") or scoring.current_run(), _run(request, "before")
    if run is None:
        raise Http404
    begin = offset(request.GET.get("offset", ""))
    try:
        found, total, value = queries.behind(
            request.user,
            run,
            conditions(request.GET.getlist("where")),
            order=request.GET.get("order") or "value",
            offset=begin,
            before=before,
        )
    except scoring.UnknownColumn as error:
        raise Http404 from error
    shown = begin + len(found)
    context = {
        "rows": found,
        "run": run,
        "before": before,
        "title": request.GET.get("title", "")[:120],
        "totals": queries.Totals(total, value),
        "whole": request.get_full_path(),
        "more": _more(request.path, _kept(request), begin) if shown < total else "",
        "shown": shown,
    }
    return render(request, f"segments/{'_behind' if begin else 'rows'}.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def timeline(request: SignedIn, public_id: str) -> HttpResponse:
    """A customer's moments of one kind, or the earlier ones."""
    customer = _customer(request, public_id)
    context = bricks.moments(
        request.user,
        customer,
        timezone.now(),
        show=request.GET.get("show", ""),
        before=_moment(request.GET.get("before", "")),
    )
    part = "_moments" if context["before"] else "_timeline"
    return render(request, f"segments/{part}.html", {"subject": customer, **context})


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def money(request: SignedIn, public_id: str) -> HttpResponse:
    """A customer's balances or spending over another span."""
    customer = _customer(request, public_id)
    span = request.GET.get("span", "")
    context = bricks.money_of(request.user, customer, timezone.now(), span=span)
    if context is None:
        raise Http404
    return render(request, "segments/_money.html", {"subject": customer, **context})


def _found(request: SignedIn, asked: Asked, at: queries.Versions, begin: int) -> queries.Found:
    if not asked.of_segment:
        return queries.page(request.user, asked, at, offset=begin)
    try:
        return narrowed.page(request.user, asked, timezone.now(), offset=begin)
    except BadInput as error:
        raise Http404 from error


def _picking(request: SignedIn) -> Segment | None:
    """The group into which customers are being picked, if it is the viewer's own."""
    wanted = request.GET.get("pick", "")
    found = queries.segment(request.user, wanted) if wanted else None
    if found is None or not found.is_group or found.owner_id != request.user.pk:
        return None
    return found


def _query(asked: Asked, pick: Segment | None) -> str:
    pairs = asked.query()
    picking = urlencode({"pick": pick.public_id}) if pick else ""
    return "&".join(filter(None, (pairs, picking)))


def _customer(request: SignedIn, public_id: str) -> Customer:
    found = customers_of.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _run(request: SignedIn, name: str) -> Run | None:
    asked = request.GET.get(name, "")
    if not asked:
        return None
    found = scoring.run_by_id(asked)
    if found is None:
        raise Http404
    return found


def _more(path: str, query: str, begin: int) -> str:
    """The address of the next rows; lists end where nobody scrolls any more."""
    following = begin + PAGE
    if following >= DEEPEST:
        return ""
    return f"{path}?{query}{'&' if query else ''}offset={following}"


def _kept(request: SignedIn) -> str:
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name != "offset"
    ]
    return urlencode(pairs)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
