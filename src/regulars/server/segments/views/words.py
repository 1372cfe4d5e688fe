"""Words that several pages of segments share: names in pills, the sentence of a rule."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn
from regulars.server.segments import queries
from regulars.server.segments.forms.sentence import marked, sentence
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import Asked, from_text


def of_segments(request: SignedIn, asked: Asked) -> dict[tuple[str, str], str]:
    """What the pills of a list call its segments and its rule."""
    named: dict[tuple[str, str], str] = {}
    for public_id in asked.of("segment"):
        found = queries.segment(request.user, public_id)
        named["segment", public_id] = found.name if found else public_id
    if asked.rule:
        of = ground(request.user, timezone.now())
        node = asking.settle(from_text(asked.rule), of)
        named["rule", asked.rule] = sentence(node, of.fields, Words(request.user))
    return named


def read_back(node: Any, of: Any, words: Words) -> SafeString | str:
    """The sentence of a rule; what cannot be read any more says so."""
    try:
        return marked(asking.settle(node, of), of.fields, words)
    except RegularsError as problem:
        return str(problem)
