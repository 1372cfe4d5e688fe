"""An opportunity on a phone, in a real browser, under the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of

from regulars.server.core import scope
from regulars.server.opportunities import actions
from regulars.server.opportunities.models import Opportunity
from regulars.testing.cast import NOON, TODAY, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def cast_at_noon() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            actions.install_stages()
            actions.make(
                cast.li, actions.About(what="a card for the son"), kind="add_on",
                amount=Decimal(20_000), by=cast.mei, at=NOON,
            )  # fmt: skip
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
    made.goto(live_server.url + "/opportunities/")
    made.wait_for_function("() => window.RG && window.htmx")
    yield made
    made.wait_for_load_state("networkidle")  # the tables are emptied after this
    context.close()
    assert complaints == []


def test_two_taps_move_one_and_a_few_more_win_it(phone: Any) -> None:
    assert not phone.evaluate(SCROLLS)
    phone.get_by_role("link", name="Next step", exact=True).click()
    drawer = phone.locator("#drawer")
    drawer.get_by_label("Next step").fill("bring the form")
    drawer.get_by_label("On which day").fill((TODAY + timedelta(days=3)).isoformat())
    drawer.get_by_role("button", name="Save").click()
    phone.locator(".deal", has_text="bring the form").wait_for()
    phone.wait_for_load_state("networkidle")

    phone.get_by_role("link", name="Move", exact=True).click()
    drawer.get_by_role("button", name="Contacted").click()
    phone.locator("#stage-contacted .deal").wait_for()

    phone.locator(".deal").get_by_role("link", name="Li Na").click()
    phone.get_by_role("link", name="Won", exact=True).wait_for()
    phone.wait_for_load_state("networkidle")
    assert not phone.evaluate(SCROLLS)
    phone.get_by_role("link", name="Won", exact=True).click()
    drawer.get_by_role("button", name="Won").click()  # the browser asks for the reason
    drawer.get_by_label("It fits the need").check()
    drawer.get_by_role("button", name="Won").click()
    phone.get_by_role("link", name="Open again").wait_for()

    with scope.everything():
        one = Opportunity.objects.get()
    assert (one.state, one.reason, one.last_step) == ("won", "fit", "")


@pytest.mark.parametrize("page", ["funnel", "ladder", "accounts", "signals"])
def test_nothing_scrolls_sideways_on_a_phone(phone: Any, live_server: Any, page: str) -> None:
    phone.goto(f"{live_server.url}/opportunities/{page}")
    phone.wait_for_function("() => window.RG && window.htmx")

    assert not phone.evaluate(SCROLLS)
