"""The first page of a home of one's own: the link of the terminal, used once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from regulars.server.administration import queries
from regulars.server.core.models import AuditEntry, Book, CalendarDay, Company, OrgUnit, Person
from regulars.server.site.home import Home
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "望山超市",
    "kind": "retail",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "person": "何青",
    "username": "he",
    "password": "three quiet rivers",
    "again": "three quiet rivers",
}


def link() -> str:
    return f"/set-up/{queries.set_up_token()}"


def test_the_first_page_of_an_empty_home_points_to_the_terminal(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "/set-up/…" in page
    assert queries.set_up_token() not in page


def test_the_link_makes_a_company_one_can_load_customers_into(client: Client) -> None:
    client.get(link())
    client.post(link(), TYPED)

    company = Company.objects.get()
    he = Person.objects.get()
    assert (company.name, company.kind, company.is_demo) == ("望山超市", "retail", False)
    assert (he.role, he.language) == ("administrator", "zh-hans")
    assert he.check_password("three quiet rivers")
    assert [unit.kind for unit in OrgUnit.objects.order_by("path")] == ["head_office", "branch"]
    assert Book.objects.get().owner is None
    assert CalendarDay.objects.dates("day", "year").count() >= 3
    assert client.session["_auth_user_id"] == str(he.pk)
    assert AuditEntry.objects.filter(actor="system:set-up").exists()


def test_a_wrong_link_is_not_there(client: Client) -> None:
    assert client.get("/set-up/not-the-token").status_code == 404
    assert client.post("/set-up/not-the-token", TYPED).status_code == 404
    assert not Person.objects.exists()


def test_the_link_works_once(client: Client) -> None:
    client.post(link(), TYPED)
    again = Client()

    assert again.get(link()).status_code == 404
    assert again.post(link(), TYPED | {"username": "second"}).status_code == 404
    assert Person.objects.count() == 1


def test_a_demo_home_refuses_to_be_set_up(client: Client, settings: Any) -> None:
    settings.IS_DEMO = True

    assert client.get(link()).status_code == 404


def test_a_company_with_people_refuses_to_be_set_up(cast: Cast, client: Client) -> None:
    assert client.get(link()).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"again": "three quiet river"},
        {"password": "short", "again": "short"},
        {"username": "he qing"},
        {"time_zone": "Mars/Olympus"},
        {"name": ""},
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(
    client: Client, wrong: dict[str, str]
) -> None:
    answer = client.post(link(), TYPED | wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "何青" in page
    assert "alert-circle" in page
    assert not Person.objects.exists()


def test_the_terminal_stops_printing_the_link(
    client: Client, home: Home, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(link(), TYPED)

    assert home.read()["set_up"] == "done"
