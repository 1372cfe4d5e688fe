"""What base.html needs: entries, slots, theme, columns, bricks, languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Engine, Library, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from regulars.server.web import bricks as walls
from regulars.server.web import navigation
from regulars.server.web.navigation import Entry, Shelf

register = Library()


@dataclass(frozen=True)
class Frame:
    """Everything around the content, for one request."""

    theme: str
    language: str
    other_code: str
    other_name: str
    groups: list[Shelf]
    before: list[Entry]
    after: list[Entry]
    search: str
    suggest: str
    record: str
    sign_out: str


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame:
    """`{% frame as frame %}`: what this person's frame shows on this page."""
    request: HttpRequest | None = context.get("request")
    viewer = getattr(request, "user", None)
    signed_in = viewer if getattr(viewer, "is_authenticated", False) else None
    here = request.get_full_path() if request else ""
    registry = navigation.registry
    entries = (
        registry.entries(
            signed_in,
            at=here,
            current=str(context.get("nav") or ""),
            counted=not context.get("is_problem"),
        )
        if signed_in
        else []
    )
    record = registry.slot("record", signed_in) if signed_in else ""
    tabs = registry.tabs(entries, places=navigation.TABS - bool(record))
    half = 2 if record else len(tabs)
    other = _other_language()
    return Frame(
        theme="dark" if _theme(context, request) == "dark" else "light",
        language="en" if other.startswith("zh") else "zh-Hans",
        other_code=other,
        other_name="中" if other.startswith("zh") else "EN",
        groups=navigation.grouped(entries, opened=_opened(request)),
        before=tabs[:half],
        after=tabs[half:],
        search=registry.slot("search", signed_in) if signed_in else "",
        suggest=registry.slot("suggest", signed_in) if signed_in else "",
        record=record,
        sign_out=registry.slot("sign_out", signed_in) if signed_in else "",
    )


@register.simple_tag
def locker_key(viewer: Any) -> str:
    """What seals the things that this person's pages keep on the machine; see locker.js."""
    if not getattr(viewer, "is_authenticated", False):
        return ""
    return salted_hmac("regulars.web.locker", str(viewer.pk), algorithm="sha256").hexdigest()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str) -> str:
    """`{% slot "out" as out %}`: the address that a feature gave to a place of the frame."""
    viewer = getattr(context.get("request"), "user", None)
    signed_in = getattr(viewer, "is_authenticated", False)
    return navigation.registry.slot(name, viewer) if viewer and signed_in else ""


@register.simple_tag(takes_context=True)
def bricks(context: Context, place: str, subject: object = None) -> SafeString:
    """`{% bricks "customer.side" customer %}`; the page's context holds `at`."""
    at: datetime = context["at"]
    viewer = context["request"].user
    engine = Engine.get_default()
    found = []
    for brick, values in walls.wall.filled(place, viewer, subject, at):
        template = engine.get_template(brick.template)
        with context.push(viewer=viewer, subject=subject, **values):
            found.append(template.render(context))
    return mark_safe("".join(found))  # each piece is a rendered template


@register.filter
def drawer_or_page(request: HttpRequest) -> str:
    """`{% extends request|drawer_or_page %}`: the same content beside a page or alone."""
    asked_from = request.headers.get("HX-Target", "")
    return "web/_drawer.html" if asked_from == "drawer" else "web/drawer.html"


@register.simple_tag(takes_context=True)
def reuse(context: Context, name: str) -> SafeString:
    """`{% reuse "title" %}`: show a block a second time; Django renders each only once."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(block.render(context) if block else "")  # a rendered template


class Columns(Node):
    """Content, and beside it an aside if the page has one."""

    child_nodelists = ("content", "side")

    def __init__(self, content: NodeList, side: NodeList) -> None:
        self.content, self.side = content, side

    def render(self, context: Context) -> SafeString:
        content, side = self.content.render(context), self.side.render(context)
        if not side.strip():
            return content
        return format_html(
            '<div class="cols"><div class="stack">{}</div>'
            '<aside class="stack" aria-label="{}">{}</aside></div>',
            content,
            _("Beside"),
            side,
        )


@register.tag
def columns(parser: Parser, token: Token) -> Columns:
    """`{% columns %} ... {% aside %} ... {% endcolumns %}`."""
    content = parser.parse(("aside",))
    parser.delete_first_token()
    side = parser.parse(("endcolumns",))
    parser.delete_first_token()
    return Columns(content, side)


def _opened(request: HttpRequest | None) -> list[str]:
    """The groups of the side bar that this browser keeps unfolded."""
    return request.COOKIES.get("regulars_nav", "").split(".") if request else []


def _theme(context: Context, request: HttpRequest | None) -> Any:
    return context.get("theme") or (request.COOKIES.get("regulars_theme") if request else "")


def _other_language() -> str:
    now = (get_language() or settings.LANGUAGE_CODE)[:2]
    return next(code for code, _name in settings.LANGUAGES if code[:2] != now)


@register.simple_tag
def language_name(code: str) -> str:
    return str(get_language_info(code)["name_local"])
