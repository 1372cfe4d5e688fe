"""Keys that look-ups found among the facts, kept for the questions that follow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

from regulars.server.facts import lake

KEPT_FOUND = 6  # sets of keys that a thread keeps: 60 MB each at ten million customers
_local = threading.local()


def find(selects: Sequence[str]) -> dict[str, str]:
    """Hold the keys that some look-ups find; return the table of each.

    A look-up names its files, and files never change: what was found once is found again.
    So a page that counts, steps and lists looks up once. The few newest are kept.
    """
    db, kept = lake.session(), _found()
    for select in selects:
        name = f"found_{blake2b(select.encode(), digest_size=10).hexdigest()}"
        if name not in kept:
            db.execute(f"create or replace temp table {name} as {select}")
        kept[name] = select
        kept.move_to_end(name)
    while len(kept) > max(KEPT_FOUND, len(set(selects))):
        old, _ = kept.popitem(last=False)
        db.execute(f"drop table if exists {old}")
    return {select: name for name, select in kept.items()}


def _found() -> OrderedDict[str, str]:
    """What this thread's DuckDB holds; another session begins with nothing."""
    if getattr(_local, "db", None) is not lake.session():
        _local.db, _local.found = lake.session(), OrderedDict()
    found: OrderedDict[str, str] = _local.found
    return found
