"""Words for codes of the policy: `{{ reason|reason }}`, `{{ rule|rule }}`."""

from __future__ import annotations

from django.template import Library

from regulars.server.channels.forms import words

register = Library()


@register.filter
def reason(code: str) -> str:
    return str(words.REASONS.get(code, code))


@register.filter
def rule(code: str) -> str:
    return str(words.RULES[code][0]) if code in words.RULES else code


@register.filter
def usual_source(code: str) -> str:
    """Where a rule comes from when the pack says nothing of its own."""
    return str(words.RULES[code][1]) if code in words.RULES else ""


@register.filter
def outcome(code: str) -> str:
    return str(words.OUTCOMES.get(code, code))


@register.filter
def way(code: str) -> str:
    return str(words.CHANNELS.get(code, code))


@register.filter
def purpose(code: str) -> str:
    return str(words.PURPOSES.get(code, code))
