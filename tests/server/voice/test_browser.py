"""A customer on a phone: answers survive a dropped connection and count once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.server.browser import complaints_of, fits

from regulars.server.core import scope
from regulars.server.voice import actions
from regulars.server.voice.models import Answer, Invitation
from regulars.testing.cast import NOON, Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked() -> Iterator[Cast]:
    with time_machine.travel(NOON, tick=True):
        with scope.everything():
            cast = assemble()
            survey = actions.make_survey("q", preset="experience", by=cast.max, at=NOON)
            wave = actions.launch(
                survey.versions.get(), name="q", channel="visit", by=cast.max, at=NOON
            )
            actions.draw(wave, by=cast.max, at=NOON)
        yield cast


def test_answers_outlive_a_dropped_connection_and_a_closed_page(
    chromium: Any, live_server: Any, asked: Cast
) -> None:
    with scope.everything():
        invitation = Invitation.objects.get(customer=asked.li)
    where = f"{live_server.url}/s/{actions.token(invitation)}/"
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
    cookie = {"name": "regulars_language", "value": "en", "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    complaints = complaints_of(page)
    page.goto(where)
    assert fits(page)
    first, second = (page.locator("label.rungbox").nth(n).bounding_box() for n in (0, 1))
    assert first["y"] == second["y"], "the steps of a scale stand beside each other"
    for group in page.locator("fieldset.ask").all():
        group.locator("label.rungbox").nth(3).click()
    page.locator("textarea").fill("The queue was long")

    page.goto(where)
    assert page.locator("input[type=radio]:checked").count() == 6
    assert page.locator("textarea").input_value() == "The queue was long"

    context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("There is no connection").wait_for()
    context.set_offline(False)
    page.get_by_text("Thank you").first.wait_for(timeout=30_000)
    page.goto(where)
    page.get_by_text("Thank you").first.wait_for()

    with scope.everything():
        answer = Answer.objects.get()
        assert answer.customer == asked.li
        assert answer.replies.count() == 6
        assert answer.comments.get().text == "The queue was long"
    context.close()
    assert complaints == []
