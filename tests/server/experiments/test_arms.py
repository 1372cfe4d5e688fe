"""Who is left alone: by lot, for good, the same in SQL as in Python."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.server.experiments.conftest import Many, Planned, days_after

from regulars.base.errors import BadInput
from regulars.engine.uplift import Split, arm_of, arms_of
from regulars.server.channels import queries as channels
from regulars.server.channels.rules.policy import Ask, Deny, decide
from regulars.server.core import custody, scope
from regulars.server.core.custody import Merge
from regulars.server.experiments import actions, queries
from regulars.server.experiments.actions.assigning import Closed
from regulars.server.experiments.models import Assignment, GlobalHoldout
from regulars.server.experiments.rules import Arm, BadArms
from regulars.server.experiments.rules.arms import split_of, variants
from regulars.server.experiments.rules.places import arm_sql, end_of, place_sql
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
YEAR = TODAY + timedelta(days=365)


def test_of_100_000_ids_sql_and_the_engine_say_the_same(db: None) -> None:
    split = split_of("programme:x", variants(["A", "B", "C"], 0.013))
    ids = list(range(1, 100_001))
    with connection.cursor() as cursor:
        arm = arm_sql(f"({place_sql('%s', 'id')})", split.arm_names)
        # Each cut of the CASE asks for the place, and the place for the salt.
        given = [each for end in split.ends[:-1] for each in (split.salt, end)]
        cursor.execute(
            f"select id, {arm}, {place_sql('%s', 'id')} < %s "
            "from unnest(%s::bigint[]) as t (id) order by id",
            [*given, split.salt, end_of(0.02), ids],
        )
        found = cursor.fetchall()

    out = arms_of(Split.holdout("programme:x", 0.02), ids)
    assert [row[1] for row in found] == [str(arm) for arm in arms_of(split, ids)]
    assert [row[2] for row in found] == [arm == "control" for arm in out]
    assert 1_800 < sum(row[2] for row in found) < 2_200


def test_who_has_an_arm_keeps_it(many: Any, planned: Any) -> None:
    ids, experiment = many(500), planned(share=0.1)

    first = actions.assign(experiment, ids[:300], by=TESTS, at=NOON)
    before = queries.arms_of(experiment, ids)
    again = actions.assign(experiment, ids, by=TESTS, at=NOON + timedelta(days=3))

    assert (first.new, again.new, again.known) == (300, 200, 300)
    after = queries.arms_of(experiment, ids)
    assert {pk: after[pk] for pk in before} == before
    split = split_of(experiment.salt, experiment.all_arms)
    assert after == {pk: arm_of(split, pk) for pk in ids}
    experiment.refresh_from_db()
    assert experiment.state == "running"


def test_two_experiments_leave_others_alone(many: Any, planned: Any) -> None:
    ids = many(2_000)
    one, two = planned(share=0.1), planned(share=0.1, name="another")
    for each in (one, two):
        actions.assign(each, ids, by=TESTS, at=NOON)

    both = queries.in_control(one, ids) & queries.in_control(two, ids)

    assert 5 < len(both) < 40  # a tenth of a tenth


def test_the_database_holds_one_arm_a_customer(as_system: Cast, planned: Any) -> None:
    experiment = planned()
    actions.assign(experiment, [as_system.li.pk], by=TESTS, at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            experiment=experiment, customer=as_system.li, arm="control",
            assigned_at=NOON, assigned_on=TODAY,
        )  # fmt: skip


def test_nobody_enters_what_is_over(as_system: Cast, planned: Any) -> None:
    experiment = actions.close(planned(), by=TESTS, at=NOON)

    with pytest.raises(Closed):
        actions.assign(experiment, [as_system.li.pk], by=TESTS, at=NOON)


@pytest.mark.parametrize(
    "arms",
    [
        [Arm("a", "", 1.0)],
        [Arm("control", "", 0.5), Arm("control", "", 0.5)],
        [Arm("control", "", 0.5), Arm("a", "", 0.4)],
        [Arm("control", "", 0.5), Arm("A'--", "", 0.5)],
    ],
    ids=["nobody alone", "twice", "no whole", "no name"],
)
def test_arms_that_cannot_be_drawn_are_refused(planned: Any, arms: list[Arm]) -> None:
    with pytest.raises(BadArms):
        planned(arms=arms)


def test_an_rm_sees_only_own_customers_of_an_arm(
    cast: Cast, look: Any, planned_alone: Any
) -> None:
    with scope.everything():
        experiment = planned_alone(share=0.5)
        ids = [cast.li.pk, cast.zhou.pk, cast.qian.pk]
        actions.assign(experiment, ids, by=TESTS, at=NOON)
    look(cast.mei)

    found = queries.rows(cast.mei, experiment)

    assert [row.customer_id for row in found] == [cast.li.pk]
    assert Assignment.objects.count() == 1  # the wall, whatever a query forgets


def test_members_of_the_programme_holdout_are_nobody_s_treated(many: Any, planned: Any) -> None:
    ids = many(2_000)
    actions.hold_out(0.05, starts_on=TODAY, ends_on=YEAR, by=TESTS, at=NOON)
    experiment = planned(share=0.1)

    counted = actions.assign(experiment, ids, by=TESTS, at=NOON)

    out = queries.held_out_among(ids, on=TODAY)
    assert counted.held_out == len(out) > 60
    assert not out & set(queries.arms_of(experiment, ids))
    assert out == {pk for pk in ids if queries.held_out(pk, on=TODAY)}


def test_marketing_to_its_members_is_refused_and_service_is_not(
    as_system: Cast, many: Any
) -> None:
    from regulars.server.customers.models import Customer

    actions.hold_out(0.05, starts_on=TODAY, ends_on=YEAR, by=TESTS, at=NOON)
    inside = min(queries.held_out_among(many(500), on=TODAY))
    member = Customer.objects.get(pk=inside)

    def said(purpose: str, customer: Customer) -> Any:
        context = channels.context(customer, Ask("visit", purpose, NOON))
        return decide(context), context.ask.holdout

    no, marked = said("marketing", member)
    assert marked
    assert isinstance(no, Deny)
    service, _ = said("service", member)
    assert not isinstance(service, Deny) or service.rule_id != "holdout"
    later = channels.context(member, Ask("visit", "marketing", NOON + timedelta(days=400)))
    assert not later.ask.holdout


def test_only_one_programme_holdout_is_in_force(as_system: Cast) -> None:
    first = actions.hold_out(0.02, starts_on=TODAY, ends_on=YEAR, by=TESTS, at=NOON)

    with pytest.raises(actions.AlreadyHeldOut):
        actions.hold_out(0.01, starts_on=YEAR - timedelta(days=1),
                         ends_on=YEAR + timedelta(days=9), by=TESTS, at=NOON)  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        GlobalHoldout.objects.create(
            share=0.01, salt="other", starts_on=TODAY, ends_on=YEAR, made_by="x", made_at=NOON
        )
    with pytest.raises(BadInput):
        actions.hold_out(0.5, starts_on=YEAR, ends_on=YEAR + timedelta(9), by=TESTS, at=NOON)
    next_year = actions.hold_out(
        0.02, starts_on=YEAR, ends_on=YEAR + timedelta(days=365), by=TESTS, at=NOON
    )
    assert next_year.salt != first.salt
    actions.end_holdout(first, by=TESTS, at=NOON + timedelta(days=2))
    assert queries.holdout_in_force(TODAY + timedelta(days=2)) is None


def test_the_programme_holdout_is_measured_by_the_same_hash(many: Any, spent: Any) -> None:
    ids = many(4_000)
    held = actions.hold_out(
        0.05, starts_on=TODAY, ends_on=TODAY + timedelta(days=28), by=TESTS, at=NOON
    )
    out = queries.held_out_among(ids, on=TODAY)
    rest = [pk for pk in ids if pk not in out]
    spent(rest, [TODAY] * len(rest), [100_00 + pk % 50 for pk in rest])

    week = NOON + timedelta(days=7)
    assert actions.read_all(by=TESTS, at=week) == 1
    measured = queries.by_source(f"holdout:{held.pk}")

    assert measured is not None
    reading = queries.latest(measured)
    assert reading is not None
    arms = reading.body["arms"]
    # Three of the cast are on file beside them, with a place like anybody's.
    assert len(out) <= arms["control"]["n"] <= len(out) + 3
    assert arms["control"]["total"] == 0
    assert reading.difference == pytest.approx(100, abs=1)
    actions.end_holdout(held, by=TESTS, at=week)
    measured.refresh_from_db()
    assert measured.state == "closed"


def test_a_person_in_two_arms_is_taken_out_and_comes_back_at_an_unmerge(
    as_system: Cast, many: Any, planned: Any
) -> None:
    ids, experiment = many(50), planned(share=0.5)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    arms = queries.arms_of(experiment, ids)
    alone = next(pk for pk in ids if arms[pk] == "control")
    called = next(pk for pk in ids if arms[pk] != "control")
    told = Merge(alone, called, TESTS, NOON)

    story = custody.merge(told)

    assert Assignment.objects.get(customer=called).crossed
    assert sum(queries.arm_counts(experiment).values()) == 49
    custody.unmerge(told, story)
    assert not Assignment.objects.filter(crossed=True).exists()


def test_who_is_drawn_ahead_begins_with_the_experiment(many: Many, planned: Planned) -> None:
    ids = many(4)
    ahead = planned(starts_on=days_after(9))

    actions.assign(ahead, ids[:2], by=TESTS, at=NOON)
    actions.assign(ahead, ids[2:], by=TESTS, at=NOON + timedelta(days=12))

    days = ahead.assignments.order_by("customer").values_list("assigned_on", flat=True)
    assert list(days) == [days_after(9), days_after(9), days_after(12), days_after(12)]
