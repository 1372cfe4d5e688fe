"""Figures of a page that lead to their rows: where to, and what they say."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from django.test import Client

from regulars.server.core import scope


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        said = dict(given)
        if tag == "a" and said.get("class") == "num":
            self._inside = True
            self.found.append((said.get("href") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._inside:
            where, words = self.found[-1]
            self.found[-1] = where, words + data


def figures(page: str) -> list[tuple[str, str]]:
    """Every figure that is a link, in the order of the page: its address and its words."""
    reader = _Reader()
    reader.feed(page)
    return [(where, " ".join(words.split())) for where, words in reader.found]


def counted(words: str) -> int | None:
    """The count that a figure says; None of money, shares and medians."""
    if any(sign in words for sign in "¥%") or "day" in words:
        return None
    found = re.match(r"(All )?([\d,]+)\b(?!\.\d)", words)
    return int(found[2].replace(",", "")) if found else None


def money(words: str) -> str | None:
    return words if words.startswith("¥") else None


def rows(client: Client, address: str) -> tuple[int, str]:
    """How many rows an address opens, and the words of its page."""
    answer = client.get(address)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200, address
    page = unescape(answer.content.decode())
    return page.count("<tr data-row-href"), re.sub("<[^>]*>", "", page)
