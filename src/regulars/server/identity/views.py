"""Files that look alike: the queue, two side by side, and the merges that were made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions as customers
from regulars.server.customers.rules import PERSONAL
from regulars.server.identity import actions, queries
from regulars.server.identity.bricks import LABELS, lines, words
from regulars.server.identity.forms import ApartForm, MergeForm
from regulars.server.identity.models import Merge, Pair
from regulars.server.web.asked import number

PAGE = 30


@require_GET
@needs(Permission.MERGE)
def index(request: SignedIn) -> HttpResponse:
    """Pairs that wait for a look, the likeliest first."""
    state = request.GET.get("state", "open")
    if state not in (Pair.State.OPEN, Pair.State.APART):
        state = Pair.State.OPEN
    offset = number(request, "from")
    found = queries.pairs(request.user, state=state)
    rows = list(found[offset : offset + PAGE + 1])
    context: dict[str, Any] = {
        "pairs": [(pair, words(pair)) for pair in rows[:PAGE]],
        "state": state,
        "states": [
            (each, Pair.State(each).label, queries.pairs(request.user, state=each).count())
            for each in (Pair.State.OPEN, Pair.State.APART)
        ],
        "next": offset + PAGE if len(rows) > PAGE else None,
        "job": queries.search_under_way(),
        "last": queries.last_search(),
    }
    part = request.htmx and offset
    return render(request, "identity/_rows.html" if part else "identity/index.html", context)


@require_POST
@needs(Permission.MERGE)
def search(request: SignedIn) -> HttpResponse:
    """Look through all files again."""
    actions.ask_search(by=request.user, at=timezone.now())
    return redirect("identity:index")


@require_GET
@needs(Permission.MERGE)
def progress(request: SignedIn) -> HttpResponse:
    """How far the search is; the whole page once it is done."""
    job = queries.search_under_way()
    if job is None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "identity/_progress.html", {"job": job})


@require_GET
@needs(Permission.MERGE)
def pair(request: SignedIn, public_id: str) -> HttpResponse:
    """Two files side by side, with what speaks for and against one customer."""
    return _pair(request, _the_pair(request, public_id))


@require_POST
@needs(Permission.SEE_PERSONAL)
def reveal(request: SignedIn, public_id: str) -> HttpResponse:
    """Show both in full, and write down who looked."""
    found = _the_pair(request, public_id)
    for each in (found.first, found.second):
        customers.reveal(each, PERSONAL, reason="compare", by=request.user, at=timezone.now())
    return _pair(request, found, revealed=True)


@require_POST
@needs(Permission.MERGE)
def merge(request: SignedIn, public_id: str) -> HttpResponse:
    """Let one of the two go into the other."""
    found = _the_pair(request, public_id)
    form = MergeForm(request.POST, pair=found)
    if not form.is_valid():
        return _pair(request, found, problem=form.problem(), status=422)
    survivor, loser = form.order()
    try:
        made = actions.merge(
            survivor, loser, taken=form.taken(), pair=found, by=request.user, at=timezone.now()
        )
    except Refused as refused:
        return _pair(request, found, problem=str(refused), status=409)
    messages.success(request, _("Merged. It can be taken back at any time."))
    return redirect("identity:merged", public_id=made.public_id)


@require_POST
@needs(Permission.MERGE)
def apart(request: SignedIn, public_id: str) -> HttpResponse:
    """Decide that these are two customers."""
    found = _the_pair(request, public_id)
    form = ApartForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    try:
        actions.keep_apart(found, reason=reason, by=request.user, at=timezone.now())
    except Refused as refused:
        return _pair(request, found, problem=str(refused), status=409)
    messages.success(request, _("Kept as two customers. The pair is not proposed again."))
    return redirect("identity:index")


@require_GET
@needs(Permission.MERGE)
def merges(request: SignedIn) -> HttpResponse:
    """Every merge, newest first."""
    offset = number(request, "from")
    rows = list(queries.merges(request.user)[offset : offset + PAGE + 1])
    context = {"merges": rows[:PAGE], "next": offset + PAGE if len(rows) > PAGE else None}
    part = request.htmx and offset
    whole = "identity/_merges.html" if part else "identity/merges.html"
    return render(request, whole, context)


@require_GET
@needs(Permission.MERGE)
def merged(request: SignedIn, public_id: str) -> HttpResponse:
    """One merge: what moved, which values, and the way back."""
    return _merged(request, _the_merge(request, public_id))


@require_POST
@needs(Permission.MERGE)
def unmerge(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a merge back."""
    made = _the_merge(request, public_id)
    try:
        actions.unmerge(made, by=request.user, at=timezone.now())
    except Refused as refused:
        return _merged(request, made, problem=str(refused), status=409)
    messages.success(request, _("The two files stand apart again."))
    return redirect("identity:merged", public_id=public_id)


def _pair(request: SignedIn, found: Pair, *, status: int = 200, **more: Any) -> HttpResponse:
    revealed = bool(more.get("revealed"))
    context = {
        "pair": found,
        "words": words(found),
        "lines": lines(found.first, found.second, revealed=revealed),
        "obstacle": queries.obstacle(found),
        "keeps": queries.likely_survivor(found).public_id,
        "rows": [queries.rows_of(each) for each in (found.first, found.second)],
        "undecided": found.state in (Pair.State.OPEN, Pair.State.GONE),
        "nav": "duplicates",
        "may_reveal": request.user.may(Permission.SEE_PERSONAL) and not revealed,
        **more,
    }
    return render(request, "identity/pair.html", context, status=status)


def _merged(request: SignedIn, made: Merge, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "merge": made,
        "moved": queries.moved(made),
        "home": queries.home(made, made.survivor, made.loser) if not made.undone_at else None,
        "went_along": "book" in made.kept_by_hand,
        "kept": [LABELS.get(name, name) for name in made.kept_by_hand if name != "book"],
        "nav": "duplicates",
        **more,
    }
    return render(request, "identity/merged.html", context, status=status)


def _the_pair(request: SignedIn, public_id: str) -> Pair:
    found = queries.pair(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _the_merge(request: SignedIn, public_id: str) -> Merge:
    found = queries.merge(request.user, public_id)
    if found is None:
        raise Http404
    return found
