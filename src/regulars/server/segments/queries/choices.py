"""The values that a condition may be given, with how many customers have each."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.core.cache import cache

from regulars.server.core.models import Book, Person
from regulars.server.facts import lake
from regulars.server.segments.queries import beside, saved
from regulars.server.segments.queries.ground import Ground
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql import NARROWED, SEPARATOR

MOST = 60  # values offered; rarer ones are found by their count in the list of customers
KEPT = 300  # seconds


@dataclass(frozen=True)
class Choice:
    """One value, how many customers (or facts) have it, and its name if it brings one."""

    value: str
    count: int
    label: str = ""


def choices(viewer: Person, field: Field, of: Ground) -> list[Choice]:
    """Real values of a field, the most frequent first."""
    if field.origin == "group":
        return [Choice(g.public_id, g.members.count(), g.name) for g in saved.groups(viewer)]
    if field.kind not in ("word", "words"):
        return []
    key = _key(viewer, of, f"{field.key}:{field.column}")
    kept: list[Choice] | None = cache.get(key)
    if kept is None:
        kept = _read(viewer, field, of)
        cache.set(key, kept, KEPT)
    return kept


def _read(viewer: Person, field: Field, of: Ground) -> list[Choice]:
    if field.origin == "beside":
        found = beside.counted(viewer, field, of.times.today, most=MOST)
        return [Choice(value, n) for value, n in found]
    return _places(field, of) if field.column == "book_id" else _counted(field, of)


def narrowing(viewer: Person, field: Field, name: str, of: Ground) -> list[Choice]:
    """Real values by which facts may be narrowed, the most frequent first."""
    column = NARROWED[name]
    source = of.facts[field.facts]
    key = _key(viewer, of, f"{field.facts}:{column}")
    kept: list[Choice] | None = cache.get(key)
    if kept is None:
        kept = [
            Choice(value, n)
            for value, n in lake.rows(
                f"select {column}, count(*) from {source} where {column} <> '' "
                f"group by 1 order by 2 desc, 1 limit {MOST}"
            )
        ]
        cache.set(key, kept, KEPT)
    return kept


def _counted(field: Field, of: Ground) -> list[Choice]:
    column = f'b."{field.column}"'
    if field.kind == "words":
        each = f"unnest(string_split(trim({column}, '{SEPARATOR}'), '{SEPARATOR}'))"
        inner = f"select {each} as v from {of.table} b where {column} <> ''"
    else:
        inner = f"select {column} as v from {of.table} b"
    found = lake.rows(
        f"select v, count(*) from ({inner}) where v::varchar <> '' group by 1 "
        f"order by 2 desc, 1 limit {MOST}"
    )
    return [Choice(value, n) for value, n in found]


def _places(field: Field, of: Ground) -> list[Choice]:
    counts = dict(lake.rows(f"select book_id, count(*) from {of.table} b group by 1"))
    merged: dict[str, Choice] = {}
    books = Book.objects.filter(pk__in=counts).select_related("org_unit", "owner")
    for book in books.order_by("code"):
        if field.key == "branch":
            code, label = book.org_unit.code, ""
        else:
            code, label = book.code, ""
        before = merged.get(code)
        total = counts[book.pk] + (before.count if before else 0)
        merged[code] = Choice(code, total, label)
    return sorted(merged.values(), key=lambda c: (-c.count, c.value))[:MOST]


def _key(viewer: Person, of: Ground, what: str) -> str:
    """Name an answer: the same question of the same board, through the same eyes."""
    run = of.run.pk if of.run else 0
    made: Any = of.board.made_at if of.board else of.times
    named = repr((run, made, viewer.scope, what, sorted(of.facts.values())))
    return f"segments:choices:{blake2b(named.encode(), digest_size=16).hexdigest()}"
