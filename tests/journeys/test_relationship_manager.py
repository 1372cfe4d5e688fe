"""A relationship manager's day: from the first page to work that is done and stays done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from pypinyin import lazy_pinyin
from tests.journeys.window import Window

Open = Callable[..., Window]
UNITS = {"亿": 100_000_000.0, "万": 10_000.0, "元": 1.0, "": 1.0}
# What stands on Today, from top to bottom: class marks (numbers) and stakes (words).
LIST = """() => [...document.querySelectorAll('.gh .cl, [data-card] .stake')]
    .map(e => e.matches('.cl') ? Number(e.textContent) : e.innerText)"""
NAMES = "rows => rows.map(r => [r.getAttribute('href'), r.closest('tr').innerText])"


def figures(page: Any) -> list[str]:
    """The figures above the list: done, at stake, chance, time needed."""
    return [text.strip() for text in page.locator("#dayline .num").all_inner_texts()]


def done(page: Any) -> int:
    return int(figures(page)[0].split()[0])


def yuan(text: str) -> float:
    """A stake as the card writes it; a card without a stake has nothing there."""
    found = re.search(r"([\d,.]+)\s*([亿万元]?)", text)
    return float(found[1].replace(",", "")) * UNITS[found[2]] if found else 0.0


def test_a_stranger_enters_with_one_click_and_works_through_a_card(
    window: Open, demo: str
) -> None:
    desk = window(demo)
    page = desk.page
    desk.go("/")
    page.get_by_role("button", name="作为客户经理进入").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("今天")
    desk.settle()
    in_order(page.evaluate(LIST))

    name = page.locator("[data-card] .nm").first.inner_text()
    before, already = figures(page), done(page)
    by_mouse(page, name, before, already)
    undone(page, name, before, already)
    by_keyboard(page, name)

    page.reload()
    desk.settle()
    assert done(page) == already + 1
    assert name not in page.locator("[data-card] .nm").all_inner_texts()
    page.locator("#finished summary").click()
    expect(page.locator("#finished li").filter(has_text=name)).to_be_visible()


def in_order(listed: list[Any]) -> None:
    """Classes rise down the page; the gain of a minute, which orders within, is not written."""
    classes = [mark for mark in listed if isinstance(mark, int | float)]
    assert classes == sorted(set(classes))
    assert len(classes) > 1, "one class proves no order"


def by_mouse(page: Any, name: str, before: list[str], already: int) -> None:
    card = page.locator("[data-card]").first
    stake = card.locator(".stake .num")
    staked = stake.count() and yuan(stake.inner_text())
    card.locator('[data-outcome="reached"]').click()
    card.locator("[data-next]:visible").first.click()

    bar = page.locator(".donebar")
    expect(bar).to_contain_text(name)
    expect(page.locator("#pips")).to_have_attribute("aria-valuenow", str(already + 1))
    after = figures(page)
    assert done(page) == already + 1
    if staked:  # a birthday may stand first, and has no amount
        assert after[1:3] != before[1:3], "the stakes did not move"
    assert after[3] != before[3], "the time needed did not shrink"


def undone(page: Any, name: str, before: list[str], already: int) -> None:
    page.locator(".donebar [data-undo]").click()

    expect(page.locator(".donebar")).to_have_count(0)
    expect(page.locator("[data-card] .nm").first).to_have_text(name)
    expect(page.locator("#pips")).to_have_attribute("aria-valuenow", str(already))
    assert figures(page) == before


def by_keyboard(page: Any, name: str) -> None:
    page.keyboard.press("1")
    expect(page.locator("[data-card] .step2").first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.locator(".donebar")).to_contain_text(name)


def test_pinyin_finds_a_customer_and_the_file_tells_who_it_is(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    desk = window(demo, state=passes["rm"])
    page = desk.page
    desk.go("/customers/")
    name = page.locator("table.tbl tbody a.b").first.inner_text()
    desk.go("/today/")
    page.locator("header [data-search]").press_sequentially("".join(lazy_pinyin(name)))
    page.locator("#suggest a").filter(has_text=name).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    desk.settle()
    tier = page.locator(".facts > div").filter(has_text="等级与理由")
    expect(tier).to_contain_text(re.compile(r"第 \d+ 版，\d{4}-\d{2}-\d{2}"))
    expect(tier).to_contain_text("≥")
    value = page.locator(".tiles .tile").filter(has_text="在我行资产")
    assert yuan(value.locator(".big").inner_text()) > 0
    held = page.locator("section.card").filter(
        has=page.get_by_role("heading", name="持有", exact=True)
    )
    assert held.locator("tbody tr").count() > 0
    assert page.locator("#timeline li .t").count() > 10


def test_what_is_rarely_needed_lies_folded_and_an_address_opens_it(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    desk = window(demo, state=passes["rm"])
    page = desk.page
    desk.go("/customers/")
    page.locator("table.tbl tbody a.b").first.click()
    agreed, papers = page.locator("#consents table"), page.locator("#documents .ft")
    expect(agreed).to_be_hidden()
    expect(papers).to_be_hidden()

    page.locator("a[href='#consents']").click()
    page.locator("#documents summary").press("Enter")

    expect(agreed).to_be_visible()
    expect(papers).to_be_visible()
    page.goto(page.url.split("#")[0])
    expect(papers).to_be_visible()
    expect(agreed).to_be_hidden()


def test_a_phone_number_is_masked_until_somebody_asks_and_the_look_is_written_down(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    desk = window(demo, state=passes["rm"])
    page = desk.page
    desk.go("/customers/")
    page.locator("table.tbl tbody a.b").first.click()
    phone = page.locator("#phone")
    expect(phone).to_contain_text(re.compile(r"^\d{3}\*{4}\d{4}"))
    masked = re.match(r"[\d*]+", phone.inner_text())
    assert masked
    whole_page = page.content()

    phone.get_by_role("button").click()
    number = phone.locator("a[href^='tel:']").inner_text()

    assert re.fullmatch(masked[0].replace("*", r"\d"), number)
    assert number not in whole_page, "a masked number stood in the page all the same"
    looks = window(demo, state=passes["administrator"])
    looks.go("/administration/audit")
    trail = looks.page.locator("main table tbody tr").filter(has_text="customers.")
    expect(trail.first).to_contain_text("phone")


def test_a_contact_recorded_on_a_phone_stands_in_the_timeline_with_its_next_step(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    desk = window(demo, state=passes["rm"], phone=True)
    page = desk.page
    desk.go("/customers/")
    page.locator("table.tbl tbody a.b").nth(1).tap()
    desk.settle()
    page.locator(".acts").get_by_text("记一次联系").tap()
    drawer = page.locator("#drawer-frame")
    expect(drawer).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375

    drawer.locator(".pickone").filter(has_text="拜访").tap()
    drawer.locator(".pickone").filter(has_text="有意向").tap()
    drawer.get_by_label("谈了什么").fill("看了新的大额存单，想和儿子商量。")
    drawer.get_by_text("别的下一步或日期").tap()
    drawer.locator("[name=next_step]").fill("带利率表再去一次")
    day = drawer.locator("[name=next_on]")
    day.fill(day.get_attribute("min"))
    drawer.get_by_role("button", name="保存").tap()

    expect(drawer).to_be_hidden()
    desk.settle()
    newest = page.locator("#timeline li .t").first
    expect(newest).to_contain_text("有意向")
    expect(newest).to_contain_text("看了新的大额存单，想和儿子商量。")
    expect(newest).to_contain_text("带利率表再去一次")
    page.reload()
    expect(newest).to_contain_text("带利率表再去一次")


def test_a_customer_of_another_book_is_no_page_of_mine_whatever_the_address(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    everybody = window(demo, state=passes["analyst"])
    everybody.go("/customers/")
    mine = window(demo, state=passes["rm"])
    mine.go("/customers/")
    me = mine.page.locator("#side .me b").inner_text()
    seen = everybody.page.locator("table.tbl tbody a.b").evaluate_all(NAMES)
    other = next(href for href, row in seen if me not in row)

    answer = mine.go(other)
    refused = mine.page.locator("main").inner_text()
    nobody = mine.go("/customers/aaaaaaaaaaaa/")

    assert (answer.status, nobody.status) == (404, 404)
    assert refused == mine.page.locator("main").inner_text(), "the page tells that one exists"
    assert mine.page.get_by_role("heading", level=1).count() == 1
    expect(mine.page.locator("main").get_by_role("link")).to_be_visible()
    mine.forget("404")


def test_a_relationship_manager_sees_no_administration(
    window: Open, demo: str, passes: dict[str, Any]
) -> None:
    desk = window(demo, state=passes["rm"])
    page = desk.page
    desk.go("/today/")
    shown = page.locator("nav a").evaluate_all("links => links.map(a => a.pathname)")

    assert not [path for path in shown if path.startswith(("/administration", "/imports"))]
    for path in ("/administration/", "/administration/people", "/imports/"):
        assert desk.go(path).status in {403, 404}
        assert page.get_by_role("heading", level=1).count() == 1
    desk.forget("403")
