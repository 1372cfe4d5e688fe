"""The strategy for a key customer stands upon their care plan."""

from __future__ import annotations

import pytest
from tests.server.opportunities.conftest import Make, ahead, later

from regulars.base.errors import BadInput, Refused
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Strategy
from regulars.server.plans import actions as plans
from regulars.server.plans.models import Plan, Step
from regulars.server.trade import actions as trade
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(as_system: Cast) -> Plan:
    cast = as_system
    return plans.draft(cast.zhou, aim="Be the first bank.", by=cast.wei, at=NOON)


def test_a_strategy_goes_through_its_phases_and_says_why(as_system: Cast, plan: Plan) -> None:
    wei = as_system.wei
    told = {"by": wei, "at": NOON}
    with pytest.raises(BadInput):
        actions.begin_strategy(plan, phase="find", why="", **told)  # type: ignore[arg-type]
    made = actions.begin_strategy(plan, phase="find", why="nobody knows the owner", by=wei,
                                  at=NOON)  # fmt: skip
    with pytest.raises(BadInput):
        actions.turn(made, phase="find", why="again", by=wei, at=NOON)
    actions.turn(made, phase="attack", why="met the owner", by=wei, at=later(9))

    found = queries.account(wei, plan, TODAY)

    assert found.strategy is not None
    assert found.strategy.phase == Strategy.Phase.ATTACK
    assert [each.after for each in found.phases] == ["attack", "find"]
    plans.give_up(plan, reason="closed", by=wei, at=later(10))
    with pytest.raises(plans.NotLive):
        actions.turn(made, phase="hold", why="signed", by=wei, at=later(11))


def test_an_obstacle_has_a_move_that_stands_among_the_steps(
    as_system: Cast, plan: Plan
) -> None:
    wei = as_system.wei
    with pytest.raises(BadInput):
        actions.add_obstacle(plan, text="the accountant", move="lunch", by=wei, at=NOON)
    made = actions.add_obstacle(
        plan, text="the accountant prefers the other bank", move="have lunch with her",
        due_on=ahead(4), who=as_system.mei, by=wei, at=NOON,
    )  # fmt: skip

    step = Step.objects.get()
    assert (made.move, step.due_on, step.who) == (step, ahead(4), as_system.mei)
    actions.deal_with(made, state="overcome", outcome="she likes us", by=wei, at=NOON)
    with pytest.raises(Refused):
        actions.deal_with(made, state="accepted", outcome="well", by=wei, at=NOON)
    assert queries.account(wei, plan, TODAY).past == (made,)


def test_people_who_decide_stand_first_and_blind_spots_are_counted(
    as_system: Cast, plan: Plan, found: Make
) -> None:
    cast, wei = as_system, as_system.wei
    told = {"by": wei, "at": NOON}
    boss = trade.add_contact(cast.zhou, name="周老板", attitude="against", **told)
    trade.add_contact(cast.zhou, name="安会计", **told)
    actions.set_stance(boss, influence=3, wants="lower fees", keeper=wei, by=wei, at=NOON)
    found("payroll", customer=cast.zhou, by=wei)

    told_of = queries.account(wei, plan, TODAY)

    assert [each.contact.name for each in told_of.holders] == ["周老板", "安会计"]
    assert (told_of.against, told_of.blind, told_of.open_count) == (1, 1, 1)
    with pytest.raises(BadInput):
        actions.set_stance(boss, influence=4, by=wei, at=NOON)


def test_accounts_stand_by_their_next_move(as_system: Cast, plan: Plan) -> None:
    cast = as_system
    plans.add_step(plan, text="visit", due_on=ahead(9), by=cast.wei, at=NOON)
    actions.begin_strategy(plan, phase="hold", why="signed", by=cast.wei, at=NOON)

    (line,) = queries.accounts(cast.wei, mine=False)

    assert (line.next_on, line.strategy.phase) == (ahead(9), "hold")
    assert queries.accounts(cast.wei, mine=False, phase="find") == []
    assert queries.accounts(cast.tao, mine=False) == []
