"""On a phone a message is written beside its preview: a field, the next customer, a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from tests.server.browser import complaints_of, fits

from regulars.server.content.models import Version
from regulars.server.core import scope
from regulars.testing.cast import NOON, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            made = assemble()
        yield made


@pytest.mark.parametrize(
    ("language", "li", "shop", "bad"),
    [("en", "Dear Li Na", "Dear Zhou's shop", "no field"), ("zh-hans", "李娜", "周记", "字段")],
)
def test_a_message_is_written_beside_a_customer(
    chromium: Any, live_server: Any, cast: Cast, language: str, li: str, shop: str, bad: str
) -> None:
    client = Client()
    client.force_login(cast.max)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, locale=language)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        "regulars_language": language,
    }
    context.add_cookies(
        [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
    )
    page = context.new_page()
    complaints = complaints_of(page)
    spoken = "en" if language == "en" else "zh"

    page.goto(f"{live_server.url}/scripts/new/message")
    page.fill(f"[name=title_{spoken}]", "Hello")
    page.fill(f"[name=A_text_{spoken}]", "Dear " if spoken == "en" else "您好 ")
    page.select_option("[name=spoken]", spoken)
    page.click(".picker summary")
    page.click("[data-inserts*='customer.salutation']")
    page.locator("#preview", has_text=li).wait_for()
    page.click("[data-step=next]")
    page.locator("#preview", has_text=shop).wait_for()
    assert fits(page)
    page.fill(f"[name=A_text_{spoken}]", "{{ customer.nmae }}")
    page.locator("#preview", has_text=bad).wait_for()
    page.fill(f"[name=A_text_{spoken}]", "{{ customer.name }}")
    page.click("button[type=submit].btn-primary")
    page.wait_for_url("**/scripts/text/**")

    assert complaints == []
    with scope.everything():
        assert Version.objects.get().state == "draft"
    context.close()
