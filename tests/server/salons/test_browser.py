"""A salon in a real browser: planned, invited to, answered, checked in, measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import gettext, override, pgettext
from tests.server.browser import complaints_of, fits
from tests.server.salons.conftest import DAY, people

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.experiments import actions as experiments
from regulars.server.salons import actions
from regulars.server.salons.models import Guest, Salon
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble, has_balance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the page, and of what this test looks for on it."""
    with override(request.param):
        yield request.param


@pytest.fixture
def willow() -> Cast:
    with scope.everything():
        cast = assemble()
        actions.install_kinds()
        group = segments.make_group(name="家庭客户", by=cast.wei, at=NOON)
        for who in people(cast, 20):
            segments.add_members(group, [who.pk], by=cast.wei, at=NOON)
            has_balance(cast, who, (TODAY - timedelta(days=100), 1_000_00))
    return cast


@contextmanager
def opened(
    chromium: Any, url: str, language: str, person: Person | None = None, *, width: int = 375
) -> Iterator[Any]:
    """A page of somebody, or of a stranger; complaints of the browser fail the test."""
    client = Client()
    if person is not None:
        client.force_login(person)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = language
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale=language)
    context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies.items()])
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    page.wait_for_load_state("networkidle")
    context.close()
    assert complaints == []


def test_a_salon_from_the_plan_to_the_measured_effect(
    chromium: Any, live_server: Any, willow: Cast, language: str
) -> None:
    cast, url = willow, live_server.url
    with time_machine.travel(NOON, tick=True):
        with opened(chromium, url, language, cast.wei, width=1280) as page:
            _plan(page, url)
        with scope.everything():
            guest = Guest.objects.filter(state="invited").order_by("pk").first()
            assert guest is not None
            name = str(guest.customer)
            link = f"{url}/invited/{actions.token(guest)}/"
        with opened(chromium, url, language) as page:
            page.goto(link)
            page.get_by_label(gettext("Yes, I will come")).check()
            page.get_by_role("button", name=gettext("Send the answer")).click()
            page.get_by_alt_text(gettext("Your code for the door")).wait_for()
            assert fits(page)

    with time_machine.travel(DAY, tick=True):
        with opened(chromium, url, language, cast.lob) as page:
            page.goto(f"{url}/salons/in/{actions.token(guest)}")
            page.get_by_role("button", name=gettext("They are here")).click()
            page.get_by_role("status").first.wait_for()
            assert fits(page)
            page.get_by_role("link", name=gettext("To the list of the door")).click()
            page.get_by_role("button", name=gettext("Undo")).wait_for()
            assert fits(page)
        with opened(chromium, url, language) as page:
            page.goto(f"{link}said")
            page.get_by_label("5", exact=True).check()
            page.get_by_role("button", name=gettext("Send")).click()
            page.get_by_text(gettext("Thank you for telling us how it was.")).wait_for()
            assert fits(page)

    with time_machine.travel(DAY + timedelta(days=80), tick=True):
        with scope.everything():
            actions.close_over(by=TESTS, at=DAY + timedelta(hours=3))
            experiments.read_all(by=TESTS, at=DAY + timedelta(days=80))
            salon = Salon.objects.get()
        with opened(chromium, url, language, cast.wei, width=1280) as page:
            page.goto(f"{url}/salons/{salon.public_id}/result")
            page.locator("#effect .chip").wait_for()
            said = page.locator("#effect .chip").inner_text()
            assert said == pgettext("verdict", "Not proved")
            assert fits(page)
            came = page.locator("a.num[href$='show=came']")
            assert came.inner_text() == "1"
            came.click()
            page.locator("table.guests").get_by_text(name, exact=True).wait_for()


def _plan(page: Any, url: str) -> None:
    page.goto(f"{url}/salons/new")
    fields = {
        "theme": "家庭资产茶叙", "place": "二楼", "capacity": "8", "rate": "50", "share": "20",
        "on": "2026-12-07",
    }  # fmt: skip
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_segment").select_option(label="家庭客户")
    assert fits(page)
    page.get_by_role("button", name=gettext("Save")).click()
    page.get_by_role("button", name=gettext("Propose the list")).click()
    page.locator("table.guests tbody tr").first.wait_for()
    page.get_by_role("link", name=pgettext("salon", "Plan"), exact=True).click()
    page.wait_for_function("() => window.RG && window.htmx")
    page.get_by_role("link", name=gettext("Begin the invitations")).click()
    page.locator("#drawer").get_by_role("button", name=gettext("Invite them")).click()
    page.locator("a[href='?show=held_out']").wait_for()
