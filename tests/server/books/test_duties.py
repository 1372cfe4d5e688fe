"""Who leads what adds up: every customer stands with somebody, or is counted as lacking one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.server.care.conftest import World

from regulars.server.books import queries
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_led_and_lacking_make_everybody(
    as_system: Cast, look: Callable[[Person], None]
) -> None:
    cast = as_system
    World(cast).tier(World(cast).score({cast.li: {}}), {cast.li: (5, None, None)})

    found = queries.duties(cast.ana)

    everybody = Customer.objects.standing().count()
    pooled = Customer.objects.standing().filter(book__owner__isnull=True).count()
    assert (found.customers, found.without) == (everybody, pooled)
    assert found.led == sum(member.customers for member in found.members)
    assert all(sum(m.levels) == m.customers for m in found.members)
    mei = next(m for m in found.members if m.person == cast.mei)
    assert mei.levels[found.levels.index(5)] == 1


def test_an_owner_who_left_leaves_the_customers_without_anybody(as_system: Cast) -> None:
    cast = as_system
    before = queries.duties(cast.ana)
    own = Customer.objects.standing().filter(book__owner=cast.mei).count()

    cast.mei.is_active = False
    cast.mei.save()
    found = queries.duties(cast.ana)

    assert own
    assert found.without == before.without + own
    assert cast.mei not in {member.person for member in found.members}


def test_somebody_sees_their_own_share_only(cast: Cast, look: Callable[[Person], None]) -> None:
    look(cast.tao)

    found = queries.duties(cast.tao)

    assert found.customers == Customer.objects.visible_to(cast.tao).count()
    assert {m.person for m in found.members if m.books} == {cast.tao}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_members_levels_contents(
    cast: Cast, client: Client, language: str
) -> None:
    client.force_login(cast.wei)
    client.cookies["regulars_language"] = language

    page = client.get("/books/duties/").content.decode()

    assert ("谁负责什么" if language == "zh-hans" else "Who leads what") in page
    assert ("账款逾期" if language == "zh-hans" else "Invoice overdue") in page
