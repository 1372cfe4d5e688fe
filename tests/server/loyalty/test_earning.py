"""What members did earns points, once; late facts, refunds and withdrawn files are minded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.server.loyalty.conftest import Books, faults, later

from regulars.base.errors import BadInput
from regulars.server.core import actions as core
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.server.loyalty import actions
from regulars.server.loyalty.actions import Forbidden, TooSoon
from regulars.server.loyalty.models import EarningRule, Lot, Membership, Programme
from regulars.server.products import actions as products
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)
Adopt = Callable[..., EarningRule]


@pytest.fixture
def adopted(books: Books) -> Adopt:
    """A rule of one point for ten yuan, in force since January, unless told otherwise."""

    def adopt(**terms: Any) -> EarningRule:
        told = {
            "name": "消费积分", "currency": "points", "kind": "amount", "points": 1, "per": 10,
            "lasts": "months", "span": 24,
        } | terms  # fmt: skip
        if told["kind"] not in {"amount", "balance"}:
            told["per"] = None
        rule = actions.draft(by=TESTS, at=NOON, valid_from=TODAY, **told)
        actions.adopt(rule, by=TESTS, at=NOON)
        EarningRule.objects.filter(pk=rule.pk).update(valid_from=terms.get("since", START))
        Membership.objects.update(joined_on=START)
        Programme.objects.update(began_on=START)
        rule.refresh_from_db()
        return rule

    return adopt


def happened(
    who: Customer, *rows: tuple[date, int, str], known: datetime = NOON, source: str = "t",
    **more: str,
) -> None:  # fmt: skip
    """Transactions: day, amount in fen, order; a negative amount is a refund."""
    key = FactKey.objects.get(customer=who).pk
    told = {"product_id": "null", "category": "null", "channel": "'pos'"} | {
        name: f"'{value}'" for name, value in more.items()
    }
    facts.add(
        "transactions",
        " union all ".join(
            f"""select {key}::bigint as fact_key, timestamp '{day} 02:00:00' as occurred_at,
            date '{day}' as local_date, {amount}::bigint as amount, null::double as quantity,
            null::bigint as cost, '{order}' as order_id, {told["product_id"]} as product_id,
            {told["category"]} as category, {told["channel"]} as channel,
            null::varchar as branch, '{"purchase" if amount > 0 else "refund"}' as kind,
            null::varchar as external_id, '{source}-{key}-{order}-{amount}' as row_key,
            timestamp '{known:%Y-%m-%d %H:%M:%S}' as known_at"""
            for day, amount, order in rows
        ),
        source=source, by=TESTS, at=known,
    )  # fmt: skip


def run(days: int = 0) -> actions.Morning:
    return actions.earn_from_facts(by=TESTS, at=later(days))


def test_purchases_earn_by_their_amount_and_once(books: Books, adopted: Adopt) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 11, 20), 199_90, "A"), (date(2026, 11, 21), 9_00, "B"))

    first, again = run(), run(1)

    lot = Lot.objects.get(points__gt=0)
    assert (first.lots, first.points, again.lots) == (1, 19, 0)
    assert (lot.ref, lot.amount, lot.expires_on) == ("A", 199_90, date(2028, 11, 20))
    assert (books.of(), faults()) == ((19, 0, 0), [])


def test_late_facts_earn_when_they_come(books: Books, adopted: Adopt) -> None:
    adopted()
    run()
    happened(books.cast.li, (date(2026, 3, 1), 500_00, "old"), known=later(3))

    told = run(4)

    assert (told.points, Lot.objects.get(points__gt=0).issued_on) == (50, later(4).date())


def test_nothing_earns_before_somebody_joined_or_the_rule_held(
    books: Books, adopted: Adopt
) -> None:
    adopted(since=date(2026, 6, 1))
    Membership.objects.update(joined_on=date(2026, 7, 1))
    days = (date(2026, 5, 1), date(2026, 6, 15), date(2026, 7, 1))
    happened(books.cast.li, *((day, 100_00, f"{day}") for day in days))
    happened(books.cast.zhou, (date(2026, 7, 2), 100_00, "zhou"))

    assert (run().points, books.of()) == (10, (10, 0, 0))


def test_pending_points_become_active_on_their_morning_and_expire_on_theirs(
    books: Books, adopted: Adopt
) -> None:
    adopted(pending_days=14, span=1)
    happened(books.cast.li, (date(2026, 11, 22), 100_00, "A"))

    run()
    assert books.of() == (0, 10, 0)
    assert run(13).activated == 1
    assert books.of() == (10, 0, 0)
    assert run(30).expired == 1

    assert (books.of(), faults()) == ((0, 0, 0), [])


def test_only_what_the_rule_is_about_earns(books: Books, adopted: Adopt) -> None:
    adopted(about={"channels": ["online"], "categories": ["dining"]})
    day = date(2026, 11, 20)
    happened(books.cast.li, (day, 100_00, "A"), channel="online", category="dining")
    happened(books.cast.li, (day, 200_00, "B"), channel="pos", category="dining")
    happened(books.cast.li, (day, 400_00, "C"), channel="online", category="fuel")

    assert run().points == 10


def test_a_refund_takes_back_what_its_purchase_earned(books: Books, adopted: Adopt) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 11, 1), 105_00, "A"), (date(2026, 11, 2), 50_00, "B"))
    run()
    happened(books.cast.li, (date(2026, 11, 20), -52_00, "A"), known=later(1))

    assert run(2).taken_back == 5  # 53.00 are left of A: five points stay
    assert run(3).taken_back == 0
    happened(books.cast.li, (date(2026, 11, 21), -53_00, "A"), known=later(4))
    run(5)

    assert {lot.ref: lot.active for lot in Lot.objects.filter(points__gt=0)} == {"A": 0, "B": 5}
    assert faults() == []


def test_a_refund_that_names_no_order_takes_from_the_newest(
    books: Books, adopted: Adopt
) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 11, 1), 100_00, "A"), (date(2026, 11, 2), 30_00, "B"))
    run()
    books.redeem(13)
    happened(books.cast.li, (date(2026, 11, 20), -40_00, ""), known=later(1))

    run(2)

    assert (books.of(), faults()) == ((0, 0, 4), [])


def test_a_refund_may_come_before_its_purchase(books: Books, adopted: Adopt) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 11, 20), -100_00, "A"), (date(2026, 10, 1), 70_00, "B"))
    run()
    assert books.of() == (7, 0, 0), "points of another order stay"
    happened(books.cast.li, (date(2026, 11, 1), 130_00, "A"), known=later(5))
    run(6)

    assert run(7).taken_back == 0
    assert (books.of(), faults()) == ((7 + 3, 0, 0), [])


def test_facts_that_are_taken_out_again_take_their_points_along(
    books: Books, adopted: Adopt
) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 11, 1), 100_00, "A"), source="wrong")
    run()
    facts.withdraw("wrong", by=TESTS, at=later(1))
    assert (run(2).taken_back, books.of()) == (10, (0, 0, 0))

    happened(books.cast.li, (date(2026, 11, 1), 100_00, "A"), source="wrong", known=later(3))
    run(4)

    assert (books.of(), faults()) == ((10, 0, 0), [])


def test_three_deals_in_two_months_earn_once(books: Books, adopted: Adopt) -> None:
    adopted(kind="deals", points=100, about={"deals": 3, "months": 2})
    days = [date(2026, 9, 3), date(2026, 9, 20), date(2026, 10, 5), date(2026, 10, 6)]
    happened(books.cast.li, *((day, 10_00, f"{day}") for day in days))
    happened(books.cast.qian, (date(2026, 10, 30), 10_00, "x"), (date(2026, 11, 2), 10_00, "y"))

    assert (run().points, run(1).points) == (100, 0)
    assert Lot.objects.get(points=100).expires_on == date(2028, 10, 5)


def test_an_event_earns(books: Books, adopted: Adopt) -> None:
    adopted(kind="event", points=20, about={"event": "checkin", "most": 2})
    key = FactKey.objects.get(customer=books.cast.li).pk
    facts.add(
        "events",
        " union all ".join(
            f"select {key}::bigint as fact_key, timestamp '2026-11-{day} 18:00:00' as "
            f"occurred_at, 'checkin' as kind, '' as ref, null::double as value, 'e{day}' as "
            f"row_key, timestamp '2026-11-{day} 18:00:00' as known_at"
            for day in (10, 11, 12)
        ),
        source="t", by=TESTS, at=NOON,
    )  # fmt: skip

    assert (run().points, run(1).points) == (40, 0)
    assert Lot.objects.order_by("pk")[0].expires_on == date(2028, 11, 11)  # in Shanghai


def test_a_holding_of_a_product_earns_once(books: Books, adopted: Adopt) -> None:
    adopted(kind="product", points=300, about={"products": ["BX05"]})
    key = FactKey.objects.get(customer=books.cast.li).pk
    facts.add(
        "holdings",
        f"select {key}::bigint as fact_key, 'H1' as holding_id, 'BX05' as product_id, "
        "date '2026-10-01' as opened_on, null::date as matures_on, null::date as closed_on, "
        "500000::bigint as amount, 'h1' as row_key, timestamp '2026-10-01' as known_at",
        source="t", by=TESTS, at=NOON,
    )  # fmt: skip

    assert (run().points, run(1).points) == (300, 0)


def test_tier_points_and_points_are_two_things(books: Books, adopted: Adopt) -> None:
    adopted()
    adopted(name="成长值", currency="tier", per=1, span=12)
    actions.set_levels(
        [{"code": "silver", "name": "银卡", "name_en": "Silver", "from": 100},
         {"code": "gold", "name": "金卡", "name_en": "Gold", "from": 1000}],
        months=12, valid_from=START, by=TESTS, at=NOON,
    )  # fmt: skip
    happened(books.cast.li, (date(2026, 11, 20), 150_00, "A"))

    told = run()

    member = Membership.objects.get(customer=books.cast.li)
    assert (books.of(), books.of(currency="tier")) == ((15, 0, 0), (150, 0, 0))
    assert (told.moved, member.level, member.level_since) == (1, "silver", TODAY)
    books.redeem(15)
    run(400)
    member.refresh_from_db()
    assert (member.level, books.of(currency="tier")) == ("", (0, 0, 0))


def test_a_bank_gives_tier_points_for_a_balance_and_no_points(
    books: Books, adopted: Adopt
) -> None:
    products.load([{"code": "DQ12", "name": "定期", "kind": "deposit"}], by=TESTS, at=NOON)
    for about in ({}, {"products": ["DQ12"]}):
        with pytest.raises(Forbidden, match="2018"):
            adopted(kind="balance", per=1000, about=about)
    with pytest.raises(Forbidden):
        adopted(kind="product", about={"products": ["DQ12"]})
    with pytest.raises(Forbidden):
        adopted(about={"kinds": ["inflow"]})

    assert adopted(kind="balance", per=1000, currency="tier").state == "in_force"
    core.set_up_company(name="店", kind="retail", by=TESTS, at=NOON)
    assert adopted(kind="balance", per=1000).state == "in_force"


def test_a_balance_earns_at_the_end_of_each_month(books: Books, adopted: Adopt) -> None:
    adopted(kind="balance", per=1000, currency="tier", since=date(2026, 10, 1))
    key = FactKey.objects.get(customer=books.cast.li).pk
    facts.add(
        "balances",
        " union all ".join(
            f"select {key}::bigint as fact_key, date '{day}' as \"on\", '{account}' as "
            f"account_id, 'DQ' as product_id, {fen}::bigint as balance, 'b{account}{day}' as "
            "row_key, timestamp '2026-11-01' as known_at"
            for day, account, fen in (
                ("2026-09-01", "a", 30_000_00), ("2026-10-20", "a", 5_000_00),
                ("2026-10-02", "b", 2_500_00), ("2026-11-05", "b", 0),
            )
        ),
        source="t", by=TESTS, at=NOON,
    )  # fmt: skip

    assert (run().points, run(1).points) == (7, 0)


def test_terms_in_force_change_after_the_notice_only(books: Books, adopted: Adopt) -> None:
    rule = adopted()
    terms = {name: getattr(rule, name) for name in ("name", "currency", "kind", "per")}

    soon = actions.draft(
        code=rule.code, points=2, valid_from=TODAY + timedelta(days=14), by=TESTS, at=NOON,
        **terms,
    )  # fmt: skip
    with pytest.raises(TooSoon, match="2026-12-08"):
        actions.adopt(soon, by=TESTS, at=NOON)
    again = actions.draft(
        code=rule.code, points=2, valid_from=TODAY + timedelta(days=15), by=TESTS, at=NOON,
        **terms,
    )  # fmt: skip
    actions.adopt(again, by=TESTS, at=NOON)

    happened(
        books.cast.li, (date(2026, 12, 7), 100_00, "A"), (date(2026, 12, 8), 100_00, "B"),
        known=later(20),
    )  # fmt: skip
    assert again.version == 2
    assert run(21).points == 10 + 20


def test_a_rule_ends_after_the_notice_only(books: Books, adopted: Adopt) -> None:
    rule = adopted()
    with pytest.raises(TooSoon):
        actions.end(rule, on=TODAY, by=TESTS, at=NOON)

    ended = actions.end(rule, on=TODAY + timedelta(days=15), by=TESTS, at=NOON)

    assert ended.valid_until == date(2026, 12, 8)


def test_terms_claim_no_right_of_final_interpretation(books: Books, adopted: Adopt) -> None:
    with pytest.raises(BadInput, match="最终解释权"):
        adopted(name="积分（银行保留最终解释权）")


def test_whoever_comes_by_itself_joins_in_the_morning(books: Books) -> None:
    actions.change(joining="persons", by=TESTS, at=NOON)
    Membership.objects.filter(customer=books.cast.qian).update(left_on=TODAY)

    told = run()

    standing = Membership.objects.standing().values_list("customer__number", flat=True)
    assert (told.joined, list(standing)) == (0, ["0001"])  # who left comes back by own wish
