"""The page on which a person takes their day out of the house, and the administrator's."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.server.agenda.conftest import PostOffice, reachable

from regulars.server.agenda import queries
from regulars.server.agenda.models import Feed, Wish
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}


@pytest.fixture
def cast(as_system: Cast) -> Cast:
    return as_system


def enter(client: Client, person: Person) -> None:
    client.force_login(person)


def post(client: Client, path: str, **form: str) -> str:
    answer = client.post(path, form, headers=EN, follow=True)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_address_is_shown_once_and_opens_the_calendar(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)

    made = post(client, "/me/agenda/address")
    found = re.search(r"http://testserver(/calendar/[\w-]{43}\.ics)", made)
    assert found
    again = client.get("/me/agenda/", headers=EN).content.decode()
    read = Client().get(found[1], headers={"User-Agent": "Google-Calendar-Importer"})
    shown = client.get("/me/agenda/", headers=EN).content.decode()

    assert found[1] not in again
    assert "webcal://testserver/calendar/" in made
    assert read.status_code == 200
    assert "Google Calendar" in shown
    post(client, "/me/agenda/end")
    assert Client().get(found[1]).status_code == 404


def test_ticks_are_kept_and_names_are_offered_only_where_the_company_lets_them_out(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.mei)
    page = client.get("/me/agenda/", headers=EN).content.decode()
    assert "Write the names of customers" not in page
    post(client, "/me/agenda/wishes", letter="on", names="on", each="on")
    wish = Wish.objects.get(person=cast.mei)
    assert (wish.letter, wish.names, wish.each) == (True, False, True)

    client.force_login(cast.ada)
    post(client, "/agenda/rules", usual="all", hour="08:15", names="on")
    client.force_login(cast.mei)
    post(client, "/me/agenda/wishes", letter="on", names="on")

    wish.refresh_from_db()
    assert (wish.names, wish.each) == (True, False)
    assert f"{queries.hour():%H:%M}" == "08:15"
    assert queries.shows_names(cast.mei)
    assert AuditEntry.objects.filter(action="core.settings.changed").exists()


def test_the_mail_can_be_tried_at_once_and_the_servers_words_are_shown(
    cast: Cast, client: Client, mailing: PostOffice
) -> None:
    reachable(cast, cast.mei)
    enter(client, cast.mei)

    sent = post(client, "/me/agenda/sample")
    mailing.wrong = {"rcpt": "550 no such box"}
    refused = post(client, "/me/agenda/sample")

    assert "Sent to mei@bank.example." in sent
    assert "550 no such box" in refused
    assert mailing.to == ["mei@bank.example"]


def test_the_frame_leads_there_for_those_who_have_customers(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)
    assert 'href="/me/agenda/"' in client.get("/me/agenda/").content.decode()
    scope.set_scope(scope.EVERYBODY)
    client.force_login(cast.ana)
    assert 'href="/me/agenda/"' not in client.get("/customers/").content.decode()
    assert client.get("/me/agenda/").status_code == 403


def test_an_address_belongs_to_one_person(cast: Cast, client: Client) -> None:
    for person in (cast.mei, cast.wei, cast.mei):
        enter(client, person)
        post(client, "/me/agenda/address")

    assert Feed.objects.count() == 2
