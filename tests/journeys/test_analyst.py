"""An analyst asks what the base was, sees who stands behind a number, and tries a cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.window import Window

Open = Callable[..., Window]
ROWS = "main table.tbl tbody tr[data-row-href]"


def number(text: str) -> int:
    found = re.search(r"-?\d[\d,]*", text.replace("−", "-"))
    assert found, f"no number in {text!r}"
    return int(found[0].replace(",", ""))


def sum_line(page: Any) -> list[int]:
    """Opening, + new, (+ came back), − left, = closing: as the page writes it."""
    terms = page.locator(".split .eq > span").all_inner_texts()
    values = [number(text) for text in page.locator(".split .eq > b").all_inner_texts()]
    return [
        -value if term.startswith("−") else value
        for term, value in zip(terms, values, strict=True)
    ]


def pick(desk: Window, name: str, day: date) -> None:
    desk.page.locator(f"input[name={name}]").fill(day.isoformat())
    desk.page.wait_for_url(re.compile(rf"[?&]{name}={day.isoformat()}"))
    desk.settle()


@pytest.fixture
def desk(window: Open, demo: str, passes: dict[str, Any]) -> Window:
    return window(demo, state=passes["analyst"], language="en")


def test_the_base_adds_up_at_any_date_even_one_that_nobody_asked_for_before(
    desk: Window,
) -> None:
    page = desk.page
    desk.go("/base/")
    *terms, closing = sum_line(page)
    assert sum(terms) == closing == number(page.locator(".split .hero").first.inner_text())
    newest = date.fromisoformat(page.locator("input[name=on]").input_value())

    year_ago = date.fromisoformat(page.locator("input[name=against]").input_value())
    assert (newest - year_ago).days in {365, 366}
    pick(desk, "on", year_ago)
    then = number(page.locator(".split .hero").first.inner_text())
    assert then == terms[0], "what was closing then is not opening now"

    pick(desk, "against", year_ago - timedelta(days=180))
    page.get_by_role("button", name="Compute this date").click()
    expect(page.locator(".split .eq")).to_be_visible(timeout=60_000)
    desk.settle()
    *terms, closing = sum_line(page)
    assert sum(terms) == closing == then
    assert terms[1] > 0, "nobody is new in half a year"


def test_a_date_a_year_ago_is_picked_without_a_word_of_warning(desk: Window) -> None:
    page = desk.page
    desk.go("/base/")
    pick(desk, "on", date.fromisoformat(page.locator("input[name=against]").input_value()))

    assert "does not lie before" not in page.locator("main").inner_text()


def test_a_number_opens_exactly_as_many_customers_as_it_says(desk: Window) -> None:
    page = desk.page
    desk.go("/base/")
    counts = page.locator("main section.card").filter(
        has=page.get_by_role("heading", name="Tiers", exact=True)
    )
    links = counts.locator("tbody tr:not(.tot) td:nth-child(2) a.num")
    said = [number(text) for text in links.all_inner_texts()]
    which = said.index(min(count for count in said if count > 50))  # more than one page of rows

    links.nth(which).click()
    page.wait_for_url(re.compile("/customers/"))
    desk.settle()

    expect(page.locator("main")).to_contain_text(f"{said[which]} customers")
    while page.locator("main tr.more").count():
        shown = page.locator(ROWS).count()
        page.locator("main tr.more").scroll_into_view_if_needed()
        page.wait_for_function(
            f"n => document.querySelectorAll('{ROWS}').length > n", arg=shown
        )
    hrefs = page.locator(ROWS).evaluate_all("rows => rows.map(r => r.dataset.rowHref)")
    assert len(hrefs) == len(set(hrefs)) == said[which]


def test_who_would_move_is_seen_before_anything_is_kept_and_a_draft_can_be_discarded(
    desk: Window,
) -> None:
    page = desk.page
    desk.go("/tiers/")
    effect = page.locator("#effect")
    title = effect.get_by_role("heading", level=2).first
    expect(title).to_have_text("Nobody would move")
    cut = page.locator("input[name^=cut-]").nth(1)
    before = cut.input_value()

    cut.fill(f"{number(before) * 2:,}")
    expect(title).to_have_text(re.compile(r"\d+ customers? would move"))
    table = effect.locator("section.card").first.locator("table")
    moved = number(title.inner_text())
    now, then = (
        [number(text) for text in table.locator(f"tbody td:nth-child({n})").all_inner_texts()]
        for n in (2, 3)
    )
    assert sum(now) == sum(then)
    assert moved == now[1] - then[1] > 0, "those below the doubled cut are those who move"
    page.reload()
    expect(page.locator("main .sub")).to_contain_text("Version 1 is in force")

    cut.fill(f"{number(before) * 2:,}")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.locator("main .sub")).to_contain_text("Draft of version 2")
    assert number(cut.input_value()) == number(before) * 2
    desk.go("/tiers/")
    expect(title).to_contain_text(f"{moved} customer")

    page.get_by_role("button", name="Discard the draft").click()
    expect(page.locator("main .sub")).to_contain_text("Version 1 is in force")
    assert cut.input_value() == before
