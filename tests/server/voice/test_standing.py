"""What is known stays on the page while a new wave has no answer yet."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from tests.server.voice.conftest import Field, Say

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.voice.models import Comment, Wave
from regulars.server.voice.queries import results
from regulars.server.voice.queries.standing import standing
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
AFTER = NOON + timedelta(days=100)
ROWS = re.compile(r'<a class="num" href="(/comments/rows[^"]*negative=1[^"]*)"')


def shown(cast: Cast) -> list[tuple[Wave | None, int]]:
    return [(one.asked.wave, one.n) for one in standing(cast.max, AFTER).surveys]


@pytest.mark.parametrize("state", ["drawing", "failed", "open"])
def test_a_survey_stays_on_the_page_while_its_newest_wave_has_no_answer(
    as_system: Cast, fielded: Field, say: Say, state: str
) -> None:
    wave = fielded()
    say(wave, as_system.li, 9)
    later = fielded(at=AFTER, name="next")
    Wave.objects.filter(pk=later.pk).update(state=state)

    assert shown(as_system) == [(wave, 1)]
    asked = results.find(as_system.max, wave.version.survey, wave=later.public_id)
    assert asked is not None
    assert asked.wave == later


def test_a_wave_is_held_against_the_last_one_that_was_answered(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    wave = fielded()
    say(wave, as_system.li, 9)
    fielded(at=NOON + timedelta(days=30), name="nobody answered")
    newest = fielded(at=AFTER, name="next")
    say(newest, as_system.li, 7, at=AFTER)

    asked = results.find(as_system.max, newest.version.survey)

    assert asked is not None
    assert asked.wave == newest
    assert results.results(as_system.max, asked).before == wave


def test_a_first_wave_without_an_answer_is_shown_as_it_is(
    as_system: Cast, fielded: Field
) -> None:
    wave = fielded()

    asked = results.find(as_system.max, wave.version.survey)

    assert asked is not None
    assert asked.wave == wave


def test_the_share_of_complaining_comments_opens_the_comments_that_complain(
    as_system: Cast,
) -> None:
    def wrote(text: str, days: int, negative: bool, who: Customer = as_system.li) -> None:
        Comment.objects.create(
            customer=who, source="survey", at=AFTER - timedelta(days=days), text=text,
            negative=negative,
        )  # fmt: skip

    for n, (days, negative) in enumerate([(1, True), (80, True), (85, False), (90, True)]):
        wrote(f"now or then {n}", days, negative)
    wrote("long ago", 181, True)
    wrote("another's", 2, True, as_system.qian)
    wrote("content then", 100, False)
    client = Client(headers={"Accept-Language": "en"})

    with time_machine.travel(AFTER, tick=False):
        client.force_login(as_system.mei)
        page = client.get("/satisfaction/").content.decode()
        opened = [unescape(each) for each in ROWS.findall(page)]
        now, before = (client.get(each).content.decode() for each in opened)

    scope.set_scope(scope.EVERYBODY)
    found = standing(as_system.mei, AFTER)
    assert found.comments.negative is not None
    assert found.comments_before is not None
    assert (found.comments.negative.n, found.comments_before.n) == (3, 2)
    assert now.count('<p class="s13">') == 3 * found.comments.negative.value == 2
    assert before.count('<p class="s13">') == 2 * found.comments_before.value == 1
    assert "now or then 3" in before
