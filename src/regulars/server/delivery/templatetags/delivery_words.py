"""Words for codes of lines, mailings and messages: `{{ row|why_not }}`."""

from __future__ import annotations

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars.server.channels.forms.words import REASONS
from regulars.server.delivery.forms import words
from regulars.server.delivery.models import Delivery, Heard, Line, Mailing
from regulars.server.web.templatetags.assets import icon

register = Library()
register.filter("why_not", words.why_not)
register.filter("provider_said", words.provider_said)


@register.simple_tag
def state_chip(of: Delivery | Mailing | Line) -> SafeString:
    """The state of a message, a mailing or a line, with its sign."""
    marks = {Delivery: words.MARKS, Mailing: words.MAILINGS, Line: words.LINES}[type(of)]
    return _chip(*marks[of.state], of.get_state_display())


@register.simple_tag
def state_word(code: str) -> SafeString:
    """A state of messages by its code."""
    return _chip(*words.MARKS[code], Delivery.State(code).label)


@register.filter
def way(code: str) -> str:
    return str(words.CHANNELS.get(code, code))


@register.filter
def step(code: str) -> str:
    return str(words.STEPS.get(code, code))


@register.filter
def reason_words(code: str) -> str:
    return str(words.OWN.get(code) or REASONS.get(code, code))


@register.filter
def happened(news: Heard) -> str:
    return str(words.NEWS.get(news.what, news.what))


def _chip(css: str, sign: str, text: object) -> SafeString:
    return format_html(
        '<span class="chip{}">{}{}</span>', f" {css}" if css else "", icon(sign), text
    )
