"""A card whose reason has gone is taken back with words, and some reasons close a channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, day, event, of_trade, put

from regulars.server.care.models import Card, Task
from regulars.server.care.queries import moments, team, today
from regulars.server.care.queries.morning import tallies
from regulars.server.channels import actions as channels
from regulars.server.core.models import AuditEntry
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


TOMORROW = TODAY + timedelta(days=1)
REST = Given(now={"last_on": day(-900)})
LAPSED = Given(now={"last_on": day(-60), "median_gap": 40.0, "purchase_count": 5.0})


def _morning(world: World, *givens: Given) -> list[Customer]:
    of_trade("retail")
    put_ = put(world, [*givens, REST])
    world.score({customer: dict(given.now) for customer, given in put_})
    world.plan()
    return [customer for customer, _given in put_]


def _more(customer: Customer, *, kind: str, select: str) -> None:
    """Something that happened after the morning: noon of today, learned then."""
    key = FactKey.objects.get(customer=customer).pk
    facts.add(kind, select.format(key=key), source=f"later-{kind}", by=TESTS, at=NOON)


BOUGHT = (
    f"select {{key}}::bigint fact_key, timestamp '{TODAY} 05:00:00' occurred_at, "
    f"date '{TODAY}' local_date, 9900::bigint amount, null::double quantity, "
    "null::bigint as cost, null::varchar order_id, null::varchar product_id, "
    "null::varchar category, null::varchar channel, null::varchar branch, 'purchase' kind, "
    f"null::varchar external_id, 'later{{key}}' row_key, timestamp '{TODAY} 05:00' known_at"
)


def _heard(kind: str, ref: str = "") -> str:
    return (
        f"select {{key}}::bigint fact_key, timestamp '{TODAY} 05:00:00' occurred_at, "
        f"'{kind}' kind, '{ref}' as ref, null::double as value, 'later{{key}}' row_key, "
        f"timestamp '{TODAY} 05:00:00' known_at"
    )


def test_a_purchase_takes_the_win_back_off_the_list(world: World) -> None:
    came, waits, _rest = _morning(world, LAPSED, LAPSED)
    assert world.triggers(came) == world.triggers(waits) == ["winback"]
    _more(came, kind="transactions", select=BOUGHT)

    made = world.plan(TOMORROW)

    (task,) = world.tasks(came, "gone")
    assert (task.gone, task.get_gone_display()) == ("came", "the customer came by themselves")
    assert made.counts["came"] == 1
    assert world.triggers(waits) == ["winback"]


def test_what_came_by_itself_is_nobodys_success_and_nobodys_failure(world: World) -> None:
    came, _rest = _morning(world, LAPSED)
    _more(came, kind="transactions", select=BOUGHT)

    world.plan(TOMORROW)

    assert Card.objects.get(customer=came).state == "gone"
    assert tallies(TOMORROW + timedelta(days=1)) == {}
    seen = team(world.cast.wei, NOON + timedelta(days=1))
    assert seen is not None
    assert [(line.done, line.expired) for line in seen.lines if line.book.code == "LI"] in (
        [(0, 0)],
        [],
    )


def test_the_card_says_where_it_went(world: World) -> None:
    came, _rest = _morning(world, LAPSED)
    _more(came, kind="transactions", select=BOUGHT)
    world.plan(TODAY)

    page = today(world.cast.mei, NOON)

    assert page is not None
    told = [t.title for t in moments(world.cast.mei, came, before=None, most=9)]
    assert "Reasons taken back" in told
    assert Card.objects.get(customer=came).gone_words == "the customer came by themselves"


def test_an_order_of_another_cart_settles_nothing(world: World) -> None:
    one, other, _rest = _morning(
        world,
        Given(events=[event("cart_abandoned", 0, ref="A", value=80)]),
        Given(events=[event("cart_abandoned", 0, ref="B", value=80)]),
    )
    assert world.triggers(one) == world.triggers(other) == ["cart_abandoned"]
    _more(one, kind="events", select=_heard("cart_ordered", "A"))
    _more(other, kind="events", select=_heard("cart_ordered", "X"))

    world.plan(TODAY)

    assert [task.gone for task in world.tasks(one, "gone")] == ["came"]
    assert world.triggers(other) == ["cart_abandoned"]


def test_a_card_taken_back_in_the_morning_takes_what_comes_later_the_same_day(
    world: World,
) -> None:
    came, _rest = _morning(world, LAPSED)
    _more(came, kind="transactions", select=BOUGHT)
    world.plan(TODAY)
    assert Card.objects.get(customer=came).state == "gone"
    later = _heard("cart_abandoned").replace("05:00", "06:00")
    _more(came, kind="events", select=later)

    world.plan(TODAY)

    assert world.triggers(came) == ["cart_abandoned"]
    assert Card.objects.get(customer=came, state="open").tasks.count() == 2


def test_who_never_answers_is_sold_to_no_more_and_still_served(world: World) -> None:
    silent, near, _rest = _morning(
        world,
        Given(now={"last_on": day(-240), "median_gap": 40.0, "purchase_count": 5.0}),
        Given(now={"last_on": day(-239), "median_gap": 40.0, "purchase_count": 5.0}),
    )

    silent.refresh_from_db()
    near.refresh_from_db()

    assert [silent.consents[name] for name in ("sms", "email", "wecom")] == [False] * 3
    assert silent.consents.get("call") is not False
    assert silent.blocked_channels == []
    assert near.consents["sms"] is True
    entry = AuditEntry.objects.get(action="channels.marketing.stopped")
    assert entry.details["reason"].startswith("sunset ")
    world.plan(TODAY)
    assert AuditEntry.objects.filter(action="channels.marketing.stopped").count() == 1


def test_who_took_us_off_wecom_is_not_written_to_there_until_they_come_back(
    world: World,
) -> None:
    left, hidden, _rest = _morning(
        world, Given(events=[event("wecom_removed", 0)]), Given(file={"since": day(-900)})
    )
    channels.close_channel(hidden, "wecom", reason="asked", by=world.cast.mei, at=NOON)
    left.refresh_from_db()
    assert left.blocked_channels == ["wecom"]

    for customer in (left, hidden):
        _more(customer, kind="events", select=_heard("wecom_added"))
    world.plan(TODAY)

    left.refresh_from_db()
    hidden.refresh_from_db()
    assert left.blocked_channels == []
    assert hidden.blocked_channels == ["wecom"]  # a person said so
    assert [task.gone for task in Task.objects.filter(trigger="wecom_removed")] == ["came"]
