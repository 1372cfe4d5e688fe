"""Who leads what adds up: every customer stands with somebody, or is counted as lacking one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.server.care.conftest import World

from regulars.server.books import queries
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.tiers.models import Assignment, SchemeVersion
from regulars.testing.cast import TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiered(as_system: Cast) -> Cast:
    """Li of Mei's book and Zhou are private, whom somebody named leads; Qian is mass."""
    world, cast = World(as_system), as_system
    run = world.score({cast.li: {}, cast.zhou: {}, cast.qian: {}})
    world.tier(run, {cast.li: (5, None, None), cast.zhou: (5, None, None),
                     cast.qian: (2, None, None)})  # fmt: skip
    version = SchemeVersion.objects.get(scheme__code="personal")
    version.tiers = [t | {"lead": "rm" if t["level"] > 2 else ""} for t in version.tiers]
    version.save()
    return cast


def test_led_remote_and_lacking_make_everybody(tiered: Cast) -> None:
    found = queries.duties(tiered.ana, on=TODAY)

    assert found.customers == Customer.objects.standing().count()
    assert found.led + found.remote + found.without == found.customers
    assert found.led == sum(member.customers for member in found.members)
    assert all(sum(m.levels) == m.customers for m in found.members)
    mei = next(m for m in found.members if m.person == tiered.mei)
    own = {tiered.li.book_id, tiered.zhou.book_id} & {b.pk for b in mei.books}
    assert own
    assert mei.levels[found.levels.index(5)] >= 1


def test_an_owner_who_left_leaves_customers_of_led_tiers_without_anybody(
    tiered: Cast,
) -> None:
    before = queries.duties(tiered.ana, on=TODAY)
    own = [c for c in (tiered.li, tiered.zhou) if c.book.owner_id == tiered.mei.pk]

    tiered.mei.is_active = False
    tiered.mei.save()
    found = queries.duties(tiered.ana, on=TODAY)

    assert own
    assert found.without == before.without + len(own)
    assert found.led + found.remote + found.without == found.customers
    assert tiered.mei not in {member.person for member in found.members}


def test_whoever_lacks_somebody_stands_on_a_list_as_long_as_the_count(
    tiered: Cast, client: Client
) -> None:
    tiered.mei.is_active = False
    tiered.mei.save()
    found = queries.duties(tiered.ana, on=TODAY)

    lost = queries.lacking(tiered.ana)

    assert found.without
    assert lost.count() == found.without
    for rung in found.rungs:
        of = f"{rung.scheme.code}:{rung.code}"
        assert queries.lacking(tiered.ana, of).count() == rung.without
    client.force_login(tiered.wei)
    page = client.get("/books/duties/").content.decode()
    assert "/books/nobody/?of=led" in page
    listed = client.get("/books/nobody/?of=led").content.decode()
    assert all(row.customer.public_id in listed for row in lost)


def test_somebody_sees_their_own_share_only(cast: Cast, look: Callable[[Person], None]) -> None:
    look(cast.tao)

    found = queries.duties(cast.tao, on=TODAY)

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
    assert ("逾期账款" if language == "zh-hans" else "Invoice overdue") in page
    assert "/customers/?book=" in page  # a figure opens its customers


def test_who_is_led_by_a_lower_rank_than_the_tier_asks_for_is_listed(tiered: Cast) -> None:
    version = SchemeVersion.objects.leading().get(
        scheme=Assignment.objects.standing().get(customer=tiered.li).scheme_id
    )
    tier = Assignment.objects.standing().get(customer=tiered.li).tier
    for each in version.tiers:
        each["lead"] = "manager" if each["code"] == tier else each.get("lead", "")
    version.save(update_fields=["tiers"])
    of = f"{version.scheme.code}:{tier}"

    rung = next(r for r in queries.duties(tiered.ana, on=TODAY).rungs if r.code == tier)
    assert rung.lower == queries.led_lower(tiered.ana, of).count() > 0
    assert tiered.li in [one.customer for one in queries.led_lower(tiered.ana, of)]
    # Somebody of another branch sees none of them.
    assert tiered.li not in [one.customer for one in queries.led_lower(tiered.tao, of)]

    tiered.mei_book.backup = tiered.wei
    tiered.mei_book.save(update_fields=["backup"])
    assert tiered.li not in [one.customer for one in queries.led_lower(tiered.ana, of)]
