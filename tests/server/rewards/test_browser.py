"""A gift, a privilege and a coupon on a phone, in a real browser, under the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import gettext, override, pgettext
from tests.server.browser import complaints_of, fits
from tests.server.rewards.conftest import Shop, batch_of, fill, privilege_of, rank

from regulars.server.core import scope
from regulars.server.rewards.models import Coupon, Present, Signature, Use
from regulars.testing.cast import NOON, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop_at_noon() -> Iterator[Shop]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
        with scope.everything():
            rank(cast)
        with scope.everything():
            shop = fill(cast)
            privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 2))
            shop.issue(batch_of())
        yield shop


@pytest.fixture(params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the page, and of what this test looks for on it."""
    with override(request.param):
        yield request.param


@pytest.fixture
def phone(chromium: Any, live_server: Any, shop_at_noon: Shop, language: str) -> Iterator[Any]:
    """Mei's phone; complaints of the browser fail the test at its end."""
    client = Client()
    client.force_login(shop_at_noon.cast.mei)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = language
    context.add_cookies(
        [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
    )
    made = context.new_page()
    complaints = complaints_of(made)
    made.goto(f"{live_server.url}/customers/{shop_at_noon.cast.li.public_id}/")
    made.wait_for_function("() => window.RG && window.htmx")
    yield made
    made.wait_for_load_state("networkidle")  # the tables are emptied after this
    context.close()
    assert complaints == []


def test_two_taps_use_a_privilege_and_one_undoes_it(phone: Any, language: str) -> None:
    brick = phone.locator("#benefits")
    assert fits(phone)
    name = {"en": "Service at home", "zh-hans": "上门服务"}[language]
    brick.get_by_role("link", name=gettext("Use: %(what)s") % {"what": name}).click()
    phone.locator("#drawer").get_by_role("button", name=gettext("Used")).click()
    left = gettext("%(left)s of %(quota)s left")
    brick.get_by_text(left % {"left": 1, "quota": 2}).wait_for()
    phone.get_by_role("button", name=gettext("Undo")).click()
    brick.get_by_text(left % {"left": 2, "quota": 2}).wait_for()

    with scope.everything():
        assert Use.objects.get().undone_at is not None


def test_a_gift_is_asked_for_and_signed_with_a_finger(phone: Any, language: str) -> None:
    tea = {"en": "Tea", "zh-hans": "茶叶一盒"}[language]
    phone.locator("#benefits").get_by_role("link", name=gettext("Ask for a gift")).click()
    drawer = phone.locator("#drawer")
    drawer.get_by_label(pgettext("benefit", "Why")).fill("turns sixty")
    drawer.get_by_role("button", name=gettext("Ask for it")).click()
    phone.locator("#benefits").get_by_role("link", name=tea).click()
    phone.get_by_role("link", name=gettext("Hand it over")).click()
    pad = phone.locator("canvas")
    pad.wait_for()
    assert fits(phone)
    phone.get_by_role("button", name=pgettext("hand-over", "Received")).click()
    phone.get_by_text(gettext("Let the customer sign, or type their name.")).wait_for()

    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    phone.mouse.move(box["x"] + 30, box["y"] + 60)
    phone.mouse.down()
    for n in range(12):
        phone.mouse.move(box["x"] + 30 + 20 * n, box["y"] + 60 + (15 if n % 2 else -15))
    phone.mouse.up()
    phone.get_by_role("button", name=pgettext("hand-over", "Received")).click()
    signed = phone.locator("img.signed")
    signed.wait_for()
    assert signed.evaluate("image => image.complete && image.naturalWidth") == 600
    assert fits(phone)

    with scope.everything():
        assert Present.objects.get().state == "received"
        assert 300 < len(bytes(Signature.objects.get().png)) < 20_000


def test_a_code_is_taken_at_the_counter_once_and_taken_back(
    phone: Any, live_server: Any, language: str
) -> None:
    with scope.everything():
        coupon = Coupon.objects.get(state="issued")
    said = {
        "code": gettext("Code of the coupon"),
        "redeem": pgettext("coupon", "Redeem"),
        "taken": gettext("The coupon is taken."),
        "before": gettext("This coupon was redeemed before. It counts once."),
        "back": pgettext("redemption", "Take back"),
        "why": pgettext("benefit", "Why"),
        "sure": pgettext("redemption", "Take it back"),
    }
    assert (said["redeem"] == "Redeem") == (language == "en")
    phone.goto(f"{live_server.url}/rewards/counter")
    assert fits(phone)
    for words in ("taken", "before"):
        phone.get_by_label(said["code"]).fill(coupon.code.lower())
        phone.get_by_role("button", name=said["redeem"], exact=True).click()
        phone.get_by_text(said[words]).wait_for()

    assert fits(phone)
    phone.get_by_role("link", name=said["back"], exact=True).click()
    phone.get_by_label(said["why"]).fill("the wrong code")
    phone.get_by_role("button", name=said["sure"], exact=True).click()
    phone.wait_for_url("**/rewards/counter")
    assert phone.get_by_role("link", name=said["back"], exact=True).count() == 0

    with scope.everything():
        coupon.refresh_from_db()
        assert coupon.state == "issued"
