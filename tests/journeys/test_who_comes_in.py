"""Two files of one person become one and two again; a stranger fills in a form on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from tests.journeys.window import Window

Open = Callable[..., Window]
WIDE = "document.documentElement.scrollWidth > innerWidth + 1"


def note(desk: Window, name: str, phone: str) -> None:
    """Take in somebody met."""
    desk.go("/met/new")
    desk.page.get_by_label("Name", exact=True).fill(name)
    desk.page.get_by_label("Phone number").fill(phone)
    desk.page.get_by_role("button", name="Note it").click()
    expect(desk.page.get_by_role("status").filter(has_text=name)).to_be_visible()


def test_two_files_are_merged_and_taken_apart_again(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    rm = window(demo, state=passes["rm"], language="en")
    for name in ("陈一鸣", "Chen Yiming"):
        note(rm, name, "13812345678")
    desk = window(demo, state=passes["analyst"], language="en")
    page = desk.page

    desk.go("/duplicates/")
    page.get_by_role("button", name="Look again").click()
    pair = page.locator(".pairrow a", has_text="Chen Yiming").first
    expect(pair).to_be_visible(timeout=60_000)
    pair.click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    page.get_by_role("button", name="One customer: merge").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("went into")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("main")).to_contain_text("the two files stand apart again")
    desk.go("/duplicates/")
    expect(page.locator(".pairrow a", has_text="Chen Yiming").first).to_be_visible()


def test_a_stranger_fills_in_a_form_on_a_phone(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    desk = window(demo, state=passes["administrator"], language="en")
    desk.go("/forms/new")
    desk.page.get_by_label("Name inside the house").fill("Spring fair")
    desk.page.get_by_label("Title in Chinese").fill("春季理财沙龙报名")
    desk.page.get_by_label("New people go to").select_option(index=1)
    desk.page.get_by_role("button", name="Save").click()
    link = desk.page.locator('a[href*="/f/"]').first.get_attribute("href")
    assert link

    phone = window(demo, language="zh-hans", phone=True)
    phone.page.goto(link)
    expect(phone.page.get_by_role("heading", name="春季理财沙龙报名")).to_be_visible()
    assert "Regulars" not in phone.page.locator("body").inner_text(), "the company speaks"
    assert not phone.page.evaluate(WIDE)
    phone.page.locator("input[name=name]").fill("冯小满")
    phone.page.locator("input[name=phone]").fill("13912345678")
    phone.page.get_by_role("button", name="提交").click()

    expect(phone.page.get_by_role("heading", name="谢谢")).to_be_visible()
    desk.go("/customers/?q=13912345678")
    expect(desk.page.get_by_role("main")).to_contain_text("冯小满")
