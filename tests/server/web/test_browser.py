"""The frame behaves in a real browser, and nothing breaks the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from tests.server.browser import complaints_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.server.web.pages"),
]
FOCUSED = "[...document.querySelectorAll('[data-card]')].findIndex(c => c.matches('.focus'))"
# The body has the focus while it passes through the browser's own bar.
INSIDE = "document.activeElement.matches('body, dialog *')"
THEME = "document.documentElement.dataset.bsTheme"


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """The test page; complaints of the browser fail the test at its end."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    complaints = complaints_of(made)
    made.goto(live_server.url + "/")
    made.wait_for_function("() => window.RG && window.htmx")
    yield made
    context.close()
    assert complaints == []


def test_keys_move_between_cards_and_choose_an_outcome(page: Any) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("2")

    assert page.evaluate(FOCUSED) == 1
    card = page.locator("[data-card]").nth(1)
    assert card.locator("input[name=outcome]").input_value() == "no_answer"
    assert card.locator("[data-outcome]").nth(1).get_attribute("aria-pressed") == "true"
    assert not card.locator("text=Done").is_visible()
    assert card.locator("text=Again").is_visible()


def test_keys_are_letters_inside_a_field(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("jn1")

    assert page.locator("main [data-search]").input_value() == "jn1"
    assert page.evaluate(FOCUSED) == -1


def test_keys_can_be_switched_off_on_a_device(page: Any) -> None:
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")

    assert page.evaluate(FOCUSED) == -1


def test_a_form_of_the_drawer_that_stands_alone_answers_on_its_page(
    page: Any, live_server: Any
) -> None:
    page.goto(f"{live_server.url}/strict")
    page.locator("text=Save").click()
    page.wait_for_selector("#refused")

    assert page.locator("#why").count() == 1
    assert not page.evaluate("document.getElementById('drawer-frame').open")

    page.fill("#why", "because")
    page.locator("text=Save").click()
    page.wait_for_url(f"{live_server.url}/")


def test_the_drawer_keeps_the_focus_and_gives_it_back(page: Any) -> None:
    before = page.url
    page.locator("#open").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#said")

    assert page.url.endswith("/drawer")
    assert page.evaluate("document.activeElement.id") == "said"
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(INSIDE)
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer-frame", state="hidden")
    page.wait_for_function("address => location.href === address", arg=before)
    assert page.evaluate("document.activeElement.id") == "open"


def test_what_was_typed_survives_closing_the_drawer(page: Any) -> None:
    page.locator("#open").click()
    page.locator("#said").fill("half stays liquid")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer-frame", state="hidden")
    page.locator("#open").click()

    # The draft comes back a moment after the form itself.
    typed = "() => document.querySelector('#said')?.value === 'half stays liquid'"
    page.wait_for_function(typed)


def test_the_drawer_s_address_is_a_page_of_its_own(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + "/drawer")

    assert page.locator("h1").inner_text() == "Record"
    assert page.locator(".drawer-page .ft button").is_visible()


def test_a_failure_is_told_in_the_server_s_words(page: Any) -> None:
    page.locator("#fail").click()
    page.wait_for_selector("[data-problem]:not([hidden])")

    assert "The branch is closed today." in page.locator("[data-problem]").first.inner_text()
    assert not page.evaluate("document.getElementById('drawer-frame').open")


def test_why_opens_and_escape_closes_it(page: Any) -> None:
    button = page.locator("[data-pop]")
    button.click()
    assert page.locator(".pop").is_visible()

    page.keyboard.press("Escape")

    assert not page.locator(".pop").is_visible()
    assert button.get_attribute("aria-expanded") == "false"


def test_the_theme_turns_at_once_and_the_server_keeps_it(page: Any) -> None:
    page.locator("[data-theme-toggle]").click()
    assert page.evaluate(THEME) == "dark"

    page.reload()

    assert page.evaluate(THEME) == "dark"


def test_charts_are_drawn_again_in_the_other_theme(page: Any) -> None:
    if not finders.find("vendor/echarts.min.js"):
        pytest.skip("The browser libraries are not built.")
    stroke = "document.querySelector('[data-chart] path[stroke]').outerHTML"
    light = page.evaluate(stroke)

    page.locator("[data-theme-toggle]").click()

    assert page.evaluate(stroke) != light


def test_the_word_undo_goes_after_ten_seconds_and_the_bar_stays(
    chromium: Any, live_server: Any
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(live_server.url + "/")
    page.wait_for_function("() => window.RG")

    page.clock.fast_forward(9_000)
    assert page.locator("[data-undo]").is_visible()
    page.clock.fast_forward(2_000)

    assert page.locator("[data-undo]").count() == 0
    assert page.locator(".donebar").is_visible()
    context.close()


def test_a_phone_scrolls_in_one_direction_only(page: Any) -> None:
    page.set_viewport_size({"width": 375, "height": 812})

    assert page.evaluate("document.documentElement.scrollWidth") == 375
