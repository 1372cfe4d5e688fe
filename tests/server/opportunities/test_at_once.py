"""Two people at one opportunity in the same instant: nothing is lost, one end stands."""

from __future__ import annotations

import pytest
from tests.server.opportunities.conftest import ahead
from tests.server.overlap import overlapping

from regulars.server.core import scope
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Opportunity, Part, Proposal, Stage, Stance
from regulars.server.plans import actions as plans
from regulars.server.products.models import Product
from regulars.server.trade import actions as trade
from regulars.testing.cast import NOON, Cast, assemble


@pytest.mark.django_db(transaction=True)
def test_two_at_one_opportunity_in_the_same_instant() -> None:
    """One test of many meetings: a database that is emptied after each would take minutes."""
    with scope.everything():
        cast = assemble()
        actions.install_stages()
        fund = Product.objects.create(code="F1", name="稳健基金", kind="fund")

    _moves(cast)
    _ends(cast)
    _different_fields(cast)
    _made_twice(cast)
    _proposals(cast, fund)
    _accounts(cast)


def _make(cast: Cast, what: str, product: Product | None = None) -> Opportunity:
    with scope.everything():
        about = actions.About(product=product, what="" if product else what)
        return actions.make(cast.li, about, kind="add_on", by=cast.mei, at=NOON)


def _moves(cast: Cast) -> None:
    one, stages = _make(cast, "moved"), {each.code: each for each in _stages()}

    told = overlapping(
        lambda: actions.move(one, stages["needs"], by=cast.mei, at=NOON),
        lambda: actions.move(one, stages["proposal"], by=cast.wei, at=NOON),
    )
    again = overlapping(
        lambda: actions.move(one, stages["negotiation"], by=cast.mei, at=NOON),
        lambda: actions.move(one, stages["negotiation"], by=cast.wei, at=NOON),
    )

    assert told + again == ["", "", "", ""]
    with scope.everything():
        way = [
            (each.from_stage and each.from_stage.code, each.to_stage.code)
            for each in one.moves.order_by("pk").select_related("from_stage", "to_stage")
        ]
    assert way == [
        (None, "found"), ("found", "needs"), ("needs", "proposal"),
        ("proposal", "negotiation"),
    ], "each goes from where the other left it; twice to the same is once"  # fmt: skip


def _ends(cast: Cast) -> None:
    one = _make(cast, "ended")

    told = overlapping(
        lambda: actions.win(one, reason="trust", by=cast.mei, at=NOON),
        lambda: actions.lose(one, reason="price", by=cast.wei, at=NOON),
    )

    assert told == ["", "Ended"]
    with scope.everything():
        one.refresh_from_db()
    assert (one.state, one.reason) == ("won", "trust")


def _different_fields(cast: Cast) -> None:
    one = _make(cast, "changed")
    given = {"kind": "add_on", "amount": 9, "margin": None, "expected_on": None, "owner": None}

    told = overlapping(
        lambda: actions.change(one, by=cast.mei, at=NOON, **given),
        lambda: actions.plan_next(one, step="call", on=ahead(2), by=cast.wei, at=NOON),
    )

    assert told == ["", ""]
    with scope.everything():
        one.refresh_from_db()
        seen = queries.expected(one)
    assert (one.amount, one.next_step) == (9, "call")

    told = overlapping(
        lambda: actions.change(one, by=cast.mei, at=NOON, seen=seen, **given | {"amount": 8}),
        lambda: actions.change(one, by=cast.wei, at=NOON, seen=seen, **given | {"amount": 7}),
    )

    assert told == ["", "ChangedMeanwhile"]
    with scope.everything():
        one.refresh_from_db()
    assert one.amount == 8


def _made_twice(cast: Cast) -> None:
    told = overlapping(lambda: _same(cast), lambda: _same(cast))

    assert told == ["", "Exists"]


def _same(cast: Cast) -> Opportunity:
    about = actions.About(what="the same")
    return actions.make(cast.li, about, kind="add_on", by=cast.mei, at=NOON)


def _proposals(cast: Cast, fund: Product) -> None:
    one = _make(cast, "", fund)
    begin = [
        lambda who=who: actions.start_proposal(one, by=who, at=NOON)
        for who in (cast.mei, cast.wei)
    ]
    assert overlapping(*begin) == ["", ""]
    with scope.everything():
        draft = Proposal.objects.get(opportunity=one)
        (offer,) = Part.objects.filter(proposal=draft, kind="offer")
        words = actions.put_part(draft, kind="words", text="x", by=cast.mei, at=NOON)

    told = overlapping(
        lambda: actions.drop_part(words, by=cast.mei, at=NOON),
        lambda: actions.put_part(draft, kind="words", text="y", part=words, by=cast.wei,
                                 at=NOON),
    )  # fmt: skip
    assert told == ["", "Gone"], "a late form does not write it in again"
    late = overlapping(
        lambda: actions.send(draft, how="by e-mail", by=cast.mei, at=NOON),
        lambda: actions.put_part(draft, kind="offer", product=fund, part=offer, price="less",
                                 by=cast.wei, at=NOON),
    )  # fmt: skip
    assert late == ["", "Frozen"]
    with scope.everything():
        assert [each.kind for each in draft.parts.all()].count("words") == 0
        offer.refresh_from_db()
    assert offer.price == ""


def _accounts(cast: Cast) -> None:
    with scope.everything():
        plan = plans.draft(cast.zhou, aim="First bank.", by=cast.wei, at=NOON)
        boss = trade.add_contact(cast.zhou, name="周老板", by=cast.wei, at=NOON)
    begin = [
        lambda phase=phase: actions.begin_strategy(
            plan, phase=phase, why="because", by=cast.wei, at=NOON
        )
        for phase in ("find", "hold")
    ]
    assert overlapping(*begin) == ["", ""]
    judge = [
        lambda n=n: actions.set_stance(boss, influence=n, by=cast.wei, at=NOON) for n in (1, 3)
    ]
    assert overlapping(*judge) == ["", ""]
    with scope.everything():
        told = queries.account(cast.wei, plan, NOON.date())
        assert Stance.objects.get().influence == 3
    assert [each.after for each in told.phases] == ["hold", "find"]


def _stages() -> list[Stage]:
    with scope.everything():
        return queries.stages()
