"""Mei marks a post on her phone; Max takes a topic to its release: in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits
from tests.server.posts.conftest import TOLD, TUESDAY, group, persona, shanghai, slot

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.posts import actions
from regulars.server.posts.models import Item, Mark
from regulars.server.topics.models import Talk, Topic
from regulars.testing.cast import NOON, TESTS, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = shanghai(TUESDAY, 8, 31)
ENGLISH = {
    "posted": "I posted it", "not": "I do not post it", "no": "Not posted",
    "back": "Take this back", "raise": "Raise it", "take": "Take it", "save": "Save",
    "ask": "Ask for approval", "release": "Approve and release",
    "day": "Released the same day.",
}  # fmt: skip
CHINESE = {
    "posted": "我已发圈", "not": "这条我不发", "no": "未发", "back": "撤销这一步",
    "raise": "提出", "take": "采用", "save": "保存", "ask": "提交审批",
    "release": "批准并发出", "day": "已发出，当天完成。",
}  # fmt: skip


@pytest.fixture
def morning() -> Iterator[tuple[Cast, Item]]:
    with time_machine.travel(AT, tick=True):
        with scope.everything():
            cast = assemble()
            who = persona(cast, "种植户", [cast.li])
            made = actions.write(who, slot(cast), TUESDAY, TOLD, by=cast.max, at=NOON)
            actions.submit(made, by=cast.max, at=NOON)
            actions.approve(made, by=cast.lin, at=NOON)
            actions.sort(at=AT)
            actions.post(made.pk, by=TESTS, at=AT)
            group(cast, "关心养老的客户", [cast.li])
        yield cast, made


def page_of(chromium: Any, address: str, person: Person, language: str, width: int) -> Any:
    client = Client()
    with scope.everything():
        client.force_login(person)
    cookies = {name: one.value for name, one in client.cookies.items()}
    cookies["regulars_language"] = language
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, has_touch=width < 500, locale=language
    )
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    return context.new_page()


def press(page: Any, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("language", "say"), [("en", ENGLISH), ("zh-hans", CHINESE)])
def test_a_manager_says_on_a_phone_what_became_of_a_post(
    chromium: Any,
    live_server: Any,
    morning: tuple[Cast, Item],
    language: str,
    say: dict[str, str],
) -> None:
    cast, made = morning
    page = page_of(chromium, live_server.url, cast.mei, language, 375)
    wrong = complaints_of(page)

    page.goto(f"{live_server.url}/posts/mine")
    assert fits(page)
    page.get_by_text(say["not"], exact=True).click()
    page.locator(f"#why-{made.public_id}").fill("客户都在地里")
    press(page, say["no"])
    press(page, say["back"])
    press(page, say["posted"])

    with scope.everything():
        mark = Mark.objects.get()
        assert (mark.person, mark.state, mark.reason) == (cast.mei, "posted", "")
    assert wrong == []


@pytest.mark.parametrize(("language", "say"), [("en", ENGLISH), ("zh-hans", CHINESE)])
def test_a_topic_goes_from_a_managers_phone_to_todays_lists_the_same_day(
    chromium: Any,
    live_server: Any,
    morning: tuple[Cast, Item],
    language: str,
    say: dict[str, str],
) -> None:
    cast, _made = morning
    url = live_server.url
    phone = page_of(chromium, url, cast.mei, language, 375)
    wrong = complaints_of(phone)
    phone.goto(f"{url}/topics/new")
    assert fits(phone)
    phone.locator("#id_title").fill("个人养老金全国推开")
    phone.locator("#id_what").fill("今天起可以开户。")
    press(phone, say["raise"])
    with scope.everything():
        topic = Topic.objects.get()

    desk = page_of(chromium, url, cast.max, language, 1280)
    wrong += complaints_of(desk)
    desk.goto(f"{url}/topics/{topic.public_id}/")
    press(desk, say["take"])
    desk.locator("#id_segment").select_option(label="关心养老的客户")
    desk.locator("#id_script").fill("今天起可以开个人养老金账户，要不要一起看看？")
    desk.locator("#id_alone").fill("0")
    press(desk, say["save"])
    desk.get_by_role("button", name=say["ask"], exact=True).click()
    desk.wait_for_load_state("networkidle")

    leader = page_of(chromium, url, cast.lin, language, 1280)
    leader.goto(f"{url}/topics/{topic.public_id}/")
    press(leader, say["release"])
    assert say["day"] in leader.content()
    with scope.everything():
        assert Talk.objects.get().customer == cast.li
        assert Topic.objects.get().same_day is True
    assert wrong == []
