"""Every desk has somebody: who sees whose cards on Today."""

from __future__ import annotations

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, event, of_trade, put

from regulars.server.care.models import Card
from regulars.server.care.queries.day import on_list
from regulars.server.core.models import Person

pytestmark = pytest.mark.django_db


def test_the_manager_has_the_service_desk_where_nobody_else_does(world: World) -> None:
    of_trade("auto")
    put(world, [Given(events=[event("inspection_due", 60, ref="V1")])])
    world.plan()
    card = Card.objects.get()
    manager, lobby = world.cast.wei, Person.objects.get(username="lob")
    assert card.desk == "service"

    def sees(viewer: Person) -> bool:
        return card in on_list(viewer)

    assert (sees(lobby), sees(manager)) == (True, False)
    Person.objects.filter(pk=lobby.pk).update(is_active=False)
    assert sees(manager)
