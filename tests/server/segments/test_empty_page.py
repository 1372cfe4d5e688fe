"""The customer page before anything was scored."""

from __future__ import annotations

import pytest
from django.test import Client

from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_empty_page_says_what_will_stand_there(
    cast: Cast, client: Client, language: str
) -> None:
    client.force_login(cast.mei)
    client.cookies["regulars_language"] = language

    shown = client.get(f"/customers/{cast.li.public_id}/").content.decode()

    assert ("还没有评分" if language != "en" else "Nobody is scored yet") in shown
