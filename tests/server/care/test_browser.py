"""Today in a real browser: keys, two clicks, undo, the drawer, and the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from tests.server.browser import complaints_of, fits
from tests.server.care.conftest import OUT, World

from regulars.server.care import actions as care
from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.testing.cast import NOON, TODAY, assemble

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.server.care.urls"),
]


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            made = World(assemble())
            li = made.cast.li
            made.tier(made.score({li: OUT}), {li: (4, None, None)})
            made.hold(li, TODAY + timedelta(days=3), amount="300000")
            made.plan()
        yield made


@pytest.fixture
def page(chromium: Any, live_server: Any, world: World) -> Iterator[Any]:
    """Mei's Today; complaints of the browser fail the test at its end."""
    client = Client()
    client.force_login(world.cast.mei)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in client.cookies.items()
        ]
        + [{"name": "regulars_language", "value": "en", "url": live_server.url}]
    )
    made = context.new_page()
    complaints = complaints_of(made)
    made.goto(live_server.url + "/today/")
    made.wait_for_function("() => window.RG && window.htmx")
    made.locator(".cal").wait_for()
    yield made
    context.pages[-1].wait_for_load_state("networkidle")  # the tables are emptied after this
    context.close()
    assert complaints == []


def state() -> str:
    with scope.everything():
        return str(Card.objects.get().state)


def test_one_and_enter_finish_a_card_and_z_brings_it_back(page: Any) -> None:
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator(".donebar").wait_for()

    assert page.locator("#dayline .v").first.inner_text().startswith("1")
    assert state() == "done"

    page.keyboard.press("z")
    page.locator("[data-card]").wait_for()
    assert state() == "open"


def test_the_first_click_sends_nothing(page: Any) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.locator("[data-outcome=not_now]").click()

    assert page.locator(".step2").is_visible()
    assert page.get_by_role("button", name="No marketing ever").is_visible()
    assert not page.get_by_role("button", name="Wrong number").is_visible()
    assert sent == []


def test_a_contact_is_found_written_and_saved_in_the_drawer(page: Any) -> None:
    page.keyboard.press("n")
    # As fingers type: letter by letter, so that the drawer is alive before the last one.
    page.locator("#find-customer").press_sequentially("lina", delay=120)
    page.locator(".pickcust a").click()
    page.locator("#contact textarea").fill("Wants to renew for a year.")
    page.get_by_role("button", name="Save").click()
    assert (
        page.evaluate("document.activeElement.name") == "outcome"
    )  # nothing is taken for granted
    page.locator("#contact .pickone", has_text="Reached").click()
    page.get_by_role("button", name="Save").click()
    page.locator("dialog[open]").wait_for(state="detached")

    with scope.everything():
        assert Touch.objects.get().note == "Wants to renew for a year."
    assert state() == "done"


def test_a_phone_scrolls_one_way_only(page: Any) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.locator("[data-outcome=reached]").first.click()

    assert fits(page)
    assert page.locator("[data-outcome=reached]").first.bounding_box()["height"] >= 44


def test_a_result_clicked_without_a_network_is_kept_and_sent_once(page: Any) -> None:
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("[data-waits] .waits").wait_for()
    assert page.locator("[data-offline]").is_visible()
    assert state() == "open"

    page.context.set_offline(False)
    page.locator("#finished").wait_for()

    assert state() == "done"
    with scope.everything():
        assert Touch.objects.count() == 1


