"""What every card has, and the words they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language

from regulars.server.insight.rules import Lack, Verdict
from regulars.server.insight.views import codes
from regulars.server.web import rules as web

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """A card as the page shows it. `more` is what only cards of this code have."""

    code: str
    verdict: Verdict
    says: str = ""
    sentence: str = ""
    then: str = ""  # what happens with such a verdict
    judged: str = ""
    reason: str = ""  # the engine's own words, shown to readers of English only
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(codes.NAMES[self.code])

    @property
    def part(self) -> str:
        """The template of what only this score has."""
        return f"insight/_{self.code}.html"

    @property
    def sign(self) -> tuple[str, str, Any]:
        return codes.SIGNS[self.verdict]

    @property
    def is_shown(self) -> bool:
        """Whether there is more to it than its sentence."""
        return bool(self.more)


def lacking(missing: Lack) -> str:
    if missing.more is None:
        return str(codes.LACKS["unknown"])
    return str(codes.LACKS[missing.of]) % {"n": web.count(missing.more)}


def english(said: str) -> str:
    return said if (get_language() or "").startswith("en") else ""


def lowered(text: Any) -> str:
    """A name within a sentence: its first letter small, unless it is short for something."""
    said = str(text)
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def day(text: str) -> str:
    return web.day(date.fromisoformat(text), "full", language=get_language())


def last_day(stop: str) -> str:
    return date.fromordinal(date.fromisoformat(stop).toordinal() - 1).isoformat()
