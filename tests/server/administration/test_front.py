"""The front door: who comes in, as whom, and how often one may guess."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.server.administration import queries, rules
from regulars.server.administration.actions import front
from regulars.server.core.models import AuditEntry, Person
from regulars.server.site.home import Home
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
ELSEWHERE = "192.0.2.7"
PASSWORD = "correct horse battery"


def signed_in(client: Client) -> str:
    """The user name of whoever the client is."""
    key = client.session.get("_auth_user_id")
    return Person.objects.get(pk=key).username if key else ""


def test_one_click_makes_a_stranger_the_person_named(demo: Cast, here: Client) -> None:
    page = here.get("/").content.decode()
    assert "陆晓晴" in page
    assert "柳溪支行" in page

    here.post("/enter", {"role": "rm"})

    assert signed_in(here) == "mei"


@pytest.mark.parametrize("role", ["rm", "manager", "marketer", "analyst", "administrator"])
def test_every_role_has_its_door(demo: Cast, here: Client, role: str) -> None:
    here.post("/enter", {"role": role})

    assert Person.objects.get(username=signed_in(here)).role == role


@pytest.mark.parametrize("path", ["/enter", "/own-home", "/own-home/state"])
def test_the_doors_are_shut_from_elsewhere(demo: Cast, path: str) -> None:
    far = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=ELSEWHERE)

    assert far.get(path).status_code == 404
    assert far.post("/enter", {"role": "administrator"}).status_code == 404
    assert far.get("/").headers["Location"] == "/sign-in"
    assert signed_in(far) == ""


def test_a_forwarded_request_is_not_local(demo: Cast) -> None:
    behind_a_proxy = Client(
        SERVER_NAME="127.0.0.1", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="127.0.0.1"
    )

    answer = behind_a_proxy.post("/enter", {"role": "rm"})

    assert answer.status_code == 404


def test_a_forged_header_does_not_make_a_request_local(demo: Cast) -> None:
    forged = Client(
        SERVER_NAME="127.0.0.1", REMOTE_ADDR=ELSEWHERE, HTTP_X_FORWARDED_FOR="127.0.0.1"
    )

    assert forged.post("/enter", {"role": "rm"}).status_code == 404


def test_the_doors_are_shut_in_a_home_of_ones_own(cast: Cast, here: Client) -> None:
    assert here.post("/enter", {"role": "administrator"}).status_code == 404
    assert here.post("/own-home").status_code == 404
    assert signed_in(here) == ""


def test_an_own_company_in_a_demo_folder_opens_no_doors(
    cast: Cast, here: Client, settings: Any
) -> None:
    settings.IS_DEMO = True

    assert here.post("/enter", {"role": "rm"}).status_code == 404


def test_the_wall_stands_again_after_the_front_page_has_counted(demo: Cast) -> None:
    from regulars.server.customers.models import Customer

    entries = {e.person.username: e for e in queries.demo_entries(today=NOON.date())}

    assert entries["mei"].customers == 1
    assert entries["wei"].customers == 2
    assert Customer.objects.count() == 0


def test_each_role_of_the_front_page_has_a_door_of_its_own(demo: Cast, here: Client) -> None:
    page = here.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert page.count('name="role"') == 6
    assert "As a leader of the company" in page
    assert here.post("/enter", {"role": "leader"}).status_code == 302
    assert signed_in(here) == "lin"


def test_entering_keeps_the_language_of_the_front_page(demo: Cast, here: Client) -> None:
    Person.objects.filter(username="mei").update(language="en")

    here.post("/enter", {"role": "rm"}, HTTP_ACCEPT_LANGUAGE="zh-hans")

    assert Person.objects.get(username="mei").language == "zh-hans"


def test_a_colleague_signs_in_and_goes_where_they_wanted(cast: Cast) -> None:
    client = Client()

    answer = client.post(
        "/sign-in", {"username": "Ada", "password": PASSWORD, "next": "/administration/jobs"}
    )

    assert answer.headers["Location"] == "/administration/jobs"
    assert signed_in(client) == "ada"
    assert AuditEntry.objects.filter(action="administration.signed_in").count() == 1


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nobody_is_sent_to_another_site(cast: Cast, path: str) -> None:
    answer = Client().post("/sign-in", {"username": "ada", "password": PASSWORD, "next": path})

    assert answer.headers["Location"] == "/"


def test_the_session_is_a_new_one_after_signing_in(cast: Cast) -> None:
    client = Client()
    client.session.save()
    session = client.session
    session["before"] = "x"
    session.save()
    old = session.session_key

    client.post("/sign-in", {"username": "ada", "password": PASSWORD})

    assert client.session.session_key != old


def test_a_wrong_password_keeps_the_name_and_says_so(cast: Cast) -> None:
    answer = Client().post("/sign-in", {"username": "ada", "password": "wrong"})

    assert answer.status_code == 422
    assert 'value="ada"' in answer.content.decode()


def test_the_eleventh_guess_is_not_even_looked_at(cast: Cast) -> None:
    client = Client()
    for _ in range(rules.MOST_FAILURES):
        client.post("/sign-in", {"username": "ada", "password": "wrong"})

    answer = client.post("/sign-in", {"username": "ADA ", "password": PASSWORD})

    assert answer.status_code == 429
    assert signed_in(client) == ""


def test_a_guesser_cannot_lock_out_somebody_elsewhere(cast: Cast) -> None:
    for _ in range(rules.MOST_FAILURES):
        front.sign_in("ada", "wrong", address=ELSEWHERE, at=NOON)

    assert front.sign_in("ada", PASSWORD, address="127.0.0.1", at=NOON) == cast.ada


def test_a_forwarding_header_does_not_make_a_guesser_somebody_new(cast: Cast) -> None:
    for n in range(rules.MOST_FAILURES):
        Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").post(
            "/sign-in", {"username": "ada", "password": "wrong"}
        )

    answer = Client(HTTP_X_FORWARDED_FOR="198.51.100.99").post(
        "/sign-in", {"username": "ada", "password": PASSWORD}
    )

    assert answer.status_code == 429


def test_after_a_quarter_of_an_hour_one_may_try_again(cast: Cast) -> None:
    for _ in range(rules.MOST_FAILURES):
        front.sign_in("ada", "wrong", address=ELSEWHERE, at=NOON)
    with pytest.raises(front.TooManyFailures):
        front.sign_in("ada", PASSWORD, address=ELSEWHERE, at=NOON + timedelta(minutes=14))

    later = NOON + timedelta(minutes=15)
    assert front.sign_in("ada", PASSWORD, address=ELSEWHERE, at=later) == cast.ada


def test_somebody_who_left_cannot_sign_in(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)

    answer = Client().post("/sign-in", {"username": "mei", "password": PASSWORD})

    assert answer.status_code == 422


def test_signing_out_needs_a_post(ada: Client) -> None:
    assert ada.get("/sign-out").status_code == 405
    ada.post("/sign-out")

    assert signed_in(ada) == ""


def test_the_first_page_sends_the_administrator_to_the_overview(ada: Client) -> None:
    assert ada.get("/").headers["Location"] == "/administration/"


def test_a_role_whose_pages_are_absent_still_gets_an_answer(cast: Cast) -> None:
    for person in cast.everybody:
        client = Client()
        client.force_login(person)

        assert client.get("/").status_code in {200, 302}


def test_a_home_of_ones_own_is_asked_for_and_answered(
    demo: Cast, here: Client, home: Home
) -> None:
    folder = home.root / queries.REQUESTS
    here.post("/own-home", {"again": "1"})
    assert (folder / queries.REQUEST).exists()
    assert "hx-get" in here.get("/own-home/state?tries=3").content.decode()

    (folder / queries.ANSWER).write_text('{"address": "http://127.0.0.1:8001"}', "utf-8")
    page = here.get("/own-home/state?tries=4").content.decode()

    assert 'href="http://127.0.0.1:8001"' in page
    assert "hx-get" not in page

    here.post("/own-home")
    assert (folder / queries.ANSWER).exists(), "it runs already"
    here.post("/own-home", {"again": "1"})
    assert not (folder / queries.ANSWER).exists()


def test_an_answer_from_before_the_last_start_is_asked_for_anew(
    demo: Cast, here: Client, home: Home
) -> None:
    folder = home.root / queries.REQUESTS
    here.post("/own-home", {"again": "1"})
    answer = folder / queries.ANSWER
    answer.write_text('{"address": "http://127.0.0.1:8001"}', "utf-8")
    os.utime(answer, (0, 0))

    here.post("/own-home")

    assert not answer.exists()


def test_an_answer_with_a_strange_address_is_no_link(
    demo: Cast, here: Client, home: Home
) -> None:
    folder = home.root / queries.REQUESTS
    here.post("/own-home")
    (folder / queries.ANSWER).write_text('{"address": "javascript:alert(1)"}', "utf-8")

    assert "javascript" not in here.get("/own-home/state").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_front_pages_speak_both_languages(demo: Cast, here: Client, language: str) -> None:
    for path in ("/", "/sign-in", "/own-home", "/enter"):
        page = here.get(path, HTTP_ACCEPT_LANGUAGE=language)

        assert page.status_code == 200
        assert 'style="' not in page.content.decode()
