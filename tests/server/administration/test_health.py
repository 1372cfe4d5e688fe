"""What the overview of the administration warns of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulars.server.administration import queries
from regulars.server.core import audit
from regulars.testing.cast import NOON, TESTS, Cast


@pytest.mark.django_db
def test_a_weekly_backup_that_did_not_come_is_missed(as_system: Cast, settings: Any) -> None:
    settings.IS_DEMO = False
    audit.record("site.backup.made", "site", by=TESTS, at=NOON)

    assert not warned(as_system, days=7)
    assert warned(as_system, days=9)


def warned(cast: Cast, *, days: int) -> bool:
    found = queries.health(cast.ada, at=NOON + timedelta(days=days))
    assert found is not None
    return any("backup" in str(notice) for notice in found.notices)
