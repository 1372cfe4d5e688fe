"""What comes with Regulars: texts by trade, and words that are not said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from regulars.server.content.rules import lines
from regulars.server.content.rules.lint import Sensitive, read_sensitive
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import DIMENSIONS, Kind, Shipped, Words

FOLDER = Path(__file__).resolve().parents[1] / "packs"
COMMON = "common"  # in use whatever the trade
TRADES = ("bank", "insurance", "auto", "estate", "retail", "b2b")
PARTS = {
    "scripts": Kind.SCRIPT,
    "objections": Kind.OBJECTION,
    "playbooks": Kind.PLAYBOOK,
    "checklists": Kind.CHECKLIST,
}


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Shipped]:
    """Every shipped text by its code."""
    found = [each for trade in (*TRADES, COMMON) for each in _of(trade)]
    return {each.code: each for each in found}


@lru_cache(maxsize=1)
def trade_names() -> Mapping[str, Words]:
    """What each trade is called."""
    heads = {trade: _open(trade) for trade in (*TRADES, COMMON)}
    return {trade: Words(str(head["zh"]), str(head["en"])) for trade, head in heads.items()}


@lru_cache(maxsize=1)
def sensitive() -> tuple[Sensitive, ...]:
    """The words that are shipped, in the order of their file."""
    return tuple(read_sensitive(each) for each in _open("words")["words"])


def _of(trade: str) -> Iterator[Shipped]:
    content = _open(trade)
    for part, kind in PARTS.items():
        for raw in content.get(part, ()):
            yield Shipped(kind, str(raw["code"]), trade, read(kind, _kept(kind, raw)))


def _open(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def _kept(kind: Kind, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A pack's entry as it would be kept: fitting apart, typed lines read."""
    body = {name: value for name, value in raw.items() if name not in DIMENSIONS}
    body["fits"] = {name: raw[name] for name in DIMENSIONS if name in raw}
    if kind is Kind.CHECKLIST:
        body["items"] = lines.items(raw["items"])
    if kind is Kind.PLAYBOOK:
        body["steps"] = [
            step | {"questions": lines.questions(step.get("questions", ""))}
            for step in raw["steps"]
        ]
    return body
