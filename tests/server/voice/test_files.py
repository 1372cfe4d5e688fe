"""Answers as a table: in the company's own days and hours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.server.voice.conftest import Field, Say

from regulars.server.core import scope
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_table_of_answers_tells_the_companys_day(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    late = datetime(2026, 11, 23, 20, tzinfo=UTC)  # the next morning in Shanghai
    wave = fielded()
    say(wave, as_system.li, 9, at=late)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(as_system.ana)

    table = client.get(f"/surveys/{wave.version.survey.public_id}/answers")
    scope.set_scope(scope.EVERYBODY)

    assert "2026-11-24 04:00" in table.content.decode("utf-8-sig")
