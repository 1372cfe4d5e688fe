"""A plan from the wish for one to its last review; who sees it; what a merge does to it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.server.plans.conftest import Make, goal, step

from regulars.base.errors import BadInput, Refused
from regulars.server.books import actions as books
from regulars.server.core import custody, scope
from regulars.server.core.audit import WORKER
from regulars.server.core.custody import Merge
from regulars.server.core.models import AuditEntry
from regulars.server.plans import actions, queries
from regulars.server.plans.models import Goal, Plan, Review, Step
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=30)


def test_a_draft_holds_once_it_has_an_aim_a_goal_and_a_step(as_system: Cast) -> None:
    cast = as_system
    plan = actions.ask(cast.li, words="before he retires", by=cast.wei, at=NOON)
    assert (plan.asked_by, plan.asked_for) == (cast.wei, TODAY + timedelta(days=14))

    with pytest.raises(BadInput):
        actions.begin(plan, by=cast.mei, at=NOON)
    actions.change(plan, aim="Be the bank of both.", by=cast.mei, at=NOON)
    goal(plan, cast)
    with pytest.raises(BadInput):
        actions.begin(plan, by=cast.mei, at=NOON)
    step(plan, cast)
    begun = actions.begin(plan, by=cast.mei, at=NOON)

    assert begun.state == Plan.State.IN_FORCE
    assert begun.next_review_on == TODAY + timedelta(days=91), "90 days on is a Sunday"
    told = AuditEntry.objects.filter(action__startswith="plans.").values_list(
        "action", flat=True
    )
    assert list(told.order_by("pk")) == [
        "plans.asked", "plans.changed", "plans.goal.added", "plans.step.added", "plans.begun",
    ]  # fmt: skip


def test_a_customer_has_one_live_plan_and_may_have_another_after_it(
    as_system: Cast, planned: Make
) -> None:
    cast, first = as_system, planned()

    with pytest.raises(actions.HasPlan):
        actions.draft(cast.li, aim="again", by=cast.mei, at=NOON)
    with pytest.raises(BadInput):
        actions.give_up(first, reason=" ", by=cast.mei, at=NOON)
    actions.give_up(first, reason="moved abroad", by=cast.mei, at=NOON)
    second = actions.draft(cast.li, aim="again", by=cast.mei, at=LATER)

    assert queries.current(cast.mei, cast.li) == second
    assert queries.ended(cast.mei, cast.li) == [first]
    assert Goal.objects.get().state == Goal.State.DROPPED
    assert (Step.objects.get().state, Step.objects.get().outcome) == ("dropped", "moved abroad")
    with pytest.raises(actions.NotLive):
        step(first, cast)


def test_goals_are_measured_and_a_person_says_whether_they_were_reached(
    as_system: Cast, planned: Make
) -> None:
    cast, plan = as_system, planned()
    own = Goal.objects.get()
    actions.judge(cast.li, strands=["points"], by=cast.mei, at=NOON)
    bond = goal(plan, cast, measure="bond", start=Decimal(1), target=Decimal(2), unit="")

    actions.read_goal(own, reading=Decimal("1.5"), by=cast.mei, at=LATER)
    actions.judge(cast.li, strands=["met", "greeted"], by=cast.mei, at=LATER)
    shown = {each.goal.pk: each for each in queries.view(cast.mei, plan, LATER).goals}

    assert (shown[own.pk].share, shown[own.pk].is_there) == (0.5, False)
    assert (shown[bond.pk].share, shown[bond.pk].is_there) == (1.0, True)
    with pytest.raises(BadInput):
        actions.read_goal(bond, reading=Decimal(3), by=cast.mei, at=LATER)
    with pytest.raises(BadInput):
        actions.decide_goal(own, state="dropped", by=cast.mei, at=LATER)
    actions.decide_goal(bond, state="reached", by=cast.mei, at=LATER)
    with pytest.raises(Refused):
        actions.decide_goal(bond, state="missed", by=cast.mei, at=LATER)
    assert queries.view(cast.mei, plan, LATER).reached == 1


@pytest.mark.parametrize(
    "told",
    [
        {"text": " "},
        {"unit": ""},
        {"measure": "charm"},
        {"target": Decimal(0)},
        {"by_on": TODAY},
        {"measure": "bond", "target": Decimal(4)},
    ],
)
def test_what_nobody_could_measure_is_no_goal(
    as_system: Cast, planned: Make, told: dict[str, object]
) -> None:
    plan = planned()
    with pytest.raises(actions.NoGoal):
        goal(plan, as_system, **told)


def test_a_step_is_done_dropped_with_a_reason_or_moved(as_system: Cast, planned: Make) -> None:
    cast, plan = as_system, planned()
    first, second, third = Step.objects.get(), step(plan, cast), step(plan, cast, who=cast.wei)

    actions.do_step(first, outcome="he agreed", by=cast.mei, at=LATER)
    with pytest.raises(BadInput):
        actions.drop_step(second, reason="", by=cast.mei, at=LATER)
    with pytest.raises(BadInput):
        actions.do_step(second, on=TODAY + timedelta(days=31), by=cast.mei, at=LATER)
    actions.drop_step(second, reason="he is away", by=cast.mei, at=LATER)
    actions.move_step(third, due_on=TODAY + timedelta(days=40), by=cast.mei, at=LATER)

    first.refresh_from_db()
    assert (first.state, first.done_on) == ("done", TODAY + timedelta(days=30))
    assert [each.who for each in queries.view(cast.mei, plan, LATER).open_steps] == [cast.wei]
    with pytest.raises(Refused):
        actions.reopen_step(first, by=cast.wei, at=LATER)
    actions.reopen_step(first, by=cast.mei, at=LATER)
    with pytest.raises(Refused):
        actions.reopen_step(second, by=cast.mei, at=LATER + timedelta(minutes=6))
    first.refresh_from_db()
    assert (first.state, first.outcome, first.done_on) == ("open", "", None)


def test_a_review_moves_the_next_one_or_closes_the_plan(as_system: Cast, planned: Make) -> None:
    cast, plan = as_system, planned()

    with pytest.raises(BadInput):
        actions.hold(plan, learned="", verdict="keep", by=cast.mei, at=LATER)
    with pytest.raises(BadInput):
        actions.hold(
            plan, learned="it works", verdict="keep", next_on=TODAY, by=cast.mei, at=LATER
        )
    kept = actions.hold(plan, learned="it works", verdict="keep", by=cast.mei, at=LATER)
    plan.refresh_from_db()
    assert plan.next_review_on == kept.next_on == TODAY + timedelta(days=120)

    actions.hold(plan, learned="the son signed", verdict="close", by=cast.wei, at=LATER)
    plan.refresh_from_db()
    assert (plan.state, plan.closed_words) == (Plan.State.DONE, "the son signed")
    assert Goal.objects.get().state == Goal.State.MISSED, "nobody said that it was reached"
    assert Review.objects.count() == 2


def test_a_plan_goes_along_with_its_customer(as_system: Cast, planned: Make) -> None:
    cast, plan = as_system, planned()
    named = step(plan, cast, who=cast.wei)

    books.give([cast.li.pk], cast.tao_book, by=cast.ada, at=LATER)

    shown = queries.view(cast.tao, queries.one(cast.tao, plan.public_id) or plan, LATER)
    assert shown.owner == cast.tao
    assert {each.who for each in shown.open_steps} == {cast.tao, cast.wei}
    assert queries.one(cast.mei, plan.public_id) is None
    cast.wei.is_active = False
    cast.wei.save()
    named.refresh_from_db()
    assert named.doer == cast.tao, "who has left does nothing more"


def test_others_see_nothing_by_the_query_nor_by_the_wall(
    as_system: Cast, planned: Make
) -> None:
    cast, plan = as_system, planned()
    actions.judge(cast.li, strands=["points"], by=cast.mei, at=NOON)
    actions.hold(plan, learned="fine", verdict="keep", by=cast.mei, at=LATER)

    assert queries.one(cast.tao, plan.public_id) is None
    assert queries.bond(cast.tao, cast.li) is None
    assert not queries.lines(cast.tao, LATER, view="place", show="in_force")[0]
    scope.set_scope(cast.tao.scope)
    for model in (Plan, Goal, Step, Review):
        assert not model._default_manager.exists(), model


def test_two_customers_become_one_and_so_do_their_plans(as_system: Cast, planned: Make) -> None:
    cast = as_system
    kept, left = planned(cast.li), planned(cast.qian)
    actions.judge(cast.qian, strands=["met", "greeted"], by=cast.tao, at=NOON)
    told = Merge(cast.qian.pk, cast.li.pk, by=WORKER, at=LATER)

    story = custody.merge(told)

    left.refresh_from_db()
    assert (left.state, left.customer) == (Plan.State.GIVEN_UP, cast.li)
    assert {each.plan for each in Step.objects.all()} == {kept}
    assert {each.customer for each in Goal.objects.all()} == {cast.li}
    assert queries.bond_view(cast.mei, cast.li, LATER).level == 2

    custody.unmerge(told, story)
    left.refresh_from_db()
    assert (left.state, left.customer, left.closed_at) == ("in_force", cast.qian, None)
    assert {each.customer for each in Goal.objects.filter(plan=left)} == {cast.qian}
    assert Step.objects.filter(plan=kept).count() == Step.objects.filter(plan=left).count() == 1


def test_a_copy_tells_the_plan_and_an_erasure_leaves_nothing(
    as_system: Cast, planned: Make
) -> None:
    cast, plan = as_system, planned()
    actions.hold(plan, learned="likes tea", verdict="keep", by=cast.mei, at=LATER)

    copied = str(custody.copy(cast.li.pk))
    custody.erase(cast.li.pk, by=WORKER, at=LATER)

    assert "likes tea" in copied
    assert "visit the works" in copied
    assert not Plan.objects.exists()
    assert not Step.objects.exists()


def test_the_database_refuses_a_plan_without_its_review(as_system: Cast, planned: Make) -> None:
    plan = planned()
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(next_review_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.update(state="dropped", decided_at=NOON)
