"""A weak spot is said only where chance cannot be it, against the same mix of tiers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.training import actions, queries
from regulars.server.training.rules.weak import ENOUGH, ENOUGH_PEERS, spot
from regulars.testing.cast import NOON, Cast, person

Look = Callable[[Person], None]


def test_with_too_few_contacts_nothing_is_said() -> None:
    few = spot({1: (ENOUGH - 1, 0)}, {1: (500, 400)})
    alone = spot({1: (200, 0)}, {1: (ENOUGH_PEERS - 1, 40)})
    nobody = spot({}, {1: (500, 400)})

    assert (few.verdict, few.n, few.wanted) == ("unknown", 29, 30)
    assert alone.verdict == "unknown"
    assert (nobody.verdict, nobody.n) == ("unknown", 0)


def test_who_has_the_harder_customers_is_not_called_weak() -> None:
    others = {5: (400, 320), 1: (400, 80)}  # 80 % of the top tier, 20 % of the mass
    hard = spot({1: (100, 20)}, others)

    assert hard.expected == pytest.approx(0.2)
    assert hard.verdict == "alike"  # although all others together reach half
    assert spot({5: (100, 50)}, others).verdict == "weak"
    assert spot({1: (100, 50)}, others).verdict == "strong"


def test_tiers_that_the_others_do_not_have_are_left_out() -> None:
    found = spot({5: (40, 0), 1: (60, 30)}, {5: (3, 3), 1: (300, 150)})

    assert (found.n, found.hits, found.peers) == (60, 30, 300)


def test_equal_people_are_accused_about_as_seldom_as_the_interval_says() -> None:
    chance, accused, rounds = random.Random(7), 0, 3000
    for _round in range(rounds):
        mine = {lv: (40, sum(chance.random() < p for _ in range(40))) for lv, p in RATES}
        others = {lv: (150, sum(chance.random() < p for _ in range(150))) for lv, p in RATES}
        accused += spot(mine, others).verdict in {"weak", "strong"}

    assert accused / rounds < 0.015  # 1 % is meant


RATES = ((1, 0.3), (3, 0.5), (5, 0.8))


def test_somebody_who_is_clearly_weaker_is_found() -> None:
    chance, found = random.Random(8), 0
    for _round in range(300):
        mine = {3: (100, sum(chance.random() < 0.25 for _ in range(100)))}
        others = {3: (600, sum(chance.random() < 0.5 for _ in range(600)))}
        found += spot(mine, others).verdict == "weak"

    assert found > 285


@pytest.fixture
def beside(cast: Cast) -> Person:
    """Bo works beside Mei and reaches four of five; Mei one of five."""
    bo = person("bo", "薄云", "Bo", "rm", cast.willow)
    for who, reached in ((bo, 80), (cast.mei, 10)):
        Touch.objects.bulk_create(
            Touch(
                customer=cast.li, person=who, at=NOON - timedelta(days=1 + n % 100),
                channel="call", outcome="reached" if n < reached else "no_answer",
                two_way=n < reached,
            )
            for n in range(100 if who == bo else 50)
        )  # fmt: skip
    return bo


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
def test_the_page_names_the_spot_and_the_item_that_helps(
    as_system: Cast, beside: Person, look: Look
) -> None:
    cast = as_system
    actions.adopt("objections", by=cast.lin, at=NOON)
    rows = queries.spots(cast.wei, cast.willow, "reached", at=NOON)
    verdicts = {row.person: row.cells[0].spot.verdict for row in rows}
    assert verdicts[cast.mei] == "weak"
    assert verdicts[beside] == "unknown"  # Mei's 50 contacts are too few to hold Bo against
    assert set(verdicts) == {cast.mei, beside, cast.lob}
    assert queries.ground(cast.willow) == cast.head_office  # three are too few by themselves
    wei = Client(headers={"accept-language": "en"})
    wei.force_login(cast.wei)

    page = wei.get("/training/weak").content.decode()
    cell = wei.get(f"/training/weak/{cast.mei.public_id}/0").content.decode()
    growth = wei.get(f"/training/weak/{cast.mei.public_id}/4").content.decode()

    assert "below" in page
    assert "10 of 50" in cell
    assert "Not enough data yet: 0 of 30 contacts." in growth
    assert "Objections: value, not price" in growth
    assert wei.get(f"/training/weak/{cast.tao.public_id}/0").status_code == 404
    assert wei.get(f"/training/weak/{cast.mei.public_id}/9").status_code == 404
