"""Segments and groups that were kept: the list of them, one of them, members, files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.segments import actions, queries
from regulars.server.segments.actions import exporting
from regulars.server.segments.forms.words import Words
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import asking, saved
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import text
from regulars.server.segments.views import building
from regulars.server.segments.views.building import figures, said, when_ready
from regulars.server.segments.views.words import read_back
from regulars.server.web import rules as web

MOST_PICKED = 500  # customers of one form


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def index(request: SignedIn) -> HttpResponse:
    """Segments and groups, with presets to copy."""
    of = ground(request.user, timezone.now())
    words = Words(request.user)
    before = saved.run_before(of.run)
    then = saved.tally(request.user, before)
    rows = [_row(request, found, of, words, then) for found in queries.segments(request.user)]
    offered = [
        preset | {"sentence": read_back(preset["rule"], of, words)}
        for preset in building.presets_offered(of)
    ]
    context = {
        "rules": [row for row in rows if not row["segment"].is_group],
        "groups": [row for row in rows if row["segment"].is_group],
        "presets": offered,
        "of": of,
        "before": before,
    }
    return render(request, "segments/index.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def figure(request: SignedIn, public_id: str) -> HttpResponse:
    """The count of one segment, for a list that would take long to count all at once."""
    found = _open(request, public_id)
    of = ground(request.user, timezone.now())
    row = _counted(request, found, of, exact=True)
    return render(request, "segments/_count.html", row | {"segment": found})


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """A segment: what it says, whom it holds, how it grew, what can be done with it."""
    found = _open(request, public_id)
    return _page(request, found)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Give a segment of one's own another name, words or reach."""
    found = _open(request, public_id)
    try:
        actions.change(
            found,
            name=request.POST.get("name", ""),
            description=request.POST.get("description", ""),
            by=request.user,
            at=timezone.now(),
            **building.sharing_of(request),
        )
    except RegularsError as problem:
        return _page(request, _open(request, public_id), problem=said(problem), status=422)
    return redirect("segments:one", public_id=public_id)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
def archive(request: SignedIn, public_id: str) -> HttpResponse:
    """Put a segment away, or bring it back."""
    found = _open(request, public_id)
    try:
        if found.archived_at is None:
            actions.archive(found, by=request.user, at=timezone.now())
        else:
            actions.restore(found, by=request.user, at=timezone.now())
    except RegularsError as problem:
        return _page(request, found, problem=said(problem), status=422)
    return redirect("segments:one", public_id=public_id)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
def new_group(request: SignedIn) -> HttpResponse:
    """Open a group, and pick its first members if some were chosen already."""
    picked = request.POST.getlist("customer") or request.GET.getlist("customer")
    context: dict[str, Any] = {
        "sharings": building.choices_of_sharing(request),
        "given": request.POST.dict(),
        "picked": [p for p in picked[:MOST_PICKED] if customers.one(request.user, p)],
    }
    if request.method == "POST":
        try:
            group = actions.make_group(
                name=request.POST.get("name", ""),
                description=request.POST.get("description", ""),
                by=request.user,
                at=timezone.now(),
                **building.sharing_of(request),
            )
            _pick(request, group, context["picked"], add=True)
        except RegularsError as problem:
            context["problem"] = said(problem)
            return render(request, "segments/new_group.html", context, status=422)
        return redirect("segments:one", public_id=group.public_id)
    return render(request, "segments/new_group.html", context)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
def members(request: SignedIn) -> HttpResponse:
    """Pick customers into a group of one's own, or take them out."""
    group = queries.segment(request.user, request.POST.get("group", ""))
    if group is None or not group.is_group:
        raise Http404
    add = request.POST.get("do") != "remove"
    try:
        changed = _pick(request, group, request.POST.getlist("customer"), add=add)
    except RegularsError as problem:
        messages.error(request, said(problem))
    else:
        words = _added(changed) if add else _removed(changed)
        messages.success(request, words % {"n": web.count(changed), "name": group.name})
    return redirect(_back(request, group))


