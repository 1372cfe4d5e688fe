"""A friend on a phone opens the link, agrees, sends; Mei has the card: in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.server.browser import complaints_of, fits
from tests.server.referrals.conftest import USUAL

from regulars.server.care import actions as care
from regulars.server.core import scope
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Programme
from regulars.server.referrals import actions
from regulars.server.referrals.models import Link, Opening, Referral
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENGLISH = {
    "from": "A customer of ours", "name": "Name", "phone": "Phone number",
    "wish": "What may we help you with?", "by": "Phone", "send": "Send",
    "arrived": "It has arrived", "card": "Recommended by Li Na", "spoke": "Spoken with",
    "said": "What was said", "save": "Save", "state": "Contacted", "told": "They were told",
    "customer": "Customer", "waits": "Collects no points yet", "join": "Join the programme",
    "thanked": "Thanked", "given": "Given", "both": ("500 points", "200 points"),
    "thanks": "Our thanks: 500 points.",
}  # fmt: skip
CHINESE = {
    "from": "我们的一位客户", "name": "姓名", "phone": "电话号码", "wish": "有什么可以帮您？",
    "by": "电话", "send": "提交", "arrived": "已收到", "card": "推荐", "spoke": "已联系",
    "said": "谈了什么", "save": "保存", "state": "已联系", "told": "已告知",
    "customer": "已成客户", "waits": "还不是积分会员", "join": "入会",
    "thanked": "已答谢", "given": "已发放", "both": ("500 积分", "200 积分"),
    "thanks": "我们的答谢：500 积分。",
}  # fmt: skip
READY = "() => window.RG && window.htmx && document.readyState === 'complete'"


@pytest.fixture
def noon() -> Iterator[tuple[Cast, Link]]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            actions.adopt(actions.draft(**USUAL, by=TESTS, at=NOON), by=TESTS, at=NOON)
            link = actions.link_of(cast.li, by=cast.mei, at=NOON)
            Programme.objects.create(pk=1, name="金穗", prefix="600", began_on=TODAY)
            loyalty.join(cast.li, by=TESTS, at=NOON)
        yield cast, link


def phone(chromium: Any, address: str, cookies: dict[str, str], language: str) -> Any:
    context = chromium.new_context(
        viewport={"width": 375, "height": 800}, has_touch=True, locale=language
    )
    cookies["regulars_language"] = language
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    return context


@pytest.mark.parametrize(("language", "say"), [("en", ENGLISH), ("zh-hans", CHINESE)])
def test_a_friend_comes_by_the_link_is_spoken_with_becomes_a_customer_and_both_are_thanked(
    chromium: Any, live_server: Any, noon: tuple[Cast, Link], language: str, say: dict[str, Any]
) -> None:
    cast, link = noon
    friends = phone(chromium, live_server.url, {}, language)
    page = friends.new_page()
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/r/{link.token}/")
    page.get_by_text(say["from"]).wait_for()
    assert fits(page)
    page.get_by_label(say["name"], exact=True).fill("王芳")
    page.get_by_label(say["phone"]).fill("10100000077")
    page.get_by_label(say["wish"]).fill("a mortgage")
    page.get_by_label(say["by"], exact=True).check()
    page.get_by_role("button", name=say["send"], exact=True).click()
    page.get_by_text(say["arrived"]).wait_for()
    page.wait_for_load_state()
    assert fits(page)
    page.wait_for_load_state("networkidle")
    friends.close()
    assert complaints == []

    with scope.everything():
        made = Referral.objects.get()
        assert (made.way, made.note, made.check_state) == ("link", "a mortgage", "")
        assert Opening.objects.filter(link=link, own=False).count() == 1
        care.plan(day=TODAY, by=TESTS, at=NOON)

    client = Client()
    client.force_login(cast.mei)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    meis = phone(chromium, live_server.url, cookies, language)
    today = meis.new_page()
    complaints = complaints_of(today)
    today.goto(f"{live_server.url}/today/")
    today.wait_for_function(READY)
    today.get_by_role("link", name=say["card"]).first.click()
    spoke = today.get_by_role("link", name=say["spoke"])
    spoke.wait_for()
    today.wait_for_function(READY)  # the page is a new one: its links open drawers only then
    spoke.click()
    drawer = today.locator("#drawer")
    drawer.get_by_label(say["said"]).fill("comes on Thursday")
    drawer.get_by_role("button", name=say["save"]).click()
    today.get_by_role("heading", name=say["state"]).wait_for()
    today.wait_for_load_state()
    assert fits(today)
    today.get_by_role("button", name=say["told"]).click()
    today.locator("#tell").wait_for(state="detached")
    today.wait_for_load_state("networkidle")
    meis.close()
    assert complaints == []

    with scope.everything():
        made.refresh_from_db()
        assert made.state == "contacted"
        assert not made.steps.filter(tell=True, told_at=None).exists()
        bought(cast, made.friend, TODAY)  # type: ignore[arg-type]
        actions.keep(by=TESTS, at=timezone.now())

    lives_on(chromium, live_server.url, cookies, language, say, made)
    reads_the_thanks(chromium, live_server.url, language, say, link)


def lives_on(
    chromium: Any, address: str, cookies: dict[str, str], language: str, say: dict[str, Any],
    made: Referral,
) -> None:  # fmt: skip
    """The friend bought: Mei sees the customer, lets them join, and sees both thanked."""
    with scope.everything():
        friend = made.friend
        assert friend is not None
    meis = phone(chromium, address, cookies, language)
    page = meis.new_page()
    complaints = complaints_of(page)
    page.goto(f"{address}/referrals/{made.public_id}/")
    page.wait_for_function(READY)
    page.get_by_role("heading", name=say["customer"]).first.wait_for()
    page.get_by_text(say["waits"]).wait_for()
    assert fits(page)
    page.goto(f"{address}/customers/{friend.public_id}/")
    page.wait_for_function(READY)
    join = page.get_by_role("button", name=say["join"])
    join.click()
    join.wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    with scope.everything():
        actions.keep(by=TESTS, at=timezone.now())
    page.goto(f"{address}/referrals/{made.public_id}/")
    page.wait_for_function(READY)
    page.get_by_role("heading", name=say["thanked"]).first.wait_for()
    assert page.get_by_text(say["given"]).count() == 2
    for what in say["both"]:
        page.get_by_text(what, exact=True).wait_for()
    assert fits(page)
    page.get_by_role("button", name=say["told"]).click()
    page.locator("#tell").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    meis.close()
    assert complaints == []
    with scope.everything():
        made.refresh_from_db()
        assert made.state == "rewarded"
        assert set(made.rewards.values_list("side", "state")) == {
            ("referrer", "given"), ("friend", "given"),
        }  # fmt: skip


def reads_the_thanks(
    chromium: Any, address: str, language: str, say: dict[str, Any], link: Link
) -> None:
    """Li opens the page that is theirs alone."""
    lis = phone(chromium, address, {}, language)
    page = lis.new_page()
    complaints = complaints_of(page)
    page.goto(f"{address}/r/mine/{link.own_token}/")
    page.get_by_text(say["thanks"]).wait_for()
    assert fits(page)
    page.wait_for_load_state("networkidle")
    lis.close()
    assert complaints == []
