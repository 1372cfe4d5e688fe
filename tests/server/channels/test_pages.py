"""Pages on consents and policy: two clicks for a word, an answer with its rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from regulars.server.channels import actions, queries
from regulars.server.channels.models import (
    Consent,
    Decision,
    PolicyVersion,
    Suppression,
    Wording,
)
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.tiers import actions as tiers
from regulars.server.tiers import queries as tier_queries
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


def enter(client: Client, person: Person) -> None:
    client.force_login(person)


def at(customer: Customer, rest: str = "") -> str:
    return f"/customers/{customer.public_id}/consents{rest}"


def test_a_word_is_written_down_from_the_cell(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)
    drawer = client.get(at(cast.li, "/say"), {"purpose": "marketing", "channel": "sms"})
    assert drawer.status_code == 200

    said = {"purpose": "marketing", "channel": "sms", "said": "given", "source": "branch"}
    bare = client.post(at(cast.li, "/say"), said)
    full = client.post(at(cast.li, "/say"), said | {"evidence": "表单 7"})

    assert (bare.status_code, full.status_code) == (422, 302)
    scope.set_scope(scope.EVERYBODY)
    entry = Consent.objects.get()
    assert (entry.said, entry.source, entry.evidence) == ("given", "branch", "表单 7")
    assert "表单 7" in client.get(at(cast.li)).content.decode()


def test_a_withdrawal_needs_nothing_but_the_click(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)

    answer = client.post(
        at(cast.li, "/say"),
        {"purpose": "marketing", "channel": "call", "said": "refused", "source": "call"},
    )

    assert answer.status_code == 302
    scope.set_scope(scope.EVERYBODY)
    assert Customer.objects.get(pk=cast.li.pk).consents == {"call": False}


def test_a_purpose_or_way_that_does_not_exist_is_nowhere(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)

    for purpose, channel in (("marketing", ""), ("profiling", "sms"), ("joy", "sms")):
        asked = {"purpose": purpose, "channel": channel}
        assert client.get(at(cast.li, "/say"), asked).status_code == 404


def test_consents_of_another_book_answer_like_nobody(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)

    for rest in ("", "/say?purpose=marketing&channel=sms", "/stops"):
        assert client.get(at(cast.qian, rest)).status_code == 404
    answer = client.get("/may-we/", {"customer": cast.qian.public_id}).content.decode()
    assert "钱振华" not in answer


def test_the_customer_page_shows_what_stands(cast: Cast, client: Client) -> None:
    scope.set_scope(scope.EVERYBODY)
    actions.record_consent(
        cast.li, purpose="marketing", channel="sms", said="given", source="form",
        evidence="e", by=TESTS, at=NOON - timedelta(days=30),
    )  # fmt: skip
    actions.set_stops(cast.li, deceased_on=date(2026, 11, 1), by=TESTS, at=NOON)
    enter(client, cast.mei)

    page = client.get(f"/customers/{cast.li.public_id}/").content.decode()

    assert 'id="consents"' in page
    assert "/consents/say?purpose=marketing" in page
    assert "去世" in page


def test_what_was_refused_within_this_minute_counts_at_once(cast: Cast, client: Client) -> None:
    start = NOON.replace(second=0, microsecond=0)
    scope.set_scope(scope.EVERYBODY)
    for said, second in (("given", 10), ("refused", 20)):
        actions.record_consent(
            cast.li, purpose="marketing", channel="sms", said=said, source="call",
            evidence="e", by=TESTS, at=start + timedelta(seconds=second),
        )  # fmt: skip
    enter(client, cast.mei)
    asked = {"customer": cast.li.public_id, "channel": "sms", "purpose": "marketing"}

    with time_machine.travel(start + timedelta(seconds=40), tick=False):
        page = client.get("/may-we/", asked).content.decode()

    assert "客户拒绝了" in page, page[page.index("<main") :]


def test_the_answer_names_the_rule_and_looking_writes_nothing(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.mei)
    asked = {
        "customer": cast.li.public_id,
        "channel": "sms",
        "purpose": "marketing",
        "when": "2026-11-23T12:00",
    }

    no = client.get("/may-we/", asked).content.decode()
    found = client.get("/may-we/", {"q": "李娜"}).content.decode()

    assert "没有问过" in no
    assert "广告法" in no or "2022 年第 9 号令" in no
    assert cast.li.public_id in found
    scope.set_scope(scope.EVERYBODY)
    assert not Decision.objects.exists()


def test_stops_are_set_with_their_reason(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)

    client.post(
        at(cast.li, "/stops"),
        {
            "do_not_contact": "on",
            "no_profiling": "on",
            "reason": "客户来电",
            "legal_block": "x",
        },
    )

    scope.set_scope(scope.EVERYBODY)
    li = Customer.objects.get(pk=cast.li.pk)
    assert (li.do_not_contact, li.no_profiling, li.legal_block) == (True, True, "")
    assert Consent.objects.get(purpose="profiling").evidence == "客户来电"


def test_a_policy_is_a_new_version_and_hours_go_in_pairs(cast: Cast, client: Client) -> None:
    enter(client, cast.ada)
    today = core.local_date(timezone.now())
    given = {"day": 2, "week": 3, "month": 5, "sms_from": "20:00", "effective_on": today}

    wrong = client.post("/policy/", given)
    right = client.post("/policy/", given | {"sms_to": "10:00"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert PolicyVersion.objects.get().body["quiet"] == {"sms": ["20:00", "10:00"]}
    assert queries.company_policy(on=today).caps.month == 5
    assert client.get("/policy/").status_code == 200


def test_a_notice_is_published_and_the_next_begins_with_its_words(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.ada)
    given = {
        "purpose": "marketing", "text": "我们会联系您。", "controller": "行", "contact": "9",
        "method": "短信", "kinds": ["contact"], "retention": "两年",
    }  # fmt: skip

    assert client.post("/policy/notices", given | {"kinds": []}).status_code == 422
    assert client.post("/policy/notices", given).status_code == 302
    assert (
        client.post("/policy/notices", given | {"kinds": ["contact", "money"]}).status_code
        == 302
    )

    assert list(Wording.objects.values_list("version", "renewal")) == [(2, True), (1, False)]
    assert "我们会联系您。" in client.get("/policy/notices?after=marketing").content.decode()


def test_a_list_is_typed_and_lines_that_are_none_are_named(cast: Cast, client: Client) -> None:
    enter(client, cast.ada)

    page = client.post(
        "/policy/do-not-contact", {"typed": "13800138000\nnobody", "source": "协会名单"}
    ).content.decode()

    assert "nobody" in page
    assert "****8000" in page
    listed = Suppression.objects.get()
    assert client.post("/policy/do-not-contact/lift", {"entry": listed.pk}).status_code == 302
    assert not queries.suppressions().exists()


@pytest.mark.parametrize(
    ("who", "where", "status"),
    [
        ("mei", "/policy/", 403),
        ("mei", "/policy/notices", 403),
        ("ana", "/policy/do-not-contact", 403),
        ("ana", "/may-we/", 200),
        ("ada", "/policy/", 200),
    ],
)
def test_the_policy_is_set_by_those_with_the_right(
    cast: Cast, client: Client, who: str, where: str, status: int
) -> None:
    enter(client, getattr(cast, who))

    assert client.get(where).status_code == status


def test_a_notice_in_one_language_is_enough_and_shown_to_everybody(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.ada)
    given = {
        "purpose": "marketing", "text_en": "We may call you.", "controller": "Bank",
        "contact": "9", "method": "Calls", "kinds": ["contact"], "retention": "2 years",
    }  # fmt: skip

    assert client.post("/policy/notices", given | {"text_en": " "}).status_code == 422
    assert client.post("/policy/notices", given).status_code == 302

    with translation.override("zh-hans"):
        assert Wording.objects.get().words == "We may call you."


def test_caps_are_set_by_the_names_of_the_companys_own_tiers(
    as_system: Cast, client: Client
) -> None:
    enter(client, as_system.ada)
    generic = client.get("/policy/").content.decode()
    scope.set_scope(scope.EVERYBODY)
    tiers.install_presets(by=TESTS, at=NOON)
    names = [mark.name for mark in tier_queries.primary_marks().values()]

    named = client.get("/policy/").content.decode()

    assert "最高一级" in generic or "最高等级" in generic
    assert all(name in named for name in names)


MET = (("R-aaaaaaaaaaaa", "13800001111"), ("R-bbbbbbbbbbbb", "13800002222"))


def test_two_of_one_name_are_told_apart_by_their_numbers(
    as_system: Cast, client: Client
) -> None:
    for number, phone in MET:
        customers.add_customer(
            number=number,
            name="赵敏",
            phone=phone,
            book=as_system.mei_book,
            by=TESTS,
            at=NOON,
        )
    enter(client, as_system.mei)

    shown = client.get(reverse("channels:ask"), {"q": "赵敏"}).content.decode()

    assert "1111" in shown
    assert "2222" in shown
    assert "13800001111" not in shown
