"""The builder: add lines, see who is left, keep it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.segments.forms.builder import Builder
from regulars.server.segments.forms.presets import NAMES
from regulars.server.segments.forms.words import Words
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import asking, saved
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules import BadRule, Group, text, typed
from regulars.server.segments.views.building.opening import (
    asked,
    begins_with,
    own,
    presets_offered,
    rule_segment,
    when_ready,
)
from regulars.server.segments.views.building.parts import (
    address_of,
    beside,
    figures,
    first_of,
    list_href,
    result,
)
from regulars.server.segments.views.building.saving import choices_of_sharing, keep, said


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def new(request: SignedIn) -> HttpResponse:
    """Build a rule; the address, a preset or the form says where it begins."""
    of = ground(request.user, timezone.now())
    preset = request.GET.get("preset", "")
    name = str(NAMES[preset][0]) if preset in NAMES else ""
    return _builder(request, of, begins_with(request, of), {"name": name})


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def edit(request: SignedIn, public_id: str) -> HttpResponse:
    """Change the rule of a segment of one's own."""
    found = own(request, public_id)
    of = ground(request.user, timezone.now())
    begun = request.method == "POST" or "rule" in request.GET
    rule = begins_with(request, of) if begun else saved.rule_of(found)
    return _builder(request, of, rule, {}, segment=found)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def look(request: SignedIn) -> HttpResponse:
    """What the form as it stands would hold: the part of the page that changes by itself."""
    of = ground(request.user, timezone.now())
    typed_rule = typed.read(dict(request.POST.lists()), of.fields)
    context = result(request, of, typed_rule)
    found = rule_segment(request, request.POST.get("segment", ""))
    answer = render(request, "segments/_look.html", context | {"segment": found})
    _keep_address(answer, context["rule"], found)
    return answer


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def exact(request: SignedIn) -> HttpResponse:
    """The exact figures of a rule, after its estimate was shown."""
    node, of = asked(request)
    answer = asking.exact(request.user, node, of)
    paths = [path for path in request.GET.get("paths", "").split(",") if typed.is_path(path)]
    context = figures(answer, of, text(node)) | {"steps": beside(paths, node, answer)}
    return render(request, "segments/_exact.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def first(request: SignedIn) -> HttpResponse:
    """The first customers of a rule, after its count was shown."""
    node, of = asked(request)
    context = {"rows": first_of(request, node, of), "list_href": list_href(text(node))}
    return render(request, "segments/_first.html", context)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def save(request: SignedIn) -> HttpResponse:
    """Keep the rule of the form: as a new segment, as a group, or as the next version."""
    at = timezone.now()
    of = ground(request.user, at)
    typed_rule = typed.read(dict(request.POST.lists()), of.fields)
    rule, problems = typed.complete(typed_rule, of.fields)
    given = request.POST
    found = rule_segment(request, given.get("segment", ""))
    try:
        if problems:
            raise BadRule(next(iter(problems.values())))
        kept = keep(request, rule, found)
    except RegularsError as problem:
        context = {**given.dict(), "problem": said(problem)}
        return _builder(request, of, typed_rule, context, segment=found, status=422)
    return redirect("segments:one", public_id=kept.public_id)


def _builder(
    request: SignedIn,
    of: Ground,
    rule: Group,
    given: dict[str, Any],
    *,
    segment: Segment | None = None,
    status: int = 200,
) -> HttpResponse:
    words = Words(request.user)
    builder = Builder(request.user, of, words)
    context = result(request, of, rule)
    context |= {
        "part": builder.part(rule, problems=context["problems"], steps=context["steps"]),
        "catalogue": builder.catalogue,
        "segment": segment,
        "given": given,
        "problem": given.get("problem", ""),
        "sharings": choices_of_sharing(request),
        "presets": presets_offered(of) if not rule.parts and segment is None else [],
    }
    part = request.headers.get("HX-Target") == "builder"
    answer = render(
        request, f"segments/{'_builder' if part else 'builder'}.html", context, status=status
    )
    if part:
        _keep_address(answer, context["rule"], segment)
    return answer


def _keep_address(answer: HttpResponse, rule: str, segment: Segment | None) -> None:
    """Have the browser's address say the rule as it stands, so that it can be sent on."""
    new_page = reverse("segments:new")
    page = reverse("segments:edit", args=[segment.public_id]) if segment else new_page
    if address := address_of(page, rule):
        answer["HX-Replace-Url"] = address
