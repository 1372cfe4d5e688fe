"""Who comes by a form or is met is known again, reaches the right person, and credit stays."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Consent
from regulars.server.core import scope
from regulars.server.core.callers import caller
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.reception import actions, queries, rules
from regulars.server.reception.models import Arrival, HostedForm, Knock
from regulars.server.reception.rules import Known, match
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
SOMEBODY = {"name": "冯小满", "phone": "13812345678"}


@pytest.fixture
def fair(cast: Cast) -> HostedForm:
    with scope.everything():
        return actions.make_form(
            name="Spring fair", title="春季展会", title_en="Spring fair",
            fields=["phone", "email", "note"], required=["phone"], channels=["sms", "email"],
            book=cast.willow_pool, by=TESTS, at=NOON,
        )  # fmt: skip


@pytest.fixture
def notice(cast: Cast) -> None:
    """A notice for marketing is in force: without one no form asks."""
    with scope.everything():
        channels.publish_wording(
            purpose="marketing", text="每月一次，随时可退订。", text_en="Say no at any time.",
            controller="Willow Bank", contact="privacy@example.com", method="SMS",
            kinds=["contact"], retention="2 years", by=TESTS, at=NOON - timedelta(days=365),
        )  # fmt: skip


def stranger() -> Client:
    return Client(headers={"Accept-Language": "en"})


def of(person: Any) -> Client:
    client = stranger()
    client.force_login(person)
    return client


def plain(answer: Any, name: str = "") -> str:
    """A page without what differs by chance (tokens against forgery) and without a name."""
    return re.sub(r"[A-Za-z0-9]{64}", "token", answer.content.decode().replace(name, "X"))


@pytest.mark.usefixtures("notice")
def test_a_stranger_fills_in_a_form_and_is_on_file(cast: Cast, fair: HostedForm) -> None:
    page = stranger().get(f"/f/{fair.public_id}/").content.decode()
    assert "Spring fair" in page
    assert "checked" not in page, "nothing is ticked beforehand"

    answer = stranger().post(
        f"/f/{fair.public_id}/", {**SOMEBODY, "agreed": ["sms"], "notice": "1"}
    )

    assert answer.status_code == 302
    with scope.everything():
        new = Customer.objects.get(name="冯小满")
        assert (new.book, new.source) == (cast.willow_pool, "form")
        assert new.provenance["phone"][0] == "form:Spring fair"
        assert new.consents == {"sms": True}
        said = Consent.objects.get(customer=new)
        assert (said.source, said.evidence[:11]) == ("form", "Spring fair")
        assert Arrival.objects.get().was_new


def test_who_is_known_gets_no_second_file(cast: Cast, fair: HostedForm) -> None:
    with scope.everything():
        known = stage.customer("K1", "冯小满", cast.tao_book, phone="13812345678")

    given = {"name": "冯 小满", "phone": "+86 138 1234 5678", "email": "feng@example.com"}
    stranger().post(f"/f/{fair.public_id}/", given)

    with scope.everything():
        assert Customer.objects.filter(name__contains="小满").count() == 1
        known.refresh_from_db()
        assert known.name == "冯小满", "a stranger does not rename who is on file"
        known.refresh_from_db()
        assert (known.email, known.book) == ("feng@example.com", cast.tao_book)


@pytest.mark.usefixtures("notice")
def test_anybody_may_type_a_name_so_a_known_customers_yes_waits(
    cast: Cast, fair: HostedForm
) -> None:
    with scope.everything():
        known = stage.customer("K1", "冯小满", cast.tao_book, phone="13812345678")

    stranger().post(f"/f/{fair.public_id}/", {**SOMEBODY, "agreed": ["sms"], "notice": "1"})

    with scope.everything():
        known.refresh_from_db()
        assert known.consents == {}
        asked = LifeEvent.objects.get(customer=known)
        assert asked.owner == cast.tao
        assert "sms" in asked.note


def test_a_form_never_overwrites_what_a_person_confirmed(cast: Cast, fair: HostedForm) -> None:
    from regulars.server.customers import actions as customers

    with scope.everything():
        known = stage.customer("K1", "冯小满", cast.tao_book, phone="13812345678")
        customers.change_customer(known, email="right@example.com", by=cast.tao, at=NOON)

    given = {**SOMEBODY, "email": "wrong@example.com"}
    stranger().post(f"/f/{fair.public_id}/", given)

    with scope.everything():
        known.refresh_from_db()
        assert known.email == "right@example.com"


def test_the_answer_is_the_same_for_who_is_known_and_who_is_not(
    cast: Cast, fair: HostedForm
) -> None:
    with scope.everything():
        stage.customer("K1", "冯小满", cast.tao_book, phone="13812345678")

    answers = [
        stranger().post(f"/f/{fair.public_id}/", {**SOMEBODY, "name": name}, follow=True)
        for name in ("冯小满", "谁也不是")
    ]

    assert plain(answers[0]) == plain(answers[1])


def test_looking_changes_nothing_and_machines_are_ignored(cast: Cast, fair: HostedForm) -> None:
    for _ in range(3):
        stranger().get(f"/f/{fair.public_id}/")
    stranger().post(f"/f/{fair.public_id}/", {**SOMEBODY, "website": "http://spam"})

    with scope.everything():
        assert not Arrival.objects.exists()


def test_a_form_without_a_way_to_answer_says_so(cast: Cast, fair: HostedForm) -> None:
    answer = stranger().post(f"/f/{fair.public_id}/", {"name": "冯小满", "phone": "12"})

    assert answer.status_code == 422
    assert "not a number that can be called" in answer.content.decode()


def test_one_address_cannot_flood_a_form(cast: Cast, fair: HostedForm) -> None:
    for _ in range(20):
        assert stranger().post(f"/f/{fair.public_id}/", SOMEBODY).status_code == 302

    assert stranger().post(f"/f/{fair.public_id}/", SOMEBODY).status_code == 429


def test_a_closed_form_is_gone(cast: Cast, fair: HostedForm) -> None:
    actions.change_form(fair, is_open=False, by=TESTS, at=NOON)

    assert stranger().get(f"/f/{fair.public_id}/").status_code == 404


def test_a_lobby_manager_spots_somebody_and_keeps_the_credit(cast: Cast, look: Any) -> None:
    with scope.everything():
        known = stage.customer("K1", "冯小满", cast.mei_book, phone="13812345678")
    client = of(cast.lob)

    answer = client.post(
        "/met/new", {**SOMEBODY, "way": "spotted", "note": "asked about gold"}, follow=True
    )

    assert "is noted" in answer.content.decode()
    with scope.everything():
        arrival = Arrival.objects.get()
        assert (arrival.customer, arrival.routed_to) == (known, cast.mei)
        assert (arrival.met_by, arrival.was_new) == (cast.lob, False)
        asked = LifeEvent.objects.get(customer=known)
        assert asked.owner == cast.mei
        assert "gold" in asked.note
    assert "冯小满" in client.get("/met/").content.decode()


def test_who_meets_somebody_of_another_branch_is_told_the_same(cast: Cast, look: Any) -> None:
    with scope.everything():
        stage.customer("K1", "冯小满", cast.tao_book, phone="13812345678")
    client = of(cast.mei)
    known = client.post("/met/new", {**SOMEBODY, "way": "event"}, follow=True)
    new = client.post("/met/new", {**SOMEBODY, "name": "谁也不是", "way": "event"}, follow=True)

    def said(answer: Any, name: str) -> str:
        return plain(answer, name).partition('role="status"')[2].partition("</form>")[0]

    assert said(known, "冯小满") == said(new, "谁也不是") != ""
    assert "陶然" not in known.content.decode()
    with scope.everything():
        assert Arrival.objects.filter(routed_to=cast.tao).count() == 1


def test_somebody_new_goes_into_the_book_of_who_met_them(cast: Cast, look: Any) -> None:
    look(cast.mei)
    actions.add_quickly(SOMEBODY, way="card", by=cast.mei, at=NOON)

    assert Customer.objects.get(name="冯小满").book == cast.mei_book
    assert queries.met_by(cast.mei).count() == 1


def test_without_phone_and_mail_nobody_is_noted(cast: Cast, look: Any) -> None:
    look(cast.mei)
    with pytest.raises(actions.NothingToReach):
        actions.add_quickly({"name": "冯小满"}, way="card", by=cast.mei, at=NOON)


def test_one_phone_with_another_name_is_somebody_else() -> None:
    known = [Known(1, "K1", "冯小满", "13812345678", "")]

    assert match("冯小满", "138 1234 5678", "", known) == known[0]
    assert match("王大力", "13812345678", "", known) is None
    assert match("冯小满", "13900000000", "", known) is None


def test_a_marketer_makes_a_form(cast: Cast) -> None:
    client = of(cast.max)
    client.post(
        "/forms/new",
        {
            "name": "Lobby poster", "title": "欢迎", "book": cast.willow_pool.pk,
            "is_open": "on", "fields_asked": ["phone", "note"], "must": ["phone"],
        },
    )  # fmt: skip

    made = HostedForm.objects.get()
    assert (made.fields, made.required) == (["phone", "note"], ["phone"])
    assert made.public_id in client.get("/forms/").content.decode()


def test_without_a_notice_in_force_a_form_asks_for_no_consent(
    cast: Cast, fair: HostedForm
) -> None:
    page = stranger().get(f"/f/{fair.public_id}/").content.decode()
    stranger().post(f"/f/{fair.public_id}/", {**SOMEBODY, "agreed": ["sms"]})

    assert "agreed" not in page
    with scope.everything():
        assert Customer.objects.get(name="冯小满").consents == {}


def test_a_form_by_which_nobody_could_be_answered_is_not_saved(cast: Cast) -> None:
    given = {"name": "Fair", "title": "展会", "fields_asked": ["note"], "is_open": "on"}

    answer = of(cast.ada).post("/forms/new", given | {"book": cast.willow_pool.pk})

    assert answer.status_code == 422
    assert "phone number or an e-mail" in answer.content.decode()


def test_a_closed_form_answers_like_one_that_never_was(cast: Cast, fair: HostedForm) -> None:
    with scope.everything():
        actions.change_form(fair, is_open=False, by=TESTS, at=NOON)

    closed = stranger().post(f"/f/{fair.public_id}/", SOMEBODY)
    never = stranger().post("/f/222222222222/", SOMEBODY)

    assert closed.status_code == never.status_code == 404
    assert plain(closed, fair.public_id) == plain(never, "222222222222")
    with scope.everything():
        assert not Arrival.objects.exists()


def test_what_a_marketer_writes_is_text_and_never_markup(cast: Cast, fair: HostedForm) -> None:
    with scope.everything():
        bad = "<script>alert(1)</script>"
        actions.change_form(fair, title=bad, title_en=bad, intro_en=bad, by=TESTS, at=NOON)

    page = stranger().get(f"/f/{fair.public_id}/").content.decode()

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 2


def test_a_hosted_form_needs_the_token_against_forgery(fair: HostedForm) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post(f"/f/{fair.public_id}/", SOMEBODY).status_code == 403


def sent(client: Client, form: HostedForm, **meta: Any) -> int:
    return int(client.post(f"/f/{form.public_id}/", SOMEBODY, **meta).status_code)


def test_behind_a_trusted_proxy_the_limit_counts_each_caller(
    cast: Cast, fair: HostedForm, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    client, proxy = stranger(), "10.0.0.5"
    with scope.everything():
        key = keyed_hash(f"{fair.pk}:203.0.113.9", purpose="knock")
        Knock.objects.bulk_create(
            Knock(key=key, at=timezone.now()) for _n in range(rules.KNOCKS_AN_HOUR)
        )

    # What stands left of the proxy's own word was written by the caller.
    lying = sent(client, fair, REMOTE_ADDR=proxy,
                 HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9")  # fmt: skip
    other = sent(client, fair, REMOTE_ADDR=proxy, HTTP_X_FORWARDED_FOR="203.0.113.10")

    assert (lying, other) == (429, 302)


@pytest.mark.parametrize(
    ("trusted", "forwarded", "direct", "asks"),
    [
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9", "10.0.0.5", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "10.0.0.5", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.6", "10.0.0.5", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.5", "10.0.0.5"),
        (1, "nonsense", "10.0.0.5", "10.0.0.5"),
        (1, "", "10.0.0.5", "10.0.0.5"),
        (1, "2001:db8:1:2:3::4", "10.0.0.5", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "10.0.0.5", "203.0.113.9"),
    ],
)
def test_who_asks_is_told_by_as_many_proxies_as_are_trusted(
    settings: Any, rf: Any, trusted: int, forwarded: str, direct: str, asks: str
) -> None:
    settings.TRUSTED_PROXIES = trusted

    found = caller(rf.get("/", REMOTE_ADDR=direct, HTTP_X_FORWARDED_FOR=forwarded))

    assert found == asks


def test_a_form_takes_no_more_than_its_limit_from_everywhere(
    cast: Cast, fair: HostedForm
) -> None:
    with scope.everything():
        key = keyed_hash(f"{fair.pk}:", purpose="knock")
        Knock.objects.bulk_create(
            Knock(key=key, at=timezone.now()) for _n in range(rules.KNOCKS_OF_A_FORM)
        )

    answer = stranger().post(f"/f/{fair.public_id}/", SOMEBODY)

    assert answer.status_code == 429
    assert "Very many people" in answer.content.decode()


@pytest.mark.usefixtures("notice")
def test_a_yes_points_at_the_words_that_were_shown(cast: Cast, fair: HostedForm) -> None:
    client = stranger()
    page = client.get(f"/f/{fair.public_id}/").content.decode()
    with scope.everything():
        channels.publish_wording(
            purpose="marketing", text="每周三次。", controller="Willow Bank", contact="c",
            method="SMS", kinds=["contact"], retention="2 years", by=TESTS, at=timezone.now(),
        )  # fmt: skip
    given = SOMEBODY | {"agreed": ["sms"]}

    old = client.post(f"/f/{fair.public_id}/", given | {"notice": "1"})
    new = client.post(f"/f/{fair.public_id}/", given | {"notice": "2"})

    assert "Notice, version 1" in page
    assert old.status_code == 422
    assert "These words are new" in old.content.decode()
    assert new.status_code == 302
    with scope.everything():
        entry = Consent.objects.get()
        assert entry.wording is not None
        assert entry.wording.version == 2


def test_who_came_by_a_form_stands_on_its_page_and_with_who_looks_after_them(
    cast: Cast, fair: HostedForm
) -> None:
    with scope.everything():
        stage.customer("K1", "冯小满", cast.mei_book, phone="13812345678")
    stranger().post(f"/f/{fair.public_id}/", SOMEBODY | {"note": "asks for gold"})

    assert "asks for gold" in of(cast.ada).get(f"/forms/{fair.public_id}/").content.decode()
    assert "冯小满" in of(cast.ada).get(f"/forms/{fair.public_id}/").content.decode()
    assert "冯小满" in of(cast.mei).get("/met/").content.decode()
    assert "冯小满" not in of(cast.tao).get("/met/").content.decode()
