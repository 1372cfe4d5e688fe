"""Reasons on cards become opportunities, by a click or by rule; next steps stand on Today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.server.opportunities.conftest import Make, rich, spoke

from regulars.server.care import actions as care
from regulars.server.care.models import Card, Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.channels import actions as channels
from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Move, Opportunity, Part, Stage
from regulars.server.opportunities.queries import signals
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.bridge.names import NEXT
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def town(as_system: Cast, stages: dict[str, Stage]) -> Cast:
    rich(as_system, as_system.li)
    return as_system


def morning(day: date = TODAY) -> None:
    care.plan(day=day, by=TESTS, at=NOON + (day - TODAY))


def waiting() -> list[Task]:
    found = Task.objects.filter(trigger="opportunity_step", state=Task.State.OPEN)
    return list(found.select_related("card").order_by("pk"))


def signalled(cast: Cast, trigger: str = "idle_balance", stake: int = 600_000) -> Task:
    """A reason on Li's card of today."""
    card = Card.objects.create(
        customer=cast.li, book=cast.mei_book, day=TODAY, priority=4, stake=stake, due_on=TODAY
    )
    return Task.objects.create(
        card=card, customer=cast.li, trigger=trigger, cycle="2026Q4", priority=4, stake=stake,
        due_on=TODAY, expires_on=TODAY + timedelta(days=9), made_at=NOON,
    )  # fmt: skip


def rule(cast: Cast, **told: object) -> None:
    given = {
        "signal": "idle_balance", "kind": "add_on", "product": None, "least": Decimal(500_000),
        "share": Decimal(0), "is_on": True,
    } | told  # fmt: skip
    actions.save_rule(by=cast.ada, at=NOON, **given)  # type: ignore[arg-type]


def test_one_click_on_a_card_makes_one_opportunity(town: Cast) -> None:
    task = signalled(town, "deposit_maturity")

    made = actions.from_card(task.card, by=town.mei, at=NOON)
    again = actions.from_card(task.card, by=town.mei, at=NOON)

    assert made == again
    assert (made.kind, made.source, made.signal) == ("trade_in", "reason", "deposit_maturity")
    assert made.amount == Decimal(600_000)
    assert made.because


def test_a_rule_makes_one_by_itself_and_never_of_the_same_reason_again(town: Cast) -> None:
    signalled(town)
    assert actions.find(TODAY, by=TESTS, at=NOON) == 0, "no rule asks for it"

    rule(town, least=Decimal(700_000))
    assert actions.find(TODAY, by=TESTS, at=NOON) == 0, "less is at stake than the rule asks"
    rule(town)
    assert actions.find(TODAY, by=TESTS, at=NOON) == 1
    assert actions.find(TODAY, by=TESTS, at=NOON) == 0

    one = Opportunity.objects.get()
    assert (one.is_automatic, one.cycle, one.made_by) == (True, "2026Q4", None)
    actions.lose(one, reason="no_need", by=town.mei, at=NOON)
    assert actions.find(TODAY, by=TESTS, at=NOON) == 0, "that time of the reason had its turn"


def test_nothing_is_made_by_itself_of_who_wants_no_marketing(town: Cast) -> None:
    signalled(town)
    rule(town)
    channels.record_touch(
        town.li, channel="call", outcome="refused_all", two_way=True, by=town.mei, at=NOON
    )

    assert actions.find(TODAY, by=TESTS, at=NOON) == 0


def likely(*rows: tuple[int, str, float]) -> None:
    """Write customers' next products as a night's scores have them."""
    run = scoring.current_run()
    assert run is not None
    names = ("customer_id", "product_id", "score")
    table = pa.table(
        {name: list(of) for name, of in zip(names, zip(*rows, strict=True), strict=True)}
    )
    usual = {
        "place": 1, "reason": "popular", "because_1": "", "because_2": "", "support": 40,
        "share": 0.1, "usual": 0.1,
    }  # fmt: skip
    for name, value in usual.items():
        table = table.append_column(name, pa.array([value] * len(rows)))
    pq.write_table(table, scoring.folder(run) / NEXT)


def test_the_next_product_passes_over_who_may_have_none_however_many_they_are(
    town: Cast, fund: Product
) -> None:
    gone = [(10_000_000 + n, fund.code, 0.9) for n in range(2 * signals.MOST)]
    likely(*gone, (town.li.pk, fund.code, 0.5))
    rule(town, signal="next_product", least=Decimal(0), share=Decimal("0.4"))

    assert actions.find(TODAY, by=TESTS, at=NOON) == 1
    assert Opportunity.objects.get().customer == town.li


