"""From a file to a verdict to what follows from it, on a phone, under the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.server.browser import complaints_of, fits

from regulars.server.core import scope
from regulars.server.experiments.models import Experiment
from regulars.testing.cast import Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast_there() -> Cast:
    with scope.everything():
        return assemble()


@pytest.fixture
def phone(chromium: Any, live_server: Any, cast_there: Cast) -> Iterator[Any]:
    """Max's phone; complaints of the browser fail the test at its end."""
    client = Client()
    client.force_login(cast_there.max)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    cookies["regulars_language"] = "en"
    context.add_cookies(
        [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
    )
    made = context.new_page()
    complaints = complaints_of(made)
    made.goto(live_server.url + "/experiments/")
    yield made
    made.wait_for_load_state("networkidle")  # the tables are emptied after this
    context.close()
    assert complaints == []


def test_a_file_becomes_a_verdict_and_a_decision_on_a_phone(phone: Any) -> None:
    assert fits(phone)
    phone.get_by_role("link", name="Bring one as a file").click()
    rows = "group,bought\n" + "none,0\nnone,0\nmail,1\nmail,0\n" * 150
    file = {"name": "mail.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    phone.get_by_label("File", exact=True).set_input_files(file)
    phone.get_by_label("Name", exact=True).fill("Spring mail")
    phone.get_by_label("Column with the group").fill("group")
    phone.get_by_label("The group that was left alone").fill("none")
    phone.get_by_label("Column with the outcome").fill("bought")
    phone.get_by_label("First day").fill("2026-03-01")
    phone.get_by_label("Last day").fill("2026-03-14")
    assert fits(phone)
    phone.get_by_role("button", name="Judge the file").click()

    phone.locator(".card.word", has_text="It worked: +50.00 pt a customer").wait_for()
    assert fits(phone)
    phone.get_by_label("Do it again", exact=True).check()
    phone.get_by_label("Why: what was learned").fill("Half of them bought.")
    phone.get_by_role("button", name="Say what follows").click()
    phone.get_by_role("heading", name="Do it again", exact=True).wait_for()
    phone.get_by_role("link", name="What worked").last.click()
    phone.locator("#list", has_text="Spring mail").wait_for()

    with scope.everything():
        found = Experiment.objects.get()
    assert (found.decision, found.why) == ("again", "Half of them bought.")
