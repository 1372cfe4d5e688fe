"""What is said is written by one, approved by another, and only then in force."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from regulars.base.errors import BadInput, Refused
from regulars.server.content import actions, queries
from regulars.server.content.models import Text, Version
from regulars.server.content.queries.shipped import sensitive, shipped
from regulars.server.content.rules.lint import lint
from regulars.server.content.rules.shape import Asked
from regulars.server.core.models import AuditEntry, Person
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db


def words(say: str = "{name}，您好。", **fits: Any) -> dict[str, Any]:
    return {"title": {"zh": "问候"}, "say": {"zh": say, "en": "Hello {name}."}, "fits": fits}


def approved(
    cast: Cast, kind: str, body: dict[str, Any], *, code: str = "", by: Person | None = None
) -> Version:
    made = actions.save_draft(kind, body, code=code, by=by or cast.wei, at=NOON)
    actions.submit(made, by=by or cast.wei, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)
    made.refresh_from_db()
    return made


def test_a_text_is_in_force_once_somebody_else_approved_it(cast: Cast) -> None:
    made = actions.save_draft("script", words(triggers=["birthday"]), by=cast.wei, at=NOON)
    assert queries.script_for(trigger="birthday") is None
    actions.submit(made, by=cast.wei, at=NOON)
    assert queries.script_for(trigger="birthday") is None

    actions.approve(made, by=cast.lin, at=NOON)

    found = queries.script_for(trigger="birthday")
    assert found is not None
    assert found.version == 1
    assert found.standing == "第 1 版，林行长 于 2026-11-23 批准"
    with translation.override("en"):
        found = queries.script_for(trigger="birthday")
        assert found is not None
        assert found.standing == "Version 1, approved by Lin on 23 Nov 2026"
    trail = AuditEntry.objects.filter(action__startswith="content.").values_list("action")
    assert [a for (a,) in trail.order_by("pk")] == [
        "content.draft.saved", "content.version.submitted", "content.version.approved",
    ]  # fmt: skip


def test_nobody_approves_what_they_had_a_hand_in(cast: Cast) -> None:
    made = actions.save_draft("script", words(), by=cast.lin, at=NOON)
    made = actions.save_draft(
        "script", words("改过"), code=made.text.code, by=cast.wei, at=NOON
    )
    actions.submit(made, by=cast.wei, at=NOON)

    for author in (cast.lin, cast.wei):
        with pytest.raises(Refused, match="参与"):
            actions.approve(made, by=author, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database too
        Version.objects.filter(pk=made.pk).update(
            state="approved", decided_by=cast.wei, decided_at=NOON
        )
    actions.approve(made, by=cast.max, at=NOON)


def test_the_new_version_replaces_the_old_one_and_both_stay_on_record(cast: Cast) -> None:
    first = approved(cast, "script", words("一", triggers=["birthday"]))
    approved(cast, "script", words("二", triggers=["birthday"]), code=first.text.code)

    found = queries.script_for(trigger="birthday")
    assert found is not None
    assert (found.version, found.card.say.zh) == (2, "二")
    assert list(first.text.versions.values_list("number", "state")) == [
        (2, "approved"),
        (1, "retired"),
    ]


def test_what_is_sent_back_says_why_and_can_be_mended(cast: Cast) -> None:
    made = actions.save_draft("script", words(), by=cast.wei, at=NOON)
    actions.submit(made, by=cast.wei, at=NOON)

    actions.send_back(made, why="太长", by=cast.lin, at=NOON)

    made.refresh_from_db()
    assert (made.state, made.sent_back) == ("draft", "太长")
    again = actions.save_draft("script", words("短"), code=made.text.code, by=cast.wei, at=NOON)
    assert again.pk == made.pk


def test_a_submitted_version_is_not_written_over(cast: Cast) -> None:
    made = actions.save_draft("script", words(), by=cast.wei, at=NOON)
    actions.submit(made, by=cast.wei, at=NOON)

    with pytest.raises(Refused):
        actions.save_draft("script", words("二"), code=made.text.code, by=cast.lin, at=NOON)


def test_a_misspelt_field_is_refused_with_its_place(cast: Cast) -> None:
    with pytest.raises(actions.BadText) as error:
        actions.save_draft("script", words("您好\n请{nmae}来"), by=cast.wei, at=NOON)

    assert "{nmae}" in str(error.value)
    assert "{name}" in str(error.value)
    assert "2" in str(error.value)
    assert not Text.objects.exists()


@pytest.mark.parametrize(
    ("say", "refused", "looked"),
    [
        ("这款产品保本保收益。", {"保本", "保收益"}, set()),
        ("这款 保 本。", {"保本"}, set()),
        ("保证本金安全", {"保证本金"}, set()),
        ("这不保本，净值会波动。", set(), set()),
        ("我们不承诺保本。", set(), set()),
        ("不仅保本，还有红利。", {"保本"}, set()),
        ("我们第一次见面", set(), set()),
        ("我们是第一", set(), {"第一"}),
        ("Returns are GUARANTEED.", set(), {"guaranteed"}),
        ("Returns are not guaranteed.", set(), set()),
        ("这是我行最佳产品", {"最佳"}, set()),
    ],
)
def test_sensitive_words_are_found_where_they_are_claims(
    cast: Cast, say: str, refused: set[str], looked: set[str]
) -> None:
    found = queries.findings("script", words(say))

    assert {hit.word for hit in found if hit.refused} == refused
    assert {hit.word for hit in found if not hit.refused} == looked
    assert all(hit.reason.zh and hit.reason.en for hit in found)


def test_a_refused_word_is_not_submitted_and_another_one_needs_its_reason(cast: Cast) -> None:
    claim = actions.save_draft("script", words("保本的"), by=cast.wei, at=NOON)
    with pytest.raises(BadInput, match="保本"):
        actions.submit(claim, excuse="客户要", by=cast.wei, at=NOON)

    proud = actions.save_draft("script", words("我们是唯一的"), by=cast.wei, at=NOON)
    with pytest.raises(BadInput):
        actions.submit(proud, by=cast.wei, at=NOON)
    actions.submit(proud, excuse="镇上只有一家网点", by=cast.wei, at=NOON)


def test_a_word_that_the_company_adds_later_stops_the_approval(cast: Cast) -> None:
    made = actions.save_draft("script", words("老板级待遇"), by=cast.wei, at=NOON)
    actions.submit(made, by=cast.wei, at=NOON)

    actions.add_word("老板级", "refused", "像特权", by=cast.max, at=NOON)

    with pytest.raises(BadInput, match="老板级"):
        actions.approve(made, by=cast.lin, at=NOON)
    with pytest.raises(Refused):
        actions.add_word("老板级", "look", "again", by=cast.max, at=NOON)


def test_a_fund_is_not_praised_for_its_return_without_its_risk(cast: Cast) -> None:
    bare = words("这只基金去年收益不错。", kinds=["fund"])
    fair = words("这只基金去年收益不错，但有涨有跌。", kinds=["fund"])
    fair["say"]["en"] = ""

    assert len(queries.findings("script", bare)) == 1
    assert queries.findings("script", fair) == ()


def test_what_is_shipped_says_nothing_sensitive_and_speaks_both_languages() -> None:
    counts: dict[str, int] = {}
    for text in shipped().values():
        assert lint(text.kind, text.body, sensitive()) == (), text.code
        assert queries.misspelt(text.kind, text.body) == [], text.code
        assert text.body.title.zh, text.code
        assert text.body.title.en, text.code
        if text.kind == "objection":
            counts[text.trade] = counts.get(text.trade, 0) + 1
    assert counts == {
        "bank": 8, "insurance": 5, "auto": 5, "estate": 5, "retail": 5, "b2b": 5,
    }  # fmt: skip


def test_shipped_cards_of_the_trade_are_there_and_an_own_version_takes_their_place(
    cast: Cast,
) -> None:
    first = queries.objections_for(triggers=["deposit_maturity"])[0]
    assert (first.code, first.version) == ("bank-rate-elsewhere", 0)
    assert first.standing == "系统自带"

    approved(
        cast, "objection", words("我们看用途。", triggers=["deposit_maturity"]),
        code="bank-rate-elsewhere",
    )  # fmt: skip

    first = queries.objections_for(triggers=["deposit_maturity"])[0]
    assert (first.code, first.version) == ("bank-rate-elsewhere", 1)
    assert sum(t.code == first.code for t in queries.in_force().texts) == 1


def test_a_shipped_card_put_away_is_gone_until_it_is_brought_back(cast: Cast) -> None:
    away = actions.put_away("objection", "bank-no-time", by=cast.wei, at=NOON)
    assert "bank-no-time" not in {t.code for t in queries.in_force().texts}

    actions.bring_back(away, by=cast.wei, at=NOON)

    assert "bank-no-time" in {t.code for t in queries.in_force().texts}


def test_other_trades_are_shown_when_they_are_chosen(cast: Cast) -> None:
    assert not [t for t in queries.in_force().texts if t.trade == "auto"]

    actions.choose_trades(["bank", "auto"], by=cast.lin, at=NOON)

    assert [t for t in queries.in_force().texts if t.trade == "auto"]


def test_the_closest_script_wins(cast: Cast) -> None:
    approved(cast, "script", words("人人", triggers=["birthday"]))
    approved(cast, "script", words("高端", triggers=["birthday"], levels=[5]))
    approved(cast, "script", words("售后", products=["HQ001"]))

    def say(**asked: Any) -> str:
        found = queries.script_for(**asked)
        return found.card.say.zh if found else ""

    assert say(trigger="birthday", level=5) == "高端"
    assert say(trigger="birthday", level=2) == "人人"
    assert say(trigger="deposit_maturity", product="HQ001") == ""  # the default words stand
    assert say(product="HQ001") == "售后"


def test_a_library_is_read_once_for_many_cards(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        library = queries.in_force()
    with django_assert_max_num_queries(0):
        for _card in range(50):
            library.objections_for(Asked(triggers=("deposit_maturity",)))


@time_machine.travel(NOON, tick=False)
def test_a_text_goes_its_whole_way_on_the_pages(cast: Cast) -> None:
    wei, lin, mei = (Client(headers={"accept-language": "en"}) for _ in range(3))
    for client, person in ((wei, cast.wei), (lin, cast.lin), (mei, cast.mei)):
        client.force_login(person)

    refused = wei.post("/scripts/new/objection", {"title_zh": "太贵", "say_zh": "{nmae}"})
    assert refused.status_code == 422
    assert "Did you mean {name}?" in refused.content.decode()
    kept = wei.post(
        "/scripts/new/objection",
        {"title_zh": "太贵", "say_zh": "我们看总账。", "kinds": ["loan"]},
    )
    where = kept["Location"]
    assert "太贵" not in mei.get("/scripts/").content.decode()
    wei.post(f"{where}submit")
    assert wei.post(f"{where}decide", {"decision": "approve"}).status_code == 403
    assert "waits for approval" in lin.get("/scripts/").content.decode()
    lin.post(f"{where}decide", {"decision": "approve"})

    page = mei.get("/scripts/?product=loan").content.decode()
    assert "我们看总账。" in page
    assert "Version 1, approved by Lin on 23 Nov 2026" in page
    assert mei.get(f"{where}write").status_code == 403
    assert mei.get(f"{where}version/1").status_code == 200
    assert mei.get("/scripts/text/no-such-text/").status_code == 404


@time_machine.travel(NOON, tick=False)
def test_the_page_of_words_counts_the_texts_that_say_them(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.max)

    client.post("/scripts/words", {"word": "总账", "severity": "look", "reason": "行话"})
    page = client.get("/scripts/words").content.decode()

    assert "行话" in page
    (own,) = [group for group in queries.word_groups() if group.first.own]
    assert own.words == (("总账", 1),)


def test_an_objection_may_name_the_customer_and_nothing_else(cast: Cast) -> None:
    body = words("好的{name}，{product}不急。", kinds=["wealth"])

    with pytest.raises(BadInput, match="product"):
        actions.save_draft("objection", body, by=cast.wei, at=NOON)

    assert actions.save_draft("script", body, by=cast.wei, at=NOON).number == 1


def test_a_field_in_the_note_of_a_step_is_looked_at_too(cast: Cast) -> None:
    step = {"day": 7, "purpose": {"zh": "回访"}, "hint": {"zh": "先问 {nam"}}
    body = {"title": {"zh": "之后"}, "steps": [step], "fits": {"kinds": ["wealth"]}}

    with pytest.raises(BadInput, match="第 7 天，第 1 行第 4 个字"):
        actions.save_draft("playbook", body, by=cast.wei, at=NOON)


def test_what_is_missing_is_told_beside_its_field_and_refused_words_are_not_submitted(
    cast: Cast,
) -> None:
    client = Client()
    client.force_login(cast.lin)
    given = {"title_zh": "我再想想", "say_zh": ""}

    page = client.post("/scripts/new/objection", given)

    assert page.status_code == 422
    assert page.content.decode().count("中文英文至少填一种") == 1
    client.post("/scripts/new/objection", given | {"say_zh": "您放心，这款保本。"})
    made = Version.objects.get()
    page = client.get(f"/scripts/text/{made.text.code}/")
    assert "请先改掉不能说的词" in page.content.decode()
    assert "提交审批" not in page.content.decode()


def test_day_0_is_chosen_by_its_name_or_typed_as_the_data_calls_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.lin)
    rows = {"steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-0-day": "7"}
    rows |= {"steps-0-purpose_zh": "回访", "steps-0-channel": "call", "title_zh": "之后"}

    client.post("/scripts/new/playbook", rows | {"begins": "交付"})
    client.post("/scripts/new/playbook", rows | {"begins": "handover_day"})

    kept = Version.objects.order_by("pk").values_list("body__begins", flat=True)
    assert list(kept) == ["delivery", "handover_day"]
