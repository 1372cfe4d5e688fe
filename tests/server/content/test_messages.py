"""A message is written with checked fields, approved, and filled in for each customer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.server.care.conftest import World

from regulars.base.errors import BadInput, Refused
from regulars.server.content import actions, loading, queries
from regulars.server.content.models import Version
from regulars.server.content.queries.examples import examples
from regulars.server.content.rules.message_fields import known
from regulars.server.content.rules.messages import (
    needs_confirmation,
    personal_enough,
    read_message,
)
from regulars.server.content.rules.reading import written
from regulars.server.content.rules.salutation import salutation
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TODAY, Cast, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]
HELLO = {"zh": "{{ customer.salutation }}，您好。", "en": "Dear {{ customer.salutation }}."}


def message(text: Any = HELLO, **more: Any) -> dict[str, Any]:
    wording = {"subject": more.pop("subject", {}), "text": text, "html": more.pop("html", {})}
    return {
        "title": {"zh": "问候", "en": "Greeting"},
        "channel": "sms",
        "purpose": "greeting",
        "wordings": [wording, *more.pop("others", [])],
        **more,
    }


def approved(cast: Cast, body: dict[str, Any], *, excuse: str = "", code: str = "") -> Version:
    made = actions.save_draft("message", body, code=code, by=cast.max, at=NOON)
    actions.submit(made, by=cast.max, at=NOON, excuse=excuse)
    actions.approve(made, by=cast.lin, at=NOON)
    made.refresh_from_db()
    return made


def got(cast: Cast, made: Version, *customers: Customer, **more: Any) -> list[queries.Rendered]:
    ids = [one.pk for one in customers]
    more.setdefault("on", TODAY)
    return list(queries.rendered(cast.lin, queries.sendable(made), ids, **more))


def test_each_customer_gets_the_approved_words_with_the_version(cast: Cast) -> None:
    made = approved(cast, message())

    li, shop = got(cast, made, cast.li, cast.zhou)

    assert (li.text, li.code, li.version) == ("李娜，您好。", made.text.code, 1)
    assert shop.text == "周记商店，您好。"
    in_force = queries.message_in_force(made.text.code)
    assert in_force is not None
    assert queries.sendable(in_force).number == 1


def test_a_customer_gets_their_own_language_or_the_fallback(cast: Cast) -> None:
    cast.li.language, cast.qian.language = "en", "fr"
    Customer.objects.bulk_update([cast.li, cast.qian], ["language"])
    made = approved(cast, message(fallback="en"))

    li, shop, qian = got(cast, made, cast.li, cast.zhou, cast.qian)

    assert li.text == "Dear Li Na."
    assert qian.text == "Dear Qian Zhenhua."
    assert (shop.language, shop.text) == ("en", "Dear Zhou's shop.")
    only_zh = approved(cast, message({"zh": "好"}, fallback="en"))
    assert [one.language for one in got(cast, only_zh, cast.li)] == ["zh"]


def test_a_missing_value_is_told_and_nothing_is_sent(cast: Cast) -> None:
    made = approved(cast, message({"zh": "您的客户经理{{ rm.name }}祝您好。"}))

    li, shop = got(cast, made, cast.li, cast.zhou)

    assert li.text == "您的客户经理陆晓晴祝您好。"
    assert (shop.text, shop.reason, shop.field) == ("", "missing", "rm.name")
    assert "客户经理姓名" in shop.said


def test_who_is_not_seen_gets_no_words(cast: Cast) -> None:
    made = approved(cast, message())

    found = list(queries.rendered(cast.mei, queries.sendable(made), [cast.qian.pk], on=TODAY))

    assert [(one.reason, one.text) for one in found] == [("not_seen", "")]


def test_who_refused_profiling_gets_no_message_about_scores(cast: Cast) -> None:
    Customer.objects.filter(pk=cast.li.pk).update(no_profiling=True)
    text = {"zh": "您可能需要{{ next.product | default: '我们的产品' }}。"}
    made = approved(cast, message(text, purpose="marketing"))

    li, qian = got(cast, made, cast.li, cast.qian)

    assert (li.reason, li.text) == ("no_profiling", "")
    assert qian.text == "您可能需要我们的产品。"
    assert queries.nature(queries.sendable(made).message).is_personal


def test_values_are_asked_for_all_customers_at_once(cast: Cast) -> None:
    text = (
        "{{ customer.salutation }}{{ tier.name | default: '' }}{{ rm.name }}{{ branch.name }}"
    )
    made = approved(cast, message({"zh": text, "en": text}))
    more = [customer(f"9{n:03}", f"张{n}", cast.mei_book) for n in range(30)]

    def asked(*who: Customer) -> int:
        with CaptureQueriesContext(connection) as found:
            assert all(one.text for one in got(cast, made, *who))
        return len(found)

    asked(cast.li)  # what is asked once for all: the viewer's scope, the company
    assert asked(*more, cast.li) == asked(cast.li) <= 5


def test_an_e_mail_is_a_letter_whose_values_are_only_words(cast: Cast) -> None:
    Customer.objects.filter(pk=cast.li.pk).update(name="<b>李</b>\r\nBcc: x@y.example")
    made = approved(
        cast,
        message(
            {"zh": "{{ customer.name }}：\n\n看 https://bank.example/a"},
            subject={"zh": "致 {{ customer.name }}"}, channel="email",
        ),
    )  # fmt: skip

    (li,) = got(cast, made, cast.li)

    assert li.subject == "致 <b>李</b> Bcc: x@y.example"
    assert "<p>&lt;b&gt;李&lt;/b&gt;" in li.html
    assert '<a href="https://bank.example/a"' in li.html
    assert "柳湖农商银行" in li.html
    assert "<title>致 &lt;b&gt;" in li.html


def test_two_wordings_are_given_as_asked(cast: Cast) -> None:
    made = approved(cast, message({"zh": "甲"}, others=[{"text": {"zh": "乙"}}]))

    found = got(cast, made, cast.li, cast.qian, wordings={cast.qian.pk: "B"})

    assert [(one.wording, one.text) for one in found] == [("A", "甲"), ("B", "乙")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (message({"zh": "您好\n{{ customer.nmae }}"}), "第 2 行.*customer.nmae.*customer.name"),
        (message({"zh": "{{ maturity.amount }}"}, purpose="marketing"), "用途"),
        (message({"zh": "{{ customer.id_tail }}"}), "敏感"),
        (message({"zh": "好"}, product="NONE"), "NONE"),
        (message({"zh": "好"}, channel="pigeon"), "pigeon"),
        (message({"zh": ""}), "空"),
        (
            message({"zh": "好"}, html={"zh": "<img src=x>"}, channel="email"),
            "<img",
        ),
    ],
    ids=["field", "purpose", "sensitive", "product", "channel", "empty", "html"],
)  # fmt: skip
def test_what_is_wrong_is_not_even_kept_as_a_draft(
    cast: Cast, body: dict[str, Any], said: str
) -> None:
    with pytest.raises(actions.BadText, match=said):
        actions.save_draft("message", body, by=cast.max, at=NOON)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (message({"zh": "好"}, channel="email"), "主题"),
        (message({"zh": "长" * 501}), "501"),
        (message({"zh": "【柳湖银行】好"}), "【柳湖银行】"),
        (message({"zh": "好，拒收请回复R"}), "拒收请回复"),
        (message({"zh": "好"}, valid_until="2026-11-22"), "2026-11-22"),
        (message({"zh": "好"}, others=[{"text": {"en": "well"}}]), "语言"),
    ],
    ids=["subject", "long", "signature", "opt-out", "over", "languages"],
)
def test_a_draft_that_lacks_something_is_not_submitted(
    cast: Cast, body: dict[str, Any], said: str
) -> None:
    made = actions.save_draft("message", body, by=cast.max, at=NOON)

    with pytest.raises(BadInput, match=said):
        actions.submit(made, by=cast.max, at=NOON)


def test_a_claim_is_found_in_every_wording_and_in_what_stands_in_quotes(cast: Cast) -> None:
    claim = message(
        {"zh": "好"}, others=[{"text": {"zh": "{{ tier.name | default: '保本' }}"}}]
    )
    made = actions.save_draft("message", claim, by=cast.max, at=NOON)

    with pytest.raises(BadInput, match="保本"):
        actions.submit(made, by=cast.max, at=NOON)


def test_marketing_for_a_product_with_a_return_tells_of_the_risk(cast: Cast) -> None:
    Product.objects.create(code="F1", name="稳健基金", kind="fund", risk_level=3)
    made = actions.save_draft(
        "message", message({"zh": "新基金"}, purpose="marketing", product="F1"),
        by=cast.max, at=NOON,
    )  # fmt: skip
    with pytest.raises(BadInput, match="风险提示"):
        actions.submit(made, by=cast.max, at=NOON)

    good = approved(
        cast, message({"zh": "新基金，投资有风险。"}, purpose="marketing", product="F1")
    )

    assert queries.nature(queries.sendable(good).message).risk == 3


def test_a_notice_is_no_place_for_an_offer(cast: Cast) -> None:
    made = actions.save_draft(
        "message",
        message({"zh": "到期提醒，限时优惠"}, purpose="service"),
        by=cast.max,
        at=NOON,
    )
    with pytest.raises(BadInput, match=r"优惠|限时"):
        actions.submit(made, by=cast.max, at=NOON)


def test_only_what_was_approved_is_in_force(cast: Cast) -> None:
    made = actions.save_draft("message", message(), by=cast.max, at=NOON)
    actions.submit(made, by=cast.max, at=NOON)

    assert queries.messages_in_force() == []
    with pytest.raises(Refused):
        actions.approve(made, by=cast.max, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)
    assert [one.code for one in queries.messages_in_force(channel="sms")] == [made.text.code]
    assert queries.messages_in_force(channel="email") == []


def test_what_is_over_is_not_offered_any_more(cast: Cast) -> None:
    approved(cast, message(valid_until="2026-11-30"))

    assert queries.messages_in_force(on=date(2026, 11, 30))
    assert not queries.messages_in_force(on=date(2026, 12, 1))


def test_the_top_tier_is_named_for_confirmation_and_wants_a_salutation(cast: Cast) -> None:
    assert [level for level in (None, 1, 4, 5) if needs_confirmation(level)] == [5]
    greeted, partly = (
        read_message(message()),
        read_message(message({"zh": "{{ customer.salutation }}好", "en": "Hello"})),
    )

    assert personal_enough(greeted, known)
    assert not personal_enough(partly, known)
    assert not personal_enough(read_message(message({"zh": "好"})), known)


@pytest.mark.parametrize(
    ("name", "name_en", "gender", "zh", "said"),
    [
        ("钱振华", "Qian Zhenhua", "male", True, "钱先生"),
        ("欧阳娜", "Ouyang Na", "female", True, "欧阳女士"),
        ("钱振华", "Qian Zhenhua", "male", False, "Mr Qian"),
        ("钱振华", "", "male", False, "钱振华"),
        ("钱振华", "", "", True, "钱振华"),
        ("", "Jane Doe", "female", True, "Jane Doe"),
    ],
)
def test_how_one_speaks_to_a_customer(
    name: str, name_en: str, gender: str, *, zh: bool, said: str
) -> None:
    assert salutation(name, name_en, gender=gender, is_organization=False, zh=zh) == said


def test_problems_are_told_in_the_readers_language(cast: Cast) -> None:
    with translation.override("en"), pytest.raises(actions.BadText) as error:
        actions.save_draft(
            "message", message({"en": "Hi {{ customer.nmae }}"}), by=cast.max, at=NOON
        )

    assert str(error.value) == (
        "Wording A, English, text, line 1, character 7: “customer.nmae” is no field. "
        "Did you mean customer.name?"
    )


def test_a_snippet_is_found_by_its_words_and_its_copies_are_counted(cast: Cast) -> None:
    body = {
        "title": {"zh": "降温提醒"}, "say": {"zh": "天冷了，注意添衣。", "en": "Keep warm."},
        "tags": ["关怀"],
    }  # fmt: skip
    made = actions.save_draft("snippet", body, by=cast.max, at=NOON)
    assert queries.snippets() == []
    with pytest.raises(Refused):
        actions.copied(made, by=cast.mei, at=NOON)
    actions.submit(made, by=cast.max, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)

    assert actions.copied(made, by=cast.mei, at=NOON) == 1
    assert actions.copied(made, by=cast.tao, at=NOON) == 2

    assert [(one.text.code, one.used) for one in queries.snippets(search="降温 添衣")] == [
        (made.text.code, 2)
    ]
    assert queries.snippets(tag="关怀")
    assert not queries.snippets(search="添衣 秋天")
    assert queries.tags_of_snippets() == ["关怀"]


def test_a_snippet_has_no_fields(cast: Cast) -> None:
    with pytest.raises(actions.BadText, match="name"):
        actions.save_draft(
            "snippet", {"title": {"zh": "a"}, "say": {"zh": "{name}好"}}, by=cast.max, at=NOON
        )


def test_every_message_to_begin_with_can_be_submitted_in_its_trade(cast: Cast) -> None:
    found = examples(("bank", "insurance", "auto", "estate", "retail", "b2b"))
    assert len(found) >= 14

    for body in found.values():
        assert body.languages == ("zh", "en")
        made = actions.save_draft("message", written(body), by=cast.max, at=NOON)
        actions.submit(made, by=cast.max, at=NOON)
        assert queries.nature(body).personal_enough or body.channel == "email"


def test_the_demo_has_messages_in_every_state(cast: Cast) -> None:
    loading.bring_invented(writer=cast.max, approver=cast.lin, at=NOON)

    states = Version.objects.filter(text__kind="message").values_list("state", flat=True)
    assert {"draft", "submitted", "approved"} <= set(states)
    assert queries.snippets()


def test_a_member_is_told_the_points_and_others_are_not(cast: Cast) -> None:
    made = approved(cast, message({"zh": "积分 {{ points.balance }}"}))

    (li,) = got(cast, made, cast.li)

    assert (li.reason, li.field) == ("missing", "points.balance")


def test_customers_of_the_top_tier_wait_for_their_manager_and_who_is_not_seen_is_not_named(
    cast: Cast, eyes: Any
) -> None:
    made = World(cast)
    made.tier(
        made.score({cast.li: {}, cast.qian: {}, cast.zhou: {}}),
        {cast.li: (5, None, None), cast.qian: (5, None, None), cast.zhou: (4, None, None)},
    )
    ids = [cast.li.pk, cast.qian.pk, cast.zhou.pk]

    assert queries.awaiting_confirmation(cast.lin, ids) == {cast.li.pk, cast.qian.pk}
    with eyes(cast.mei):
        assert queries.awaiting_confirmation(cast.mei, ids) == {cast.li.pk}
