"""The tier designer: edit cuts, see who would move, put the draft in force."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import actions as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import actions, forms, jobs, queries, rules
from regulars.server.tiers.models import Scheme, SchemeVersion
from regulars.server.tiers.queries import TierMark
from regulars.server.web.rules import money

Moves = dict[tuple[str, str], tuple[int, Decimal]]


@require_GET
@needs(Permission.SEE_TIERS)
def index(request: SignedIn) -> HttpResponse:
    """Go to the first scheme, or say that there is none."""
    first = queries.schemes().first()
    if first is None:
        return render(request, "tiers/none.html")
    return redirect("tiers:designer", public_id=first.public_id)


@require_GET
@needs(Permission.SEE_TIERS)
def designer(request: SignedIn, public_id: str) -> HttpResponse:
    """Show a scheme's draft, or the version in force, with who would move."""
    scheme, active, draft = _scheme(public_id)
    return render(request, "tiers/designer.html", _page(request, scheme, active, draft))


@require_POST
@needs(Permission.SEE_TIERS)
def preview(request: SignedIn, public_id: str) -> HttpResponse:
    """Answer what the typed cuts would do, without keeping them."""
    _, active, draft = _scheme(public_id)
    shown = draft or active
    try:
        measure, tiers = forms.read_cuts(shown, request.POST.dict())
    except rules.BadScheme as error:
        return render(request, "tiers/_problem.html", {"problem": str(error)})
    context = _effect(request, active, measure, tiers)
    return render(request, "tiers/_effect.html", context)


@require_POST
@needs(Permission.EDIT_TIERS)
def draft(request: SignedIn, public_id: str) -> HttpResponse:
    """Keep the typed cuts as the draft."""
    scheme, active, kept = _scheme(public_id)
    at = timezone.now()
    try:
        measure, tiers = forms.read_cuts(kept or active, request.POST.dict())
        actions.save_draft(scheme, measure=measure, tiers=tiers, by=request.user, at=at)
    except rules.BadScheme as error:
        context = _page(request, scheme, active, kept) | {
            "problem": str(error),
            "typed": request.POST,
        }
        return render(request, "tiers/designer.html", context, status=422)
    messages.success(
        request, _("The draft is kept. Nothing changes for customers until it is put in force.")
    )
    return redirect("tiers:designer", public_id=public_id)


@require_POST
@needs(Permission.EDIT_TIERS)
def discard(request: SignedIn, public_id: str) -> HttpResponse:
    """Throw the draft away."""
    scheme, _active, _draft = _scheme(public_id)
    actions.discard_draft(scheme, by=request.user, at=timezone.now())
    messages.success(request, _("The draft is gone; the version in force stands."))
    return redirect("tiers:designer", public_id=public_id)


@require_POST
@needs(Permission.EDIT_TIERS)
def in_force(request: SignedIn, public_id: str) -> HttpResponse:
    """Put the draft in force; a job sorts everybody anew."""
    scheme, _active, _draft = _scheme(public_id)
    at = timezone.now()
    try:
        number = int(request.POST.get("number", "0"))
        stamp = request.POST.get("kept_at", "")
        kept_at = datetime.fromisoformat(stamp) if stamp else None
        actions.put_in_force(scheme, number=number, kept_at=kept_at, by=request.user, at=at)
    except (RegularsError, ValueError) as error:
        messages.error(request, str(error))
        return redirect("tiers:designer", public_id=public_id)
    job = core.ask_job("tiers", at=at, asked_by=request.user, subject=scheme.code)
    core.defer(jobs.TASK, job=job, lock="tiers")
    messages.success(
        request,
        _(
            "The new cuts are in force. Everybody is being sorted anew; "
            "lists follow within a minute."
        ),
    )
    return redirect("tiers:designer", public_id=public_id)


def _scheme(public_id: str) -> tuple[Scheme, SchemeVersion, SchemeVersion | None]:
    scheme = queries.scheme_by_id(public_id)
    active = queries.active_version(scheme) if scheme else None
    if scheme is None or active is None:
        raise Http404
    return scheme, active, queries.draft_version(scheme)


