"""What is known stays on the page while a new wave has no answer yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.voice.conftest import Field, Say

from regulars.server.voice.models import Wave
from regulars.server.voice.queries import results
from regulars.server.voice.queries.standing import standing
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
AFTER = NOON + timedelta(days=100)


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
