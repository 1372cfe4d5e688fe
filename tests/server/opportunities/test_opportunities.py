"""An opportunity is made once, moves, is won or lost with its reason, and opens again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.server.opportunities.conftest import Make, ahead, later, spoke

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Move, Opportunity, Stage
from regulars.server.products.models import Product
from regulars.server.scoring.models import Declined
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
Stages = dict[str, Stage]


def test_the_same_is_never_open_twice_for_a_customer(
    as_system: Cast, found: Make, fund: Product
) -> None:
    first = found(product=fund)

    with pytest.raises(actions.Exists) as refused:
        found(product=fund, kind="trade_in")
    assert refused.value.found == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.create(
            customer=as_system.li, product=fund, kind="add_on", stage=first.stage,
            moved_at=NOON, made_at=NOON,
        )  # fmt: skip
    found(product=fund, customer=as_system.qian)
    actions.lose(first, reason="no_need", by=as_system.mei, at=NOON)
    found(product=fund)


@pytest.mark.parametrize("step", [("", ahead(2)), ("call", None), ("call", ahead(-1))])
def test_a_next_step_has_a_day_ahead(found: Make, step: tuple[str, object]) -> None:
    with pytest.raises(BadInput):
        found(next_step=step[0], next_on=step[1])


def test_every_move_is_kept_with_its_time(as_system: Cast, found: Make, stages: Stages) -> None:
    mei, one = as_system.mei, found()
    actions.move(one, stages["needs"], by=mei, at=later(4), words="she said so")
    actions.move(one, stages["contacted"], by=mei, at=later(6))
    actions.move(one, stages["contacted"], by=mei, at=later(7))  # it stands there: nothing
    one = actions.win(one, reason="fit", amount=Decimal(80_000), by=mei, at=later(10))

    told = queries.history(one, later(20))

    ways = [(step.move.to_stage.code, step.days) for step in told]
    assert ways == [("won", 0), ("contacted", 4), ("needs", 2), ("found", 4)]
    assert (one.state, one.won_amount, one.closed_by) == ("won", Decimal(80_000), mei)
    trail = AuditEntry.objects.filter(action__startswith="opportunities.").order_by("pk")
    assert [entry.action.split(".")[1] for entry in trail] == ["made", "moved", "moved", "won"]


def test_an_end_has_its_own_reasons_and_a_rival_a_name(as_system: Cast, found: Make) -> None:
    mei, one = as_system.mei, found()

    with pytest.raises(BadInput):
        actions.lose(one, reason="fit", by=mei, at=NOON)
    with pytest.raises(BadInput):
        actions.win(one, reason="rival", by=mei, at=NOON)
    with pytest.raises(BadInput):
        actions.lose(one, reason="rival", by=mei, at=NOON)
    actions.lose(one, reason="rival", competitor="湖商银行", by=mei, at=NOON)
    with pytest.raises(actions.Ended):
        actions.win(one, reason="fit", by=mei, at=NOON)

    assert Opportunity.objects.get().competitor == "湖商银行"
    assert list(queries.rivals(mei)) == ["湖商银行"]


def test_a_product_that_is_not_wanted_now_is_not_suggested_again(
    as_system: Cast, found: Make, fund: Product
) -> None:
    for reason in ("price", "later"):
        actions.lose(found(product=fund), reason=reason, by=as_system.mei, at=NOON)

    (said,) = Declined.objects.all()
    assert (said.customer, said.product_code) == (as_system.li, "F1")


def test_one_that_ended_opens_where_it_stood_unless_another_took_its_place(
    as_system: Cast, found: Make, stages: Stages
) -> None:
    mei, one = as_system.mei, found()
    actions.move(one, stages["proposal"], by=mei, at=later(1))
    actions.lose(one, reason="later", by=mei, at=later(2))

    with pytest.raises(BadInput):
        actions.reopen(one, words=" ", by=mei, at=later(3))
    again = actions.reopen(one, words="she called", by=mei, at=later(3))
    assert (again.state, again.stage, again.reason) == ("open", stages["proposal"], "")
    with pytest.raises(actions.NotEnded):
        actions.reopen(again, words="she called", by=mei, at=later(3))

    actions.lose(again, reason="later", by=mei, at=later(4))
    other = found()
    with pytest.raises(actions.Exists) as refused:
        actions.reopen(again, words="she called", by=mei, at=later(5))
    assert refused.value.found == other


def test_an_own_chance_says_why_and_ends_with_the_stage(
    as_system: Cast, found: Make, stages: Stages
) -> None:
    mei, one = as_system.mei, found()
    with pytest.raises(BadInput):
        actions.judge_chance(one, chance=Decimal("0.9"), why="", by=mei, at=NOON)

    one = actions.judge_chance(
        one, chance=Decimal("0.9"), why="he asked for it", by=mei, at=NOON
    )
    assert queries.view(one, NOON).worth == Decimal(90_000)
    one = actions.move(one, stages["contacted"], by=mei, at=NOON)
    assert (one.chance, queries.view(one, NOON).share) == (None, 0.2)


def test_what_stands_too_long_or_has_no_step_presses(as_system: Cast, found: Make) -> None:
    mei = as_system.mei
    found("without a step", at=later(-20))
    found("late", next_step="call", next_on=TODAY)
    at = later(3)

    told = queries.tallies(mei, at, whose="mine")
    stale = queries.Wanted(view="mine", press="stale")

    assert (told.open, told.no_step, told.late, told.stale) == (2, 1, 1, 1)
    assert [each.it.what for each in queries.lines(mei, stale, at)[0]] == ["without a step"]
    assert queries.waiting(mei, at) == 1
    assert not queries.waiting(as_system.tao, at)


def test_an_interested_contact_proposes_one_until_it_is_made_or_left(
    as_system: Cast, stages: Stages
) -> None:
    cast = as_system
    first = spoke(cast, cast.li, need="a loan for the shop", next_step="send papers",
                  next_on=ahead(3))  # fmt: skip
    spoke(cast, cast.qian, outcome="reached")
    assert [each.pk for each in queries.interested(cast.mei, NOON)] == [first.pk]
    assert not queries.interested(cast.tao, NOON).exists()

    made = actions.from_touch(first, by=cast.mei, at=later(0.1))
    again = actions.from_touch(first, by=cast.mei, at=later(0.2))

    assert again == made
    assert (made.source, made.what) == ("contact", "a loan for the shop")
    assert (made.next_step, made.next_on) == ("send papers", ahead(3))
    assert "a loan for the shop" in made.because
    assert not queries.interested(cast.mei, later(0.1)).exists()

    second = spoke(cast, cast.li, at=later(1), need="a card")
    actions.leave_alone(second, by=cast.mei, at=later(2))
    actions.leave_alone(second, by=cast.mei, at=later(2))
    assert not queries.interested(cast.mei, later(2)).exists()


def test_nobody_sees_those_of_another_book(as_system: Cast, found: Make) -> None:
    cast, one = as_system, found()

    assert queries.one(cast.wei, one.public_id) == one
    assert queries.one(cast.tao, one.public_id) is None
    scope.set_scope(cast.tao.scope)
    assert not Opportunity.objects.exists(), "the wall of the database stands, too"
    assert not Move.objects.exists()


def test_stages_are_changed_and_one_in_use_stays(
    as_system: Cast, found: Make, stages: Stages
) -> None:
    ada = as_system.ada
    found()
    told = {"chance": Decimal("0.5"), "patience": 7, "by": ada, "at": NOON}
    made = actions.save_stage(None, name="试用", name_en="Trial", place=2, **told)

    assert [each.code for each in queries.open_stages()][:3] == ["found", "trial", "contacted"]
    assert [each.code for each in queries.stages()][-2:] == ["won", "lost"]
    with pytest.raises(actions.InUse):
        actions.save_stage(stages["found"], name="发现", name_en="", is_retired=True, **told)
    actions.save_stage(made, name="试用", name_en="Trial", is_retired=True, **told)
    assert "trial" not in [each.code for each in queries.open_stages()]
    with pytest.raises(BadInput):
        actions.save_stage(stages["won"], name="成交", name_en="Won", **told)


def test_a_deal_is_proved_by_the_holding_that_came(
    as_system: Cast, found: Make, fund: Product
) -> None:
    cast = as_system
    one = found(product=fund, at=later(-5))
    actions.win(one, reason="fit", by=cast.mei, at=NOON)
    assert actions.prove(by=cast.mei, at=NOON) == 0, "nothing came yet"

    holds(cast, "H0", opened=TODAY - timedelta(days=40))
    holds(cast, "H1", opened=TODAY - timedelta(days=1))
    assert actions.prove(by=cast.mei, at=NOON) == 1
    assert actions.prove(by=cast.mei, at=NOON) == 0

    one.refresh_from_db()
    assert (one.proof_kind, one.proof_ref) == ("holding", "H1")
    assert one.proof_amount == Decimal(50_000)


def holds(cast: Cast, holding: str, *, opened: object) -> None:
    from regulars.server.customers.models import FactKey
    from regulars.server.facts import actions as facts

    key = FactKey.objects.get(customer=cast.li).pk
    rows = (
        f"select {key}::bigint as fact_key, '{holding}' as holding_id, 'F1' as product_id, "
        f"date '{opened}' as opened_on, null::date as matures_on, null::date as closed_on, "
        f"5000000::bigint as amount, 'h-{holding}' as row_key, "
        f"timestamp '{opened} 16:00:00' as known_at"
    )
    facts.add("holdings", rows, source="cast", by=cast.mei, at=NOON)
