"""What was learned stands on the customer page, adds up, and only the right people see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from tests.server.scoring.taught import CARDS, CHANGED, CHURN, RISK, WORTH, taught

from regulars.server.core.models import AuditEntry, Person
from regulars.server.evidence import actions as evidence
from regulars.server.products.models import Product
from regulars.server.scoring import actions, bricks, queries
from regulars.server.scoring.models import Declined
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
ALL = RISK | CHANGED | WORTH


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """Li with everything learned, Zhou with nothing to say, Qian in another book."""
    for code, name, name_en in (
        ("W180", "稳健 180 天", "Steady 180"),
        ("W90", "稳健 90 天", "Steady 90"),
        ("PAY", "代发工资", "Payroll"),
        ("TD12", "整存整取一年", "1-year deposit"),
    ):
        Product.objects.create(code=code, name=name, name_en=name_en, kind="wealth")
    taught(
        as_system,
        (as_system.li, ALL),
        (as_system.zhou, {"p_alive": 0.9}),
        (as_system.qian, ALL),
    )
    return as_system


def get(person: Person, customer: Any, path: str = "", language: str = "en") -> Any:
    client = Client()
    client.force_login(person)
    client.cookies["regulars_language"] = language
    with time_machine.travel(NOON, tick=False):
        return client.get(f"/customers/{customer.public_id}/{path}")


def page(person: Person, customer: Any, language: str = "en") -> str:
    answer = get(person, customer, language=language)
    assert answer.status_code == 200
    return text(answer.content.decode())


def text(html: str) -> str:
    """What a reader reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def post(person: Person, customer: Any, path: str, **given: Any) -> Any:
    client = Client()
    client.force_login(person)
    headers = {"HX-Request": "true"} if given.pop("htmx", False) else {}
    with time_machine.travel(NOON, tick=False):
        return client.post(f"/customers/{customer.public_id}/{path}", given, headers=headers)


def test_the_risk_stands_with_its_reasons_its_sum_and_how_often_it_came_true(
    town: Cast,
) -> None:
    said = page(town.mei, town.li)

    assert "Risk of leaving" in said
    assert "High" in said
    assert "58%" in said
    assert "Of 100 customers with such a score, 56 left; 412 were looked at." in said
    assert "Assets down to ¥2.18M +17 ¥2.90M in the mean of 90 days" in said
    assert "Nothing for 41 days +6 usually every 12 days" in said
    assert "What keeps Holds 5 products −4 the middle customer: 2 products" in said
    assert "The usual customer 31 + 17 + 6 − 4 + 8 of all else = 58" in said
    assert "after 90 days the assets lie 50% or more below their mean of 90 days" in said


def test_a_learned_risk_takes_the_place_of_p_alive_and_only_where_it_is(town: Cast) -> None:
    learned, not_asked = page(town.mei, town.li), page(town.wei, town.zhou)

    assert learned.count("Risk of leaving") == 1
    assert "comes no more" not in learned
    assert "come no more" not in learned
    assert not_asked.count("Risk of leaving") == 1
    assert "come no more" in not_asked


def test_the_account_adds_up_and_marks_the_own_tenth(town: Cast) -> None:
    answer = get(town.mei, town.li, "risk")

    said = text(answer.content.decode())
    assert "The usual customer 31%" in said
    assert "All other facts together +8" in said
    assert "50.0%–59.0% here 412 55 56" in said
    assert answer.content.decode().count('aria-current="true"') == 1
    assert "the higher score 83 times in 100" in said


def test_last_months_score_is_told_beside_it(town: Cast) -> None:
    taught(
        town, (town.li, RISK | {"churn_probability": 0.31}), as_of=date(2026, 10, 22),
        is_current=False,
    )  # fmt: skip

    assert "31% on 22 Oct 2026" in page(town.mei, town.li)


