"""Addresses of static files, and the icons cut into one of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()


@register.simple_tag
def asset(path: str) -> str:
    """`{% asset "web/css/parts.css" %}`: its address, new whenever the file is."""
    return f"{static(path)}?{_stamp(path)}"


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "alarm" %}`; size "s" or "l". The name stands in icons.txt."""
    return format_html(
        '<svg class="ic{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" ic-{size}" if size else "",
        asset("vendor/icons.svg"),
        name,
    )


@lru_cache
def _stamp(path: str) -> str:
    found = finders.find(path)
    return f"{int(Path(found).stat().st_mtime):x}" if isinstance(found, str) else "0"