def _page(
    request: SignedIn, scheme: Scheme, active: SchemeVersion, draft: SchemeVersion | None
) -> dict[str, Any]:
    shown = draft or active
    marks = queries.names(shown.tiers)
    before = {tier["code"]: tier.get("cut") for tier in active.tiers}
    leads = {tier["code"]: tier.get("lead", "") for tier in active.tiers}
    rows = [
        {
            "mark": marks[tier["code"]],
            "cut": forms.shown_cut(tier.get("cut"), mode=shown.mode),
            "was": forms.shown_cut(before.get(tier["code"]), mode=shown.mode)
            if before.get(tier["code"]) != tier.get("cut")
            else "",
            "below": tier.get("contribution_below"),
            "rest": not tier.get("cut") and not tier.get("contribution_below"),
            "lead": forms.LEADS.get(tier.get("lead", ""), tier.get("lead", "")),
            "lead_code": tier.get("lead", ""),
            "lead_was": forms.LEADS.get(leads.get(tier["code"], ""), "")
            if leads.get(tier["code"], "") != tier.get("lead", "")
            else "",
            "through": forms.through_words(tier.get("through")),
            "through_code": forms.through_code(tier.get("through")),
        }
        for tier in shown.tiers
    ]
    others = [(s.public_id, str(s)) for s in queries.schemes()]
    return {
        "scheme": scheme,
        "schemes": others,
        "active": active,
        "draft": draft,
        "shown": shown,
        "rows": rows,
        "measures": forms.MEASURES.items(),
        "leads": forms.LEADS.items(),
        "may_edit": request.user.may(Permission.EDIT_TIERS),
        "throughs": forms.throughs(scheme),
        "at": timezone.now(),
        **_effect(request, active, shown.measure, list(shown.tiers)),
    }


def _effect(
    request: SignedIn, active: SchemeVersion, measure: str, tiers: list[dict[str, Any]]
) -> dict[str, Any]:
    run = scoring.current_run()
    if run is None or measure not in scoring.columns(run):
        return {"run": run, "effect": None}
    version = SchemeVersion(
        scheme=active.scheme, number=0, measure=measure, mode=active.mode, tiers=tiers
    )
    moves = dict(queries.preview(request.user, run, version, tiers))
    marks = queries.names(tiers)
    return {
        "run": run,
        "effect": _table(moves, marks, run, version),
        "moves": _moves(moves, marks, run, version),
        "moved": sum(n for (was, then), (n, _v) in moves.items() if was != then),
        "chart": _chart(request, run, version, active),
        "measure_name": forms.MEASURES.get(measure, measure),
    }


def _table(
    moves: Moves, marks: dict[str, TierMark], run: Run, version: SchemeVersion
) -> list[dict[str, Any]]:
    column = f"tier_{version.scheme.code}"
    found = []
    for code, mark in marks.items():
        now = sum(n for (was, _then), (n, _v) in moves.items() if was == code)
        then = sum(n for (_was, then), (n, _v) in moves.items() if then == code)
        value = sum((v for (_was, t), (_n, v) in moves.items() if t == code), Decimal())
        found.append(
            {
                "mark": mark,
                "now": now,
                "then": then,
                "change": then - now,
                "value": value,
                "now_url": _rows(run, [(column, code)], mark.name),
                "then_url": _then_url(run, version, code, mark.name),
            }
        )
    return found


def _moves(
    moves: Moves, marks: dict[str, TierMark], run: Run, version: SchemeVersion
) -> list[dict[str, Any]]:
    """Who moves, most value first."""
    column = f"tier_{version.scheme.code}"
    found = []
    for (was, then), (n, value) in moves.items():
        if was == then or not was:
            continue
        title = f"{marks[was].name if was in marks else was} → {marks[then].name}"
        where = _then_where(version, then)
        url = _rows(run, [(column, was), *where], title) if where is not None else ""
        found.append(
            {
                "was": marks.get(was) or TierMark(was, was, 2),
                "then": marks[then],
                "count": n,
                "value": value,
                "url": url,
            }
        )
    return sorted(found, key=lambda move: -move["value"])


