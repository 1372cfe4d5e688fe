"""What stands beside the words of a card: the way, what to leave unsaid, what to offer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import time_machine
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.care.conftest import OUT, World
from tests.server.care.test_pages import body, enter

from regulars.server.care import queries
from regulars.server.care.rules.advice import Avoid, Guard, Known, Way, avoid, may_offer, way
from regulars.server.channels.models import Touch
from regulars.server.core.models import Company
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.bridge.names import NEXT
from regulars.server.scoring.models import Declined
from regulars.testing.cast import NOON, TODAY

BANK = Guard(sells_risk=True)
LONG_AGO = TODAY - timedelta(days=400)


@pytest.mark.parametrize(
    ("known", "left"),
    [
        (Known(is_person=True, age=40, risk=3, risk_on=TODAY), ()),
        (Known(is_person=True, age=40, risk=3), ()),
        (Known(is_person=True, age=40), (Avoid.UNTESTED,)),
        (Known(is_person=True, age=40, risk=3, risk_on=LONG_AGO), (Avoid.EXPIRED,)),
        (Known(is_person=True, age=65, risk=3), (Avoid.RECORD,)),
        (Known(is_person=True, age=17, risk=3), (Avoid.MINOR,)),
        (Known(is_person=False), ()),
        (Known(is_person=False, refuses=True, no_profiling=True),
         (Avoid.MARKETING, Avoid.PROFILING)),
        (Known(is_person=True, age=40, risk=3, lives=[("bereavement", TODAY)]), (Avoid.GRIEF,)),
        (Known(is_person=True, age=40, risk=3, lives=[("illness", LONG_AGO)]), ()),
        (Known(is_person=True, age=40, risk=3, complaint=True), (Avoid.COMPLAINT,)),
    ],
)  # fmt: skip
def test_what_is_left_unsaid(known: Known, left: tuple[Avoid, ...]) -> None:
    assert avoid(known, today=TODAY, guard=BANK) == left


def test_a_shop_asks_for_no_risk_test() -> None:
    assert avoid(Known(is_person=True, age=70), today=TODAY, guard=Guard()) == ()


def test_a_product_above_the_tolerance_or_without_a_test_is_left_out() -> None:
    assert may_offer((), risk=3, tolerance=3)
    assert not may_offer((), risk=4, tolerance=3)
    assert not may_offer((), risk=1, tolerance=None)
    assert not may_offer((Avoid.EXPIRED,), risk=1, tolerance=5)
    assert may_offer((Avoid.EXPIRED,), risk=None, tolerance=None)
    assert not may_offer((Avoid.GRIEF,), risk=None, tolerance=None)


WAYS = ("call", "wecom", "visit")


@pytest.mark.parametrize(
    ("preferred", "last", "firm", "found"),
    [
        ("", [], False, Way("call", "usual")),
        ("visit", [], False, Way("visit", "preferred")),
        ("sms", [], False, Way("call", "usual")),  # a wish that is closed is none
        ("", ["call"] * 3, False, Way("wecom", "varies", worn="call")),
        ("", ["call", "call", "wecom"], False, Way("call", "usual")),
        ("call", ["call"] * 3, False, Way("call", "preferred", also="wecom")),
        ("", ["call"] * 3, True, Way("call", "usual", also="wecom")),
    ],
)
def test_the_way_follows_the_wish_then_the_reason_and_varies(
    preferred: str, last: list[str], firm: bool, found: Way
) -> None:
    assert way(preferred=preferred, usual=("call",), ways=WAYS, last=last, firm=firm) == found


def test_where_one_way_is_open_it_is_the_only_one() -> None:
    only = way(preferred="", usual=("call",), ways=("visit",), last=["visit"] * 3, firm=False)
    assert only == Way("visit", "only")
    assert way(preferred="", usual=("call",), ways=(), last=[], firm=False) is None


@pytest.fixture
def bank(world: World) -> Iterator[World]:
    """A bank; Li has a large outflow, and two products may come up: R4, then R1."""
    with time_machine.travel(NOON, tick=False):
        Company.objects.update(kind="bank")
        li = world.cast.li
        Customer.objects.filter(pk=li.pk).update(
            risk_tolerance=3, provenance={"risk_tolerance": ["hand", TODAY.isoformat()]}
        )
        run = world.score({li: OUT})
        world.tier(run, {li: (4, None, None)})
        suggest(world, run, [(li, "P-R4", 1), (li, "P-R1", 2)])
        Product.objects.create(code="P-R4", name="进取基金", name_en="Bold fund", risk_level=4)
        Product.objects.create(code="P-R1", name="稳健理财", name_en="Calm fund", risk_level=1)
        world.plan()
        yield world


def suggest(world: World, run: Any, rows: list[tuple[Customer, str, int]]) -> None:
    table = {
        "customer_id": pa.array([each.pk for each, _code, _place in rows], pa.int64()),
        "product_id": [code for _each, code, _place in rows],
        "place": [place for _each, _code, place in rows],
        "score": [0.2] * len(rows),
        "reason": ["popular"] * len(rows),
        "because_1": pa.array([None] * len(rows), pa.string()),
        "because_2": pa.array([None] * len(rows), pa.string()),
        "support": [40] * len(rows),
        "share": [0.2] * len(rows),
        "usual": [0.1] * len(rows),
    }
    pq.write_table(pa.table(table), scoring.folder(run) / NEXT)


def seen(world: World, client: Client) -> str:
    return body(enter(client, world.cast.mei, "en"), "/today/")


def test_a_card_names_the_next_product_within_the_risk_that_fits(
    bank: World, client: Client
) -> None:
    page = seen(bank, client)

    assert "Calm fund" in page
    assert "Bold fund" not in page
    assert "Why now" in page
    assert "the usual way for this reason" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"no_profiling": True}, "Refuses to be scored"),
        ({"consents": dict.fromkeys(("call", "wecom", "sms", "email"), False)},
         "Refuses all marketing"),
        ({"risk_tolerance": None}, "No risk test on file"),
        ({"provenance": {"risk_tolerance": ["hand", LONG_AGO.isoformat()]}}, "too old"),
    ],
)  # fmt: skip
def test_a_refusal_or_a_missing_test_keeps_products_off_the_card(
    bank: World, client: Client, change: dict[str, Any], words: str
) -> None:
    Customer.objects.filter(pk=bank.cast.li.pk).update(**change)

    page = seen(bank, client)

    assert words in page
    assert "Calm fund" not in page


def test_a_death_in_the_family_keeps_products_off_the_card(bank: World, client: Client) -> None:
    LifeEvent.objects.create(
        customer=bank.cast.li, kind="bereavement", happens_on=TODAY - timedelta(days=9),
        noted_at=NOON,
    )  # fmt: skip

    page = seen(bank, client)

    assert "condole" in page
    assert "Calm fund" not in page


def test_what_was_declined_does_not_come_up(bank: World, client: Client) -> None:
    Declined.objects.create(
        customer=bank.cast.li, product_code="P-R1", declined_on=TODAY, at=NOON,
        until=TODAY + timedelta(days=90),
    )  # fmt: skip

    assert "Calm fund" not in seen(bank, client)


def test_the_number_of_queries_does_not_grow_with_the_cards(bank: World) -> None:
    from django.db import connection

    mei, li = bank.cast.mei, bank.cast.li
    with CaptureQueriesContext(connection) as one:
        assert queries.today(mei, NOON)
    more = [
        Customer.objects.create(
            number=f"M{n}", name=f"客户{n}", book=li.book, phone="13800000000",
            created_at=NOON, updated_at=NOON,
        )
        for n in range(12)
    ]  # fmt: skip
    run = bank.score(dict.fromkeys((li, *more), OUT))
    bank.tier(run, dict.fromkeys((li, *more), (4, None, None)))
    suggest(bank, run, [(each, "P-R1", 1) for each in (li, *more)])
    for each in more:
        bank.talk(each, 2, note="年底备货")
    bank.plan(TODAY + timedelta(days=1))

    with CaptureQueriesContext(connection) as many:
        day = queries.today(mei, NOON + timedelta(days=1))

    assert day is not None
    assert sum(len(group.cards) for group in day.groups) > 5
    assert len(many) <= len(one) + 2, [query["sql"][:90] for query in many.captured_queries]
    assert len(many) < 30


def test_the_way_that_is_chosen_is_the_way_that_is_written(bank: World, client: Client) -> None:
    card = bank.card(bank.cast.li)
    enter(client, bank.cast.mei, "en").post(
        f"/today/{card.public_id}/outcome",
        {"outcome": "reached", "step": "done", "channel": "visit"},
    )

    assert Touch.objects.get().channel == "visit"
