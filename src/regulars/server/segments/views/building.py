"""The builder: add lines, see who is left, keep it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.segments import actions, queries
from regulars.server.segments.forms.builder import Builder
from regulars.server.segments.forms.codes import CHANNELS
from regulars.server.segments.forms.presets import NAMES
from regulars.server.segments.forms.reasons import with_reasons
from regulars.server.segments.forms.sentence import marked
from regulars.server.segments.forms.words import Words
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import NotReady, asking, explaining, saved
from regulars.server.segments.queries.asking import Answer
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules import (
    BadRule,
    Condition,
    Group,
    Node,
    from_text,
    presets,
    text,
    typed,
)

P = ParamSpec("P")
View = Callable[Concatenate[SignedIn, P], HttpResponse]
SHOWN = 20
LONGEST_ADDRESS = 6_000  # letters that a browser and a proxy surely carry


def when_ready(view: View[P]) -> View[P]:
    """Say so while the board of a large company is being made."""

    @wraps(view)
    def waited(request: SignedIn, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotReady:
            return render(request, "segments/not_ready.html")

    return cast(View[P], waited)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def new(request: SignedIn) -> HttpResponse:
    """Build a rule; the address, a preset or the form says where it begins."""
    of = ground(request.user, timezone.now())
    preset = request.GET.get("preset", "")
    name = str(NAMES[preset][0]) if preset in NAMES else ""
    return _builder(request, of, _rule(request, of), {"name": name})


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def edit(request: SignedIn, public_id: str) -> HttpResponse:
    """Change the rule of a segment of one's own."""
    found = _own(request, public_id)
    of = ground(request.user, timezone.now())
    begun = request.method == "POST" or "rule" in request.GET
    rule = _rule(request, of) if begun else saved.rule_of(found)
    return _builder(request, of, rule, {}, segment=found)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def look(request: SignedIn) -> HttpResponse:
    """What the form as it stands would hold: the part of the page that changes by itself."""
    of = ground(request.user, timezone.now())
    typed_rule = typed.read(dict(request.POST.lists()), of.fields)
    context = result(request, of, typed_rule)
    found = _segment(request, request.POST.get("segment", ""))
    answer = render(request, "segments/_look.html", context | {"segment": found})
    where = (
        reverse("segments:edit", args=[found.public_id]) if found else reverse("segments:new")
    )
    address = f"{where}?{urlencode({'rule': context['rule']})}"
    if len(address) < LONGEST_ADDRESS:
        answer["HX-Replace-Url"] = address
    return answer


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def exact(request: SignedIn) -> HttpResponse:
    """The exact figures of a rule, after its estimate was shown."""
    node, of = _asked(request)
    answer = asking.exact(request.user, node, of)
    paths = [path for path in request.GET.get("paths", "").split(",") if typed.is_path(path)]
    context = figures(answer, of, text(node)) | {"steps": _beside(paths, node, answer)}
    return render(request, "segments/_exact.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def first(request: SignedIn) -> HttpResponse:
    """The first customers of a rule, after its count was shown."""
    node, of = _asked(request)
    context = {"rows": _first(request, node, of), "list_href": list_href(text(node))}
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
    found = _segment(request, given.get("segment", ""))
    try:
        if problems:
            raise BadRule(next(iter(problems.values())))
        kept = _kept(request, rule, found)
    except RegularsError as problem:
        context = {**given.dict(), "problem": said(problem)}
        return _builder(request, of, typed_rule, context, segment=found, status=422)
    return redirect("segments:one", public_id=kept.public_id)


def said(problem: RegularsError) -> str:
    """A refusal in the reader's language."""
    known = {
        actions.NameTaken: _("You have another segment of that name, or the name is empty."),
        actions.NotAllowed: _("You cannot share that far. Choose a branch that is yours."),
        actions.NotOwner: _("This segment belongs to somebody else. Save it as your own."),
        actions.ReasonMissing: _("The rule looks at a sensitive field. Say why it is needed."),
        actions.TooMany: _("A group holds 200,000 customers at most. Narrow the rule."),
        actions.ExportRefused: _("Say what the file is for, and choose a format."),
        BadRule: _("A line of the rule is not filled in. Complete it, or remove it."),
    }
    return next(
        (words for kind, words in known.items() if isinstance(problem, kind)), str(problem)
    )


def result(request: SignedIn, of: Ground, typed_rule: Group) -> dict[str, Any]:
    """Figures, sentence, counts beside the lines and the first customers of a rule."""
    rule, problems = typed.complete(typed_rule, of.fields)
    answer = asking.quick(request.user, rule, of)
    words = Words(request.user)
    steps = _steps(typed_rule, rule, problems, answer)
    named = asking.sensitive(rule, of)
    actions.note_look(
        named, by=request.user, at=timezone.now(), reason=request.POST.get("reason", "")
    )
    return {
        **figures(answer, of, text(rule)),
        "coming": ",".join(path for path, step in steps.items() if step.coming),
        "sentence": marked(rule, of.fields, words),
        **first_rows(request, rule, of),
        "steps": steps,
        "problems": problems,
        "sensitive": [words.label(key) for key in named],
    }


def first_rows(request: SignedIn, rule: Node, of: Ground) -> dict[str, Any]:
    """The first customers; a large company's are asked after the page."""
    if of.is_large:
        return {"rows": None}
    return {"rows": _first(request, rule, of)}


def _first(request: SignedIn, rule: Node, of: Ground) -> list[queries.Row]:
    """A few customers of a rule, each with what the rule found of them."""
    ids = asking.page(request.user, rule, of, most=SHOWN)
    rows = queries.rows(request.user, ids, queries.versions())
    why = explaining.reasons(request.user, rule, of, ids)
    return with_reasons(rows, why, Words(request.user))


def figures(answer: Answer, of: Ground, rule: str) -> dict[str, Any]:
    """What the figures card shows."""
    return {
        "answer": answer,
        "of": of,
        "rule": rule,
        "list_href": list_href(rule),
        "ways": [
            (str(CHANNELS[way]), n, list_href(_and_reached(rule, way)))
            for way, n in answer.reach.items()
        ],
        "unreached_href": list_href(_and_reached(rule, "")),
        "compare_href": _compare_href(rule),
    }


def list_href(rule: str) -> str:
    """The list of the customers of a rule; an address that would be too long has none."""
    address = f"{reverse('segments:list')}?{urlencode({'rule': rule})}"
    return address if len(address) < LONGEST_ADDRESS else ""


def _compare_href(rule: str) -> str:
    address = f"{reverse('segments:compare')}?{urlencode({'rule': rule})}"
    whole = not from_text(rule).parts
    return "" if whole or len(address) > LONGEST_ADDRESS else address


def choices_of_sharing(request: SignedIn) -> list[tuple[str, str]]:
    found = [(Segment.Sharing.PRIVATE.value, pgettext("sharing", "Only me"))]
    found += [
        (f"branch:{unit.pk}", _("Branch: %(name)s") % {"name": unit})
        for unit in saved.branches(request.user)
    ]
    if saved.may_share_with_everybody(request.user):
        found.append((Segment.Sharing.EVERYBODY.value, pgettext("sharing", "Everybody")))
    return found


def sharing_of(request: SignedIn) -> dict[str, Any]:
    """What was chosen in the field of sharing."""
    chosen, _colon, pk = request.POST.get("sharing", "private").partition(":")
    branch = next((u for u in saved.branches(request.user) if str(u.pk) == pk), None)
    return {"sharing": chosen, "branch": branch if chosen == "branch" else None}


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
        "presets": _presets(of) if not rule.parts and segment is None else [],
    }
    part = request.headers.get("HX-Target") == "builder"
    answer = render(
        request, f"segments/{'_builder' if part else 'builder'}.html", context, status=status
    )
    if part:
        where = (
            reverse("segments:edit", args=[segment.public_id])
            if segment
            else reverse("segments:new")
        )
        answer["HX-Replace-Url"] = f"{where}?{urlencode({'rule': context['rule']})}"
    return answer


