"""A card says what the company wrote for its reason, and how to answer an objection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import OUT, World

from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.shape import FIELDS
from regulars.server.content import actions
from regulars.server.content.queries.shipped import shipped
from regulars.server.content.rules.fields import offered
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def day(world: World) -> World:
    """Li's money left Mei's book."""
    run = world.score({world.cast.li: OUT})
    world.tier(run, {world.cast.li: (4, None, None)})
    world.plan()
    return world


def put_in_force(cast: Cast, body: dict[str, Any], kind: str = "script") -> None:
    made = actions.save_draft(kind, body, by=cast.wei, at=NOON)
    actions.submit(made, by=cast.wei, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)


def test_a_script_in_force_takes_the_place_of_the_triggers_words(
    day: World, client: Client
) -> None:
    client.force_login(day.cast.mei)
    assert "批准" not in client.get("/today/").content.decode()

    put_in_force(
        day.cast,
        {
            "title": {"zh": "先确认"},
            "say": {"zh": "{name}，{amount} 这笔是您本人办的吧？"},
            "fits": {"triggers": ["large_outflow"]},
        },
    )
    page = client.get("/today/").content.decode()

    assert "72.0 万 这笔是您本人办的吧？" in page
    assert "第 1 版，林行长 于 2026-11-23 批准" in page


def test_objections_that_fit_the_reasons_stand_on_the_card(day: World, client: Client) -> None:
    client.force_login(day.cast.mei)

    page = client.get("/today/").content.decode()

    assert "客户要是这样说" in page
    assert "别家银行利率比你们高。" in page  # shipped, for a large outflow
    assert "系统自带" in page


def test_a_script_may_be_written_for_every_trigger_and_use_every_field_of_a_card() -> None:
    assert set(offered.triggers()) == set(TRIGGERS)
    assert set(FIELDS) <= offered.fields


def test_shipped_texts_name_no_trigger_that_there_is_not() -> None:
    named = {code for text in shipped().values() for code in text.body.fits.triggers}
    assert named <= set(TRIGGERS)
