"""A marketer builds a campaign from an empty form, and reads its progress on a phone; zh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits
from tests.server.campaigns.conftest import ended, group, line, people, text

from regulars.server.campaigns import actions
from regulars.server.campaigns.jobs import launch
from regulars.server.campaigns.models import Campaign
from regulars.server.core import scope
from regulars.server.core.models import Job
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bank() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            line("sms")
            text(cast)
            group(cast, people(cast, 30))
        yield cast


def window(chromium: Any, live_server: Any, cast: Cast, width: int) -> Any:
    client = Client()
    client.force_login(cast.max)
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, has_touch=width < 500, locale="zh-CN"
    )
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = "zh-hans"
    context.add_cookies(
        [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
    )
    page = context.new_page()
    page.complaints = complaints_of(page)
    page.goto(live_server.url + "/campaigns/")
    page.wait_for_function("() => window.RG && window.htmx")
    return page


def test_a_marketer_builds_launches_and_reads_on_a_phone(
    chromium: Any, live_server: Any, bank: Cast
) -> None:
    page = window(chromium, live_server, bank, 1280)
    page.get_by_role("link", name="新建活动").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("名称").fill("秋粮款归行")
    drawer.get_by_role("button", name="开始制定").click()

    page.get_by_label("目标").fill("让秋粮款留在行里")
    page.get_by_role("button", name="保存，去选人").click()
    page.wait_for_load_state("networkidle")  # before that nobody listens to the choice
    page.get_by_label("客群或名单").select_option(label="秋粮户")
    page.locator("#outlook", has_text="30").wait_for()
    page.get_by_label("留作对照的比例").fill("20")
    page.get_by_role("button", name="保存，去定说什么").click()
    page.get_by_label("发什么、说什么").first.select_option(label="问候")
    assert not page.get_by_label("几个工作日内打完").first.is_visible()
    page.get_by_role("button", name="保存，去定时间").click()
    page.get_by_label("第一天").fill(TODAY.isoformat())
    page.get_by_label("最后一天").fill((TODAY + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="保存，看一遍").click()
    page.get_by_text("都齐了。").wait_for()
    page.get_by_role("button", name="提交审批").first.click()
    page.get_by_text("待批准").first.wait_for()
    assert fits(page)

    with scope.everything():
        made = Campaign.objects.get()
        actions.approve(made, by=bank.ada, at=NOON + timedelta(minutes=1))
    page.reload()
    page.get_by_role("button", name="上线", exact=True).click()
    page.get_by_text("排队中").wait_for()
    launch(Job.objects.get(kind="campaigns.launch").pk)
    page.get_by_role("heading", name="名单进度").wait_for()
    page.wait_for_load_state("networkidle")
    # A way is one word: where room is short, what stands beside it breaks.
    page.set_viewport_size({"width": 1000, "height": 900})
    lines = "names => names.map(name => name.getClientRects().length)"
    assert set(page.locator(".camp-ways b").evaluate_all(lines)) == {1}
    assert page.complaints == []
    page.context.close()

    with scope.everything():
        made.refresh_from_db()
        actions.advance(made, by=TESTS, at=NOON + timedelta(minutes=2))
        ended("sent", *Customer.objects.filter(number__startswith="9"))
        actions.advance(made, by=TESTS, at=NOON + timedelta(minutes=3))
        meant = made.members.exclude(state="control").count()
    phone = window(chromium, live_server, bank, 375)
    phone.get_by_role("link", name="秋粮款归行").click()
    phone.get_by_role("heading", name="分步骤").wait_for()
    assert fits(phone)
    phone.locator(".tiles").get_by_role("link", name=str(meant)).first.click()
    phone.get_by_text(f"{meant} 户").wait_for()
    assert fits(phone)
    phone.wait_for_load_state("networkidle")
    assert phone.complaints == []
    phone.context.close()