def _rule(request: SignedIn, of: Ground) -> Group:
    if request.method == "POST":
        return typed.read(dict(request.POST.lists()), of.fields)
    if "rule" in request.GET:
        try:
            return from_text(request.GET["rule"])
        except BadRule as error:
            raise Http404 from error
    wanted = request.GET.get("preset", "")
    return next((p.rule for p in presets.PRESETS if p.code == wanted), Group())


def _asked(request: SignedIn) -> tuple[Group, Ground]:
    """The rule of an address and what it is asked of; no page where it is none."""
    of = ground(request.user, timezone.now())
    try:
        node = asking.settle(from_text(request.GET.get("rule", "")), of)
    except BadRule as error:
        raise Http404 from error
    assert isinstance(node, Group)
    return node, of


def _presets(of: Ground) -> list[dict[str, Any]]:
    company = core.company()
    return [
        {
            "name": NAMES[preset.code][0],
            "words": NAMES[preset.code][1],
            "href": f"{reverse('segments:new')}?{urlencode({'preset': preset.code})}",
        }
        for preset in presets.offered(of.fields, company.kind if company else "retail")
    ]


def _kept(request: SignedIn, rule: Group, found: Segment | None) -> Segment:
    at, given = timezone.now(), request.POST
    if given.get("as") == "group":
        return actions.freeze(
            rule,
            name=given.get("name", ""),
            by=request.user,
            at=at,
            **sharing_of(request),
            of=found,
        )
    if found is not None and given.get("as") != "new":
        actions.change(found, rule=rule, by=request.user, at=at, reason=given.get("reason", ""))
        return found
    return actions.keep(
        rule,
        name=given.get("name", ""),
        description=given.get("description", ""),
        reason=given.get("reason", ""),
        by=request.user,
        at=at,
        **sharing_of(request),
    )


