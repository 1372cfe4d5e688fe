"""How a request is written from a template with placeholders, and an answer read by a path."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

PLACE = re.compile(r"\{([a-z_]+)\}")
Escape = Callable[[str], str]
ESCAPES: Mapping[str, Escape] = {
    "json": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "form": lambda value: quote(value, safe=""),
    "xml": lambda value: escape(value, {'"': "&quot;", "'": "&apos;"}),
    "plain": lambda value: value,
}
TYPES = {
    "json": "application/json; charset=utf-8",
    "form": "application/x-www-form-urlencoded; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
DIGESTS: Mapping[str, Callable[[bytes, bytes], str]] = {
    "md5": lambda text, _key: hashlib.md5(text, usedforsecurity=False).hexdigest(),
    "sha256": lambda text, _key: hashlib.sha256(text).hexdigest(),
    "hmac-sha256": lambda text, key: hmac.new(key, text, hashlib.sha256).hexdigest(),
}


def filled(template: str, values: Mapping[str, str], *, form: str) -> str:
    """A template with its places filled once, each value escaped for where it stands."""

    def fill(place: re.Match[str]) -> str:
        value = values.get(place[1])
        return place[0] if value is None else ESCAPES[form](value)

    return PLACE.sub(fill, template)


def places(template: str) -> set[str]:
    return set(PLACE.findall(template))


def headers(lines: str, values: Mapping[str, str]) -> dict[str, str]:
    """Lines of "Name: value" as headers; a value never begins a line of its own."""
    pairs = (line.partition(":") for line in lines.splitlines() if ":" in line)
    made = {
        name.strip(): filled(value.strip(), values, form="plain")
        for name, _colon, value in pairs
    }
    return {name: " ".join(value.split()) for name, value in made.items()}


def at(path: str, document: Any) -> str:
    """What stands at a path such as "data.0.id"; "" where nothing does."""
    for step in path.split("."):
        if isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        elif isinstance(document, dict):
            document = document.get(step)
        else:
            return ""
    if isinstance(document, bool):
        return "true" if document else "false"
    return "" if document is None or isinstance(document, dict | list) else str(document)
