"""The customer page: who may open it, what it hides, what a change leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers import actions, queries, rules
from regulars.server.customers.models import Customer, Relation
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
NOWHERE = "zzzzzzzzzzzz"


def enter(client: Client, person: Person, language: str = "zh-hans") -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = language
    return client


def address(customer: Customer, tail: str = "") -> str:
    return f"/customers/{customer.public_id}/{tail}"


def body(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def plain(page: str, public_id: str) -> str:
    """The bytes without what differs between any two answers: the address, the token."""
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"', "", page).replace(
        public_id, "ID"
    )


def test_the_owner_opens_the_own_customer(cast: Cast, client: Client) -> None:
    page = body(enter(client, cast.mei), address(cast.li))

    assert "李娜" in page
    assert "陆晓晴" in page


def test_a_customer_of_another_book_looks_like_one_that_does_not_exist(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.mei)

    elsewhere = body(client, address(cast.qian), 404)
    nowhere = body(client, f"/customers/{NOWHERE}/", 404)

    assert plain(elsewhere, cast.qian.public_id) == plain(nowhere, NOWHERE)
    assert "钱" not in elsewhere


@pytest.mark.parametrize("tail", ["edit", "reveal"])
def test_no_door_of_a_strange_customer_opens(cast: Cast, client: Client, tail: str) -> None:
    enter(client, cast.mei)
    ask = client.get if tail == "edit" else client.post

    assert ask(address(cast.qian, tail)).status_code == 404


def test_the_query_hides_a_strange_customer_without_the_wall(as_system: Cast) -> None:
    assert queries.one(as_system.mei, as_system.qian.public_id) is None
    assert queries.one(as_system.tao, as_system.qian.public_id) == as_system.qian


def test_the_wall_hides_a_strange_customer_without_the_query(cast: Cast, look: Look) -> None:
    look(cast.mei)

    assert not Customer.objects.filter(public_id=cast.qian.public_id).exists()


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "谁负责"), ("en", "Who is responsible")]
)
def test_the_page_speaks_both_languages_with_nothing_known(
    cast: Cast, client: Client, language: str, words: str
) -> None:
    enter(client, cast.ana, language)

    for customer in (cast.li, cast.zhou, cast.qian):
        assert words in body(client, address(customer))


def test_a_phone_is_masked_until_it_is_asked_for(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)

    assert cast.li.phone not in body(client, address(cast.li))
    shown = client.post(
        address(cast.li, "reveal"),
        {"part": "phone", "reason": "call"},
        headers={"HX-Request": "true"},
    )

    assert cast.li.phone in shown.content.decode()


def test_a_look_at_personal_values_is_written_down(cast: Cast, client: Client) -> None:
    enter(client, cast.mei).post(
        address(cast.li, "reveal"), {"part": "file", "reason": "check"}
    )

    entry = AuditEntry.objects.get(action="customers.personal.revealed")
    assert entry.subject == f"customers.Customer:{cast.li.pk}"
    assert entry.actor == f"person:{cast.mei.pk}"
    assert entry.details == {"fields": ["address", "email", "phone"], "reason": "check"}


def test_who_may_not_see_personal_values_cannot_ask_for_them(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.lob)

    assert client.post(address(cast.li, "reveal")).status_code == 403
    assert cast.li.phone not in body(client, address(cast.li, "edit"))
    assert 'name="phone"' not in body(client, address(cast.li, "edit"))


def test_an_empty_form_shows_nothing_that_was_not_written_down(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.mei)

    answer = client.post(address(cast.li, "edit"))

    assert answer.status_code == 422
    assert cast.li.phone not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="customers.personal.revealed").exists()


def form(client: Client, customer: Customer, **changes: Any) -> dict[str, Any]:
    """What the browser sends back when only `changes` were typed."""
    page = client.get(address(customer, "edit"))
    fields = page.context["form"]
    given = {bound.name: bound.value() for bound in fields if bound.value()}
    return given | changes


def test_a_change_by_hand_remembers_where_it_came_from(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)
    sent = form(client, cast.li, occupation="教师", blocked_channels=["sms"])

    answer = client.post(address(cast.li, "edit"), sent)

    assert answer.status_code == 302
    with scope.looking(cast.mei):
        li = Customer.objects.get(pk=cast.li.pk)
    assert (li.occupation, li.blocked_channels) == ("教师", ["sms"])
    assert {name: source for name, (source, _day) in li.provenance.items()} == {
        "occupation": "hand",
        "blocked_channels": "hand",
    }
    assert li.phone == cast.li.phone


@pytest.mark.parametrize(("stands_on", "goes"), [("edit", "HX-Redirect"), ("", "HX-Refresh")])
def test_after_saving_the_customers_page_comes(
    cast: Cast, client: Client, stands_on: str, goes: str
) -> None:
    enter(client, cast.mei)
    sent = form(client, cast.li, occupation="教师")

    answer = client.post(
        address(cast.li, "edit"),
        sent,
        headers={
            "HX-Request": "true",
            "HX-Current-URL": f"http://testserver{address(cast.li, stands_on)}",
        },
    )

    assert goes in answer.headers


def test_a_change_leaves_the_origin_of_other_fields(as_system: Cast) -> None:
    li = as_system.li
    actions.change_customer(li, by=TESTS, at=NOON, district="柳溪镇")
    stale = Customer.objects.get(pk=li.pk)
    actions.change_customer(li, by=as_system.mei, at=NOON, occupation="教师")

    actions.change_customer(stale, by=as_system.wei, at=NOON, note="喜欢喝茶")

    kept = Customer.objects.get(pk=li.pk)
    assert (kept.district, kept.occupation, kept.note) == ("柳溪镇", "教师", "喜欢喝茶")
    assert sorted(kept.provenance) == ["district", "note", "occupation"]


def test_a_wrong_value_is_named_and_nothing_is_lost(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)
    sent = form(client, cast.li, phone="12345", lunar_birthday="13-40", occupation="教师")

    answer = client.post(address(cast.li, "edit"), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“12345”不是能拨通的号码" in page
    assert "“13-40”不是农历的日子" in page
    assert 'value="教师"' in page


def test_who_records_no_contacts_changes_no_file(cast: Cast, client: Client) -> None:
    enter(client, cast.ana)

    assert client.get(address(cast.li, "edit")).status_code == 403
    assert "edit" not in body(client, address(cast.li))


def test_relations_stop_at_the_border_of_the_scope(cast: Cast, client: Client) -> None:
    with scope.everything():
        actions.relate(cast.li, cast.qian, Relation.Kind.SPOUSE, by=TESTS, at=NOON)
        actions.relate(cast.zhou, cast.li, Relation.Kind.KEY_PERSON, by=TESTS, at=NOON)

    seen = {
        person: body(enter(client, person), address(cast.li))
        for person in (cast.mei, cast.wei, cast.ana)
    }

    assert ["钱振华" in page for page in seen.values()] == [False, False, True]
    assert ["周记商店" in page for page in seen.values()] == [False, True, True]


def test_a_tie_is_read_from_both_sides(cast: Cast, client: Client) -> None:
    with scope.everything():
        actions.relate(cast.zhou, cast.li, Relation.Kind.KEY_PERSON, by=TESTS, at=NOON)

    assert "是其关键人" in body(enter(client, cast.wei), address(cast.li))


def test_a_refusal_closes_one_way_and_no_other() -> None:
    found = rules.reaches(
        preferred="wecom",
        blocked=["visit"],
        consents={"sms": False, "call": True},
        addresses={"call": "1", "sms": "1", "email": ""},
    )

    assert [(way.channel, way.state) for way in found] == [
        ("wecom", "unasked"),
        ("call", "open"),
        ("email", "missing"),
        ("visit", "blocked"),
        ("sms", "refused"),
    ]


def test_who_refuses_a_channel_prefers_it_no_more() -> None:
    found = rules.reaches(
        preferred="sms",
        blocked=[],
        consents={"sms": False},
        addresses={"sms": "1", "call": "1"},
    )

    assert [way.channel for way in found if way.preferred] == []
    assert found[-1].channel == "sms"


def test_nobody_sees_personal_values_without_saying_what_for(
    client: Client, cast: Cast
) -> None:
    answer = enter(client, cast.mei).post(address(cast.li, "reveal"), {"part": "phone"})

    assert answer.status_code == 422
    assert "10100000001" not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="customers.personal.revealed").exists()


def test_a_phones_address_book_takes_the_contact_and_that_is_written_down(
    client: Client, cast: Cast
) -> None:
    answer = enter(client, cast.mei).post(address(cast.li, "card"))

    assert answer["Content-Type"] == "text/vcard"
    assert "TEL;TYPE=cell:10100000001" in answer.content.decode()
    told = AuditEntry.objects.get(action="customers.personal.revealed")
    assert told.details["reason"] == "card"
