"""A friend on a phone opens the link, agrees, sends; Mei has the card, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of
from tests.server.referrals.conftest import USUAL

from regulars.server.care import actions as care
from regulars.server.core import scope
from regulars.server.referrals import actions
from regulars.server.referrals.models import Link, Opening, Referral
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def noon() -> Iterator[tuple[Cast, Link]]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            actions.adopt(actions.draft(**USUAL, by=TESTS, at=NOON), by=TESTS, at=NOON)
            link = actions.link_of(cast.li, by=cast.mei, at=NOON)
        yield cast, link


def phone(chromium: Any, address: str, cookies: dict[str, str]) -> Any:
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
    cookies["regulars_language"] = "en"
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    return context


def test_a_friend_opens_the_link_and_mei_sees_the_card(
    chromium: Any, live_server: Any, noon: tuple[Cast, Link]
) -> None:
    cast, link = noon
    friends = phone(chromium, live_server.url, {})
    page = friends.new_page()
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/r/{link.token}/")
    page.get_by_text("A customer of ours").wait_for()
    assert not page.evaluate(SCROLLS)
    page.get_by_label("Name", exact=True).fill("王芳")
    page.get_by_label("Phone number").fill("10100000077")
    page.get_by_label("What may we help you with?").fill("a mortgage")
    page.get_by_label("Phone", exact=True).check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("It has arrived").wait_for()
    assert not page.evaluate(SCROLLS)
    page.wait_for_load_state("networkidle")
    friends.close()
    assert complaints == []

    with scope.everything():
        made = Referral.objects.get()
        assert (made.way, made.note, made.check_state) == ("link", "a mortgage", "")
        assert Opening.objects.filter(link=link, own=False).count() == 1
        care.plan(day=TODAY, by=TESTS, at=NOON)

    client = Client()
    client.force_login(cast.mei)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    meis = phone(chromium, live_server.url, cookies)
    today = meis.new_page()
    complaints = complaints_of(today)
    today.goto(f"{live_server.url}/today/")
    today.wait_for_function("window.RG && window.htmx")
    today.get_by_role("link", name="Recommended by Li Na").first.click()
    today.get_by_role("link", name="Spoken with").click()
    drawer = today.locator("#drawer")
    drawer.get_by_label("What was said").fill("comes on Thursday")
    drawer.get_by_role("button", name="Save").click()
    today.get_by_role("heading", name="Contacted").wait_for()
    assert not today.evaluate(SCROLLS)
    today.get_by_role("button", name="They were told").click()
    today.locator("#tell").wait_for(state="detached")
    today.wait_for_load_state("networkidle")
    meis.close()
    assert complaints == []

    with scope.everything():
        made.refresh_from_db()
        assert made.state == "contacted"
        assert not made.steps.filter(tell=True, told_at=None).exists()
