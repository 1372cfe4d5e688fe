"""What benefits cost, and that every figure opens the rows that it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from tests.server.rewards.conftest import Shop, batch_of, kind_of, later, privilege_of, year
from tests.server.rewards.test_pages import enter, text

from regulars.server.core import scope
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Programme
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Coupon
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def saved(shop: Shop, points: int = 500) -> None:
    """Li has points, each of which costs two fen when it is spent."""
    Programme.objects.create(
        pk=1, name="积分", prefix="600", began_on=TODAY, unit_cost=Decimal("0.02")
    )
    loyalty.join(shop.cast.li, by=TESTS, at=NOON)
    loyalty.earn(shop.cast.li, points=points, key="e", by=TESTS, at=NOON)


def test_the_share_of_the_contribution_is_of_the_same_twelve_months(ranked: Shop) -> None:
    for day in (-120, 0):
        made = ranked.ask(at=later(day))
        actions.hand_over(made, typed="李娜", by=ranked.cast.mei, at=later(day))
    viewer, last = ranked.cast.ana, queries.span_of(12, NOON)
    quarter = queries.costs(viewer, queries.span_of(3, NOON), last).total
    twelve = queries.costs(viewer, last, last).total
    assert (quarter.cost, twelve.cost) == (Decimal(48), Decimal(96))
    assert quarter.share == twelve.share
    assert quarter.year_cost == Decimal(96)


def test_a_code_on_paper_counts_where_it_was_redeemed_and_nowhere_else(ranked: Shop) -> None:
    cast, batch = ranked.cast, batch_of(2, is_bearer=True)
    code = Coupon.objects.filter(batch=batch)[0].code
    actions.redeem(code, key="a", place=cast.lake, by=TESTS, at=NOON)
    company, willow = (queries.costs(who, *year()) for who in (cast.ana, cast.wei))
    assert (company.total.redeemed, company.total.cost) == (1, Decimal("27.5"))
    assert company.lines[-1].level == queries.NOBODYS
    assert (willow.total.redeemed, willow.total.cost) == (0, Decimal(0))
    where = f"/rewards/behind?what=redeemed&level={queries.NOBODYS}"
    assert "whoever brought it" in text(enter(cast.ana), where)
    assert "whoever brought it" not in text(enter(cast.wei), where)

    other = Coupon.objects.filter(batch=batch, state="free").get().code
    actions.redeem(other, key="b", place=cast.willow, by=TESTS, at=NOON)
    assert queries.costs(cast.wei, *year()).total.redeemed == 1


def test_points_that_pay_for_other_things_cost_what_a_point_costs(ranked: Shop) -> None:
    saved(ranked)
    li = ranked.cast.li
    paid = loyalty.redeem(li, points=200, key="r", ref="mug:7", by=TESTS, at=NOON).movement
    loyalty.give_back(paid, points=50, key="g", by=TESTS, at=NOON)
    gone = loyalty.redeem(li, points=100, key="s", by=TESTS, at=NOON).movement
    loyalty.give_back(gone, key="h", by=TESTS, at=NOON)

    total = queries.costs(ranked.cast.ana, *year()).total
    assert (total.points, total.points_cost, total.cost) == (150, Decimal(3), Decimal(3))
    rows = text(enter(ranked.cast.ana), "/rewards/behind?what=points")
    assert "150 points" in rows
    assert "mug:7" in rows


def test_points_that_paid_for_a_coupon_are_not_counted_twice(ranked: Shop) -> None:
    saved(ranked)
    batch = batch_of(kind=kind_of(points=300, condition="points"))
    actions.buy(batch, ranked.cast.li, key="b", by=TESTS, at=NOON)
    assert queries.costs(ranked.cast.ana, *year()).total.points == 0


def test_the_total_opens_the_rows_of_every_kind_and_the_table_has_them_all(
    ranked: Shop,
) -> None:
    saved(ranked)
    ranked.use(privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 9)))
    actions.redeem(ranked.issue(batch_of()).code, key="a", by=TESTS, at=NOON)
    actions.hand_over(ranked.ask(), typed="李娜", by=ranked.cast.mei, at=NOON)
    loyalty.redeem(ranked.cast.li, points=100, key="r", by=TESTS, at=NOON)
    viewer, span = ranked.cast.ana, queries.span_of(12, NOON)
    total = queries.costs(viewer, *year()).total

    rows = queries.rows(viewer, "all", None, span, begin=0, most=9)
    assert sum(one.cost or 0 for one in rows) == total.cost
    assert {one.what for one in rows} == {"uses", "redeemed", "presents", "points"}
    one, two = (queries.rows(viewer, "all", None, span, begin=n, most=1) for n in (0, 1))
    assert [*one, *two] == rows[:2]

    client = enter(viewer)
    page = text(client, "/rewards/costs?months=3")
    assert re.findall(r'href="[^"]*what=all[^"]*months=12|months=12&amp;what=all', page)
    assert f"{total.each:.2f}"[:3] in page
    answer = client.get("/rewards/export?what=all").content.decode()
    scope.set_scope(scope.EVERYBODY)
    assert len(answer.strip().splitlines()) == 1 + len(rows)


@pytest.mark.parametrize(("show", "n"), [("", 10), ("given", 4), ("redeemed", 1), ("over", 2)])
def test_every_figure_of_a_batch_opens_the_rows_it_counts(
    shop: Shop, show: str, n: int
) -> None:
    batch, cast = batch_of(10, per_customer=0), shop.cast
    ended, spent, _live = (shop.issue(batch) for _n in range(3))
    actions.void(ended, reason="x", by=TESTS, at=NOON)
    actions.redeem(spent.code, key="a", by=TESTS, at=NOON)
    theirs = shop.issue(batch, cast.qian)
    actions.void(theirs, reason="x", by=TESTS, at=NOON)
    told = {"": "codes", "given": "given", "redeemed": "redeemed", "over": "over"}[show]
    for viewer, hidden in ((cast.ana, 0), (cast.wei, 0 if show == "redeemed" else 1)):
        figure = getattr(queries.batch(viewer, batch.public_id), told)
        assert figure == n - hidden
        assert queries.codes(viewer, batch.pk, show).count() == figure
    page = text(enter(cast.wei), f"/rewards/batches/{batch.public_id}/?state={show}")
    assert page.count("<tr><td>") == n - (0 if show == "redeemed" else 1)
    assert "those of the customers whom you see" in page


def test_a_gift_opens_its_shelves_and_who_was_given_one(shop: Shop) -> None:
    cast = shop.cast
    actions.hand_over(shop.ask(), typed="李娜", by=cast.mei, at=NOON)
    shop.ask(who=cast.qian)  # to be handed over: not given yet
    (row, _pot) = queries.shelved(cast.ana)
    assert (row.held, row.given) == (8, 1)
    client = enter(cast.mei)
    page, one = text(client, "/rewards/gifts/"), f"/rewards/gifts/{shop.tea.public_id}/"
    assert f'href="{one}"' in page
    assert f'href="{one}#given"' in page
    opened = text(client, one)
    assert "Li Na" in opened
    assert "Qian Zhenhua" not in opened
    assert "Willow" in opened
