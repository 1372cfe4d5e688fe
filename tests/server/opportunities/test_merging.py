"""Two customers become one, whatever both had: open, won, by hand or by rule."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.server.opportunities.conftest import Make, later

from regulars.server.core import custody
from regulars.server.opportunities import actions
from regulars.server.opportunities.actions import Signal
from regulars.server.opportunities.models import Opportunity
from regulars.server.products.models import Product
from regulars.testing.cast import TESTS, Cast

pytestmark = pytest.mark.django_db
RULE = Signal(source="reason", code="idle_balance", cycle="2026-11", is_automatic=True)


def won(deal: Opportunity) -> Opportunity:
    return actions.win(
        deal, reason="fit", amount=Decimal(90_000), words="", by=TESTS, at=later(1)
    )


@pytest.mark.parametrize("is_won", [False, True])
def test_both_had_one_of_the_same_reason_by_rule(
    found: Make, fund: Product, as_system: Cast, is_won: bool
) -> None:
    found(product=fund, signal=RULE)
    deal = found("a longer term", customer=as_system.qian, signal=RULE, next_step="call",
                 next_on=later(3).date())  # fmt: skip
    if is_won:
        won(deal)
    deal.refresh_from_db()
    before = (deal.state, deal.stage_id, deal.reason, deal.next_step, deal.moved_at)
    told = custody.Merge(as_system.qian.pk, as_system.li.pk, TESTS, later(2))

    story = custody.merge(told)

    deal.refresh_from_db()
    assert deal.customer == as_system.li
    assert (deal.state, deal.reason) == (("won", "fit") if is_won else ("lost", "duplicate"))
    custody.unmerge(told, story)
    deal.refresh_from_db()
    assert (deal.customer, deal.cycle) == (as_system.qian, "2026-11")
    after = (deal.state, deal.stage_id, deal.reason, deal.next_step, deal.moved_at)
    assert after == before


def test_what_was_won_stays_won_beside_an_open_one_of_the_same(
    found: Make, fund: Product, as_system: Cast
) -> None:
    found(product=fund)
    first = won(found(product=fund, customer=as_system.qian))
    second = found(product=fund, customer=as_system.qian)

    custody.merge(custody.Merge(as_system.qian.pk, as_system.li.pk, TESTS, later(2)))

    states = dict(Opportunity.objects.values_list("pk", "state"))
    assert (states[first.pk], states[second.pk]) == ("won", "lost")
    assert not Opportunity.objects.filter(customer=as_system.qian).exists()
