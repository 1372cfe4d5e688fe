"""Mei leads a tea circle of Willow; Li is in it."""

from __future__ import annotations

import pytest

from regulars.server.communities import actions
from regulars.server.communities.models import Community, Member
from regulars.testing.cast import NOON, Cast


@pytest.fixture
def circle(as_system: Cast) -> Community:
    return actions.make(
        name="茶友会", name_en="Tea circle", interest="喝茶", place=as_system.willow,
        leader=as_system.mei, by=as_system.wei, at=NOON,
    )  # fmt: skip


@pytest.fixture
def li(as_system: Cast, circle: Community) -> Member:
    return actions.enter(circle, as_system.li, agreed="电话", by=as_system.mei, at=NOON)
