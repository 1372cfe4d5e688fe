"""A short way to a salon with guests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from regulars.server.channels import actions as channels
from regulars.server.customers.models import Customer
from regulars.server.opportunities import actions as opportunities
from regulars.server.salons import actions
from regulars.server.salons.models import Guest, Kind, Salon
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, TESTS, Cast, customer

Make = Callable[..., Salon]
DAY = NOON + timedelta(days=14, hours=2)  # 14:00 in Shanghai
_numbers = count(1)


def agreed(who: Customer) -> Customer:
    """A customer who may be asked: they agreed to be called of offers."""
    channels.record_consent(
        who, purpose="marketing", channel="call", said="given", source="branch",
        evidence="a signed form", by=TESTS, at=NOON,
    )  # fmt: skip
    return who


def people(cast: Cast, n: int, *, book: Any = None) -> list[Customer]:
    return [
        agreed(
            customer(
                f"S{next(_numbers):05}", f"客人{i}", book or cast.mei_book,
                phone=f"139{next(_numbers):08}",
            )
        )
        for i in range(n)
    ]  # fmt: skip


@pytest.fixture
def planned(as_system: Cast) -> Make:
    """Wei plans a salon of Willow: six seats, for a group, with a sheet and a budget."""
    cast = as_system
    actions.install_kinds()
    opportunities.install_stages()

    def make(who: list[Customer] | None = None, **told: Any) -> Salon:
        group = segments.make_group(name=f"group {next(_numbers)}", by=cast.wei, at=NOON)
        segments.add_members(group, [each.pk for each in who or []], by=cast.wei, at=NOON)
        given = {
            "kind": Kind.objects.get(code="private"), "theme": "家庭资产茶叙",
            "theme_en": "Tea and the family's money", "branch": cast.willow,
            "begins_at": DAY, "ends_at": DAY + timedelta(hours=2), "capacity": 6,
            "place": "二楼会议室", "segment": group.public_id, "held_out": 0.0,
            "assumed_rate": 0.5,
        } | told  # fmt: skip
        made = actions.make(by=cast.wei, at=NOON, **given)
        actions.add_part(
            made, what="一起做一张家庭账本", minutes=40, takes_part=True, by=cast.wei, at=NOON
        )
        actions.add_cost(made, what="茶点", planned=Decimal(600), by=cast.wei, at=NOON)
        return made

    return make


@pytest.fixture
def inviting(as_system: Cast, planned: Make) -> Make:
    """The same, with the invitations begun."""

    def make(who: list[Customer], **told: Any) -> Salon:
        made = planned(who, **told)
        actions.propose(made, by=as_system.wei, at=NOON)
        return actions.open_invitations(made, by=as_system.wei, at=NOON)

    return make


def guest_of(salon: Salon, who: Customer) -> Guest:
    return Guest.objects.select_related("salon", "customer").get(salon=salon, customer=who)


def yes(salon: Salon, who: Customer, *, at: datetime = NOON, seats: int = 1) -> Guest:
    return actions.answer(guest_of(salon, who), coming=True, seats=seats, by=TESTS, at=at)


def no(salon: Salon, who: Customer, *, at: datetime = NOON) -> Guest:
    return actions.answer(guest_of(salon, who), coming=False, by=TESTS, at=at)


def states(salon: Salon) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in salon.guests.order_by("pk").values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
