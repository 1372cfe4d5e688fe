"""A complaint on a phone, in both languages: from the first word to the call back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.browser import complaints_of, fits

from regulars.server.complaints import actions
from regulars.server.complaints.models import Case
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.testing.cast import NOON, TESTS, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READY = "() => window.RG && window.htmx && document.readyState === 'complete'"
ENGLISH = {
    "new": "Take a complaint in", "who": "Who complains", "li": "Li Na",
    "says": "What the customer says", "type": "What the complaint is about",
    "fees": "Fees and prices", "take": "Take it in",
    "tell": "Tell the customer that we have it",
    "mine": "The customer knows, I handle it", "find": "Find out what happened, then answer",
    "write": "Write the answer", "text": "The answer as the customer gets it",
    "keep": "The customer has it: keep it", "ways": "review, mediation, arbitration, court",
    "good": "Make it good, then close it", "close": "Close it", "end": "Close the complaint",
    "upheld": "Upheld", "cause": "What it came from", "mistake": "A mistake of ours",
    "remedy": "How it was made good", "other": "You handled it: somebody else calls.",
    "call": "Write down the call", "content": "Yes, content",
    "words": "In the customer's words",
    "kept": "Keep what was said", "done": "Nothing is left to do",
}  # fmt: skip
CHINESE = {
    "new": "受理投诉", "who": "谁在投诉", "li": "李娜", "says": "客户怎么说",
    "type": "投诉事由",
    "fees": "收费与价格", "take": "受理", "tell": "告诉客户我们收到了",
    "mine": "已告知客户，我来办理", "find": "查清经过，再作答复", "write": "撰写答复",
    "text": "给客户的答复", "keep": "客户已收到，保存", "ways": "复核、调解、仲裁、诉讼",
    "good": "落实补救，再办结", "close": "办结", "end": "办结", "upheld": "属实",
    "cause": "产生原因", "mistake": "操作差错", "remedy": "补救措施",
    "other": "您经手了这件投诉，由其他人回访。", "call": "记录回访", "content": "解决了，满意",
    "words": "客户原话", "kept": "保存回访结果", "done": "已全部办完",
}  # fmt: skip


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
) -> Iterator[Callable[[Person, str], Any]]:
    """Somebody's phone; what the browser complains of fails the test at its end."""
    opened: list[tuple[Any, Any, list[str]]] = []

    def make(person: Person, language: str) -> Any:
        client = Client()
        client.force_login(person)
        context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
        cookies = {name: cookie.value for name, cookie in client.cookies.items()}
        cookies["regulars_language"] = language
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
        )
        page = context.new_page()
        opened.append((context, page, complaints_of(page)))
        page.goto(live_server.url + "/complaints/")
        page.wait_for_function(READY)
        return page

    yield make
    for context, page, found in opened:
        page.wait_for_load_state("networkidle")  # the tables are emptied after this
        context.close()
        assert found == []


@pytest.mark.parametrize(("language", "say"), [("en", ENGLISH), ("zh-hans", CHINESE)])
def test_a_complaint_is_taken_in_answered_closed_and_called_back_on_phones(
    phone_of: Callable[[Person, str], Any],
    cast_at_noon: Cast,
    language: str,
    say: dict[str, str],
) -> None:
    page = phone_of(cast_at_noon.lob, language)
    assert fits(page)

    page.get_by_role("link", name=say["new"]).click()
    page.get_by_label(say["who"]).wait_for()
    page.wait_for_function(READY)  # what is typed before is not looked up
    page.get_by_label(say["who"]).fill("李娜")
    page.locator("#found a", has_text=say["li"]).click()
    page.get_by_label(say["says"]).fill("多扣了我十块钱管理费。")
    page.get_by_label(say["type"]).select_option(label=say["fees"])
    assert fits(page)
    page.get_by_role("button", name=say["take"], exact=True).click()
    page.get_by_role("heading", name=say["tell"]).wait_for()
    assert fits(page)

    page.get_by_role("button", name=say["mine"]).click()
    page.get_by_role("heading", name=say["find"]).wait_for()
    page.get_by_role("link", name=say["write"]).click()
    text = page.get_by_label(say["text"])
    text.wait_for()
    whole = text.input_value()
    text.fill("已退给您。")
    page.get_by_role("button", name=say["keep"]).click()
    page.get_by_role("alert").get_by_text(say["ways"]).wait_for()
    text = page.get_by_label(say["text"])
    text.fill(f"{whole}\n管理费已退还。")
    page.get_by_role("button", name=say["keep"]).click()
    page.get_by_role("heading", name=say["good"]).wait_for()

    page.locator("#next").get_by_role("link", name=say["close"]).click()
    page.get_by_text(say["upheld"], exact=True).click()
    page.get_by_label(say["cause"]).select_option(label=say["mistake"])
    page.get_by_label(say["remedy"]).fill("退回十元")
    page.get_by_role("button", name=say["end"]).click()
    page.get_by_text(say["other"]).wait_for()
    assert fits(page)

    manager = phone_of(cast_at_noon.wei, language)
    manager.locator("a.num[href*='calls'], a[href*='show=calls']").first.click()
    manager.get_by_role("link", name=say["li"]).click()
    manager.get_by_role("link", name=say["call"]).click()
    manager.get_by_text(say["content"]).click()
    manager.get_by_label(say["words"]).fill("钱退了，挺快。")
    manager.get_by_role("button", name=say["kept"]).click()
    manager.get_by_role("heading", name=say["done"]).wait_for()
    assert fits(manager)
    with scope.everything():
        case = Case.objects.get()
    assert (case.result, case.is_content, case.called_by_id) == (
        "upheld",
        True,
        cast_at_noon.wei.pk,
    )
