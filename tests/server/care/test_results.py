"""Results: two clicks, who was first, what an undo restores, what a contact closes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.care.conftest import World

from regulars.base.calendar import WorkCalendar
from regulars.base.errors import BadInput
from regulars.server.care import actions
from regulars.server.care.models import Card, Task
from regulars.server.care.rules.catalogue import TRIGGERS, about
from regulars.server.care.rules.outcomes import FOLLOWING, OUTCOMES, resolve
from regulars.server.channels.models import Touch
from regulars.server.channels.queries import policy
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.promises import actions as promises
from regulars.server.promises.models import Promise
from regulars.testing.cast import NOON, TODAY, assemble

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(seconds=8)


@pytest.fixture
def card(world: World) -> Card:
    """Li's card with a deposit that matures on Thursday."""
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()
    return world.card(world.cast.li)


def record(world: World, card: Card, outcome: str = "reached", step: str = "done") -> Card:
    return actions.record_outcome(card, outcome=outcome, step=step, by=world.cast.mei, at=NOON)


def pledge(world: World, card: Card) -> Promise:
    return actions.promise_on(
        card, text="send the written quote", due_on=TODAY + timedelta(days=2),
        by=world.cast.mei, at=NOON,
    )  # fmt: skip


def test_two_clicks_write_the_contact_and_close_the_reasons(world: World, card: Card) -> None:
    record(world, card)

    card.refresh_from_db()
    touch = Touch.objects.get(customer=world.cast.li)
    assert (card.state, card.outcome, card.closed_by) == ("done", "reached", world.cast.mei)
    assert (touch.two_way, touch.person, card.touch) == (True, world.cast.mei, touch)
    assert world.tasks(world.cast.li) == []


def test_of_two_results_the_first_wins_and_the_second_is_told_so(
    world: World, card: Card
) -> None:
    record(world, card)

    with pytest.raises(actions.AlreadyClosed, match=r"陆晓晴.*12:00"):
        actions.record_outcome(card, outcome="not_now", step="done", by=world.cast.wei, at=SOON)

    assert Touch.objects.count() == 1
    assert Card.objects.get().outcome == "reached"


def test_undo_restores_card_reasons_and_contact(world: World, card: Card) -> None:
    before = Card.objects.filter(pk=card.pk).values().get()
    record(world, card)

    actions.undo(card, by=world.cast.mei, at=SOON)

    assert Card.objects.filter(pk=card.pk).values().get() == before
    assert world.triggers(world.cast.li) == ["deposit_maturity"]
    assert Touch.objects.standing().count() == 0
    assert Touch.objects.count() == 1


def test_undo_brings_back_a_consent_that_was_withdrawn_by_mistake(
    world: World, card: Card
) -> None:
    world.agree(world.cast.li)
    agreed = dict(world.cast.li.consents)
    card.refresh_from_db()
    record(world, card, "not_now", "refused_all")
    world.cast.li.refresh_from_db()
    assert set(world.cast.li.consents.values()) == {False}

    actions.undo(card, by=world.cast.mei, at=SOON)

    world.cast.li.refresh_from_db()
    assert world.cast.li.consents == agreed


def test_undo_takes_back_what_was_promised_on_the_bar(world: World, card: Card) -> None:
    promise = pledge(world, record(world, card))

    actions.undo(card, by=world.cast.mei, at=SOON)

    promise.refresh_from_db()
    assert (promise.state, promise.decided_by) == ("withdrawn", world.cast.mei)


def test_a_promise_kept_meanwhile_stays_in_the_ledger(world: World, card: Card) -> None:
    promise = pledge(world, record(world, card))
    promises.keep(promise, by=world.cast.mei, at=SOON)

    actions.undo(card, by=world.cast.mei, at=SOON)

    promise.refresh_from_db()
    assert promise.state == "kept"


def test_one_promise_clicked_twice_is_one_promise(world: World, card: Card) -> None:
    record(world, card)

    assert pledge(world, card) == pledge(world, card)


def test_nothing_is_promised_in_a_contact_that_was_taken_back(world: World, card: Card) -> None:
    record(world, card)
    actions.undo(card, by=world.cast.mei, at=SOON)

    with pytest.raises(actions.NothingSaid):
        pledge(world, card)


