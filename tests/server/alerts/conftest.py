"""The cast with somebody to stand in, and a short way to raise an alert."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.server.alerts import actions
from regulars.server.alerts.models import Alert
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

Raise = Callable[..., Alert]


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


@pytest.fixture
def backup(as_system: Cast) -> Person:
    """Jun, who stands in for Mei."""
    jun = stage.person("jun", "君", "Jun", "rm", as_system.willow)
    as_system.mei_book.backup = jun
    as_system.mei_book.save()
    return jun


@pytest.fixture
def raised(as_system: Cast) -> Raise:
    """Raise a large movement of Li's, of a top tier, unless told otherwise."""

    def make(customer: Customer | None = None, **told: Any) -> Alert:
        about = {
            "kind": "large_movement",
            "key": f"test:{Alert.objects.count()}",
            "customer": customer or as_system.li,
            "level": 5,
            "facts": {"amount": "720000"},
            "by": TESTS,
            "at": NOON,
        } | told
        made = actions.raise_(**about)
        assert made is not None
        return made

    return make
