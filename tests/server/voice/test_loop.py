"""A low score calls the manager, a high one whoever looks after the customer; each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.voice.conftest import Field, Say, agrees

from regulars.base.errors import BadInput
from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.channels import actions as channels
from regulars.server.core.rules import Permission
from regulars.server.customers.models import FactKey
from regulars.server.facts import actions as facts
from regulars.server.voice import actions, queries
from regulars.server.voice.models import Cause, Loop
from regulars.server.voice.queries.effects import behind
from regulars.server.voice.rules.naming import names
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]


@pytest.fixture(autouse=True)
def town(as_system: Cast) -> Cast:
    for who in (as_system.li, as_system.qian):
        bought(as_system, who, *WEEKLY)
        has_balance(as_system, who, (WEEKLY[0], 900_000_00))
    scored(as_system)
    return as_system


def morning(day: date = TODAY) -> None:
    care.plan(day=day, by=TESTS, at=NOON + (day - TODAY))


def waiting() -> list[Task]:
    found = Task.objects.filter(trigger__startswith="survey_", state=Task.State.OPEN)
    return list(found.select_related("card").order_by("pk"))


def cause(name: str = "排队时间长") -> Cause:
    return actions.add_cause(name, name_en="Long queues", by=TESTS, at=NOON)


def heard(cast: Cast, value: int, day: date = TODAY) -> None:
    """Another system tells of the same answer as an event."""
    key = FactKey.objects.get(customer=cast.li).pk
    row = (
        f"select {key}::bigint as fact_key, timestamp '{day} 03:30:00' as occurred_at, "
        f"'survey_nps' as kind, 'X1' as ref, {value}::double as value, 'e-{day}' as row_key, "
        f"timestamp '{day} 03:40:00' as known_at"
    )
    facts.add("events", row, source="crm", by=TESTS, at=NOON)


def test_a_low_score_stands_on_the_managers_list_in_two_working_days(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    say(fielded(), as_system.li, 3, "太慢")

    morning(TOMORROW)
    morning(TOMORROW)

    (task,) = waiting()
    assert (task.trigger, task.card.desk) == ("survey_detractor", "manager")
    assert task.due_on == TODAY + timedelta(days=2)
    assert "评分 3" in wording.chip(task, Reader("zh-hans", "CNY", TOMORROW)).text


def test_a_score_that_another_system_tells_of_too_is_one_reason(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    heard(as_system, 3)
    say(fielded(), as_system.li, 3)

    morning(TOMORROW)

    assert len(waiting()) == 1


def test_an_event_that_was_first_stays_the_reason(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    heard(as_system, 3)
    morning(TODAY)
    say(fielded(), as_system.li, 3)

    morning(TOMORROW)

    assert len(waiting()) == 1
    assert not waiting()[0].cycle.startswith("loop-")


def test_thanking_and_asking_for_a_referral_obeys_consent(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast, wave = as_system, fielded()
    say(wave, cast.li, 10)
    say(wave, cast.qian, 9)
    channels.record_consent(
        cast.li, purpose="marketing", channel="wecom", said="given", source="form",
        evidence="asked", wording=None, by=TESTS, at=NOON,
    )  # fmt: skip
    for way in ("wecom", "call", "sms", "email"):
        channels.record_consent(
            cast.qian, purpose="marketing", channel=way, said="refused", source="form",
            evidence="asked", by=TESTS, at=NOON,
        )  # fmt: skip

    morning(TOMORROW)

    (task,) = waiting()
    assert (task.trigger, task.customer_id, task.card.desk) == (
        "survey_promoter", cast.li.pk, "rm",
    )  # fmt: skip
    assert Loop.objects.filter(kind="promoter").count() == 2, (
        "the score is a score all the same"
    )


def test_closing_asks_for_cause_and_action_and_takes_the_reason_back(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    say(fielded(), cast.li, 3)
    morning(TOMORROW)
    loop = Loop.objects.get()

    with pytest.raises(BadInput):
        actions.close_low(loop, cause=cause(), action=" ", by=cast.wei, at=NOON)
    actions.close_low(
        loop, cause=Cause.objects.get(), action="为她开了绿色通道", by=cast.wei, at=NOON
    )
    morning(TODAY + timedelta(days=2))

    assert waiting() == []
    assert Task.objects.get(trigger="survey_detractor").gone == "settled"
    with pytest.raises(actions.Closed):
        actions.close_low(loop, cause=Cause.objects.get(), action="x", by=cast.wei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loop.objects.update(action="")


def test_two_clicks_on_the_card_say_it_was_spoken_with_and_one_takes_it_back(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    say(fielded(), cast.li, 3)
    morning(TOMORROW)
    card, later = waiting()[0].card, NOON + timedelta(days=1)

    care.record_outcome(card, outcome="reached", step="done", by=cast.wei, at=later)
    assert Loop.objects.get().state == Loop.State.TALKED

    care.undo(card, by=cast.wei, at=later + timedelta(seconds=9))
    assert Loop.objects.get().state == Loop.State.OPEN
    assert len(waiting()) == 1


def test_a_contact_thanks_who_would_recommend_us_in_one_step(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    agrees(cast.li, "call")
    channels.record_consent(
        cast.li, purpose="marketing", channel="call", said="given", source="form",
        evidence="asked", wording=None, by=TESTS, at=NOON,
    )  # fmt: skip
    say(fielded(), cast.li, 10)
    morning(TOMORROW)
    card, later = waiting()[0].card, NOON + timedelta(days=1)

    care.record_outcome(card, outcome="reached", step="done", by=cast.mei, at=later)

    loop = Loop.objects.get()
    assert (loop.state, loop.thanks, loop.closed_by) == ("done", "thanked", cast.mei)
    assert queries.tallies(cast.lin, TOMORROW).high == 0
    care.undo(card, by=cast.mei, at=later + timedelta(seconds=9))
    loop.refresh_from_db()
    assert (loop.state, loop.thanks, loop.closed_at) == ("open", "", None)


def test_whom_the_answer_names_does_not_close_it(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    say(fielded(), cast.li, 2, f"{cast.wei.name}态度很差")
    loop = Loop.objects.get()

    assert not queries.may_close(cast.wei, loop)
    assert queries.may_close(cast.lin, loop) == cast.lin.may(Permission.RECORD_CONTACT)
    loop.answer.comments.update(text="态度很差")
    assert queries.may_close(cast.wei, loop)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("魏经理不耐烦", True), ("魏总没来", True), ("魏巍很好", True), ("经理不耐烦", False),
        ("Wei Wei was rude", True), ("Ask Mr. Wei", True), ("Weird", False), ("too wei", False),
    ],
)  # fmt: skip
def test_a_name_is_known_by_its_title_too(text: str, named: bool) -> None:
    assert names(text, "魏巍", "Wei Wei") == named


def test_who_it_may_be_about_does_not_close_it(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    say(fielded(), as_system.li, 3)
    loop = Loop.objects.get()

    assert queries.may_close(as_system.wei, loop)
    assert not queries.may_close(as_system.mei, loop)
    assert queries.waiting(as_system.wei, NOON) == (1, False)
    assert queries.waiting(as_system.wei, NOON + timedelta(days=9)) == (1, True)
    assert queries.waiting(as_system.tao, NOON) == (0, False)


def test_whether_a_cause_falls_is_told_with_its_interval(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    """Before: both answers name the cause. Since: none. Of so few that proves nothing."""
    cast, long = as_system, cause()
    agrees(cast.li, "sms")
    first = fielded(at=NOON - timedelta(days=150))
    say(first, cast.li, 2, at=NOON - timedelta(days=149))
    say(first, cast.qian, 1, at=NOON - timedelta(days=149))
    for loop in Loop.objects.all():
        actions.close_low(loop, cause=long, action="called", by=cast.wei, at=NOON)
    done = NOON - timedelta(days=80)
    actions.improve(
        long, said="排队太久", did="增开两个窗口", since=done.date(), by=cast.wei, at=NOON
    )
    second = fielded(at=NOON - timedelta(days=50), name="second")
    say(second, cast.li, 9, at=NOON - timedelta(days=49))

    (told,) = queries.told_causes(cast.lin, TODAY)
    (effect,) = told.improvements

    assert (told.loops, effect.days) == (2, 80)
    assert effect.before is not None
    assert effect.after is not None
    before, after = effect.before.score, effect.after.score
    assert before is not None
    assert after is not None
    assert effect.change is not None
    assert (before.value, after.value) == (1.0, 0.0)
    assert (before.n, after.n) == (2, 1)
    assert effect.change.value == -1.0
    assert effect.verdict == "unclear"


def test_open_loops_and_old_answers_of_files_prove_nothing(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    """All named the cause before; since, nobody looked into it yet: that is no fall."""
    cast, long = as_system, cause()
    day = NOON - timedelta(days=20)
    version = fielded(at=NOON - timedelta(days=60)).version
    score = version.questions.all()[0].public_id
    ways = [
        actions.Way(
            "link", at=day + timedelta(days=days), learned_at=day + timedelta(days=days)
        )
        for days in (*range(-15, 0), *range(1, 16))
    ]
    made = [actions.take(version, {score: 2}, way, customer=cast.li, by=TESTS) for way in ways]
    for answer in made[:15]:
        actions.close_low(answer.loop, cause=long, action="called", by=cast.wei, at=NOON)
    old = actions.Way("file", at=day + timedelta(days=1), learned_at=NOON, source="f", key="1")
    actions.take(version, {score: 1}, old, customer=cast.li, by=TESTS)
    done = actions.improve(
        long, said="排队太久", did="增开两个窗口", since=day.date(), by=cast.wei, at=NOON
    )

    (told,) = queries.told_causes(cast.lin, TODAY)
    (effect,) = told.improvements

    assert effect.after is not None
    assert (effect.after.score, effect.after.named, effect.after.open) == (None, 0, 15)
    assert (effect.change, effect.verdict) == (None, "waits")
    for part, n in (("open", 15), ("named", 0), ("", 0)):
        rows = behind(cast.lin, done, side="after", part=part, today=TODAY)
        assert rows.count() == n, part
    for answer in made[15:]:
        other = Cause.objects.get_or_create(name="x", defaults={"made_at": NOON})[0]
        actions.close_low(answer.loop, cause=other, action="called", by=cast.wei, at=NOON)
    (told, _other) = queries.told_causes(cast.lin, TODAY)
    (effect,) = told.improvements
    assert (effect.open, effect.verdict) == (0, "fell")
    assert behind(cast.lin, done, side="before", part="named", today=TODAY).count() == 15
