"""Words in the reader's language, and what codes are called."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.content.forms.playbooks import BEGINS
from regulars.server.content.models import Version
from regulars.server.content.queries import Rendered
from regulars.server.content.queries.problems import PURPOSES
from regulars.server.content.rules.liquid.markup import clean
from regulars.server.content.rules.reading import as_words
from regulars.server.content.rules.shape import Words

register = template.Library()
ANSWERS = {
    "yes_no": _("yes or no"),
    "score": _("1 to 5"),
    "nps": _("0 to 10"),
    "choice": _("choice"),
    "text": _("text"),
    "number": _("number"),
    "date": _("date"),
}


def _zh() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.simple_tag
def said(words: Words) -> str | SafeString:
    """Words in the reader's language; those only there in the other one say so to readers."""
    text = words.of("zh" if _zh() else "en")
    if _zh() and not words.zh and words.en:
        return format_html('<span lang="en">{}</span>', text)
    if not _zh() and not words.en and words.zh:
        return format_html('<span lang="zh-Hans">{}</span>', text)
    return text


@register.simple_tag
def title_of(version: Version) -> str | SafeString:
    return said(as_words(version.body["title"]))


_FIELD = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)


@register.filter
def source(text: str) -> SafeString:
    """The source of a message with its fields marked."""
    parts = _FIELD.split(text)
    marked = (format_html("<code>{}</code>", p) if n % 2 else p for n, p in enumerate(parts))
    return format_html_join("", "{}", ((one,) for one in marked))


@register.filter
def letter(words: Rendered) -> SafeString:
    """The letter of an e-mail: `rules.liquid.markup` has cleaned it."""
    return mark_safe(clean(words.inner))


@register.filter
def purpose_of(code: str) -> str:
    return str(PURPOSES.get(code, code))


@register.filter
def way(channel: str) -> str:
    return str(dict(Touch.Channel.choices).get(channel, channel))


@register.filter
def answer(kind: str) -> str:
    return str(ANSWERS.get(kind, kind))


@register.filter
def begins(code: str) -> str:
    return str(BEGINS.get(code, code))
