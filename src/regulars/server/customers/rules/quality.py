"""How complete a file is, what it lacks, and how long it may go unconfirmed.

A file is asked for parts, each with a weight; some only of customers from a tier's level
on. Completeness is the weight of what is there over the weight of what is asked, in whole
per cent, rounded down: a file that lacks anything never reads 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PERSON, ORGANIZATION = "person", "organization"
# Part -> the columns of which one is enough. `contact_person` is a tie, not a column.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "name_en"),
    "phone": ("phone",),
    "email": ("email",),
    "birth_date": ("birth_date", "lunar_birthday"),
    "gender": ("gender",),
    "address": ("address",),
    "occupation": ("occupation",),
    "industry": ("industry",),
    "id": ("id_tail", "id_hash"),
    "consents": ("consents",),
    "preferred_channel": ("preferred_channel",),
    "key_concern": ("key_concern",),
    "risk_tolerance": ("risk_tolerance",),
    "since": ("since",),
    "contact_person": (),
}
DATES = ("birth_date", "since")
NUMBERS = ("risk_tolerance",)
DOCUMENTS = ("consents",)
# Tiers from 5, the best, to 1; 0 asks it of everybody.
EVERYBODY, HIGH = 0, 4
UNTIERED = 0
STALE_AFTER = 30


@dataclass(frozen=True)
class Part:
    """One thing a file is asked for."""

    code: str
    weight: int
    from_level: int = EVERYBODY


ASKED: Mapping[str, tuple[Part, ...]] = {
    PERSON: (
        *(Part("name", 3), Part("phone", 4), Part("birth_date", 2), Part("gender", 1)),
        *(Part("address", 2), Part("occupation", 2), Part("email", 1), Part("consents", 2)),
        *(Part("preferred_channel", 1), Part("id", 2), Part("key_concern", 2, HIGH)),
    ),
    ORGANIZATION: (
        *(Part("name", 3), Part("phone", 3), Part("contact_person", 4), Part("industry", 2)),
        *(Part("id", 2), Part("address", 2), Part("email", 1), Part("consents", 1)),
        Part("key_concern", 2, HIGH),
    ),
}


def asked(settings: Mapping[str, Any]) -> dict[str, tuple[Part, ...]]:
    """What files are asked for, by kind; `file_parts` of the settings changes it.

    There: kind -> part -> [weight, from level]; a weight of 0 asks no more for it.
    """
    given: Mapping[str, Any] = settings.get("file_parts") or {}
    found = {}
    for kind, usual in ASKED.items():
        parts = {part.code: part for part in usual}
        for code, (weight, level) in (given.get(kind) or {}).items():
            if code in COLUMNS:
                parts[code] = Part(code, max(0, int(weight)), int(level))
        found[kind] = tuple(part for part in parts.values() if part.weight > 0)
    return found


def has(code: str, values: Mapping[str, Any]) -> bool:
    """Tell whether a part is there: one of its columns says something."""
    if not COLUMNS[code]:
        return bool(values.get(code))
    return any(bool(values.get(column)) for column in COLUMNS[code])


def missing(values: Mapping[str, Any], parts: Iterable[Part], level: int) -> list[str]:
    """What is asked of a customer of this level and not there, the weightiest first."""
    lacking = [p for p in parts if p.from_level <= level and not has(p.code, values)]
    return [part.code for part in sorted(lacking, key=lambda p: -p.weight)]


def completeness(values: Mapping[str, Any], parts: Iterable[Part], level: int) -> int:
    """Whole per cent; a kind that is asked nothing is complete."""
    asked_for = [part for part in parts if part.from_level <= level]
    whole = sum(part.weight for part in asked_for)
    there = sum(part.weight for part in asked_for if has(part.code, values))
    return 100 * there // whole if whole else 100


def stale_after(settings: Mapping[str, Any]) -> dict[int, int]:
    """Level -> days after which a file that nobody confirmed is stale; 0: no tier."""
    given: Mapping[str, Any] = settings.get("stale_after") or {}
    usual = int(given.get("usual", STALE_AFTER))
    return {level: int(given.get(str(level)) or usual) for level in range(6)}


def is_stale(confirmed_at: datetime | None, days: int, at: datetime) -> bool:
    """Nobody confirmed the file within so many days."""
    return confirmed_at is None or confirmed_at < at - timedelta(days=days)
