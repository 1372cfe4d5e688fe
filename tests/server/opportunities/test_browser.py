"""An opportunity on a phone, in a real browser, under the content policy; zh and en."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits

from regulars.server.core import scope
from regulars.server.opportunities import actions
from regulars.server.opportunities.models import ForecastMark, Opportunity
from regulars.testing.cast import NOON, TODAY, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENGLISH = {
    "next": "Next step", "day": "On which day", "save": "Save", "move": "Move",
    "contacted": "Contacted", "who": "Li Na", "won": "Won", "fits": "It fits the need",
    "again": "Open again",
}  # fmt: skip
CHINESE = {
    "next": "下一步", "day": "哪一天", "save": "保存", "move": "推进", "contacted": "已联系",
    "who": "李娜", "won": "成交", "fits": "正合需要", "again": "重新打开",
}  # fmt: skip
LANGUAGES = {"en": ENGLISH, "zh-hans": CHINESE}
PAGES = (
    "", "?state=all", "funnel", "ladder", "ladder/rows?on=awareness", "accounts", "signals",
    "stays?stage=found", "expected?month=2026-10",
)  # fmt: skip


@pytest.fixture
def cast_at_noon() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            actions.install_stages()
            actions.make(
                cast.li, actions.About(what="a card for the son"), kind="add_on",
                amount=Decimal(20_000), by=cast.mei, at=NOON,
            )  # fmt: skip
            ForecastMark.objects.create(
                book=cast.mei_book, month=date(2026, 10, 1), made_on=date(2026, 10, 1), open=13,
                amount=Decimal(9_870_000), expected=Decimal(2_960_000), wins=Decimal("7.4"),
            )  # fmt: skip
        yield cast


@pytest.fixture
def phone(request: Any, chromium: Any, live_server: Any, cast_at_noon: Cast) -> Iterator[Any]:
    """Mei's phone in one of the languages; what the browser complains of fails the test."""
    client = Client()
    client.force_login(cast_at_noon.mei)
    context = chromium.new_context(
        viewport={"width": 375, "height": 800}, has_touch=True, locale=request.param
    )
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = request.param
    context.add_cookies(
        [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
    )
    made = context.new_page()
    complaints = complaints_of(made)
    made.goto(live_server.url + "/opportunities/")
    made.wait_for_function("() => window.RG && window.htmx")
    yield made
    made.wait_for_load_state("networkidle")  # the tables are emptied after this
    context.close()
    assert complaints == []


@pytest.mark.parametrize(("phone", "say"), LANGUAGES.items(), indirect=["phone"], ids=LANGUAGES)
def test_two_taps_move_one_and_a_few_more_win_it(phone: Any, say: dict[str, str]) -> None:
    assert fits(phone)
    phone.get_by_role("link", name=say["next"], exact=True).click()
    drawer = phone.locator("#drawer")
    drawer.get_by_label(say["next"]).fill("bring the form")
    drawer.get_by_label(say["day"]).fill((TODAY + timedelta(days=3)).isoformat())
    drawer.get_by_role("button", name=say["save"]).click()
    phone.locator(".deal", has_text="bring the form").wait_for()
    phone.wait_for_load_state("networkidle")

    phone.get_by_role("link", name=say["move"], exact=True).click()
    drawer.get_by_role("button", name=say["contacted"]).click()
    phone.locator("#stage-contacted .deal").wait_for()

    phone.locator(".deal").get_by_role("link", name=say["who"]).click()
    phone.get_by_role("link", name=say["won"], exact=True).wait_for()
    phone.wait_for_load_state("networkidle")
    assert fits(phone)
    phone.get_by_role("link", name=say["won"], exact=True).click()
    drawer.get_by_role("button", name=say["won"]).click()  # the browser asks for the reason
    drawer.get_by_label(say["fits"]).check()
    drawer.get_by_role("button", name=say["won"]).click()
    phone.get_by_role("link", name=say["again"]).wait_for()

    with scope.everything():
        one = Opportunity.objects.get()
    assert (one.state, one.reason, one.last_step) == ("won", "fit", "")


@pytest.mark.parametrize("phone", LANGUAGES, indirect=True)
def test_nothing_scrolls_sideways_on_a_phone(phone: Any, live_server: Any) -> None:
    for page in PAGES:
        phone.goto(f"{live_server.url}/opportunities/{page}")
        phone.wait_for_function("() => window.RG && window.htmx")

        assert fits(phone), page