def test_a_night_makes_no_more_next_products_than_it_may_and_goes_on_the_next_night(
    town: Cast, fund: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "MOST", 1)
    monkeypatch.setattr(signals, "READ", 1)
    bold = Product.objects.create(code="R5", name="进取基金", kind="fund", risk_level=5)
    town.zhou.risk_tolerance = 1
    town.zhou.save()
    likely(
        (town.zhou.pk, bold.code, 0.9), (town.li.pk, fund.code, 0.8),
        (town.qian.pk, fund.code, 0.7),
    )  # fmt: skip
    rule(town, signal="next_product", least=Decimal(0), share=Decimal("0.4"))

    nights = [
        actions.find(TODAY + timedelta(days=n), by=TESTS, at=NOON + timedelta(days=n))
        for n in range(3)
    ]

    assert nights == [1, 1, 0], "who may have none takes nobody's place"
    whose = Opportunity.objects.order_by("pk").values_list("customer", flat=True)
    assert list(whose) == [town.li.pk, town.qian.pk]


def test_the_same_next_product_comes_up_again_after_half_a_year(
    town: Cast, fund: Product
) -> None:
    likely((town.li.pk, fund.code, 0.8))
    rule(town, signal="next_product", least=Decimal(0), share=Decimal("0.4"))

    def night(days: int) -> int:
        return actions.find(
            TODAY + timedelta(days=days), by=TESTS, at=NOON + timedelta(days=days)
        )

    assert night(0) == 1
    assert night(400) == 0, "it is open still"
    actions.lose(Opportunity.objects.get(), reason="price", by=town.mei, at=NOON)
    assert night(179) == 0
    assert night(181) == 1
    assert night(181) == 0


def test_what_the_customer_said_is_offered_and_not_what_was_computed(
    town: Cast, fund: Product
) -> None:
    likely((town.li.pk, fund.code, 0.8))
    unsaid = spoke(town, town.li)
    other = spoke(town, town.li, need="help with the app")
    named = spoke(town, town.li, need=f"the {fund}, please")

    offered = [queries.signal_of_touch(town.mei, each, NOON) for each in (unsaid, other, named)]

    assert [each.product for each in offered] == [fund, None, fund]
    assert offered[1].what == "help with the app"


def test_a_next_step_stands_on_today_until_it_is_done(town: Cast, found: Make) -> None:
    one = found(next_step="bring the papers", next_on=TOMORROW)

    morning()
    assert waiting() == []
    morning(TOMORROW)
    morning(TOMORROW)
    (task,) = waiting()
    assert task.card.book == town.mei_book
    said = wording.chip(task, Reader("en", "CNY", TOMORROW)).text
    assert "bring the papers" in said
    assert "a second account" in said

    at = NOON + timedelta(days=1)
    actions.plan_next(one, step="call again", on=TOMORROW + timedelta(days=5), by=town.mei,
                      at=at)  # fmt: skip
    morning(TOMORROW + timedelta(days=1))
    assert waiting() == []


def test_the_contact_does_the_step_and_taking_it_back_opens_it(town: Cast, found: Make) -> None:
    one = found(next_step="bring the papers", next_on=TODAY)
    morning()
    (task,) = waiting()

    care.record_outcome(
        task.card, outcome="interested", step="meet", channel="call", by=town.mei, at=NOON
    )
    one.refresh_from_db()
    assert one.last_step == "bring the papers"
    assert one.next_step != "bring the papers"

    care.undo(Card.objects.get(pk=task.card.pk), by=town.mei, at=NOON + timedelta(seconds=5))
    one.refresh_from_db()
    assert (one.next_step, one.next_on) == ("bring the papers", TODAY)


def test_when_two_customers_become_one_what_both_had_goes_on_once(
    town: Cast, found: Make, fund: Product
) -> None:
    kept, other = found(product=fund), found(product=fund, customer=town.qian)
    alone = found("his alone", customer=town.qian)
    proposal = actions.start_proposal(other, by=town.tao, at=NOON)
    told = Merge(town.qian.pk, town.li.pk, by=town.ada, at=NOON)

    story = custody.merge(told)

    other.refresh_from_db()
    assert (other.customer, other.state, other.reason) == (town.li, "lost", "duplicate")
    open_ones = Opportunity.objects.open().filter(customer=town.li)
    assert set(open_ones) == {kept, alone}
    custody.unmerge(told, story)
    other.refresh_from_db()
    proposal.refresh_from_db()
    assert (other.customer, other.state, proposal.customer) == (town.qian, "open", town.qian)
    moved = Move.objects.filter(customer=town.qian).values_list("opportunity", flat=True)
    assert set(moved) == {other.pk, alone.pk}
    assert not Part.objects.filter(proposal=proposal).exclude(customer=town.qian).exists()
    assert (
        queries.same_open(town.qian, product=fund, bundle=None, kind="add_on", what="") == other
    )
