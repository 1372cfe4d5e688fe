"""A complaint on a phone, in Chinese: from the first word to the call back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of

from regulars.server.complaints import actions
from regulars.server.complaints.models import Case
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.testing.cast import NOON, TESTS, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def cast_at_noon() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            actions.bring_lists(by=TESTS, at=NOON)
        yield cast


@pytest.fixture
def phone_of(
    chromium: Any, live_server: Any, cast_at_noon: Cast
) -> Iterator[Callable[[Person], Any]]:
    """Somebody's phone; what the browser complains of fails the test at its end."""
    opened: list[tuple[Any, Any, list[str]]] = []

    def make(person: Person) -> Any:
        client = Client()
        client.force_login(person)
        context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
        cookies = {name: cookie.value for name, cookie in client.cookies.items()}
        cookies["regulars_language"] = "zh-hans"
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
        )
        page = context.new_page()
        opened.append((context, page, complaints_of(page)))
        page.goto(live_server.url + "/complaints/")
        page.wait_for_function("() => window.RG && window.htmx")
        return page

    yield make
    for context, page, found in opened:
        page.wait_for_load_state("networkidle")  # the tables are emptied after this
        context.close()
        assert found == []


def fits(page: Any) -> bool:
    return not page.evaluate(SCROLLS)


def test_a_complaint_is_taken_in_answered_closed_and_called_back_on_phones(
    phone_of: Callable[[Person], Any], cast_at_noon: Cast
) -> None:
    page = phone_of(cast_at_noon.lob)
    assert fits(page)

    page.get_by_role("link", name="受理投诉").click()
    page.get_by_label("谁在投诉").fill("李娜")
    page.locator("#found a", has_text="李娜").click()
    page.get_by_label("客户怎么说").fill("多扣了我十块钱管理费。")
    page.get_by_label("投诉事由").select_option(label="收费与价格")
    assert fits(page)
    page.get_by_role("button", name="受理", exact=True).click()
    page.get_by_role("heading", name="告诉客户我们收到了").wait_for()
    assert fits(page)

    page.get_by_role("button", name="已告知客户，我来办理").click()
    page.get_by_role("heading", name="查清经过，再作答复").wait_for()
    page.get_by_role("link", name="撰写答复").click()
    text = page.get_by_label("给客户的答复")
    text.wait_for()
    whole = text.input_value()
    text.fill("已退给您。")
    page.get_by_role("button", name="客户已收到，保存").click()
    page.get_by_role("alert").get_by_text("复核、调解、仲裁、诉讼").wait_for()
    text = page.get_by_label("给客户的答复")
    text.fill(whole.replace("答复如下：\n\n", "答复如下：\n\n管理费已退还。\n"))
    page.get_by_role("button", name="客户已收到，保存").click()
    page.get_by_role("heading", name="落实补救，再办结").wait_for()

    page.locator("#next").get_by_role("link", name="办结").click()
    page.get_by_text("属实", exact=True).click()
    page.get_by_label("产生原因").select_option(label="操作差错")
    page.get_by_label("补救措施").fill("退回十元")
    page.get_by_role("button", name="办结").click()
    page.get_by_text("您经手了这件投诉，由其他人回访。").wait_for()
    assert fits(page)

    manager = phone_of(cast_at_noon.wei)
    manager.get_by_role("link", name="待回访").or_(
        manager.locator("a.num[href*='calls']")
    ).first.click()
    manager.get_by_role("link", name="李娜").click()
    manager.get_by_role("link", name="记录回访").click()
    manager.get_by_text("解决了，满意").click()
    manager.get_by_label("客户原话").fill("钱退了，挺快。")
    manager.get_by_role("button", name="保存回访结果").click()
    manager.get_by_role("heading", name="已全部办完").wait_for()
    assert fits(manager)
    with scope.everything():
        case = Case.objects.get()
    assert (case.result, case.is_content, case.called_by_id) == (
        "upheld",
        True,
        cast_at_noon.wei.pk,
    )
