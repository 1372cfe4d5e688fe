"""Promise 24: any import can be undone, and nothing that a hand wrote since is lost by it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import transaction
from tests.server.intake.drills.companies import (
    FACTS,
    KINDS,
    LATER,
    change,
    records,
    stock,
    write,
)

from regulars.server.core.models import Book
from regulars.server.customers.models import SeenValue
from regulars.server.facts import lake, queries
from regulars.server.intake import actions
from regulars.testing.cast import NOON, TESTS, Cast

CASES = 50  # of each kind
SEEN = ("customer__number", "field", "rank", "value", "source", "told")


def test_one_import_of_each_kind_is_undone(as_system, tmp_path):
    counts: Counter[str] = Counter()
    for kind in KINDS:
        case(as_system, kind, 1, tmp_path, counts)

    assert_kept(counts)


@pytest.mark.drill
def test_hundreds_of_imports_of_every_kind_are_undone(as_system, tmp_path):
    counts: Counter[str] = Counter()
    for seed in range(CASES):
        for kind in KINDS:
            case(as_system, kind, 1000 + seed, tmp_path, counts)

    print(  # noqa: T201
        f"\nPromise 24: {counts['imports']} imports of {len(KINDS)} kinds undone; untouched "
        f"rows gone or restored {counts['undone']} of {counts['untouched']}, facts gone "
        f"{counts['facts gone']} of {counts['facts']}; hand-edited listed {counts['listed']} "
        f"of {counts['edited']}, overwritten {counts['overwritten']}."
    )
    assert_kept(counts)


def assert_kept(counts: Counter[str]) -> None:
    assert counts["untouched"]
    assert counts["undone"] == counts["untouched"]
    assert counts["edited"]
    assert counts["listed"] == counts["edited"]
    assert counts["facts"]
    assert counts["facts gone"] == counts["facts"]
    assert counts["overwritten"] == 0


def case(cast: Cast, kind: str, seed: int, folder: Path, counts: Counter[str]) -> None:
    """One file into a company of its own, hands upon it, and out again."""
    with transaction.atomic():
        _case(cast, kind, Random(f"{kind} {seed}"), folder, counts)
        transaction.set_rollback(True)


def _case(cast: Cast, kind: str, random: Random, folder: Path, counts: Counter[str]) -> None:
    stock(cast, random)
    named = kind if kind in ("products", "people") else "customers"
    before, beside, books = records(named), _beside(), _books()
    found = _load(cast, write(kind, folder, random), random)
    loaded, rows = records(named), _rows(kind)
    touched = [key for key, row in loaded.items() if row != before.get(key)]
    edits = _edit(cast, named, touched, before, loaded, random)
    edited = records(named)

    found = actions.undo(found, by=cast.ada, at=LATER + timedelta(hours=1))

    after = records(named)
    counts["imports"] += 1
    counts["facts"] += rows
    counts["facts gone"] += rows - _rows(kind)
    listed = {(one["number"], one["field"]) for one in found.undone["listed"]}
    for key in set(loaded) | set(before):
        names = edits.get(key, set())
        if names:
            _judge_edited(key, names, before, loaded, edited, after, listed, counts)
        else:
            counts["untouched"] += 1
            counts["undone"] += after.get(key) == before.get(key)
    if not edits:
        counts["untouched"] += 2
        counts["undone"] += (_beside() == beside) + (_books() == books)


def _judge_edited(
    key: str,
    names: set[str],
    before: dict[str, Any],
    loaded: dict[str, Any],
    edited: dict[str, Any],
    after: dict[str, Any],
    listed: set[tuple[str, str]],
    counts: Counter[str],
) -> None:
    """What a hand wrote stands and is listed; the file's other values are gone from there."""
    there = after.get(key, {})
    counts["overwritten"] += sum(there.get(name) != edited[key][name] for name in names)
    if key not in before:  # the file opened it: it stays whole
        counts["edited"] += 1
        counts["listed"] += (key, "") in listed
        return
    brought = {name for name in names if before[key][name] != loaded[key][name]}
    counts["edited"] += len(brought)
    counts["listed"] += sum((key, name) in listed for name in brought)
    others = [
        n
        for n in before[key]
        if n not in {*names, "provenance", "confirmed_at", "completeness"}
    ]
    counts["untouched"] += 1
    counts["undone"] += all(there[name] == before[key][name] for name in others)


def _load(cast: Cast, file: Any, random: Random) -> Any:
    found = actions.begin(file.path, kind=file.kind, by=cast.ada, at=NOON, ours=True)
    if file.kind == "customers":
        found.source = actions.add_source(
            name="drill", kind="customers", priority=random.randint(1, 9), by=TESTS, at=NOON
        )
    found.options["unknown"] = "stub"
    return actions.load(found, by=cast.ada, at=NOON)


def _edit(
    cast: Cast,
    kind: str,
    touched: list[str],
    before: dict[str, Any],
    loaded: dict[str, Any],
    random: Random,
) -> dict[str, set[str]]:
    """Change some of the records by hand; one company in three is left alone."""
    if random.random() < 0.3:
        return {}
    chosen = [key for key in sorted(touched) if random.random() < 0.4]
    by = cast.mei if kind == "customers" else cast.ada
    return {
        key: {change(kind, key, random, by=by, at=LATER) for _ in range(random.randint(1, 2))}
        for key in chosen
    }


def _beside() -> list[Any]:
    return sorted(SeenValue.objects.values_list(*SEEN))


def _books() -> set[str]:
    return set(Book.objects.values_list("code", flat=True))


def _rows(kind: str) -> int:
    """Living facts of a kind."""
    if kind not in FACTS:
        return 0
    paths = queries.living(kind)
    return lake.rows(f"select count(*) from {lake.source(paths, kind)}")[0][0] if paths else 0
