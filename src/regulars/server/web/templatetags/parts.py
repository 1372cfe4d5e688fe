"""The parts pages are made of; PARTS.md shows each with an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zlib import crc32

from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, QueryDict
from django.template import Context, Library
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from regulars.server.web import rules
from regulars.server.web.answers import UNDO
from regulars.server.web.templatetags.assets import icon
from regulars.server.web.templatetags.figures import show

register = Library()

CHIPS = {"loss": "d", "danger": "d", "due": "w", "warn": "w", "growth": "a", "care": ""}
Value = rules.Number | rules.Figure | str | None


@register.simple_tag
def sep() -> SafeString:
    """`{% sep %}`: the middle dot between two facts; the CJK dot would be full width."""
    return format_html('<span class="sep">{}</span>', "·")


@register.filter
def undo_address(message: Message) -> str:
    """Where what a message tells of is undone; empty where it is not."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.filter
def dotted(text: object) -> SafeString:
    """`{{ text|dotted }}`: set the dots between facts, " · ", as `{% sep %}` does."""
    return mark_safe(conditional_escape(str(text)).replace(" · ", sep()))  # escaped before


@register.simple_tag
def tier(mark: Any) -> SafeString | str:
    """`{% tier tier %}`: something with `name` and `level` (or `rank`), 5 is the top."""
    if not mark:
        return rules.NOTHING
    level = _of(mark, "level") or _of(mark, "rank") or 3
    name = _of(mark, "label") or _of(mark, "name") or mark
    return format_html(
        '<span class="tier t{}">{}</span>', min(5, max(1, int(level))), str(name)
    )


@register.simple_tag
def chip(kind: str, sign: str, text: object) -> SafeString:
    """`{% chip "loss" "arrow-bar-up" text %}`; kinds: loss, due, growth, care."""
    css = CHIPS.get(kind, kind)
    sign_html = icon(sign) if sign else ""
    return format_html(
        '<span class="chip{}">{}{}</span>', f" {css}" if css else "", sign_html, dotted(text)
    )


@register.simple_tag
def num(value: Value, href: str = "", title: str = "", drawer: bool = False) -> SafeString:
    """`{% num value href %}`: a figure that opens its rows; `drawer=True` beside the page."""
    text = _text(value)
    if not href:
        return format_html("<span>{}</span>", text)
    inside = format_html(' hx-get="{}" hx-target="#drawer" hx-push-url="true"', href)
    return format_html(
        '<a class="num" href="{}"{}{}>{}</a>',
        href,
        format_html(' title="{}"', title) if title else "",
        inside if drawer else "",
        text,
    )


@register.inclusion_tag("web/parts/tile.html")
def tile(
    label: str,
    value: Value,
    unit: str = "",
    note: str = "",
    href: str = "",
    why: str = "",
    size: str = "big",
) -> dict[str, Any]:
    """`{% tile label value unit note href %}` in `.tiles` or `.kpis`; `why` is an address."""
    return {
        "label": label,
        "value": _text(value),
        "unit": unit,
        "note": note,
        "href": href,
        "why": why,
        "size": size,
    }


@register.simple_tag
def avatar(name: str, kind: str = "person", size: str = "") -> SafeString:
    """`{% avatar name "organization" "xl" %}`."""
    css = " ".join(["av", *(["org"] if kind == "organization" else []), *([size] * bool(size))])
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', css, rules.initial(str(name))
    )


@register.simple_tag(takes_context=True)
def seg(
    context: Context,
    options: Iterable[Any],
    current: object,
    param: str = "show",
    name: str = "",
) -> SafeString:
    """`{% seg options current param="period" %}`: links that change one query parameter.

    Options are pairs (value, label) or triples (value, label, count). `name` is read aloud.
    """
    links = (_seg_link(context, option, str(current), param) for option in options)
    return format_html(
        '<div class="seg" role="group" aria-label="{}">{}</div>',
        name or _("What is shown"),
        format_html_join("", "{}", ((link,) for link in links)),
    )


@register.inclusion_tag("web/parts/sort_head.html", takes_context=True)
def sort_head(
    context: Context, key: str, label: str, numeric: bool = False, css: str = ""
) -> dict[str, Any]:
    """`{% sort_head "aum" label numeric=True %}`: sorts by `?sort=aum` or `?sort=-aum`."""
    wanted = _query(context).get("sort") or str(context.get("sort") or "")
    falling, rising = wanted == f"-{key}", wanted == key
    first = f"-{key}" if numeric else key
    turned = key if falling else f"-{key}" if rising else first
    return {
        "label": label,
        "href": _with(context, sort=turned, page=None),
        "state": "descending" if falling else "ascending" if rising else "",
        "css": " ".join(filter(None, ["r" if numeric else "", css])),
    }


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """`{% query page=2 tier=None %}`: this address with some parameters changed."""
    return _with(context, **changes)


