"""Days of an invented company: many cards closed at once, each as a contact would close it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.care.conftest import OUT, World

from regulars.server.care.loading import worked
from regulars.server.care.models import Task
from regulars.server.channels.loading import Arrived
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(world: World) -> World:
    """Li's money left Mei's book."""
    run = world.score({world.cast.li: OUT})
    world.tier(run, {world.cast.li: (4, None, None)})
    world.plan()
    return world


def test_a_card_is_closed_with_its_contact_and_all_its_reasons(day: World) -> None:
    card, mei = day.card(day.cast.li), day.cast.mei
    at = NOON + timedelta(hours=2)
    told = Arrived(
        number=card.customer.number or "", at=at, channel="call", outcome="reached",
        person=mei.username, note="All is well.", topic="review",
    )  # fmt: skip

    with scope.everything():
        done = worked.close([worked.Worked(card.pk, mei.pk, told)], day=TODAY, by=TESTS, at=at)
    scope.set_scope(scope.EVERYBODY)

    card.refresh_from_db()
    touch = Touch.objects.get()
    assert done == 1
    assert (card.state, card.outcome, card.closed_by) == ("done", "reached", mei)
    assert (card.touch, card.closed_at) == (touch, at)
    assert (touch.topic, touch.note, touch.two_way) == ("review", "All is well.", True)
    assert not Task.objects.filter(card=card, state="open").exists()
