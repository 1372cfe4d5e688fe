"""Alerts and promises on a phone, in a real browser, under the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits

from regulars.server.alerts import actions
from regulars.server.alerts.models import Alert
from regulars.server.core import scope
from regulars.server.promises.models import Promise
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The page loads anew after a step; before its scripts run, a link opens a page, not the drawer.
READY = "() => window.RG && window.htmx && document.readyState === 'complete'"


@pytest.fixture
def cast_at_noon() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            facts = {"amount": "720000", "low": "-90000", "high": "120000"}
            cause = {"kind": "large_movement", "key": "li", "customer": cast.li, "level": 5}
            actions.raise_(**cause, facts=facts, by=TESTS, at=NOON)
        yield cast


@pytest.fixture
def phone(chromium: Any, live_server: Any, cast_at_noon: Cast) -> Iterator[Any]:
    """Mei's phone; complaints of the browser fail the test at its end."""
    client = Client()
    client.force_login(cast_at_noon.mei)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = "en"
    context.add_cookies(
        [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
    )
    made = context.new_page()
    complaints = complaints_of(made)
    made.goto(live_server.url + "/alerts/")
    made.wait_for_function("() => window.RG && window.htmx")
    yield made
    made.wait_for_load_state("networkidle")  # the tables are emptied after this
    context.close()
    assert complaints == []


def test_an_alert_is_taken_and_closed_with_its_outcome_on_a_phone(phone: Any) -> None:
    assert fits(phone)
    phone.get_by_role("button", name="I take it").click()
    phone.locator(".alarms", has_text="acknowledged").wait_for()
    phone.wait_for_function(READY)
    phone.get_by_text("Close it …").click()
    drawer = phone.locator("#drawer")
    drawer.get_by_label("Too late: business was lost").check()
    drawer.get_by_role("button", name="Close it").click()
    drawer.get_by_text("Say in a few words why").wait_for()
    drawer.locator("textarea").fill("The flat was paid with it")
    drawer.get_by_role("button", name="Close it").click()
    phone.get_by_text("Nothing waits").wait_for()

    with scope.everything():
        found = Alert.objects.get()
    assert (found.outcome, found.note) == ("lost", "The flat was paid with it")


def test_a_promise_is_made_and_done_on_the_customers_page(
    phone: Any, live_server: Any, cast_at_noon: Cast
) -> None:
    phone.goto(f"{live_server.url}/customers/{cast_at_noon.li.public_id}/")
    phone.wait_for_function("() => window.RG && window.htmx")
    assert fits(phone)
    phone.get_by_text("Promise something").click()
    drawer = phone.locator("#drawer")
    drawer.get_by_label("Promised").fill("look into it")
    drawer.get_by_label("Until when").fill((TODAY + timedelta(days=4)).isoformat())
    drawer.get_by_role("button", name="Promise it").click()
    drawer.get_by_text("cannot be checked afterwards").wait_for()
    drawer.get_by_label("Promised").fill("send the written quote")
    drawer.get_by_role("button", name="Promise it").click()
    phone.locator("#promises", has_text="send the written quote").wait_for()

    phone.goto(f"{live_server.url}/promises/")
    phone.get_by_role("button", name="It is done").click()
    phone.get_by_text("Nothing is promised").wait_for()

    with scope.everything():
        assert Promise.objects.get().state == "kept"
