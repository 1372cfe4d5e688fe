"""Messages and snippets to begin with: never in force by themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from regulars.server.content.queries.library import in_use
from regulars.server.content.queries.shipped import FOLDER
from regulars.server.content.rules.messages import read_message
from regulars.server.content.rules.shape import Message


@lru_cache(maxsize=1)
def _pack() -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / "messages.toml").read_text("utf-8"))


def examples(trades: tuple[str, ...] | None = None) -> dict[str, Message]:
    """The messages of some trades by code, those of the company where none are named."""
    wanted = set(in_use() if trades is None else trades)
    return {
        str(raw["code"]): read_message(raw)
        for raw in _pack()["messages"]
        if wanted & set(raw["trades"])
    }


def example_snippets(trades: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """The snippets of some trades, as they would be kept."""
    return [raw for raw in _pack()["snippets"] if set(trades) & set(raw["trades"])]
