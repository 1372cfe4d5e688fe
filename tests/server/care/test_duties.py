"""What the service standard asks for lies on the right list by itself, until it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import LONG_AGO, YES, Given, day, event
from tests.server.care.triggers.cases import put as put_down

from regulars.server.alerts.models import Alert
from regulars.server.care import actions, queries
from regulars.server.care.models import Card, Task
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries import wording
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.customers.models import Customer
from regulars.server.standards import actions as standards
from regulars.server.standards import queries as asked
from regulars.server.standards.rules import Line, Purpose, Rhythm, fulfils
from regulars.testing.cast import NOON, TODAY

pytestmark = pytest.mark.django_db
END_OF_YEAR = date(2026, 12, 31)
DUTIES = ("visit_due", "review_due", "rank_contact_due", "exec_visit_due", "head_visit_due")


def known(world: World, level: int, **file: object) -> Customer:
    """Li, on file since long ago, in a tier."""
    li = world.cast.li
    Customer.objects.filter(pk=li.pk).update(since=LONG_AGO, consents=YES, **file)
    li.refresh_from_db()
    world.level(li, level)
    return li


def owed(customer: Customer, state: str = "open") -> dict[tuple[str, str], Task]:
    """Duties of the standard that lie on lists, by code and list."""
    found = Task.objects.filter(customer=customer, state=state, trigger__in=DUTIES)
    return {(task.trigger, task.card.desk): task for task in found.select_related("card")}


def adopt(world: World, lines: list[Line], *, purpose: str) -> None:
    standards.start_draft(by=world.cast.ana, at=NOON)
    standards.change_cell(
        lines, level=lines[0].level, purpose=purpose, kind="person", by=world.cast.ana, at=NOON
    )
    standards.adopt(number=1, seen=None, from_day=TODAY, note="", by=world.cast.lin, at=NOON)


def test_visits_and_reviews_of_a_top_tier_lie_on_the_list_of_each_role(world: World) -> None:
    customer = known(world, 5)

    world.plan(day(14))

    found = owed(customer)
    assert set(found) == {
        ("visit_due", "rm"), ("visit_due", "leader"), ("review_due", "rm"),
    }  # fmt: skip
    visit = found["visit_due", "rm"]
    assert (visit.cycle, visit.due_on, visit.minutes) == ("rm:2026-Q4", END_OF_YEAR, 90)
    assert found["visit_due", "leader"].cycle == "leader:2026-H2"


@pytest.mark.parametrize(
    ("language", "own", "rank"),
    [
        ("zh-hans", "每季拜访 · 12-31 前", "上级领导每半年拜访 · 12-31 前"),
        ("en", "Quarterly visit, until 31 Dec", "Leader: half-yearly visit, until 31 Dec"),
    ],
)
def test_a_duty_of_a_rank_says_whose_it_is(
    world: World, language: str, own: str, rank: str
) -> None:
    customer = known(world, 5)
    world.plan(day(14))
    found = owed(customer)

    with translation.override(language):
        reader = wording.Reader(language, "CNY", TODAY)
        said = [
            wording.chip(found["visit_due", desk], reader).text for desk in ("rm", "leader")
        ]

    assert said == [own, rank]


def test_the_same_day_again_and_the_next_day_ask_for_nothing_twice(world: World) -> None:
    known(world, 5)

    world.plan(day(14))
    before = Task.objects.count()
    world.plan(day(14))
    world.plan(day(15))

    assert Task.objects.count() == before


def test_a_new_quarter_asks_again_and_the_old_one_is_counted_as_missed(world: World) -> None:
    customer = known(world, 5)
    world.plan(day(14))

    world.plan(date(2027, 2, 26))

    assert owed(customer)["visit_due", "rm"].cycle == "rm:2027-Q1"
    assert owed(customer, "expired")["visit_due", "rm"].cycle == "rm:2026-Q4"


def test_who_rises_to_a_tier_with_another_rhythm_owes_one_review_in_the_new_one(
    world: World,
) -> None:
    customer = known(world, 4)
    world.plan(day(14))
    before = owed(customer)["review_due", "rm"]
    world.level(customer, 5)

    world.plan(day(15))
    world.plan(day(16))

    assert before.cycle == "rm:2026-H2"
    found = Task.objects.get(customer=customer, trigger="review_due")
    assert (found.pk, found.cycle) == (before.pk, "rm:2026-Q4")


@pytest.mark.parametrize("level", [3, 2])
def test_tiers_without_a_rhythm_of_visits_are_asked_for_none(world: World, level: int) -> None:
    customer = known(world, level)

    world.plan(day(14))

    assert not {code for code, _desk in owed(customer)} & {"visit_due", "rank_contact_due"}


def test_who_came_in_this_period_owes_nothing_until_the_next(world: World) -> None:
    customer = known(world, 5)
    Customer.objects.filter(pk=customer.pk).update(since=date(2026, 11, 2))

    world.plan(day(14))

    assert owed(customer) == {}


def test_who_was_visited_in_the_quarter_is_not_asked_for_again(world: World) -> None:
    customer = known(world, 5)
    world.talk(customer, 20, channel="visit")

    world.plan(day(14))

    assert ("visit_due", "rm") not in owed(customer)
    assert ("visit_due", "leader") in owed(customer)


def test_a_call_is_no_visit_the_card_comes_back_and_the_visit_stays_owed(world: World) -> None:
    customer = known(world, 5)
    world.plan(day(14))
    card = owed(customer)["visit_due", "rm"].card

    at = NOON + timedelta(days=14)
    done = actions.record_outcome(
        card, outcome="reached", step="done", channel="call", by=world.cast.mei, at=at
    )

    assert done.next_on == day(21)
    assert set(owed(customer)) == {("visit_due", "rm"), ("visit_due", "leader")}
    world.plan(day(21))
    assert owed(customer)["visit_due", "rm"].card.day == day(21)


def test_a_visit_written_down_ends_the_visit_and_leaves_the_leaders(world: World) -> None:
    customer = known(world, 5)
    world.plan(day(14))

    actions.record_contact(
        customer, channel="visit", outcome="reached", topic="review", by=world.cast.mei,
        at=NOON + timedelta(days=14),
    )  # fmt: skip

    assert set(owed(customer)) == {("visit_due", "leader")}
    leaders = owed(customer)["visit_due", "leader"].card
    assert (leaders.state, leaders.minutes) == (Card.State.OPEN, 90)


def test_a_review_by_two_clicks_is_noted_as_one(world: World) -> None:
    customer = known(world, 4)
    world.plan(day(14))
    task = owed(customer)["review_due", "rm"]
    assert task.cycle == "rm:2026-H2"

    actions.record_outcome(
        task.card, outcome="reached", step="done", channel="call", by=world.cast.mei,
        at=NOON + timedelta(days=14),
    )  # fmt: skip

    assert ("review_due", "rm") in owed(customer, "done")
    assert Touch.objects.get(customer=customer).topic == "review"
    world.plan(day(40))
    assert ("review_due", "rm") not in owed(customer)


def test_a_visit_that_came_by_a_file_ends_the_duty_by_morning(world: World) -> None:
    customer = known(world, 4)
    world.plan(day(14))
    assert ("visit_due", "rm") in owed(customer)

    world.talk(customer, -14, channel="visit")
    world.plan(day(15))

    assert ("visit_due", "rm") in owed(customer, "done")


def test_a_rank_that_shall_speak_with_customers_has_that_on_its_own_list(world: World) -> None:
    usual = Line(5, Purpose.CONTACT, rhythm=Rhythm.DAYS, days=14, minutes=20, kind="person")
    head = replace(usual, doer="manager", rhythm=Rhythm.MONTH, days=None, minutes=15)
    adopt(world, [usual, head], purpose="contact")
    customer = known(world, 5)
    world.talk(customer, 2)

    world.plan(day(4))

    task = owed(customer)["rank_contact_due", "manager"]
    assert (task.cycle, task.due_on, task.minutes) == (
        "manager:2026-11",
        date(2026, 11, 30),
        15,
    )


def test_an_interval_in_days_counts_from_the_last_visit(world: World) -> None:
    line = Line(
        4, Purpose.VISIT, rhythm=Rhythm.DAYS, days=60, minutes=60, channels=("visit",),
        kind="person",
    )  # fmt: skip
    adopt(world, [line], purpose="visit")
    customer = known(world, 4)
    world.talk(customer, 60, channel="visit")

    world.plan()
    assert ("visit_due", "rm") not in owed(customer)
    world.plan(day(1))
    world.plan(day(2))

    task = owed(customer)["visit_due", "rm"]
    assert task.cycle == f"rm:{TODAY - timedelta(days=60)}:0"


def test_the_wall_of_a_list_is_that_of_its_book(world: World) -> None:
    customer = known(world, 5)
    world.plan(day(14))

    cards = Card.objects.filter(customer=customer)
    assert cards.visible_to(world.cast.tao).count() == 0
    assert cards.visible_to(world.cast.wei).count() == cards.count() == 2


@pytest.mark.parametrize("purpose", ["contact", "visit", "review"])
@pytest.mark.parametrize("doer", ["rm", "manager", "leader", "remote"])
def test_the_statement_and_the_rule_agree_on_what_fulfils(
    world: World, purpose: str, doer: str
) -> None:
    cast = world.cast
    people = {"rm": cast.mei, "manager": cast.wei, "leader": cast.lin}
    kinds = [
        (c, t, r, o)
        for c in ("visit", "call")
        for t in ("review", "")
        for r in people
        for o in ("", *people)
        if o != r
    ]
    for channel, topic, role, other in kinds:
        channels.record_touch(
            cast.li, channel=channel, topic=topic, outcome="reached", two_way=True,
            by=people[role], beside=people.get(other), at=NOON,
        )  # fmt: skip
    words = asked.fulfils(f"'{purpose}'", "'visit'", f"'{doer}'", touch="t", person="p")
    rows = reads.sql(
        "select t.channel, t.topic, p.role, coalesce(o.role, '') from channels_touch t "
        "join core_person p on p.id = t.person_id "
        f"left join core_person o on o.id = t.beside_id where {words} order by t.id"
    )

    ways = ("visit",)
    assert rows == [
        (c, t, r, o)
        for c, t, r, o in kinds
        if fulfils(
            purpose, doer, ways, channel=c, topic=t, role=people[r].role,
            beside=people[o].role if o else "",
        )
    ]  # fmt: skip


def test_a_visit_together_deals_with_what_both_owe_and_stands_on_both_lists(
    world: World,
) -> None:
    cast, customer = world.cast, known(world, 5)
    world.plan(day(14))
    assert {desk for _code, desk in owed(customer)} >= {"rm", "leader"}
    at = NOON + timedelta(days=14)
    visit = actions.plan_visit(
        customer, person=cast.lin, beside=cast.mei, day=day(14), topic="contact",
        by=cast.lin, at=at,
    )  # fmt: skip
    assert queries.visits_of(cast.mei, day(14), day(15)) == [visit]
    assert queries.visits_of(cast.lin, day(14), day(15)) == [visit]
    assert cast.mei in queries.companions(cast.lin, customer)
    assert cast.tao not in queries.companions(cast.lin, customer)

    touch = actions.record_contact(
        customer, channel="visit", outcome="reached", visit=visit, beside=cast.lin,
        by=cast.mei, at=at,
    )  # fmt: skip

    visit.refresh_from_db()
    assert "visit_due" not in {code for code, _desk in owed(customer)}
    assert (visit.person, visit.beside, touch.beside) == (cast.mei, cast.lin, cast.lin)


# Stages of life ------------------------------------------------------------------------------


def entered(world: World, stage: str, *, was: str = "active", days: int = 0) -> Customer:
    """Li came from one stage into another between two runs."""
    li = world.cast.li
    Customer.objects.filter(pk=li.pk).update(since=LONG_AGO)
    world.score({li: {"stage": was}}, as_of=TODAY + timedelta(days=days - 1))
    world.score({li: {"stage": stage}}, as_of=TODAY + timedelta(days=days))
    return li


def staged(customer: Customer) -> list[Task]:
    codes = ("stage_entered", "stage_offered", "became_dormant", "reactivated")
    return list(Task.objects.filter(customer=customer, trigger__in=codes).order_by("pk"))


def test_entering_a_stage_makes_its_treatment_once(world: World) -> None:
    customer = entered(world, "loyal")

    world.plan()
    world.plan()
    world.plan(day(1))

    (task,) = staged(customer)
    assert (task.trigger, task.cycle, task.minutes) == ("stage_entered", f"loyal:{TODAY}", 15)
    assert task.due_on == date(2026, 12, 7)
    assert task.facts["named_en"] == "Thank and involve"


def test_a_stage_that_lasts_and_one_whose_treatment_is_off_say_nothing(world: World) -> None:
    assert staged(entered(world, "loyal", was="loyal")) == []
    customer = entered(world, "active", was="new")

    world.plan()

    assert staged(customer) == []


def test_the_same_stage_again_within_its_quiet_days_is_left_in_peace(world: World) -> None:
    customer = entered(world, "loyal")
    world.plan()
    entered(world, "loyal", days=40)

    world.plan(day(40))

    assert len(staged(customer)) == 1


def test_a_treatment_that_sells_waits_for_a_yes(world: World) -> None:
    customer = entered(world, "at_risk")
    assert (world.plan().counts["held_back"], staged(customer)) == (1, [])
    world.agree(customer)

    world.plan(day(1))

    (task,) = staged(customer)
    assert (task.trigger, task.priority) == ("stage_offered", 2)


def test_the_treatment_says_how_the_stages_own_trigger_is_dealt_with(world: World) -> None:
    customer = entered(world, "dormant")
    world.agree(customer)

    world.plan()
    world.plan(day(1))

    (task,) = staged(customer)
    assert (task.trigger, task.card.desk, task.minutes) == ("became_dormant", "service", 5)
    assert task.facts["named_en"] == "Wake up"


# Complaints ----------------------------------------------------------------------------------


def complained(world: World, level: int) -> Customer:
    """Somebody of a tier complained today."""
    given = Given(level=level, events=[event("complaint_opened", 0, ref="C1")])
    ((customer, _given),) = put_down(world, [given])
    world.level(customer, level)
    world.plan()
    return customer


@pytest.mark.parametrize(("level", "desk", "hours"), [(5, "rm", 2), (4, "rm", 4)])
def test_a_complaint_has_the_clock_of_its_tier(
    world: World, level: int, desk: str, hours: int
) -> None:
    customer = complained(world, level)

    task = Task.objects.get(customer=customer, trigger="complaint_opened")
    alert = Alert.objects.get(customer=customer, kind="complaint")
    assert (task.card.desk, task.due_on) == (desk, TODAY)
    # The morning ran before work began, at nine.
    assert alert.due_at == NOON.replace(hour=1 + hours)


def test_the_contact_that_acknowledges_a_complaint_stops_its_clock(world: World) -> None:
    customer = complained(world, 5)

    actions.record_contact(
        customer, channel="call", outcome="reached", by=world.cast.mei, at=NOON
    )

    assert Alert.objects.get(customer=customer, kind="complaint").state == "closed"
