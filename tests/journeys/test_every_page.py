"""What holds on every page: quiet, as wide as the screen, and open to a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.window import DESK, PHONE, Window, open_window

Open = Callable[..., Window]
Visit = Callable[..., Window]
FIRST_CUSTOMER = "the first customer of the list"
# page -> (who opens it, its address)
PAGES = {
    "front": ("", "/enter"),
    "sign-in": ("", "/sign-in"),
    "today": ("rm", "/today/"),
    "customers": ("rm", "/customers/"),
    "customer": ("rm", FIRST_CUSTOMER),
    "segments": ("analyst", "/segments/"),
    "builder": ("rm", "/segments/new?preset=maturing_uncontacted"),
    "record": ("rm", "/contacts/new"),
    "team": ("manager", "/team/"),
    "base": ("analyst", "/base/"),
    "kpis": ("analyst", "/kpis/"),
    "scores": ("analyst", "/scores/"),
    "tiers": ("analyst", "/tiers/"),
    "imports": ("administrator", "/imports/"),
    "fields": ("administrator", "/imports/fields/"),
    "administration": ("administrator", "/administration/"),
    "people": ("administrator", "/administration/people"),
    "settings": ("administrator", "/administration/settings"),
    "jobs": ("administrator", "/administration/jobs"),
    "audit": ("administrator", "/administration/audit"),
    "quality": ("analyst", "/quality/"),
    "duplicates": ("analyst", "/duplicates/"),
    "books": ("manager", "/books/"),
    "nobody": ("manager", "/books/nobody/"),
    "pool": ("rm", "/books/pool/"),
    "met": ("rm", "/met/"),
    "quick": ("rm", "/met/new"),
    "may-we": ("manager", "/may-we/"),
    "policy": ("administrator", "/policy/"),
    "notices": ("administrator", "/policy/notices"),
    "suppressed": ("administrator", "/policy/do-not-contact"),
    "requests": ("administrator", "/privacy/"),
    "periods": ("administrator", "/privacy/periods/"),
    "forms": ("administrator", "/forms/new"),
    "sources": ("administrator", "/imports/sources/"),
    "file-rules": ("administrator", "/settings/files/"),
    "keys": ("administrator", "/administration/keys/new"),
    "webhooks": ("administrator", "/administration/webhooks/new"),
}
# What sticks out of a screen of that width: a phone widens its window to hide it.
SIDEWAYS = """width => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""
UNNAMED = """() => {
    const called = e => (e.ariaLabel || e.title || '').trim()
        || document.getElementById(e.getAttribute('aria-labelledby'));
    const named = e => called(e) || e.innerText.trim();
    const shown = [...document.querySelectorAll('body *')].filter(e => e.checkVisibility());
    const wrong = shown.filter(e => {
        if (e.matches('input:not([type=hidden]), select, textarea'))
            return !e.ariaLabel && ![...e.labels].some(l => l.innerText.trim());
        if (e.matches('a, button, summary, [role=button]')) return !named(e);
        if (e.matches('img')) return !e.hasAttribute('alt');
        if (e.matches('svg'))
            return !e.closest('[aria-hidden=true], [role=img][aria-label]');
        return e.matches('nav, dialog, [role=img], [role=group]') && !called(e);
    });
    return wrong.map(e => e.outerHTML.slice(0, 160));
}"""
TWICE = """() => [...document.querySelectorAll('[id]')].map(e => e.id)
    .filter((id, at, all) => all.indexOf(id) !== at)"""
# What the keyboard stands on, and whether one can see it: a ring, and inside the screen.
# A hidden radio or a field shows its ring on what stands around or beside it.
FOCUSED = """() => {
    const e = document.activeElement;
    const ring = [e, e.nextElementSibling, e.closest('.fld, .search, .drop')].find(part =>
        part && getComputedStyle(part).outlineStyle !== 'none'
        && parseFloat(getComputedStyle(part).outlineWidth) > 0);
    const box = (ring || e).getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.width > 1;
    return {
        what: e.outerHTML.slice(0, 120),
        body: e === document.body,
        seen: Boolean(ring) && inside,
    };
}"""
TABS = 12


@pytest.fixture(scope="module")
def visit(chromium: Any, demo: str, passes: dict[str, Any]) -> Iterator[Visit]:
    """Open a page in the window of whoever may see it; its complaints begin anew."""
    windows: dict[tuple[str, bool], Window] = {}

    def opened(name: str, *, phone: bool) -> Window:
        role, path = PAGES[name]
        if (role, phone) not in windows:
            windows[role, phone] = open_window(
                chromium,
                demo,
                language="zh-hans" if phone else "en",
                phone=phone,
                dark=not phone,
                state=passes[role] if role else {"cookies": [], "origins": []},
            )
        found = windows[role, phone]
        if path == FIRST_CUSTOMER:
            found.go("/customers/")
            path = found.page.locator("table.tbl tbody a.b").first.get_attribute("href")
        found.complaints.clear()
        assert found.go(path).status == 200
        return found

    yield opened
    for one in windows.values():
        one.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_in_chinese_no_page_complains_or_scrolls_sideways(
    visit: Visit, name: str
) -> None:
    window = visit(name, phone=True)
    page = window.page

    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.evaluate(SIDEWAYS, PHONE["width"]) == []
    assert page.evaluate(UNNAMED) == []
    assert window.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_on_a_desk_in_english_every_page_is_named_labelled_and_reached_by_keyboard(
    visit: Visit, name: str
) -> None:
    window = visit(name, phone=False)
    page = window.page

    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.evaluate(SIDEWAYS, DESK["width"]) == []
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(TWICE) == []
    assert unseen(page) == []
    assert window.complaints == []


def unseen(page: Any) -> list[str]:
    """Where the keyboard stands without showing it, in the first steps from the top."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    found = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["body"]:
            break
        if not focused["seen"]:
            found.append(focused["what"])
    return found


def test_language_and_theme_turn_without_leaving_the_page_and_stay(
    window: Open, demo: str
) -> None:
    desk = window(demo)
    desk.enter("analyst")
    page = desk.page
    desk.go("/customers/?tier=target")
    address = page.url
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "light")

    page.get_by_role("button", name="English").click()
    expect(html).to_have_attribute("lang", "en")
    page.locator("[data-theme-toggle]").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    assert page.url == address

    for again in (page.reload, lambda: desk.go("/kpis/")):
        again()
        desk.settle()
        expect(html).to_have_attribute("lang", "en")
        expect(html).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("Key figures")
