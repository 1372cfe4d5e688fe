"""A campaign runs: people are frozen, waves begin, steps follow one another, answers count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.server.campaigns.conftest import (
    B,
    Make,
    agree,
    ended,
    later,
    member,
    people,
    stands,
    text,
    tick,
)

from regulars.server.campaigns import actions, queries
from regulars.server.campaigns.actions import StepTold
from regulars.server.campaigns.models import Attempt, Campaign, Member
from regulars.server.care import actions as care
from regulars.server.care.models import Card, Task
from regulars.server.channels import actions as channels
from regulars.server.content import actions as content
from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.experiments.models import Assignment, Experiment
from regulars.server.segments import actions as segments
from regulars.server.segments.rules.tree import Condition, Group
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system", "sms")]


def spoke(cast: Cast, who: Customer, outcome: str = "interested", days: float = 0.1) -> None:
    channels.record_touch(
        who, channel="call", outcome=outcome, two_way=True, by=cast.mei, at=later(days)
    )


def test_launching_freezes_everybody_with_an_arm_and_plans_the_measurement(
    cast: Cast, running: Make
) -> None:
    made = running(people(cast, 60), StepTold("sms", text(cast)), holdout=0.2)

    drawn = dict(Assignment.objects.values_list("customer_id", "arm"))
    rows = dict(Member.objects.values_list("customer_id", "arm"))
    assert rows == drawn
    assert len(rows) == 60
    states = stands(made)
    assert states["control"] == sum(arm == "control" for arm in drawn.values()) > 0
    found = Experiment.objects.get(source=f"campaign:{made.public_id}")
    assert (made.experiment, found.planned_size, found.state) == (found, 60, "running")


def test_the_rule_stands_on_the_campaign_and_each_member_says_why(
    cast: Cast, running: Make
) -> None:
    firms = segments.keep(
        Group("all", (Condition("kind", "in", ("organization",)),)), name="企业", by=cast.max,
        at=NOON,
    )  # fmt: skip

    made = running([], StepTold("sms", text(cast)), segment=firms)

    assert made.rule_version == f"{firms.public_id}@1"
    assert made.rule["en"] == "Kind of customer is Organisation."
    row = member(made, cast.zhou)
    assert row.book == cast.willow_pool
    assert queries.whys(cast.max, made, [row])[row.pk] in (
        "Kind of customer: Organisation", "客户类型：企业",
    )  # fmt: skip


def test_who_leaves_the_segment_stays_and_who_joins_it_is_not_in(
    cast: Cast, running: Make
) -> None:
    one, two, three = people(cast, 3)
    made = running([one, two], StepTold("sms", text(cast)))
    segments.remove_members(made.segment, [one.pk], by=cast.max, at=NOON)
    segments.add_members(made.segment, [three.pk], by=cast.max, at=NOON)

    tick(made)

    assert set(Delivery.objects.values_list("customer", flat=True)) == {one.pk, two.pk}


def test_only_who_is_drawn_for_it_is_written_to_each_with_arm_and_versions(
    cast: Cast, running: Make
) -> None:
    made = running(people(cast, 40), StepTold("sms", text(cast)), holdout=0.3)

    tick(made)

    treated = set(Member.objects.exclude(arm="control").values_list("customer", flat=True))
    rows = list(Delivery.objects.all())
    assert {row.customer_id for row in rows} == treated
    assert {row.arm for row in rows} == {"treated"}
    for row in rows:
        assert row.basis["rule"] == made.rule_version
        assert row.basis["data"] == made.data_version
        assert row.basis["campaign"] == made.public_id


def test_of_two_wordings_each_gets_the_one_of_their_arm(cast: Cast, running: Make) -> None:
    made = running(
        people(cast, 40), StepTold("sms", text(cast, others=[B])), holdout=0.2, b_share=0.5
    )

    tick(made)

    arms = dict(Member.objects.values_list("customer_id", "arm"))
    for row in Delivery.objects.all():
        assert row.arm == arms[row.customer_id]
        assert ("秋天" in row.text) == (row.arm == "b")
    assert {"a", "b", "control"} == set(arms.values())


def test_a_minute_that_comes_twice_writes_to_nobody_twice(cast: Cast, running: Make) -> None:
    made = running(people(cast, 5), StepTold("sms", text(cast)))

    assert tick(made) == 5
    assert tick(made) == 0

    assert Delivery.objects.count() == Attempt.objects.count() == 5
    assert Mailing.objects.count() == 1


def test_waves_begin_on_their_days_and_hold_the_same_people_always(
    cast: Cast, running: Make
) -> None:
    made = running(
        people(cast, 40), StepTold("sms", text(cast)),
        waves=[(TODAY, 30), (TODAY + timedelta(days=2), 70)],
    )  # fmt: skip
    of = dict(Member.objects.values_list("customer_id", "wave"))

    tick(made)
    first = set(Delivery.objects.values_list("customer", flat=True))
    tick(made, later(2))

    assert first == {pk for pk, wave in of.items() if wave == 1}
    assert 4 <= len(first) <= 20
    assert Delivery.objects.count() == 40


def test_who_was_not_reached_gets_the_next_step_at_once(
    cast: Cast, running: Make, post: object
) -> None:
    one, two = people(cast, 2)
    made = running(
        [one, two], StepTold("sms", text(cast)),
        StepTold("email", text(cast, "email"), "unreached"),
    )  # fmt: skip
    tick(made)
    ended("bounced", one)
    ended("sent", two)

    tick(made, later(0.01))

    assert Attempt.objects.get(customer=one, step__position=2).state == "going"
    assert not Attempt.objects.filter(customer=two, step__position=2).exists()
    assert member(made, two).state == "reached"
    assert Attempt.objects.get(customer=one, step__position=1).reason == "bounced"


def test_a_refusal_of_one_way_leads_to_the_next_and_after_the_last_to_nobody(
    cast: Cast, running: Make
) -> None:
    (one,) = people(cast, 1)
    made = running([one], StepTold("sms", text(cast)), StepTold("sms", text(cast), "unreached"))
    tick(made)
    ended("kept", one, reason="withdrawn")

    tick(made)
    ended("kept", one, reason="withdrawn")
    tick(made)

    assert stands(made) == {"unreached": 1}
    assert Attempt.objects.count() == 2


def test_who_did_not_answer_in_time_gets_the_next_step_and_who_did_does_not(
    cast: Cast, running: Make
) -> None:
    silent, talks, buys = who = people(cast, 3)
    made = running(
        who, StepTold("sms", text(cast)), StepTold("sms", text(cast), "unanswered", 3)
    )
    tick(made)
    ended("delivered", *who)
    tick(made, later(0.01))
    spoke(cast, talks)
    bought(cast, buys, TODAY + timedelta(days=1))

    tick(made, later(2.9))
    assert Attempt.objects.filter(step__position=2).count() == 0
    tick(made, later(3.1))

    assert [each.customer for each in Attempt.objects.filter(step__position=2)] == [silent]
    assert member(made, talks).state == "answered"
    assert member(made, talks).result == "interested"
    assert member(made, buys).acted_on == TODAY + timedelta(days=3)


def test_an_address_that_turns_out_wrong_days_later_counts_as_not_reached(
    cast: Cast, running: Make
) -> None:
    (one,) = people(cast, 1)
    made = running([one], StepTold("sms", text(cast)), StepTold("sms", text(cast), "unreached"))
    tick(made)
    ended("sent", one)
    tick(made, later(0.1))
    Delivery.objects.update(state="bounced", news_at=later(1))

    tick(made, later(1))

    assert Attempt.objects.filter(customer=one).count() == 2


def test_calls_stand_on_the_managers_list_with_the_words_and_results_come_back(
    cast: Cast, running: Make
) -> None:
    (one,) = people(cast, 1)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    made = running([one], StepTold("call", text(cast, "call")))

    tick(made)

    task = Task.objects.get(trigger="campaign_call")
    card = task.card
    assert (card.customer, card.book) == (one, cast.mei_book)
    assert task.facts["step"] == "金秋存单"
    assert task.facts["words"] == f"{one.name}，金秋存单开售。"
    care.record_outcome(card, outcome="interested", step="done", by=cast.mei, at=later(0.1))
    assert member(made, one).state == "answered"
    assert member(made, one).result == "interested"
    assert Attempt.objects.get().state == "answered"


def test_a_result_that_is_taken_back_opens_the_call_again(cast: Cast, running: Make) -> None:
    (one,) = people(cast, 1)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    made = running([one], StepTold("call", text(cast, "call")))
    tick(made)
    card = Card.objects.get(customer=one)
    done = care.record_outcome(card, outcome="not_now", step="done", by=cast.mei, at=later(0.1))

    care.undo(done, by=cast.mei, at=later(0.1) + timedelta(seconds=5))

    assert (member(made, one).state, member(made, one).result) == ("going", "")
    assert Attempt.objects.get().state == "going"


def test_a_call_in_vain_shows_its_code_and_one_that_may_not_be_made_goes_on(
    cast: Cast, running: Make
) -> None:
    (vain,) = people(cast, 1)
    (refuses,) = people(cast, 1, agreed=False)
    agree(refuses, "sms")
    channels.record_consent(
        refuses, purpose="marketing", channel="call", said="withdrawn", source="call",
        by=TESTS, at=NOON,
    )  # fmt: skip
    care.plan(day=TODAY, by=TESTS, at=NOON)
    made = running(
        [vain, refuses], StepTold("call", text(cast, "call")),
        StepTold("sms", text(cast), "unreached"),
    )  # fmt: skip
    tick(made)
    card = Card.objects.get(customer=vain)
    care.record_outcome(
        card, outcome="no_answer", step="call_tomorrow", by=cast.mei, at=later(0.1)
    )

    tick(made, later(0.2))

    assert (member(made, vain).state, member(made, vain).result) == ("going", "no_answer")
    assert Attempt.objects.get(customer=refuses, step__position=1).reason == "withdrawn"
    assert Delivery.objects.get().customer == refuses


def test_pausing_holds_messages_and_calls_at_once_and_going_on_brings_both_back(
    cast: Cast, running: Make
) -> None:
    one, two = people(cast, 2)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    calls = running([one], StepTold("call", text(cast, "call")))
    mails = running([two], StepTold("sms", text(cast)), name="二")
    tick(calls)
    tick(mails)

    for made in (calls, mails):
        actions.pause(made, why="看一看", by=cast.max, at=later(0.1))

    assert Task.objects.get(trigger="campaign_call").state == "gone"
    assert Mailing.objects.get().state == "paused"
    assert tick(calls, later(0.2)) == 0
    for made in (calls, mails):
        actions.resume(made, by=cast.max, at=later(0.3))
    assert Mailing.objects.get().state == "running"
    assert Task.objects.filter(trigger="campaign_call", state="open").count() == 1
    assert Attempt.objects.get(customer=one).state == "going"


def test_stopping_ends_everything_and_the_measurement_with_it(
    cast: Cast, running: Make
) -> None:
    made = running(
        people(cast, 20), StepTold("sms", text(cast)), holdout=0.2,
        waves=[(TODAY, 50), (TODAY + timedelta(days=9), 50)],
    )  # fmt: skip
    tick(made)

    actions.stop(made, why="利率变了", by=cast.max, at=later(1))

    assert set(Delivery.objects.values_list("state", flat=True)) == {"stopped"}
    assert set(stands(made)) == {"control", "out"}
    assert Experiment.objects.get().state == "closed"
    assert tick(made, later(10)) == 0


def test_after_its_last_day_it_is_over_and_measured_on(cast: Cast, running: Make) -> None:
    made = running(people(cast, 20), StepTold("sms", text(cast)), holdout=0.2)
    tick(made)
    ended("sent", *Customer.objects.filter(number__startswith="9"))
    tick(made, later(1))

    tick(made, later(32))

    made.refresh_from_db()
    assert (made.state, made.ended_at) == ("done", later(32))
    assert set(stands(made)) == {"control", "reached"}
    assert Experiment.objects.get().state == "running"


def test_a_message_that_is_put_away_pauses_the_campaign_with_the_reason(
    cast: Cast, running: Make
) -> None:
    code = text(cast)
    made = running(people(cast, 2), StepTold("sms", code))
    content.put_away("message", code, by=cast.max, at=NOON)

    tick(made)

    made.refresh_from_db()
    assert made.state == "paused"
    assert code in made.why
    assert stands(made) == {"waiting": 2}


def test_of_two_customers_who_are_one_the_stricter_word_holds(
    cast: Cast, running: Make
) -> None:
    one, two, three = people(cast, 3)
    made = running([one, two], StepTold("sms", text(cast)))
    Member.objects.filter(customer=one).update(state="control", arm="control")
    told = Merge(one.pk, two.pk, by=TESTS, at=NOON)

    story = custody.merge(told)
    tick(made)
    assert (member(made, two).state, member(made, two).reason) == ("out", "merged")
    assert not Delivery.objects.exists()
    custody.unmerge(told, story)
    assert member(made, two).state == "waiting"

    custody.merge(Merge(two.pk, three.pk, by=TESTS, at=NOON))
    assert member(made, three).state == "waiting"


def test_a_hundred_people_take_hardly_more_statements_than_ten(
    cast: Cast, planned: Make
) -> None:
    used = []
    for n, size in enumerate((10, 100)):
        made = planned(
            people(cast, size), StepTold("sms", text(cast)), name=f"第{n}", holdout=0.1
        )
        actions.submit(made, by=cast.max, at=NOON)
        actions.approve(made, by=cast.ada, at=NOON)
        with CaptureQueriesContext(connection) as seen:
            actions.launch(made, by=cast.max, at=NOON)
        used.append(len(seen))
    assert used[1] <= used[0] + 4 < 60
    assert Campaign.objects.count() == 2
