"""The switches and the calm pages of the frame."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from regulars.server.core.models import Person
from regulars.server.customers.actions import NotStanding
from regulars.server.customers.models import Customer
from regulars.server.web import navigation, views
from regulars.server.web.middleware import RefusalMiddleware
from regulars.server.web.navigation import Page, Registry
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_language_is_remembered_in_a_cookie(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/healthz?a=1"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/healthz?a=1"
    assert answer.cookies["regulars_language"].value == "en"


def test_the_language_goes_with_the_person_to_another_device(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.mei)

    client.post("/language", {"language": "en"})

    assert Person.objects.get(pk=cast.mei.pk).language == "en"


def test_an_unknown_language_changes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.mei)

    answer = client.post("/language", {"language": "tlh"})

    assert "regulars_language" not in answer.cookies
    assert Person.objects.get(pk=cast.mei.pk).language == ""


def test_a_switch_leads_back_only_into_this_house(client: Client) -> None:
    answer = client.post("/theme", {"theme": "dark", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"


def test_switches_are_not_turned_by_a_link(client: Client) -> None:
    assert client.get("/language?language=en").status_code == 405
    assert client.get("/theme?theme=dark").status_code == 405


def test_the_theme_is_painted_by_the_server(client: Client) -> None:
    kept = client.post("/theme", {"theme": "dark"}).cookies["regulars_theme"].value
    request = RequestFactory().get("/no-such-page")
    request.COOKIES["regulars_theme"] = kept

    page = views.not_found(request).content.decode()

    assert 'data-bs-theme="dark"' in page


def test_health_answers_a_stranger(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_missing_page_is_calm_in_both_languages() -> None:
    request = RequestFactory().get("/no-such-page")
    with translation.override("zh-hans"):
        chinese = views.not_found(request)
    with translation.override("en"):
        english = views.not_found(request)

    assert chinese.status_code == english.status_code == 404
    assert "这里没有这个页面" in chinese.content.decode()
    assert 'lang="zh-Hans"' in chinese.content.decode()
    assert "This page is not here" in english.content.decode()


def test_a_part_of_a_page_hears_one_sentence() -> None:
    request = RequestFactory().get("/no", headers={"HX-Request": "true"})

    answer = views.forbidden(request)

    assert answer.status_code == 403
    assert "<" not in answer.content.decode().strip()


def test_our_own_failure_is_said_without_asking_the_database(
    django_assert_num_queries: object,
) -> None:
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = views.broken(request)

    assert answer.status_code == 500
    assert b"data-bs-theme" not in answer.content


def test_the_frame_shows_a_person_only_their_pages(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry()
    registry.add(
        Page("audit", "Trail", "web:health", "history", "administration.audit"),
        Page("today", "Morning", "web:manifest", "checklist", "care.today"),
    )
    registry.place("record", "web:health", "care.record")
    monkeypatch.setattr(navigation, "registry", registry)
    request = RequestFactory().get("/no-such-page")
    request.user = cast.aud

    page = views.not_found(request).content.decode()

    assert str(cast.aud) in page
    assert "Trail" in page
    assert "Morning" not in page
    assert 'hx-target="#drawer" data-key="n"' not in page  # an auditor records no contacts


def test_a_refusal_that_no_view_expected_is_told_and_leaves_nothing(
    as_system: Cast, rf: RequestFactory
) -> None:
    request = rf.post("/customers/", headers={"HX-Request": "true"})
    middleware = RefusalMiddleware(lambda _: HttpResponse())

    with transaction.atomic():
        Customer.objects.filter(pk=as_system.li.pk).update(note="half done")
        answer = middleware.process_exception(request, NotStanding("It was merged meanwhile."))

    assert answer is not None
    assert answer.status_code == 409
    assert "It was merged meanwhile." in answer.content.decode()
    assert Customer.objects.get(pk=as_system.li.pk).note == ""
    assert middleware.process_exception(request, ValueError()) is None