def test_a_click_whose_answer_was_lost_is_not_written_twice(page: Any, world: World) -> None:
    # The server hears the click; its answer never arrives.
    def cut(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/outcome", cut)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("[data-waits] .waits").wait_for()
    assert state() == "done"

    page.unroute("**/outcome")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("#finished").wait_for()

    with scope.everything():
        assert Touch.objects.count() == 1


def test_a_contact_is_written_on_a_phone_in_few_taps(page: Any) -> None:
    """What was said and needed is dictated or typed; everything else is a tap of 44 px."""
    page.set_viewport_size({"width": 375, "height": 800})
    taps = typed = 0

    def tap(found: Any) -> None:
        nonlocal taps
        assert found.bounding_box()["height"] >= 40
        found.click()
        taps += 1

    def say(name: str, words: str) -> None:
        nonlocal typed
        tap(page.locator(f"#contact [name={name}]"))
        page.keyboard.type(words)
        typed += len(words)

    tap(page.get_by_role("link", name="Write more").first)
    page.locator("#contact").wait_for()
    say("note", "Goods for New Year")
    say("need", "A loan")
    tap(page.locator("#contact .pickone", has_text="Reached"))
    tap(page.locator("#contact .pickone", has_text="bring an offer"))
    assert fits(page)
    tap(page.get_by_role("button", name="Save"))
    page.locator("dialog[open]").wait_for(state="detached")

    with scope.everything():
        touch = Touch.objects.get()
    assert (taps, typed) == (6, 24)  # 18 letters said, 6 of the need
    assert (touch.topic, touch.next_step) == ("contact", "offer")
    assert touch.next_on is not None


def test_a_check_in_on_the_customers_page_outlives_the_network(
    page: Any, live_server: Any, world: World
) -> None:
    with scope.everything():
        visit = care.plan_visit(
            world.cast.li, person=world.cast.mei, day=TODAY, topic="review",
            by=world.cast.mei, at=NOON,
        )  # fmt: skip
    page.clock.install(time=NOON)  # the phone's clock is right, as the server sees it
    page.goto(f"{live_server.url}/customers/{world.cast.li.public_id}/")
    clicked = page.evaluate("Date.now()")
    page.context.set_offline(True)
    page.get_by_role("button", name="I am there").click()
    page.locator(".visit[data-waits] .waits").wait_for()

    page.context.set_offline(False)
    page.get_by_text("there since").wait_for()

    with scope.everything():
        visit.refresh_from_db()
    assert visit.arrived_at is not None
    assert abs(visit.arrived_at.timestamp() * 1000 - clicked) < 60_000


def sign_in(page: Any, live_server: Any, person: Any) -> None:
    """The cookies of another sign-in on the same machine."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in client.cookies.items()
        ]
    )


def kept(page: Any) -> str:
    """Everything that the browser keeps, as whoever sits down next could read it."""
    return str(page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))


def open_today(page: Any, live_server: Any) -> Any:
    """The window is closed; a new one of the same browser opens Today."""
    context = page.context
    page.close()
    context.set_offline(False)
    made = context.new_page()
    made.goto(live_server.url + "/today/")
    made.wait_for_function("() => window.RG && window.RG.locker")
    return made


def test_a_click_outlives_the_window_and_nobody_else_sends_or_reads_it(
    page: Any, live_server: Any, world: World
) -> None:
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("[data-waits] .waits").wait_for()
    assert "reached" not in kept(page)

    sign_in(page, live_server, world.cast.wei)
    other = open_today(page, live_server)
    other.wait_for_load_state("networkidle")
    assert other.evaluate("RG.locker.ready.then(() => RG.locker.names('letter'))") == []
    assert state() == "open"

    sign_in(other, live_server, world.cast.mei)
    again = open_today(other, live_server)
    again.locator("#finished").wait_for()

    with scope.everything():
        assert Touch.objects.get().person == world.cast.mei


def test_a_contact_written_after_the_session_ended_is_sent_after_the_next_sign_in(
    page: Any, live_server: Any, world: World
) -> None:
    page.get_by_role("link", name="Write more").first.click()
    page.locator("#contact textarea").first.fill("Wants a loan in spring.")
    page.locator("#contact .pickone", has_text="Reached").click()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/sign-in*")
    assert "spring" not in kept(page)
    assert not touches()

    sign_in(page, live_server, world.cast.mei)
    page.goto(live_server.url + "/today/")
    page.locator("#finished").wait_for()

    assert [touch.note for touch in touches()] == ["Wants a loan in spring."]


def test_a_question_of_the_form_does_not_tear_it_away_when_the_session_has_ended(
    page: Any, live_server: Any, world: World
) -> None:
    """The checklist asks again at each click; its answer leads to the sign-in, too."""
    page.get_by_role("link", name="Write more").first.click()
    page.locator("#contact textarea").first.fill("Wants a loan in spring.")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with page.expect_response("**/contacts/checklist*"):
        page.locator("#contact .pickone", has_text="Reached").click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/sign-in*")

    sign_in(page, live_server, world.cast.mei)
    page.goto(live_server.url + "/today/")
    page.locator("#finished").wait_for()
    assert [touch.note for touch in touches()] == ["Wants a loan in spring."]


def touches() -> list[Touch]:
    with scope.everything():
        return list(Touch.objects.all())


def test_what_is_typed_outlives_the_window_and_is_not_shown_to_the_next_person(
    page: Any, live_server: Any, world: World
) -> None:
    here = f"{live_server.url}/contacts/new?customer={world.cast.li.public_id}"
    page.goto(here)
    page.locator("#contact textarea").first.press_sequentially("Half a sent")
    with page.expect_response("**/contacts/checklist*"):
        page.locator("#contact .pickone", has_text="Visit").first.click()
    page.wait_for_function("() => localStorage.length > 0")

    sign_in(page, live_server, world.cast.wei)
    page.goto(here)
    page.evaluate("RG.locker.ready")
    assert page.locator("#contact textarea").first.input_value() == ""

    sign_in(page, live_server, world.cast.mei)
    page.goto(here)
    page.wait_for_function(
        "() => document.querySelector('#contact textarea').value.startsWith('Half a')"
    )
