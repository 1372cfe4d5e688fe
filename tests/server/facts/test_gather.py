"""Batches leave small files; they are made one, and the large ones stay as they are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from regulars.server.facts import actions, queries
from regulars.server.facts.models import FactFile
from regulars.testing.cast import NOON, TESTS, Cast, bought

pytestmark = pytest.mark.django_db


def test_small_files_become_one_and_no_row_is_lost_or_doubled(
    as_system: Cast, monkeypatch: Any
) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(8)]
    bought(as_system, as_system.zhou, *days, source="large")
    for n, day in enumerate(days[:4]):
        bought(as_system, as_system.li, day, source=f"batch{n}")
    monkeypatch.setattr(actions, "SMALL", 8)

    assert actions.gather("transactions", by=TESTS, at=NOON, most=4) is None
    made = actions.gather("transactions", by=TESTS, at=NOON, most=3)
    bought(as_system, as_system.li, days[0], source="batch0")  # comes again: known

    assert made is not None
    living = FactFile.objects.filter(replaced_at__isnull=True).order_by("pk")
    assert [(file.source, file.rows) for file in living] == [("large", 8), ("compaction", 4)]
    assert queries.manifest()["transactions"]["rows"] == 12
