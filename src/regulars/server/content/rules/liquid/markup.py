"""HTML for e-mail: what an author may write, and plain text made into paragraphs."""

from __future__ import annotations

import re
from html import escape

import nh3

TAGS = {
    *("p", "br", "b", "strong", "i", "em", "u", "a", "ul", "ol", "li"),
    *("h2", "h3", "blockquote", "hr"),
}
_LIQUID = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_WRITTEN = re.compile(r"<\s*/?\s*([A-Za-z!?][\w-]*)")
_INSIDE = re.compile(r"<[A-Za-z/!?][^<>]*(?:\{\{|\{%)")
_URL = re.compile(r"https?://[\w./?=&%#:~+;,@-]*[\w/=&%#~+-]", re.ASCII)


def clean(html: str) -> str:
    """Keep the few tags of a letter; nothing that runs, loads or styles."""
    return nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"}, link_rel="noopener noreferrer",
    )  # fmt: skip


def foreign(html: str) -> tuple[str, int] | None:
    """The first thing that would not be kept, with its index: a tag, or a value inside one."""
    if hit := _INSIDE.search(html):
        return html[hit.start() : hit.end()][:40], hit.start()
    for hit in _WRITTEN.finditer(html):
        if hit[1].lower() not in TAGS:
            return hit[0], hit.start()
    return None


def from_text(source: str) -> str:
    """Make the plain source of a message HTML source: paragraphs, lines and links.

    What is Liquid stays as it is: its values are escaped when they are known.
    """
    parts = _LIQUID.split(source.replace("\r\n", "\n").strip())
    made = "".join(part if n % 2 else _literal(part) for n, part in enumerate(parts))
    return f"<p>{made}</p>"


def _literal(text: str) -> str:
    found, last = [], 0
    for hit in _URL.finditer(text):
        url = escape(hit[0])
        found += [_lines(text[last : hit.start()]), f'<a href="{url}">{url}</a>']
        last = hit.end()
    return "".join([*found, _lines(text[last:])])


def _lines(text: str) -> str:
    told = re.sub(r"\n[ \t]*\n\s*", "\0", escape(text)).replace("\n", "<br>")
    return told.replace("\0", "</p><p>")


def framed(inner: str, *, sender: str, subject: str, language: str) -> str:
    """A whole letter: the company's name above, the words, nothing loaded from anywhere."""
    lang = "zh-Hans" if language.startswith("zh") else "en"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(subject)}</title>'
        f'</head><body style="margin:0;background:#f3f4f6">'
        f'<div style="max-width:600px;margin:0 auto;padding:24px 12px;font:16px/1.7 '
        "-apple-system,'PingFang SC','Microsoft YaHei','Segoe UI',sans-serif;color:#1f2933\">"
        f'<div style="font-size:14px;color:#52606d;padding:0 4px 12px">{escape(sender)}</div>'
        '<div style="background:#ffffff;border:1px solid #e4e7eb;border-radius:8px;'
        f'padding:20px 24px">{inner}</div></div></body></html>'
    )
