"""A short way to a complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from regulars.server.complaints import actions
from regulars.server.complaints.models import Case, Entry
from regulars.testing.cast import NOON, TESTS, Cast

Open = Callable[..., Case]
ANSWER = (
    "We have paid the fee back. If you do not agree, ask us for a review, turn to a mediation "
    "service, to arbitration, or to a court."
)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are matched by their English words."""
    with translation.override("en"):
        yield


@pytest.fixture
def lists(as_system: Cast) -> Callable[[str], Entry]:
    """The usual lists; an entry by its code."""
    actions.bring_lists(by=TESTS, at=NOON)
    return lambda code: Entry.objects.get(code=code)


@pytest.fixture
def complain(as_system: Cast, lists: Callable[[str], Entry]) -> Open:
    """Li complains of a fee, at noon, by phone; the lobby manager takes it in."""

    def make(**told: Any) -> Case:
        given = {
            "words": "You took a fee that nobody told me of.", "type": lists("fees"),
            "channel": "call", "customer": as_system.li, "by": as_system.lob, "at": NOON,
        } | told  # fmt: skip
        return actions.open_case(**given)

    return make
