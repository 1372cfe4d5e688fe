"""A marketer's day with segments: build a rule, watch it count, keep it, compare, freeze."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.window import Window

Open = Callable[..., Window]
BIG = "#result .big"


def number(text: str) -> int:
    found = re.search(r"\d[\d,]*", text)
    assert found, f"no number in {text!r}"
    return int(found[0].replace(",", ""))


@pytest.fixture
def desk(window: Open, demo: str, passes: dict[str, Any]) -> Window:
    return window(demo, state=passes["analyst"], language="en")


def add(desk: Window, words: str) -> Any:
    """Open the catalogue, look for a condition and choose it; return its line."""
    page = desk.page
    lines = page.locator("#builder .rule")
    before = lines.count()
    page.locator("details.catalogue > summary").click()
    page.get_by_role("searchbox", name="Find a condition").fill(words)
    page.locator("details.catalogue").get_by_role("button", name=words, exact=True).click()
    expect(lines).to_have_count(before + 1)
    desk.settle()
    return lines.nth(before)


def test_a_rule_is_built_counted_read_back_kept_and_worked_through(desk: Window) -> None:
    page = desk.page
    desk.go("/segments/new")
    everybody = number(page.locator(BIG).inner_text())

    stage = add(desk, "Stage")
    stage.locator("details.pick > summary").click()
    stage.get_by_role("checkbox", name=re.compile("^Dormant")).check()
    stage.get_by_role("checkbox", name=re.compile("^At risk")).check()
    expect(page.locator("#sentence")).to_contain_text("Stage is At risk or Dormant.")
    page.keyboard.press("Escape")
    expect(stage.locator("details.pick")).not_to_have_attribute("open", "")
    some = number(page.locator(BIG).inner_text())
    assert 0 < some < everybody
    assert number(stage.locator(".left").inner_text()) == some

    value = add(desk, "Value")
    field = value.get_by_role("textbox", name="Value")
    expect(field).to_be_focused()
    field.fill("5万")
    expect(page.locator("#sentence")).to_contain_text("and Value is at least ¥50,000.")
    expect(value.locator(".left")).not_to_contain_text("not filled in")
    fewer = number(page.locator(BIG).inner_text())
    assert 0 < fewer < some

    name = "Quiet, with money"
    page.reload()
    desk.settle()
    expect(page.locator("#sentence")).to_contain_text("and Value is at least ¥50,000.")
    assert number(page.locator(BIG).inner_text()) == fewer

    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save as a segment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert number(page.locator(BIG).inner_text()) == fewer

    page.get_by_role("link", name="Work through the list").click()
    page.wait_for_url(re.compile("/customers/"))
    desk.settle()
    expect(page.locator("main .sum")).to_contain_text(f"{fewer:,} customer")
    shown = page.locator("main table.tbl tbody tr[data-row-href]").count()
    assert shown == min(fewer, 50)


def test_a_window_a_group_of_alternatives_and_the_keyboard_alone(desk: Window) -> None:
    page = desk.page
    desk.go("/segments/new")
    line = add(desk, "Activity of the customer")
    line.get_by_label("How it is compared").select_option("none")
    expect(page.locator("#sentence")).to_contain_text("in the last 60 days: none.")
    silent = number(page.locator(BIG).inner_text())

    page.locator("#builder .rule").get_by_label("Days", exact=True).fill("30")
    expect(page.locator("#sentence")).to_contain_text("in the last 30 days: none.")
    assert number(page.locator(BIG).inner_text()) >= silent

    page.get_by_role("button", name="Add a group of alternatives").click()
    group = page.locator("#builder .rule.or")
    group.get_by_label("Add a condition to this group").select_option("birthday")
    expect(page.locator("#sentence")).to_contain_text("and (Birthday is next month).")

    add_ = page.locator("details.catalogue > summary")
    add_.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Find a condition")).to_be_focused()
    page.keyboard.type("Gender")
    page.keyboard.press("Enter")
    desk.settle()
    gender = page.locator("#builder .rule").filter(has_text="Gender")
    summary = gender.locator("details.pick > summary")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label(re.compile("Why the rule needs Gender"))).to_be_visible()


def test_what_differs_most_comes_first_and_its_numbers_open_their_customers(
    desk: Window,
) -> None:
    page = desk.page
    desk.go("/segments/")
    page.get_by_role("link", name=re.compile("^60 and older, by phone")).first.click()
    desk.settle()
    page.get_by_role("link", name="How do they differ from everybody else?").click()
    desk.settle()
    rows = page.locator("table.diff tbody tr:visible")
    strengths = [
        float(text) for text in rows.locator("td:last-child b").all_inner_texts() if text
    ]
    assert len(strengths) >= 5
    assert max(strengths) == pytest.approx(strengths[0], abs=0.3)

    both = page.locator(".fun dd a.num")
    one, other = (number(both.nth(n).inner_text()) for n in (0, 1))
    both.nth(0).click()
    desk.settle()
    expect(page.locator("main .sum")).to_contain_text(f"{one:,} customer")
    assert other > one


def test_a_manager_keeps_a_group_of_the_family(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    phone = window(demo, state=passes["rm"], language="en", phone=True)
    page = phone.page
    phone.go("/segments/new-group")
    page.get_by_label("Name", exact=True).fill("Tennis club")
    page.get_by_role("button", name="Open the group").click()
    page.get_by_role("link", name="Pick customers").click()
    phone.settle()
    boxes = page.locator("main tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Add those ticked").click()
    phone.settle()

    assert number(page.locator(BIG).inner_text()) == 2
    page.locator("main table.tbl a.b").first.click()
    phone.settle()
    groups = page.locator("#groups")
    groups.locator("summary").tap()
    expect(groups).to_contain_text("Tennis club")
    leave = groups.get_by_role("button", name="Take out of Tennis club")
    leave.click()
    phone.settle()
    expect(leave).to_have_count(0)
    expect(groups.get_by_role("option", name="Tennis club")).to_have_count(1)


def test_without_any_script_the_builder_still_builds(
    chromium: Any, demo: str, passes: dict[str, Any]
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, storage_state=passes["analyst"], locale="en-GB"
    )
    context.add_cookies([{"name": "regulars_language", "value": "en", "url": demo}])
    page = context.new_page()
    page.goto(demo + "/segments/new")
    page.locator("details.catalogue > summary").click()
    page.locator("details.catalogue").get_by_role("button", name="Value", exact=True).click()
    page.get_by_role("textbox", name="Value").fill("100000")
    page.keyboard.press("Enter")

    expect(page.locator("#sentence")).to_contain_text("Value is at least ¥100,000.")
    context.close()
