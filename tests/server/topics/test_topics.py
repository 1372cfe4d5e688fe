"""A topic goes from raised to released the same day, by two people, or comes to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.care.conftest import World
from tests.server.topics.conftest import LATER, SCRIPT, Raised

from regulars.base.errors import BadInput
from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.channels import actions as channels
from regulars.server.content.models import Version
from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.delivery.models import Delivery
from regulars.server.experiments import queries as experiments
from regulars.server.outreach import queries as outreach
from regulars.server.segments.models import Segment
from regulars.server.topics import actions, queries
from regulars.server.topics.models import Talk, Topic
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


def now(topic: Topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def test_a_topic_is_due_by_the_end_of_its_working_day_and_ends_in_two(raised: Raised) -> None:
    at_noon = raised()
    on_saturday = raised(at=NOON + timedelta(days=5))

    assert at_noon.due_at == NOON + timedelta(hours=5, minutes=30)
    assert at_noon.expires_at == NOON + timedelta(hours=48)
    assert on_saturday.due_at == NOON + timedelta(days=7, hours=5, minutes=30)


@pytest.mark.parametrize(
    "told",
    [
        {"what": " "},
        {"happened_at": NOON + timedelta(hours=1)},
        {"expires_at": NOON},
        {"expires_at": NOON + timedelta(days=15)},
    ],
)
def test_what_is_no_news_is_not_raised(raised: Raised, told: dict[str, object]) -> None:
    with pytest.raises(actions.BadTopic):
        raised(**told)


def test_the_own_trade_comes_first(as_system: Cast, raised: Raised) -> None:
    other = raised(own_trade=False, expires_at=NOON + timedelta(hours=4))
    own = raised()

    assert list(queries.shown(as_system.max, show="open")) == [own, other]


def test_whoever_drops_a_topic_says_why(as_system: Cast, raised: Raised) -> None:
    topic = raised()
    with pytest.raises(actions.BadTopic):
        actions.drop(topic, why=" ", by=as_system.max, at=NOON)

    assert actions.drop(topic, why="与客户无关", by=as_system.max, at=NOON).state == "dropped"
    with pytest.raises(actions.NotThatFar):
        actions.take(topic, by=as_system.max, at=NOON)


def test_bad_news_is_no_marketing_but_may_be_a_notice(
    as_system: Cast, raised: Raised, audience: Segment
) -> None:
    topic = actions.take(raised(tone="negative"), by=as_system.max, at=NOON)
    actions.prepare(topic, segment=audience, script=SCRIPT, by=as_system.max, at=NOON)
    with pytest.raises(actions.BadTopic):
        actions.submit(topic, by=as_system.max, at=NOON)

    actions.prepare(
        topic, segment=audience, script=SCRIPT, is_service=True, by=as_system.max, at=NOON
    )
    assert actions.submit(topic, by=as_system.max, at=NOON).state == "waiting"


def test_nobody_releases_what_they_wrote(as_system: Cast, written: Raised) -> None:
    topic = written()

    with pytest.raises(actions.OwnWords):
        actions.release(topic, by=as_system.max, at=LATER)

    assert actions.release(topic, by=as_system.lin, at=LATER).same_day is True


def test_what_must_not_be_said_is_not_released(
    as_system: Cast, raised: Raised, audience: Segment
) -> None:
    topic = actions.take(raised(), by=as_system.max, at=NOON)
    actions.prepare(
        topic, segment=audience, script="这个产品保本保收益。", by=as_system.max, at=NOON
    )

    with pytest.raises(BadInput):
        actions.submit(topic, by=as_system.max, at=NOON)


def test_a_message_that_is_not_approved_goes_nowhere(
    as_system: Cast, raised: Raised, audience: Segment
) -> None:
    topic = actions.take(raised(), by=as_system.max, at=NOON)
    draft = actions.draft_message(topic, channel="sms", by=as_system.max, at=NOON)
    actions.prepare(topic, segment=audience, message=draft.text.code, by=as_system.max, at=NOON)

    assert draft.state == Version.State.DRAFT
    assert topic.title in draft.body["wordings"][0]["text"]["zh"]
    with pytest.raises(actions.BadTopic):
        actions.submit(topic, by=as_system.max, at=NOON)


def test_released_it_reaches_its_audience_once_until_its_end(
    as_system: Cast, written: Raised, carrier: str
) -> None:
    topic = written(message=carrier, script="")

    actions.release(topic, by=as_system.lin, at=LATER)
    with pytest.raises(actions.NotThatFar):
        actions.release(topic, by=as_system.lin, at=LATER)

    seen = queries.outcome(as_system.ana, now(topic))
    assert Delivery.objects.count() == 3
    assert sum(seen.states.values()) == 3
    assert seen.mailing is not None
    assert seen.mailing.valid_until == topic.expires_at


def test_a_share_is_left_alone_and_gets_neither_message_nor_call(
    as_system: Cast, written: Raised, carrier: str
) -> None:
    topic = written(message=carrier, alone=50)

    actions.release(topic, by=as_system.lin, at=LATER)

    made = now(topic).experiment
    assert made is not None
    people = [as_system.li.pk, as_system.zhou.pk, as_system.qian.pk]
    alone = experiments.in_control(made, people)
    treated = set(people) - alone
    assert set(Talk.objects.values_list("customer_id", flat=True)) == treated
    assert set(Delivery.objects.values_list("customer_id", flat=True)) == treated
    assert queries.outcome(as_system.ana, now(topic)).alone == len(alone)


def test_its_end_closes_what_waits_and_nothing_goes_out_afterwards(
    as_system: Cast, written: Raised
) -> None:
    waits, out = written(), written()
    actions.release(out, by=as_system.lin, at=LATER)
    end = NOON + timedelta(hours=48)

    assert actions.expire(by=TESTS, at=end - timedelta(seconds=1)) == 0
    with pytest.raises(actions.NotThatFar):
        actions.release(waits, by=as_system.lin, at=end)
    assert actions.expire(by=TESTS, at=end) == 2

    assert (now(waits).state, now(out).state) == ("expired", "released")
    assert set(Talk.objects.values_list("state", flat=True)) == {"over"}
    assert queries.work(TODAY + timedelta(days=1)) == []
    assert actions.expire(by=TESTS, at=end) == 0


def test_managers_have_it_on_their_list_within_minutes_and_answer_it(
    as_system: Cast, written: Raised
) -> None:
    World(as_system).score({as_system.li: {}})
    channels.record_consent(
        as_system.li, purpose="marketing", channel="call", at=NOON - timedelta(days=9),
        by=TESTS, source="branch", said="given", evidence="R-1",
    )  # fmt: skip
    care.plan(day=TODAY, by=TESTS, at=NOON - timedelta(hours=4))
    topic = written()
    actions.release(topic, by=as_system.lin, at=LATER)

    care.hear(by=TESTS, at=LATER + timedelta(minutes=1))

    task = Task.objects.get(trigger="topic_talk", customer=as_system.li)
    assert (task.state, task.facts["number"]) == ("open", topic.title)
    care.record_contact(
        as_system.li, channel="call", outcome="interested", by=as_system.mei,
        at=LATER + timedelta(minutes=9), note="想开一个",
    )  # fmt: skip
    talk = Talk.objects.get(customer=as_system.li)
    assert (talk.state, talk.answered_by) == ("answered", as_system.mei)
    assert queries.outcome(as_system.mei, topic).answered == 1
    assert queries.outcome(as_system.tao, topic).answered == 0


def test_figures_open_their_rows(as_system: Cast, raised: Raised, written: Raised) -> None:
    actions.release(written(), by=as_system.lin, at=LATER)
    late = written()
    actions.release(late, by=as_system.lin, at=NOON + timedelta(days=1))
    raised()

    seen = queries.figures(as_system.max, days=30, at=NOON + timedelta(days=1))

    assert (seen.raised, seen.taken, seen.released, seen.same_day) == (3, 2, 2, 1)
    rows = queries.behind(as_system.max, days=30, at=NOON + timedelta(days=1), of="released")
    assert rows.count() == seen.released


def test_a_merge_keeps_one_talk_about_a_topic(as_system: Cast, written: Raised) -> None:
    actions.release(written(), by=as_system.lin, at=LATER)

    custody.merge(Merge(as_system.qian.pk, as_system.li.pk, by=TESTS, at=LATER))

    assert Talk.objects.filter(customer=as_system.li).count() == 1


def test_the_marketing_calendar_tells_of_topics(as_system: Cast, raised: Raised) -> None:
    topic = raised()

    (told,) = [one for one in outreach.planned(as_system.max, TODAY, TODAY)
               if one.kind == "topic"]  # fmt: skip

    assert (told.title, told.state != "") == (topic.title, True)
    assert told.day == TODAY