def test_what_a_contact_form_wrote_is_no_matter_of_one_click(world: World, card: Card) -> None:
    li = world.cast.li
    actions.record_contact(
        li, channel="call", outcome="reached", key_concern="学费", once="f9",
        by=world.cast.mei, at=NOON,
    )  # fmt: skip

    with pytest.raises(actions.TooLate):
        actions.undo(card, by=world.cast.mei, at=SOON)

    assert Touch.objects.standing().count() == 1


def test_putting_off_twice_is_putting_off_once(world: World, card: Card) -> None:
    later = {"until": TODAY + timedelta(days=2), "by": world.cast.mei, "at": NOON}
    actions.snooze(Card.objects.get(), reason="asked", **later)

    assert actions.snooze(Card.objects.get(), reason="asked", **later).state == "snoozed"
    with pytest.raises(actions.AlreadyClosed):
        actions.snooze(Card.objects.get(), reason="away", **later)


def test_undo_leaves_alone_what_was_closed_before(world: World, card: Card) -> None:
    Task.objects.create(
        card=card, customer=world.cast.li, trigger="birthday", cycle="2025-11-23",
        state="done", priority=5, due_on=TODAY, expires_on=TODAY, made_at=NOON,
        closed_at=NOON - timedelta(days=2),
    )  # fmt: skip
    record(world, card)

    actions.undo(card, by=world.cast.mei, at=SOON)

    assert world.triggers(world.cast.li) == ["deposit_maturity"]


@pytest.mark.parametrize("minutes", [0, 6])
def test_only_the_own_result_of_the_last_minutes_can_be_undone(
    world: World, card: Card, minutes: int
) -> None:
    record(world, card)
    somebody = world.cast.mei if minutes else world.cast.wei

    with pytest.raises(actions.TooLate):
        actions.undo(card, by=somebody, at=NOON + timedelta(minutes=minutes))

    assert Card.objects.get().state == "done"


def test_a_card_put_off_can_be_taken_back_too(world: World, card: Card) -> None:
    before = Card.objects.filter(pk=card.pk).values().get()
    actions.snooze(
        card, until=TODAY + timedelta(days=2), reason="asked", by=world.cast.mei, at=NOON
    )
    assert Card.objects.get().state == "snoozed"

    actions.undo(card, by=world.cast.mei, at=SOON)

    assert Card.objects.filter(pk=card.pk).values().get() == before


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_card_is_put_off_to_a_day_ahead_only(world: World, card: Card, days: int) -> None:
    with pytest.raises(actions_wrong_day()):
        actions.snooze(
            card, until=TODAY + timedelta(days=days), reason="asked", by=world.cast.mei, at=NOON
        )

    assert Card.objects.get().state == "open"


def actions_wrong_day() -> type[BadInput]:
    from regulars.server.care.actions.results import WrongDay

    return WrongDay


def test_what_the_buttons_do_not_offer_is_refused(world: World, card: Card) -> None:
    with pytest.raises(BadInput):
        record(world, card, "no_answer", "done")

    assert Card.objects.get().state == "open"
    assert not Touch.objects.exists()


def test_a_recorded_contact_closes_the_open_reasons(world: World, card: Card) -> None:
    touch = actions.record_contact(
        world.cast.li, channel="visit", outcome="interested", note="续存一年",
        by=world.cast.mei, at=NOON,
    )  # fmt: skip

    card.refresh_from_db()
    assert (card.state, card.touch) == ("done", touch)
    assert world.tasks(world.cast.li) == []


def test_a_contact_that_reached_nobody_closes_nothing(world: World, card: Card) -> None:
    actions.record_contact(
        world.cast.li, channel="call", outcome="no_answer", by=world.cast.mei, at=NOON
    )

    assert world.triggers(world.cast.li) == ["deposit_maturity"]


def test_a_refusal_in_the_contact_form_takes_effect_at_once(world: World) -> None:
    world.agree(world.cast.li)

    actions.record_contact(
        world.cast.li, channel="call", outcome="refused_all", by=world.cast.mei, at=NOON
    )

    world.cast.li.refresh_from_db()
    assert set(world.cast.li.consents.values()) == {False}