@dataclass(frozen=True)
class Step:
    """What stands beside a part of the outermost group: how many are left after it."""

    path: str
    left: int | None = None
    share: float = 0.0
    href: str = ""
    coming: bool = False  # asked after the page


def _steps(
    node: Group, rule: Group, problems: dict[str, str], answer: Answer
) -> dict[str, Step]:
    paths = [f"0.{place}" for place in range(len(node.parts))]
    kept = [
        path
        for path, part in zip(paths, node.parts, strict=True)
        if (_says(part, path, problems) if isinstance(part, Group) else path not in problems)
    ]
    if answer.is_bare:
        return {path: Step(path, coming=path in kept) for path in paths}
    return {path: Step(path) for path in paths} | _beside(kept, rule, answer)


def _beside(paths: Sequence[str], rule: Group, answer: Answer) -> dict[str, Step]:
    """The counts of a rule's parts, which stand at these paths of the form."""
    people = answer.people or 1
    return {
        path: Step(
            path, left, left / people, list_href(text(Group(rule.mode, rule.parts[: n + 1])))
        )
        for n, (path, left) in enumerate(zip(paths, answer.steps, strict=False))
    }


def _says(part: Group, path: str, problems: dict[str, str]) -> bool:
    """Whether anything of a group is filled in."""
    return any(
        _says(inner, f"{path}.{n}", problems)
        if isinstance(inner, Group)
        else f"{path}.{n}" not in problems
        for n, inner in enumerate(part.parts)
    )


def _and_reached(rule: str, way: str) -> str:
    more = Condition("reach", "in", (way,)) if way else Condition("reach", "unknown")
    return text(Group("all", (from_text(rule), more)))


def _segment(request: SignedIn, public_id: str) -> Segment | None:
    found = queries.segment(request.user, public_id) if public_id else None
    return found if found is not None and not found.is_group else None


def _own(request: SignedIn, public_id: str) -> Segment:
    found = _segment(request, public_id)
    if found is None or found.owner_id != request.user.pk:
        raise Http404
    return found
