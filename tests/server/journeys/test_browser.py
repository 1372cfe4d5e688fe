"""A journey is written and started on a desk and on a phone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits
from tests.server.journeys.conftest import Way

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.journeys.models import Journey
from regulars.testing.cast import NOON, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READY = "() => window.RG && window.htmx && document.readyState === 'complete'"


@pytest.fixture
def town() -> Iterator[Way]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            made = Way(assemble())
            made.group("sleepers", made.cast.li, made.cast.qian)
            made.send("x")
        yield made


@pytest.fixture
def desk(chromium: Any, live_server: Any) -> Iterator[Callable[[Person, int], Any]]:
    """A window of somebody; what the browser complains of fails the test at its end."""
    opened: list[tuple[Any, Any]] = []
    complaints: list[list[str]] = []

    def window(who: Person, width: int) -> Any:
        client = Client()
        client.force_login(who)
        context = chromium.new_context(viewport={"width": width, "height": 800})
        cookies = {name: cookie.value for name, cookie in client.cookies.items()}
        cookies["regulars_language"] = "en"
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
        )
        page = context.new_page()
        complaints.append(complaints_of(page))
        opened.append((context, page))
        page.goto(live_server.url + "/journeys/")
        page.wait_for_function(READY)
        return page

    yield window
    for context, page in opened:
        page.wait_for_load_state("networkidle")
        context.close()
    assert complaints == [[] for _each in complaints]


def add(page: Any, link: Any, kind: str, **fields: str) -> None:
    """Add a step through the drawer."""
    link.click()
    drawer = page.locator("#drawer")
    drawer.get_by_text(kind, exact=True).click()
    button = drawer.get_by_role("button", name="Add")
    button.wait_for()
    for label, value in fields.items():
        control = drawer.locator(f"[name={label}]")
        named = control.evaluate("one => one.tagName") == "SELECT"
        (control.select_option if named else control.fill)(value)
    button.click()
    page.locator("#drawer").get_by_role("button", name="Add").wait_for(state="detached")
    page.wait_for_function(READY)


@pytest.mark.parametrize("width", [1280, 375])
def test_a_journey_is_written_approved_and_started(
    desk: Callable[[Person, int], Any], town: Way, width: int
) -> None:
    page = desk(town.cast.max, width)
    assert fits(page)
    page.get_by_role("link", name="New journey").click()
    drawer = page.locator("#drawer")
    drawer.locator("[name=name]").fill("唤醒")
    drawer.locator("[name=name_en]").fill("Wake them")
    drawer.locator("[name=segment]").select_option(town.group("sleepers"))
    drawer.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/edit")
    page.wait_for_function(READY)
    assert fits(page)

    add(page, page.get_by_text("the first step"), "Send a message", message=town.code)
    add(page, page.get_by_text("step after it").last, "Wait", days="3", hour="10:00")
    add(page, page.get_by_text("step after it").last, "The end", text="Enough")
    page.get_by_text("nothing is missing").wait_for()
    assert fits(page)
    page.get_by_role("link", name="Check and submit").click()
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_text("waits for approval").first.wait_for()

    leader = desk(town.cast.lin, width)
    leader.get_by_role("link", name="Wake them").click()
    leader.get_by_role("button", name="Approve").click()
    leader.get_by_text("approved by").wait_for()
    assert fits(leader)

    page.reload()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Pause").wait_for()
    with scope.everything():
        assert Journey.objects.get().state == "running"
