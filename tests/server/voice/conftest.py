"""A short way to a survey in the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regulars.server.channels import actions as channels
from regulars.server.channels import queries as wordings
from regulars.server.customers.models import Customer
from regulars.server.voice import actions
from regulars.server.voice.models import Answer, Invitation, Survey, Version, Wave
from regulars.testing.cast import NOON, TESTS, Cast

Field = Callable[..., Wave]
Say = Callable[..., Answer]


@pytest.fixture
def fielded(as_system: Cast) -> Field:
    """Max fields a form and asks everybody face to face, or by the channel that is named."""

    def make(
        preset: str = "nps", *, channel: str = "visit", at: Any = NOON, **told: Any
    ) -> Wave:
        survey = Survey.objects.filter(preset=preset).first()
        if survey is None:
            survey = actions.make_survey(preset, preset=preset, by=as_system.max, at=at)
        version = survey.versions.order_by("-number")[0]
        name = told.pop("name", "2026 Q4")
        wave = actions.launch(
            version, name=name, channel=channel, by=as_system.max, at=at, **told
        )
        actions.draw(wave, by=as_system.max, at=at)
        wave.refresh_from_db()
        return wave

    return make


@pytest.fixture
def say(as_system: Cast) -> Say:
    """A customer answers a wave by its link."""

    def answer(wave: Wave, customer: Customer, *said: Any, at: Any = NOON) -> Answer:
        invitation = Invitation.objects.get(wave=wave, customer=customer)
        given = given_of(wave.version, *said)
        made = actions.answer_link(actions.token(invitation), given, language="zh-hans", at=at)
        assert made is not None
        return made

    return answer


def given_of(version: Version, *said: Any) -> dict[str, Any]:
    return {
        question.public_id: value
        for question, value in zip(version.questions.all(), said, strict=False)
    }


def agrees(customer: Customer, *ways: str) -> None:
    """The customer said yes to surveys by these ways."""
    asked = wordings.wording("survey", at=NOON)
    for way in ways:
        channels.record_consent(
            customer, purpose="survey", channel=way, said="given", source="form",
            evidence="asked at the counter", wording=asked, by=TESTS, at=NOON,
        )  # fmt: skip
