"""Items that come with Regulars; a company takes over what it wants."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "packs" / "items.toml"


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """The fields of each shipped item, by its code."""
    return {str(raw["code"]): _fields(raw) for raw in _read()}


def _read() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["items"]
    return found


def _fields(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": raw["title"]["zh"],
        "title_en": raw["title"]["en"],
        "text": raw["text"]["zh"],
        "text_en": raw["text"]["en"],
        "roles": list(raw["roles"]),
        "groups": list(raw.get("groups", [])),
        "confirms": raw["confirms"],
        "days": raw["days"],
        "months": raw["months"],
    }
