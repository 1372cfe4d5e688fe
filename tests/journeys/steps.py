"""What more than one journey begins with."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.journeys.window import Window

WORDS = "quiet lantern over seven rivers"


def set_up(desk: Window, link: str) -> None:
    """Found a company by the printed link, and stand on its imports as its administrator."""
    page = desk.page
    page.goto(link)
    page.get_by_label("公司名称").fill("西街点心铺")
    page.locator("[name=kind]").select_option("retail")
    page.get_by_label("您的姓名").fill("沈知味")
    page.locator("[name=username]").fill("shen")
    page.locator("[name=password]").fill(WORDS)
    page.locator("[name=again]").fill(WORDS)
    page.locator("main form button[type=submit]").click()

    page.wait_for_url("**/imports/")
    expect(page.get_by_role("heading", level=1)).to_have_text("导入")
    assert desk.page.goto(link).status in {403, 404}, "the link works twice"
    desk.forget("40")
    desk.go("/imports/")