def _then_where(version: SchemeVersion, code: str) -> list[tuple[str, str]] | None:
    """The conditions under which a customer would be in a tier, where a list can say them."""
    if version.mode != rules.AMOUNT or rules.carries(version.tiers):
        return None
    tier = next(tier for tier in version.tiers if tier["code"] == code)
    low, high = rules.ranges(version.tiers, code)
    where = [(version.measure, f"{low}..{high}")]
    limits = [t["contribution_below"] for t in version.tiers if t.get("contribution_below")]
    if tier.get("contribution_below"):
        where.append(("contribution_12", f"..{tier['contribution_below']}"))
    elif not tier.get("cut") and limits:
        where.append(("contribution_12", f"{limits[0]}.."))
    if version.scheme.customer_kind:
        where.append(("kind", version.scheme.customer_kind))
    return where


def _then_url(run: Run, version: SchemeVersion, code: str, title: str) -> str:
    where = _then_where(version, code)
    return _rows(run, where, title) if where is not None else ""


def _rows(run: Run, where: list[tuple[str, str]], title: str) -> str:
    pairs = [("run", run.public_id), *(("where", f"{c}:{v}") for c, v in where)]
    return f"{reverse('segments:rows')}?{urlencode([*pairs, ('title', title)])}"


def _chart(
    request: SignedIn, run: Run, version: SchemeVersion, active: SchemeVersion
) -> dict[str, Any] | None:
    """The measure around the cut that moves most, with both cuts marked."""
    if version.mode != rules.AMOUNT:
        return None
    cuts = _cuts(version.tiers)
    before = _cuts(active.tiers)
    changed = [code for code in cuts if cuts[code] != before.get(code)]
    code = changed[0] if changed else _usual(cuts)
    if code is None or not cuts[code]:
        return None
    then, now = float(cuts[code]), float(before.get(code, cuts[code]))
    low, high = min(then, now) * 0.5, max(then, now) * 1.8
    bins = queries.histogram(request.user, run, version, low=low, high=high)
    width = (high - low) / max(len(bins), 1)
    between = sorted((then, now))
    marks = [{"x": then, "label": _("new %(cut)s") % {"cut": _words(then)}}]
    if now != then:
        marks.append({"x": now, "label": _("now %(cut)s") % {"cut": _words(now)}})
    else:
        marks[0]["label"] = _words(then)
    mark = queries.names(version.tiers)[code]
    return {
        "finding": _finding(mark, now, then, bins, width),
        "data": {
            "bins": [
                {
                    "from": round(start),
                    "to": round(start + width),
                    "count": count,
                    "kind": "watch"
                    if between[0] <= start + width / 2 < between[1]
                    else ("plain" if start + width / 2 >= between[1] else "pale"),
                    "href": _rows(
                        run,
                        [(version.measure, f"{start:.0f}..{start + width:.0f}")],
                        f"{_words(start)} – {_words(start + width)}",
                    ),
                }
                for start, count in bins
            ],
            "cuts": marks,
            "x_unit": "money",
            "y_name": _("customers"),
            "table": {
                "head": [_("From"), _("To"), _("Customers")],
                "rows": [[_words(s), _words(s + width), str(n)] for s, n in bins],
            },
        },
    }


def _finding(
    mark: TierMark, now: float, then: float, bins: list[tuple[float, int]], width: float
) -> str:
    low, high = sorted((now, then))
    touched = sum(n for start, n in bins if low <= start + width / 2 < high)
    if now == then:
        return _("Around the cut of %(tier)s at %(cut)s") % {
            "tier": mark.name,
            "cut": _words(then),
        }
    return _("%(tier)s from %(now)s to %(then)s touches about %(n)s customers") % {
        "tier": mark.name,
        "now": _words(now),
        "then": _words(then),
        "n": f"{touched:,}",
    }


def _cuts(tiers: list[dict[str, Any]]) -> dict[str, Decimal]:
    return {tier["code"]: rules.cut_of(tier) for tier in tiers if tier.get("cut")}


def _usual(cuts: dict[str, Decimal]) -> str | None:
    codes = list(cuts)
    return codes[1] if len(codes) > 1 else (codes[0] if codes else None)


def _words(amount: float) -> str:
    return str(money(Decimal(round(amount)), language=get_language()))