def test_a_standing_offer_is_told_with_the_risk_and_the_form_for_it_is_near(
    town: Cast,
) -> None:
    evidence.note(town.li, "offer", reason="rate", competitor="Lake Bank", by=town.mei, at=NOON)
    evidence.note(town.li, "wealth", words="A house in town", by=town.mei, at=NOON)

    html = get(town.mei, town.li).content.decode()

    risk = html[html.index('id="risk"') : html.index('id="offers"')]
    assert "Lake Bank" in risk
    assert "A house in town" not in risk
    assert f"/customers/{town.li.public_id}/evidence?kind=offer" in risk


def test_suggestions_say_why_and_how_often_they_are_right(town: Cast) -> None:
    said = page(town.mei, town.li)

    assert (
        "Of 1,204 customers with Payroll and 1-year deposit, 38% also hold it; of all, 12%."
        in said
    )
    assert "23% of customers like this one take it within 180 days." in said
    assert (
        "Of 412 customers who took something new: the first suggestion was right 28 times in "
        "100, always the most popular one 12 times."
    ) in said


def test_not_now_works_without_javascript_and_is_remembered(town: Cast) -> None:
    answer = post(town.mei, town.li, "not-now", product="W180", months="3")

    assert answer.status_code == 302
    assert answer["Location"] == f"/customers/{town.li.public_id}/#offers"
    (said,) = Declined.objects.all()
    assert (said.product_code, said.until, said.person) == ("W180", date(2027, 2, 23), town.mei)
    shown = page(town.mei, town.li)
    assert "1 not now Steady 180 · until 23 Feb 2027" in shown
    assert "Of 1,204 customers with Payroll" not in shown
    assert "Steady 90" in shown


def test_taken_back_it_is_suggested_again(town: Cast) -> None:
    post(town.mei, town.li, "not-now", product="W180", months="12")

    again = post(town.mei, town.li, "not-now/back", product="W180", htmx=True)

    assert again.status_code == 200
    assert again.content.decode().lstrip().startswith('<section class="card" id="offers"')
    assert "1,204" in text(again.content.decode())
    assert not queries.declined(town.ana, town.li, on=TODAY).exists()
    assert AuditEntry.objects.filter(action="scoring.decline.withdrawn").count() == 1


def test_when_the_time_is_over_it_is_suggested_again_by_itself(town: Cast) -> None:
    actions.decline(town.li, "W180", until=date(2026, 12, 1), by=town.mei, at=NOON)

    before = bricks.offers(town.ana, town.li, NOON)
    after = bricks.offers(town.ana, town.li, NOON + timedelta(days=8))

    assert [each.code for each in (before or {})["offers"]] == ["W90"]
    assert [each.code for each in (after or {})["offers"]] == ["W180", "W90"]


def test_what_nobody_suggested_cannot_be_declined(town: Cast) -> None:
    answer = post(town.mei, town.li, "not-now", product="<b>", months="3", htmx=True)

    assert answer.status_code == 422
    assert not Declined.objects.exists()


def test_who_may_not_record_sees_suggestions_and_no_buttons(town: Cast) -> None:
    html = get(town.ana, town.li).content.decode()

    assert 'id="offers"' in html
    assert "not-now" not in html
    assert post(town.ana, town.li, "not-now", product="W180").status_code == 403


def test_another_branch_sees_and_changes_nothing(town: Cast, look: Look) -> None:
    assert get(town.tao, town.li, "risk").status_code == 404
    assert post(town.tao, town.li, "not-now", product="W180").status_code == 404
    assert post(town.tao, town.li, "not-now/back", product="W180").status_code == 404
    assert not Declined.objects.exists()
    look(town.tao)
    assert queries.suggestions(town.tao, town.li) == []
    for brick in (bricks.risk, bricks.changes, bricks.worth, bricks.offers):
        assert brick(town.tao, town.li, NOON) is None


def test_changes_stand_in_their_order_one_sentence_each(town: Cast) -> None:
    with translation.override("en"):
        found = bricks.changes(town.ana, town.li, NOON)

    assert found is not None
    assert [change.text for change in found["changes"]] == [
        "¥720K left within 5 days, most of it on 20 Nov 2026",
        "Every 9 days before, every 23 days now",
        "Mostly by the counter before, by the app now",
    ]
    assert found["changes"][0].detail == "The own normal range of 5 days is −¥180K to ¥180K"
    assert bricks.changes(town.ana, town.zhou, NOON) is None