@require_POST
@needs(Permission.EXPORT)
def export(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask for a segment as a file."""
    found = _open(request, public_id)
    try:
        actions.ask_export(
            found,
            format=request.POST.get("format", ""),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except RegularsError as problem:
        return _page(request, found, problem=said(problem), status=422)
    return redirect(reverse("segments:one", args=[public_id]) + "#export")


@require_GET
@needs(Permission.EXPORT)
def exported(request: SignedIn, key: str) -> HttpResponse:
    """How far a file is."""
    job = saved.export_job(request.user, key)
    if job is None:
        raise Http404
    return render(request, "segments/_export.html", {"job": job})


@require_POST
@needs(Permission.EXPORT)
def download(request: SignedIn, key: str) -> HttpResponse:
    """Hand out a file to the person who asked for it; that is noted."""
    job = saved.export_job(request.user, key)
    path = exporting.downloaded(job, by=request.user, at=timezone.now()) if job else None
    if path is None:
        raise Http404
    file: Any = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    answer: HttpResponse = file  # both are what a view may answer with
    return answer


def _page(
    request: SignedIn, found: Segment, *, problem: str = "", status: int = 200
) -> HttpResponse:
    of = ground(request.user, timezone.now())
    words = Words(request.user)
    context: dict[str, Any] = {
        "segment": found,
        "of": of,
        "own": found.owner_id == request.user.pk,
        "problem": problem,
        "sentence": "" if found.is_group else read_back(saved.rule_of(found), of, words),
        "sharings": building.choices_of_sharing(request),
        "sharing": f"branch:{found.branch_id}" if found.branch_id else found.sharing,
        "versions": found.versions.select_related("made_by") if not found.is_group else (),
        "others": queries.segments(request.user).exclude(pk=found.pk),
        "may_export": request.user.may(Permission.EXPORT),
        "may_try": request.user.may(Permission.RUN_EXPERIMENTS),
        "jobs": saved.export_jobs(request.user, found),
        "formats": tuple(FORMATS),
        "history": _line(saved.history(request.user, found)),
        "list_href": f"{reverse('segments:list')}?{urlencode({'segment': found.public_id})}",
    }
    try:
        node = asking.settle(saved.rule_of(found), of)
    except RegularsError as broken:
        return render(
            request, "segments/one.html", context | {"broken": said(broken)}, status=status
        )
    answer = asking.quick(request.user, node, of)
    context |= {
        **figures(answer, of, text(node)),
        "list_href": context["list_href"],
        **building.first_rows(request, node, of),
    }
    if context["rows"] is None and found.is_group:
        ids = asking.page(request.user, node, of, most=building.SHOWN)
        context["rows"] = queries.rows(request.user, ids, queries.versions(of.run))
    return render(request, "segments/one.html", context, status=status)


def _row(
    request: SignedIn, found: Segment, of: Any, words: Words, then: dict[int, int]
) -> dict[str, Any]:
    counted = _counted(request, found, of, exact=False)
    answer, before = counted["answer"], then.get(found.pk)
    known = before is not None and answer is not None and not answer.is_estimate
    return {
        "segment": found,
        "sentence": "" if found.is_group else read_back(saved.rule_of(found), of, words),
        "own": found.owner_id == request.user.pk,
        **counted,
        "moved": answer.count - before if known else None,
    }


def _counted(request: SignedIn, found: Segment, of: Any, *, exact: bool) -> dict[str, Any]:
    """The count of a segment; a long one is estimated and fetched after the page."""
    href = f"{reverse('segments:list')}?{urlencode({'segment': found.public_id})}"
    try:
        node = asking.settle(saved.rule_of(found), of)
        ask = asking.exact if exact else asking.quick
        answer = ask(request.user, node, of)
    except RegularsError:
        return {"answer": None, "href": href}
    return {"answer": answer, "href": href}


def _line(points: list[saved.Point]) -> dict[str, Any] | None:
    """The line of a segment's size, once there are two points."""
    if len(points) < 2:
        return None
    return {
        "series": [
            {
                "name": _("Customers"),
                "points": [[p.as_of.isoformat(), p.customers] for p in points],
            }
        ],
        "x_type": "time",
        "unit": "count",
        "table": {
            "head": [_("Date"), _("Customers")],
            "rows": [[p.as_of.isoformat(), web.count(p.customers)] for p in points],
        },
    }


def _open(request: SignedIn, public_id: str) -> Segment:
    found = queries.segment(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _pick(request: SignedIn, group: Segment, public_ids: list[str], *, add: bool) -> int:
    ids = customers.customers(request.user).filter(public_id__in=public_ids[:MOST_PICKED])
    change = actions.add_members if add else actions.remove_members
    found = list(ids.values_list("pk", flat=True))
    return change(group, found, by=request.user, at=timezone.now())


def _added(n: int) -> str:
    return ngettext(
        "%(n)s customer added to %(name)s.", "%(n)s customers added to %(name)s.", n
    )


def _removed(n: int) -> str:
    return ngettext(
        "%(n)s customer taken out of %(name)s.", "%(n)s customers taken out of %(name)s.", n
    )


def _back(request: SignedIn, group: Segment) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("segments:one", args=[group.public_id])
