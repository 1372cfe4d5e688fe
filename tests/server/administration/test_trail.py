"""The trail reads in words: every action that the code records has some."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import regulars
from regulars.server.administration.queries.trail_words import ACTIONS
from regulars.server.core import scope
from regulars.server.customers import actions as customers
from regulars.server.privacy.models import Request
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, Cast

CODE = re.compile(r"audit\.record\(\s*\"([a-z_.]+)\"")


def test_every_action_has_words() -> None:
    sources = Path(regulars.__file__).parent.rglob("*.py")
    codes = {code for path in sources for code in CODE.findall(path.read_text("utf-8"))}
    codes |= {f"privacy.request.{state}" for state in Request.State.values if state != "open"}

    assert len(codes) > 100
    assert sorted(codes - set(ACTIONS)) == []


@pytest.mark.django_db
def test_the_trail_names_the_customer_and_links_to_the_file(
    as_system: Cast, client: Client
) -> None:
    known = stage.customer("K1", "冯小满", as_system.mei_book)
    customers.reveal(known, ["phone"], reason="call", by=as_system.mei, at=NOON)
    client.force_login(as_system.ada)

    page: Any = client.get("/administration/audit", headers={"Accept-Language": "zh-hans"})

    scope.set_scope(scope.EVERYBODY)
    told = page.content.decode()
    assert "查看了完整个人信息" in told
    assert f'href="/customers/{known.public_id}/">冯小满' in told
    assert "字段: phone" in told
