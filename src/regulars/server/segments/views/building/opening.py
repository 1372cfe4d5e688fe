"""What a page of a rule begins with: its rule, its segment, the board it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn
from regulars.server.segments import queries
from regulars.server.segments.forms.presets import NAMES
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import NotReady, asking
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules import BadRule, Group, from_text, presets, typed

P = ParamSpec("P")
View = Callable[Concatenate[SignedIn, P], HttpResponse]


def when_ready(view: View[P]) -> View[P]:
    """Say so while the board of a large company is being made."""

    @wraps(view)
    def waited(request: SignedIn, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotReady:
            return render(request, "segments/not_ready.html")

    return cast(View[P], waited)


def begins_with(request: SignedIn, of: Ground) -> Group:
    """The rule that a builder begins with: as typed, of the address, or of a preset."""
    if request.method == "POST":
        return typed.read(dict(request.POST.lists()), of.fields)
    if "rule" in request.GET:
        try:
            return from_text(request.GET["rule"])
        except BadRule as error:
            raise Http404 from error
    wanted = request.GET.get("preset", "")
    return next((p.rule for p in presets.PRESETS if p.code == wanted), Group())


def asked(request: SignedIn) -> tuple[Group, Ground]:
    """The rule of an address and what it is asked of; no page where it is none."""
    of = ground(request.user, timezone.now())
    try:
        node = asking.settle(from_text(request.GET.get("rule", "")), of)
    except BadRule as error:
        raise Http404 from error
    assert isinstance(node, Group)
    return node, of


def rule_segment(request: SignedIn, public_id: str) -> Segment | None:
    """A segment with a rule that the reader may see; a group has none."""
    found = queries.segment(request.user, public_id) if public_id else None
    return found if found is not None and not found.is_group else None


def own(request: SignedIn, public_id: str) -> Segment:
    found = rule_segment(request, public_id)
    if found is None or found.owner_id != request.user.pk:
        raise Http404
    return found


def presets_offered(of: Ground) -> list[dict[str, Any]]:
    """Rules to copy that this company's data can answer."""
    company = core.company()
    return [
        {
            "name": NAMES[preset.code][0],
            "words": NAMES[preset.code][1],
            "href": f"{reverse('segments:new')}?{urlencode({'preset': preset.code})}",
            "rule": preset.rule,
        }
        for preset in presets.offered(of.fields, company.kind if company else "retail")
    ]