def test_the_ladder_dates_its_step_and_does_not_call_lost_who_leaves_money_here(
    as_system: Cast,
) -> None:
    step = {
        "dormancy_step": "lost",
        "step_since": date(2026, 8, 1),
        "silence": 3.4,
        "rhythm": 30.0,
    }
    li, zhou = as_system.li, as_system.zhou
    taught(as_system, (li, step | {"aum": 5000.0}), (zhou, step | {"aum": 0.0}))

    with translation.override("en"):
        found = [bricks.changes(as_system.ana, who, NOON) or {} for who in (li, zhou)]

    assert [each["changes"][0].text for each in found] == [
        "Fast asleep since 1 Aug 2026",
        "Lost since 1 Aug 2026",
    ]


def test_value_potential_and_need_stand_side_by_side_and_referrals_apart(town: Cast) -> None:
    said = page(town.mei, town.li)

    assert "Could be worth much more than now" in said
    assert "Develop" in said
    assert "Value Middle ¥123K in the mean of a year" in said
    assert "Room to grow High ¥329K below it" in said
    assert "Need for service Ordinary" in said
    assert (
        "the best fifth of 1,204 customers alike by kind of customer, years with us and "
        "products held · fairly sure ¥452K"
    ) in said
    assert "estimated from customers alike; ¥329K may be elsewhere 27%" in said
    assert "Seen in documents · counts until 1 May 2027 ¥500K" in said
    assert (
        "Brought 3 customers within a year worth so much besides; not added to the own value"
        in said
    )


def test_a_stated_wallet_is_not_called_an_estimate(as_system: Cast) -> None:
    stated = {"wallet_estimated": False, "wallet_recorded_on": date(2026, 9, 1)}
    taught(as_system, (as_system.li, WORTH | stated))

    with translation.override("en"):
        found = bricks.worth(as_system.ana, as_system.li, NOON)

    (row,) = [row for row in (found or {})["rows"] if row.text == "Share of wallet"]
    assert row.detail == "as stated on 1 Sep 2026; ¥329K is elsewhere"


def test_without_a_run_or_before_it_is_learned_nothing_is_claimed(as_system: Cast) -> None:
    cards = (bricks.risk, bricks.changes, bricks.worth, bricks.offers)
    assert [card(as_system.ana, as_system.li, NOON) for card in cards] == [None] * 4

    run = taught(as_system, (as_system.li, {"p_alive": 0.4}), cards={})
    assert [card(as_system.ana, as_system.li, NOON) for card in cards] == [None] * 4

    actions.ask_learning(run, by=as_system.ana, at=NOON)
    waiting = bricks.offers(as_system.ana, as_system.li, NOON)
    assert waiting is not None
    assert waiting["waiting"]
    assert "Being learned from the last scoring" in page(as_system.mei, as_system.li)


def test_without_signal_everybody_has_the_share_of_all_and_the_card_says_so(
    as_system: Cast,
) -> None:
    flat = CHURN | {"chosen": "base_rate"}
    risk = {"churn_probability": 0.08, "churn_band": "medium", "churn_why": []}
    taught(as_system, (as_system.li, risk), cards=CARDS | {"churn": flat})

    assert "everybody has the share of all" in page(as_system.mei, as_system.li)


def test_in_chinese_every_card_is_chinese(town: Cast) -> None:
    said = page(town.mei, town.li, "zh-hans")

    assert "评分相近的客户，每 100 位有 56 位真的走了（看过 412 位）。" in said
    assert "一般客户 31 + 17 + 6 − 4 + 8（其余合计） = 58" in said
    assert "持有代发工资和整存整取一年的 1,204 位客户里，38% 也持有它；全体是 12%。" in said
    assert "以前每 9 天一次，现在每 23 天一次" in said
    assert "潜力还大，现在没用上" in said
    assert "潜力挖掘" in said
    assert "另外值这么多，不并入本人价值" in said