@register.simple_block_tag
def why(content: str, label: str = "", url: str = "") -> SafeString:
    """`{% why "Why this figure" %} ... {% endwhy %}`: (i) and what it opens.

    With `url` the words are fetched when it is opened for the first time.
    """
    label = str(label) or _("Why this figure")
    key = f"pop-{crc32(f'{label}{url}{content}'.encode()):x}"
    fetch = format_html(' hx-get="{}" hx-target="#{}" hx-trigger="click once"', url, key)
    return format_html(
        '<span class="popwrap"><button class="why" type="button" data-pop="{}" '
        'aria-expanded="false" aria-controls="{}" aria-label="{}"{}>{}</button>'
        '<div class="pop" id="{}" role="dialog" aria-label="{}" hidden>{}</div></span>',
        key,
        key,
        label,
        fetch if url else "",
        icon("info-circle"),
        key,
        label,
        content,
    )


@register.simple_block_tag
def fold(
    content: str, key: str, title: str, state: object = "", open: object = False
) -> SafeString:
    """`{% fold "documents" title state=3 %} ... {% endfold %}`: a row of `.folds` that opens.

    `state` is what can be known without opening it: words, or how many there are.
    """
    return format_html(
        '<details class="fold" id="{}"{}><summary><h3>{}</h3><span class="s m">{}</span>{}'
        "</summary>{}</details>",
        key,
        mark_safe(" open") if open else "",
        title,
        _("none yet") if state == 0 else state,
        icon("chevron-down", "s"),
        content,
    )


@register.inclusion_tag("web/parts/reasons.html")
def reasons(items: Iterable[Any]) -> dict[str, Any]:
    """`{% reasons items %}`: each has `text`, `points` (signed) and `detail`."""
    return {"items": list(items)}


@register.inclusion_tag("web/empty.html")
def empty(
    title: str, text: str = "", href: str = "", action: str = "", picture: str = "list"
) -> dict[str, Any]:
    """`{% empty title text href action %}`: what will stand here and how to begin."""
    return {"title": title, "text": text, "href": href, "action": action, "picture": picture}


@register.simple_tag
def note(kind: str, sign: str, text: object) -> SafeString:
    """`{% note "warn" "lock" text %}`; kinds: plain, warn, danger, good."""
    css = {"warn": " w", "danger": " d", "good": " a"}.get(kind, "")
    role = mark_safe(' role="alert"') if kind == "danger" else ""
    return format_html(
        '<div class="note{}"{}>{}<span>{}</span></div>', css, role, icon(sign), dotted(text)
    )


@register.inclusion_tag("web/parts/job.html")
def progress(
    title: str, share: float | None, note: str = "", poll: str = "", state: str = "running"
) -> dict[str, Any]:
    """`{% progress title share note poll %}`: long work; `poll` is asked every two seconds."""
    return {"title": title, "share": share, "note": note, "poll": poll, "state": state}


@register.inclusion_tag("web/parts/more_rows.html")
def more_rows(url: str, columns: int) -> dict[str, Any]:
    """`{% more_rows url 7 %}`: the last row of a list; the next 50 come when it is seen."""
    return {"url": url, "columns": columns}


def _text(value: Value) -> SafeString | str:
    if isinstance(value, rules.Figure):
        return show(value)
    if isinstance(value, bool | str):
        return value if isinstance(value, str) else str(value)
    if isinstance(value, int):
        return rules.count(value)
    return rules.NOTHING if value is None else str(value)


def _of(mark: Any, name: str) -> Any:
    return mark.get(name) if isinstance(mark, Mapping) else getattr(mark, name, None)


def _seg_link(context: Context, option: Any, current: str, param: str) -> SafeString:
    value, label, *counted = option
    amount = format_html(" {}", rules.count(counted[0])) if counted else ""
    return format_html(
        '<a href="{}"{}>{}{}</a>',
        _with(context, **{param: value, "page": None}),
        mark_safe(' aria-current="true"') if str(value) == current else "",
        label,
        amount,
    )


def _query(context: Context) -> QueryDict:
    request: HttpRequest | None = context.get("request")
    return request.GET if request is not None else QueryDict()


def _with(context: Context, **changes: object) -> str:
    changed = _query(context).copy()
    for name, value in changes.items():
        if value is None or value == "":
            changed.pop(name, None)
        elif isinstance(value, date | datetime):
            changed[name] = value.isoformat()
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