@pytest.mark.django_db(transaction=True)
def test_of_two_results_at_the_same_moment_one_is_written() -> None:
    with scope.everything():
        world = World(assemble())
        world.hold(world.cast.li, TODAY + timedelta(days=3))
        world.plan()
        card = world.card(world.cast.li)
    start, answers = threading.Barrier(2), []

    def click(outcome: str) -> None:
        try:
            start.wait()
            with scope.looking(world.cast.mei):
                actions.record_outcome(
                    Card.objects.get(pk=card.pk), outcome=outcome, step="done",
                    by=world.cast.mei, at=NOON,
                )  # fmt: skip
            answers.append("written")
        except actions.AlreadyClosed:
            answers.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=[o]) for o in ("reached", "not_now")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with scope.everything():
        assert sorted(answers) == ["refused", "written"]
        assert Touch.objects.count() == 1


def twice_at_once(viewer: Person, write: Callable[[], int]) -> list[int]:
    """What two requests answer that arrive at the same moment."""
    start, answers = threading.Barrier(2), list[int]()

    def send() -> None:
        try:
            start.wait()
            with scope.looking(viewer):
                answers.append(write())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_what_arrives_twice_at_once_is_written_once() -> None:
    with scope.everything():
        world = World(assemble())
        world.hold(world.cast.li, TODAY + timedelta(days=3))
        world.plan()
        card, mei, li = world.card(world.cast.li), world.cast.mei, world.cast.li
    form = {"channel": "call", "outcome": "reached", "once": "f3"}
    going = {"person": mei, "day": TODAY, "topic": "review", "once": "v3"}
    ways: list[Callable[[], int]] = [
        lambda: record(world, Card.objects.get(pk=card.pk)).pk,
        lambda: pledge(world, card).pk,
        lambda: actions.record_contact(li, by=mei, at=NOON, **form).pk,
        lambda: actions.plan_visit(li, by=mei, at=NOON, **going).pk,
    ]

    for way in ways:
        first, second = twice_at_once(mei, way)
        assert first == second


def test_every_pair_of_clicks_is_offered_and_understood() -> None:
    for outcome in OUTCOMES:
        for step in FOLLOWING[outcome]:
            found = resolve(outcome, step, today=TODAY, calendar=WorkCalendar())

            assert found.next_on is None or found.next_on > TODAY
            # What stays open always has a day on which it comes back.
            assert found.closes or found.next_on is not None


CLICKS = [(outcome, step) for outcome in OUTCOMES for step in FOLLOWING[outcome]]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(clicks=st.lists(st.sampled_from(CLICKS), min_size=1, max_size=4))
def test_any_result_undone_leaves_the_card_as_it_was(
    world: World, clicks: list[tuple[str, str]]
) -> None:
    if not Card.objects.exists():
        world.hold(world.cast.li, TODAY + timedelta(days=3))
        world.plan()
    card = world.card(world.cast.li)
    before = Card.objects.filter(pk=card.pk).values().get()
    reasons = list(Task.objects.order_by("pk").values())

    for outcome, step in clicks:
        record(world, Card.objects.get(pk=card.pk), outcome, step)
        actions.undo(card, by=world.cast.mei, at=SOON)

    assert Card.objects.filter(pk=card.pk).values().get() == before
    assert list(Task.objects.order_by("pk").values()) == reasons


def test_a_contact_on_a_service_reason_counts_in_no_cap(world: World, card: Card) -> None:
    record(world, card)

    touch = Touch.objects.get(customer=world.cast.li)
    assert touch.purpose == "service"
    assert policy.touches_near([world.cast.li.pk], at=NOON) == {}


@pytest.mark.parametrize(
    ("triggers", "purpose"),
    [
        ([], ""),
        (["deposit_maturity", "promise_due"], "service"),
        (["deposit_maturity", "birthday"], "marketing"),
        (["gone_since"], ""),
    ],
)
def test_one_marketing_reason_makes_the_contact_marketing(
    triggers: list[str], purpose: str
) -> None:
    assert about(triggers, TRIGGERS) == purpose


def test_who_writes_a_contact_down_may_say_what_it_was_for(world: World, card: Card) -> None:
    said = {}
    for service in (None, True, False):
        touch = actions.record_contact(
            world.cast.li, channel="call", outcome="no_answer", service=service,
            by=world.cast.mei, at=NOON,
        )  # fmt: skip
        said[service] = touch.purpose

    assert said == {None: "service", True: "service", False: ""}
