"""The morning run over days: once is once, one card, done stays done, nothing is lost."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from tests.server.care.conftest import OUT, World

from regulars.server.care import actions, queries
from regulars.server.care.actions import rows
from regulars.server.care.models import Card, Task
from regulars.server.core import scope
from regulars.testing import cast as company
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def busy(world: World) -> None:
    """Li with three reasons: money left, a deposit matures, the birthday is near."""
    li = world.cast.li
    li.birth_date = (TODAY + timedelta(days=6)).replace(year=1974)
    li.save()
    world.agree(li)
    world.talk(li, 1)
    world.tier(world.score({li: OUT}), {li: (4, None, None)})
    world.hold(li, TODAY + timedelta(days=3), amount="300000")


def test_the_same_day_twice_creates_nothing_new(world: World) -> None:
    busy(world)
    first = world.plan()
    before = list(Card.objects.values()), list(Task.objects.order_by("pk").values())

    second = world.plan()

    assert first.counts["tasks"] == 3
    assert (second.counts["tasks"], second.counts["cards"]) == (0, 0)
    assert (list(Card.objects.values()), list(Task.objects.order_by("pk").values())) == before


def test_three_reasons_make_one_card_in_the_order_of_their_class(world: World) -> None:
    busy(world)

    world.plan()

    card = world.card(world.cast.li)
    assert world.triggers(world.cast.li) == ["large_outflow", "deposit_maturity", "birthday"]
    assert (card.priority, card.stake, card.minutes) == (2, Decimal("2184000.00"), 24)
    assert card.due_on == TOMORROW
    assert Card.objects.filter(customer=world.cast.li).count() == 1


def test_two_deposits_of_one_customer_add_up(world: World) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=3), amount="300000")
    world.hold(world.cast.li, TODAY + timedelta(days=2), amount="200000", holding="D2")

    world.plan()

    assert world.card(world.cast.li).stake == Decimal("500000.00")


def finish(world: World, card: Card, outcome: str = "reached", step: str = "done") -> None:
    actions.record_outcome(card, outcome=outcome, step=step, by=world.cast.mei, at=NOON)


def test_done_stays_done_over_the_next_mornings(world: World) -> None:
    busy(world)
    world.plan()
    finish(world, world.card(world.cast.li))

    for day in range(1, 4):
        world.plan(TODAY + timedelta(days=day))

    assert world.triggers(world.cast.li) == []
    assert Card.objects.filter(customer=world.cast.li).count() == 1


def test_after_a_result_nothing_nags_again_on_the_same_day(world: World) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()
    finish(world, world.card(world.cast.li))
    world.hold(world.cast.li, TODAY + timedelta(days=2), holding="D2")

    world.plan()
    assert world.triggers(world.cast.li) == []

    world.plan(TOMORROW)
    assert world.triggers(world.cast.li) == ["deposit_maturity"]


def test_what_was_not_done_comes_along_and_keeps_its_address(world: World) -> None:
    busy(world)
    world.plan()
    before = world.card(world.cast.li)

    made = world.plan(TOMORROW)

    assert made.counts["carried"] == 1
    assert world.card(world.cast.li, TOMORROW).public_id == before.public_id


def test_a_day_planned_after_a_later_one_adds_to_its_card(world: World) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()
    world.hold(world.cast.li, TODAY + timedelta(days=4), holding="D2")

    world.plan(TODAY - timedelta(days=1))

    card = Card.objects.get(customer=world.cast.li, state="open")
    assert (card.day, card.tasks.filter(state="open").count()) == (TODAY, 2)


def test_a_new_reason_joins_the_card_that_came_along(world: World) -> None:
    world.talk(world.cast.li, 40)
    world.level(world.cast.li, 4)
    world.plan()
    world.hold(world.cast.li, TOMORROW + timedelta(days=3))

    world.plan(TOMORROW)

    assert world.triggers(world.cast.li) == ["deposit_maturity", "contact_overdue"]
    assert world.card(world.cast.li, TOMORROW).priority == 3


def test_what_is_past_its_end_expires_and_is_counted(world: World) -> None:
    world.talk(world.cast.li, 40)
    world.level(world.cast.li, 4)
    world.plan()

    # Due on Mon 30 Nov, kept two working days: the last day is Wed 2 Dec.
    made = [world.plan(TODAY + timedelta(days=day)).counts["expired"] for day in (9, 10)]

    assert made == [0, 1]
    assert Card.objects.get(customer=world.cast.li).state == "expired"
    assert [task.state for task in world.tasks(world.cast.li, "expired")] == ["expired"]


def test_a_customer_who_stays_unreached_is_named_again_in_the_next_interval(
    world: World,
) -> None:
    world.talk(world.cast.li, 40)
    world.level(world.cast.li, 4)
    world.plan()
    world.plan(TODAY + timedelta(days=15))
    assert world.triggers(world.cast.li) == []

    world.plan(TODAY + timedelta(days=20))

    assert world.triggers(world.cast.li) == ["contact_overdue"]


def test_what_was_put_off_returns_on_its_day_and_not_before(world: World) -> None:
    world.talk(world.cast.li, 40)
    world.level(world.cast.li, 4)
    world.plan()
    back = TODAY + timedelta(days=10)
    actions.snooze(
        world.card(world.cast.li), until=back, reason="away", by=world.cast.mei, at=NOON
    )

    world.plan(TOMORROW)
    assert not Card.objects.filter(customer=world.cast.li, state="open").exists()
    world.plan(back)

    card = world.card(world.cast.li, back)
    assert (card.state, card.due_on) == ("open", back)
    assert world.triggers(world.cast.li) == ["contact_overdue"]


def test_an_unanswered_call_comes_back_as_the_same_reason(world: World) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()
    finish(world, world.card(world.cast.li), "no_answer", "call_tomorrow")
    assert world.card(world.cast.li).state == "done"

    world.plan(TOMORROW)

    assert world.triggers(world.cast.li) == ["deposit_maturity"]
    assert world.card(world.cast.li, TOMORROW).state == "open"


def test_what_was_agreed_comes_back_first_of_all(world: World) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()
    finish(world, world.card(world.cast.li), "reached", "call_3")

    world.plan(TODAY + timedelta(days=2))
    assert world.triggers(world.cast.li) == []
    world.plan(TODAY + timedelta(days=3))

    card = world.card(world.cast.li, TODAY + timedelta(days=3))
    assert (world.triggers(world.cast.li), card.priority) == (["promise_due"], 1)


def test_refusing_all_marketing_is_honoured_by_the_next_plan(world: World) -> None:
    li = world.cast.li
    world.agree(li)
    run = world.score({li: {}})
    world.tier(run, {li: (3, "468000", "500000")})
    world.talk(li, 1)
    world.plan()
    assert world.triggers(li) == ["tier_threshold"]

    finish(world, world.card(li), "not_now", "refused_all")

    li.refresh_from_db()
    assert set(li.consents.values()) == {False}
    li.birth_date = TOMORROW.replace(year=1970)
    li.save()
    world.hold(li, TODAY + timedelta(days=4))
    made = world.plan(TOMORROW)
    assert world.triggers(li) == ["deposit_maturity"]
    assert made.counts["held_back"] >= 1


def test_a_refusal_elsewhere_takes_open_marketing_reasons_off_the_card(world: World) -> None:
    busy(world)
    world.plan()
    world.agree(world.cast.li, yes=False)

    made = world.plan(TOMORROW)

    assert made.counts["withdrawn"] == 1
    assert world.triggers(world.cast.li) == ["large_outflow", "deposit_maturity"]


def many(world: World, how_many: int) -> list[Decimal]:
    """So many customers of Mei with a maturing deposit each; returns the amounts."""
    amounts = []
    for number in range(how_many):
        customer = company.customer(f"9{number:03}", f"客户{number}", world.cast.mei_book)
        amounts.append(Decimal(10_000 * (number + 1)))
        world.hold(
            customer, TODAY + timedelta(days=3), amount=str(amounts[-1]), holding=f"H{number}"
        )
    return amounts


def test_beyond_a_days_work_the_rest_is_kept_and_counted(world: World) -> None:
    amounts = many(world, 21)

    made = world.plan()

    listed = Card.objects.filter(over_capacity=False).values_list("stake", flat=True)
    assert made.counts["over_capacity"] == 3
    assert sorted(listed) == sorted(amounts)[3:]
    assert Card.objects.count() == 21


def test_the_rest_moves_up_on_the_next_morning(world: World) -> None:
    many(world, 20)
    world.plan()
    for card in Card.objects.filter(over_capacity=False):
        finish(world, card)

    world.plan(TOMORROW)

    waiting = Card.objects.waiting(TOMORROW)
    assert waiting.count() == 2
    assert not waiting.filter(over_capacity=True).exists()


def test_what_may_wait_pushes_nothing_out_that_is_due_soon(world: World) -> None:
    many(world, 18)
    made = world.plan()
    assert made.counts["over_capacity"] == 0
    # The strongest class and much at stake, but weeks of time.
    patient = Card.objects.order_by("pk")[0]
    Card.objects.filter(pk=patient.pk).update(
        priority=2, stake=10**9, due_on=TODAY + timedelta(days=25)
    )

    rows.cut(TODAY, 170, soon=TODAY + timedelta(days=3))

    assert list(Card.objects.filter(over_capacity=True)) == [patient]


def test_a_promise_is_on_the_list_however_full_the_day(world: World) -> None:
    many(world, 19)
    world.talk(world.cast.li, 3, next_step="call_3", next_on=TODAY)

    world.plan()

    assert not world.card(world.cast.li).over_capacity


def test_the_same_step_noted_after_two_contacts_was_agreed_on_once(world: World) -> None:
    world.talk(world.cast.li, 3, next_step="call_3", next_on=TODAY)
    world.talk(world.cast.li, 2, next_step="call_3", next_on=TODAY, two_way=False)

    world.plan()

    assert world.triggers(world.cast.li).count("promise_due") == 1


def test_each_owner_has_a_day_of_their_own(world: World) -> None:
    many(world, 19)
    world.hold(world.cast.qian, TODAY + timedelta(days=3), amount="1")

    world.plan()

    assert not world.card(world.cast.qian).over_capacity


def test_a_closed_file_is_left_in_peace(world: World) -> None:
    busy(world)
    world.cast.li.state = "closed"
    world.cast.li.save()

    world.plan()

    assert not Card.objects.exists()


def test_a_plan_is_written_down_in_the_trail(world: World) -> None:
    from regulars.server.core.models import AuditEntry

    busy(world)
    world.plan()

    entry = AuditEntry.objects.get(action="care.day.planned")
    assert entry.details["cards"] == 1


@pytest.mark.django_db(transaction=True)
def test_two_plans_at_the_same_moment_create_nothing_twice() -> None:
    with scope.everything():
        cast = assemble()
        world = World(cast)
        busy(world)
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            start.wait()
            actions.plan(day=TODAY, by=TESTS, at=NOON)
        except BaseException as error:  # told to the main thread below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with scope.everything():
        assert failed == []
        assert (Card.objects.count(), Task.objects.count()) == (1, 3)


def test_the_plan_walks_over_the_wall_only_for_itself(cast: Cast) -> None:
    actions.plan(day=TODAY, by=TESTS, at=datetime(2026, 11, 22, 21, tzinfo=UTC))

    scope.set_scope(cast.tao.scope)
    with connection.cursor() as db:
        db.execute("select count(*) from customers_customer")
        assert db.fetchone() == (1,)


def test_a_day_without_anything_due_is_an_empty_day(world: World) -> None:
    made = world.plan(date(2026, 11, 25))

    assert (made.counts["cards"], Card.objects.count()) == (0, 0)


def test_within_a_class_the_gain_of_a_minute_orders_the_list(world: World) -> None:
    many(world, 3)
    world.plan()
    small, middle, large = Card.objects.order_by("stake")
    # The same talk takes the largest one an hour, so a minute of it changes least.
    Card.objects.filter(pk=large.pk).update(minutes=60)

    found = queries.today(world.cast.mei, NOON)

    assert found is not None
    listed = [view.card.pk for group in found.groups for view in group.cards]
    assert listed == [middle.pk, small.pk, large.pk]
    assert large.gain / 60 < small.gain / small.minutes < middle.gain / middle.minutes
