"""A redemption on a phone, from joining to giving back, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits
from tests.server.loyalty.conftest import faults

from regulars.server.core import scope
from regulars.server.loyalty import actions
from regulars.server.loyalty.models import Account, Programme
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "en": ("Join the programme", "Redeem or adjust", "Points", "Why", "Move the points",
           "Statement", "Give back"),
    "zh-hans": ("入会", "兑换或调整", "积分", "原因", "提交", "积分对账单", "退回"),
}  # fmt: skip


@pytest.fixture
def cast_at_noon() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            Programme.objects.create(
                pk=1, name="金穗积分", name_en="Golden Ear", prefix="600", began_on=TODAY
            )
        yield cast


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_points_are_joined_redeemed_told_and_given_back(
    chromium: Any, live_server: Any, cast_at_noon: Cast, language: str
) -> None:
    cast = cast_at_noon
    join, move, points, why, send, statement, back = WORDS[language]
    client = Client()
    client.force_login(cast.mei)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = language
    context.add_cookies(
        [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
    )
    phone = context.new_page()
    complaints = complaints_of(phone)

    phone.goto(f"{live_server.url}/customers/{cast.li.public_id}/")
    phone.wait_for_function("() => window.RG && window.htmx")
    phone.get_by_role("button", name=join).click()
    card = phone.locator("#points")
    card.get_by_role("link", name=move).wait_for()
    with scope.everything():
        actions.earn(cast.li, points=900, key="welcome", by=TESTS, at=NOON)
    phone.reload()
    phone.wait_for_load_state("networkidle")
    assert fits(phone)

    card.get_by_role("link", name=move).click()
    drawer = phone.locator("#drawer")
    drawer.get_by_label(points, exact=True).fill("300")
    drawer.get_by_label(why, exact=True).fill("a tea set, called for on Friday")
    drawer.get_by_role("button", name=send).click()
    card.get_by_text("600", exact=True).wait_for()
    phone.wait_for_load_state("networkidle")

    card.get_by_role("link", name=statement).click()
    phone.get_by_role("button", name=back).wait_for()
    assert fits(phone)
    assert "300" in phone.locator("#lines").inner_text()
    phone.get_by_role("button", name=back).click()
    phone.wait_for_load_state("networkidle")
    context.close()

    with scope.everything():
        assert Account.objects.get(currency="points").active == 900
        assert faults() == []
    assert complaints == []
