"""The list of campaigns, the members behind each number, and both as files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.server.campaigns import queries
from regulars.server.campaigns.actions import exporting
from regulars.server.campaigns.models import Attempt, Campaign, Member
from regulars.server.campaigns.queries import Asked
from regulars.server.campaigns.views.shared import the_campaign
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers

PAGE = 50


@require_GET
@needs(Permission.SEE_MESSAGES)
def index(request: SignedIn) -> HttpResponse:
    """What runs, what is planned, what is over."""
    viewer, at = request.user, timezone.now()
    tab = request.GET.get("show", "now")
    tab = tab if tab in queries.SHOWN else "now"
    start = _from(request)
    found = list(queries.shown(viewer, tab)[start : start + PAGE + 1])
    rows, today = found[:PAGE], core.local_date(at)
    funnels, verdicts = queries.funnels(viewer, rows), queries.verdicts(rows)
    context = {
        "tab": tab,
        "tabs": [
            ("now", pgettext("campaigns", "Running")),
            ("planned", pgettext("campaigns", "Planned")),
            ("over", pgettext("campaigns", "Finished")),
        ],
        "rows": [
            {"campaign": one, "funnel": funnels[one.pk], "verdict": verdicts.get(one.pk)}
            for one in rows
        ],
        "next": start + PAGE if len(found) > PAGE else None,
        "counts": {name: queries.shown(viewer, name).count() for name in queries.SHOWN},
        "to_decide": list(queries.to_decide(viewer)),
        "late": list(queries.late_phases(viewer, today)[:20]),
        "may_plan": viewer.may(Permission.SEND),
        "at": at,
    }
    part = request.htmx and start
    return render(request, "campaigns/_rows.html" if part else "campaigns/index.html", context)


@require_GET
@needs(Permission.SEE_MESSAGES)
def members(request: SignedIn, public_id: str) -> HttpResponse:
    """The customers behind a number, each with why they are in."""
    campaign, asked, start = the_campaign(request, public_id), wanted(request), _from(request)
    found = queries.members(request.user, campaign, asked)
    page = queries.some_members(found, start, PAGE + 1)
    why = queries.whys(request.user, campaign, page[:PAGE])
    context = {
        "campaign": campaign,
        "rows": [{"member": one, "why": why[one.pk]} for one in page[:PAGE]],
        "next": start + PAGE if len(page) > PAGE else None,
        "count": found.count(),
        "pills": _pills(request, asked),
        "arms": _arms(campaign),
        "may_export": request.user.may(Permission.EXPORT),
        "formats": tuple(FORMATS),
        "at": timezone.now(),
    }
    part = request.htmx and start
    name = "campaigns/_members.html" if part else "campaigns/members.html"
    return render(request, name, context)


@require_GET
@needs(Permission.SEE_MESSAGES)
def member(request: SignedIn, public_id: str, customer_id: str) -> HttpResponse:
    """One customer in a campaign: why, in which arm, what was tried, what came of it."""
    campaign = the_campaign(request, public_id)
    customer = customers.one(request.user, customer_id)
    asked = queries.members(request.user, campaign, Asked())
    found = asked.filter(customer=customer).first() if customer else None
    if found is None:
        raise Http404
    context = {
        "campaign": campaign,
        "member": found,
        "why": queries.whys(request.user, campaign, [found])[found.pk],
        "attempts": [
            (one, queries.reason_words(one.reason)) for one in queries.attempts_of(found)
        ],
        "arm": _arms(campaign).get(found.arm, ""),
    }
    return render(request, "campaigns/member.html", context)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn, public_id: str) -> HttpResponse:
    """The members behind a number, or the progress by branch, as a file."""
    campaign = the_campaign(request, public_id)
    what, format = request.GET.get("what", "members"), request.GET.get("format", "xlsx")
    if what not in exporting.SHEETS or format not in FORMATS:
        raise Http404
    written = exporting.export(
        campaign, what, wanted(request), format=format, by=request.user, at=timezone.now()
    )
    answer = HttpResponse(written, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="campaign-{what}.{format}"'
    return answer


def wanted(request: SignedIn) -> Asked:
    """What an address asks for; what it does not know is left out."""
    given = {name: request.GET.get(name, "")[:40] for name in Asked.__dataclass_fields__}
    states = {*Member.State.values, "meant", "begun", "reached", "reached_only"}
    return Asked(
        state=given["state"] if given["state"] in states else "",
        result=given["result"] if given["result"] in Touch.Outcome.values else "",
        branch=given["branch"],
        wave=_number(given["wave"]),
        step=_number(given["step"]),
        arm=given["arm"],
        tried=given["tried"] if given["tried"] in Attempt.State.values else "",
        reason=given["reason"],
        late=core.local_date(timezone.now()) if given["late"] else None,
    )


def _pills(request: SignedIn, asked: Asked) -> list[tuple[str, str]]:
    """What is asked for in words, each with the address without it."""
    words: dict[str, str] = {}
    states = dict(Member.State.choices) | {
        "meant": pgettext("campaign", "To be reached"),
        "begun": pgettext("campaign", "Begun"),
        "reached": pgettext("campaign", "Reached"),
        "reached_only": Member.State.REACHED.label,
    }
    if asked.state:
        words["state"] = str(states[asked.state])
    if asked.result:
        words["result"] = str(Touch.Outcome(asked.result).label)
    if asked.branch:
        place = queries.branch(asked.branch)
        words["branch"] = str(place) if place else asked.branch
    if asked.wave:
        words["wave"] = _("Wave %(n)s") % {"n": asked.wave}
    if asked.step:
        words["step"] = _("Step %(n)s") % {"n": asked.step}
    if asked.tried:
        words["tried"] = str(Attempt.State(asked.tried).label)
    if asked.reason:
        words["reason"] = queries.reason_words(asked.reason)
    if asked.arm:
        words["arm"] = asked.arm.upper()
    if asked.late:
        words["late"] = _("Calls not made in time")
    return [(said, _without(request, name)) for name, said in words.items()]


def _without(request: SignedIn, name: str) -> str:
    left = request.GET.copy()
    for gone in (name, "from"):
        left.pop(gone, None)
    return f"?{left.urlencode()}"


def _arms(campaign: Campaign) -> dict[str, str]:
    """What each arm is called where two wordings are tried."""
    return {"a": _("Wording A"), "b": _("Wording B")} if campaign.b_share else {}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _from(request: SignedIn) -> int:
    given: Any = request.GET.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 8 else 0
