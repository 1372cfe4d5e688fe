"""What a rule finds, as the parts of a page show it: figures, counts, first customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from regulars.server.core.access import SignedIn
from regulars.server.segments import actions, queries
from regulars.server.segments.forms.codes import CHANNELS
from regulars.server.segments.forms.reasons import with_reasons
from regulars.server.segments.forms.sentence import marked
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking, explaining
from regulars.server.segments.queries.asking import Answer
from regulars.server.segments.queries.ground import Ground
from regulars.server.segments.rules import Condition, Group, Node, from_text, text, typed

SHOWN = 20
LONGEST_ADDRESS = 6_000  # letters that a browser and a proxy surely carry


def result(request: SignedIn, of: Ground, typed_rule: Group) -> dict[str, Any]:
    """Figures, sentence, counts beside the lines and the first customers of a rule."""
    rule, problems = typed.complete(typed_rule, of.fields)
    answer = asking.quick(request.user, rule, of)
    words = Words(request.user)
    steps = steps_of(typed_rule, rule, problems, answer)
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
    return {"rows": first_of(request, rule, of)}


def first_of(request: SignedIn, rule: Node, of: Ground) -> list[queries.Row]:
    """A few customers of a rule, each with what the rule found of them."""
    ids = asking.page(request.user, rule, of, most=SHOWN)
    rows = queries.rows(request.user, ids, queries.versions(of.run))
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
    """The list of the customers of a rule."""
    return address_of(reverse("segments:list"), rule)


def address_of(page: str, rule: str) -> str:
    """A page with a rule in its address; none where it would be too long."""
    address = f"{page}?{urlencode({'rule': rule})}"
    return address if len(address) < LONGEST_ADDRESS else ""


def _compare_href(rule: str) -> str:
    whole = not from_text(rule).parts
    return "" if whole else address_of(reverse("segments:compare"), rule)


def _and_reached(rule: str, way: str) -> str:
    more = Condition("reach", "in", (way,)) if way else Condition("reach", "unknown")
    return text(Group("all", (from_text(rule), more)))


@dataclass(frozen=True)
class Step:
    """What stands beside a part of the outermost group: how many are left after it."""

    path: str
    left: int | None = None
    share: float = 0.0
    href: str = ""
    coming: bool = False  # asked after the page


def steps_of(
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
    return {path: Step(path) for path in paths} | beside(kept, rule, answer)


def beside(paths: Sequence[str], rule: Group, answer: Answer) -> dict[str, Step]:
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
