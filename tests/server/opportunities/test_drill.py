"""Every figure opens the very rows it counts, and no others; for everybody what they see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
import time_machine
from django.test import RequestFactory
from tests.server.figures import counted, figures, money, rows
from tests.server.opportunities.conftest import Make, ahead, later, rich, spoke
from tests.server.opportunities.test_pages import enter, text

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Relation
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import ForecastMark, Stage
from regulars.server.opportunities.views.opening import wanted
from regulars.server.plans import actions as plans
from regulars.server.trade import actions as trade
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
RIVAL = "湖商银行 & Söhne, the second house on the long street by the northern gate"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def town(as_system: Cast, found: Make, stages: dict[str, Stage]) -> Cast:
    """Some of every kind: won, lost, open, gone back, stale, overdue, without an amount."""
    cast, mei = as_system, as_system.mei
    days = [None, ahead(3), ahead(-5), ahead(40), ahead(200), None, ahead(9)]
    made = [
        found(f"thing {n}", at=later(-40 + n), expected_on=day) for n, day in enumerate(days)
    ]
    for n, code in enumerate(["proposal", "needs", "contacted", "contacted", "negotiation"]):
        actions.move(made[n], stages[code], by=mei, at=later(-30 + n))
    for at, code in ((-20, "contacted"), (-18, "needs")):  # stood in both stages twice
        actions.move(made[1], stages[code], by=mei, at=later(at))
    actions.win(made[0], reason="trust", amount=Decimal(90_000), by=mei, at=later(-12))
    actions.lose(made[2], reason="rival", competitor=RIVAL, by=mei, at=later(-11))
    actions.lose(made[3], reason="price", by=mei, at=later(-10))
    actions.lose(made[6], reason="duplicate", by=mei, at=later(-10))
    found("unpriced", amount=None, kind="trade_in")
    found("his", customer=cast.qian, by=cast.tao, kind="trade_in")
    zhous = found("of Zhou", customer=cast.zhou, by=cast.wei)
    actions.win(zhous, reason="fit", amount=Decimal(5_000), by=cast.wei, at=later(-2))
    actions.measure_stages(by=TESTS, at=later(-1))
    ForecastMark.objects.create(
        book=cast.mei_book, month=date(2026, 10, 1), made_on=date(2026, 10, 1), open=4,
        amount=Decimal(400_000), expected=Decimal(80_000), wins=Decimal("1.2"),
    )  # fmt: skip
    return cast


def whose(cast: Cast, name: str) -> Person:
    person: Person = getattr(cast, name)
    return person


def listed(viewer: Person, address: str) -> int:
    """How many opportunities the list of an address holds, for one viewer."""
    request = RequestFactory().get(address)
    request.user = viewer  # type: ignore[assignment]  # as the session would name them
    with scope.looking(viewer):
        return queries.totals(viewer, wanted(request), NOON).rows  # type: ignore[arg-type]


def standing(viewer: Person, address: str) -> int:
    """How many customers a figure of the ladder leads to."""
    asked = dict(parse_qsl(address.partition("?")[2]))
    mine, code = asked.pop("view") == queries.MINE, asked.pop("on", "")
    with scope.looking(viewer):
        return queries.on_rung(viewer, NOON, code, mine=mine, **asked).count()


@pytest.mark.parametrize("name", ["lin", "wei", "mei", "tao"])
def test_the_list_of_every_figure_of_the_funnel_holds_as_many(town: Cast, name: str) -> None:
    viewer, seen = whose(town, name), set()
    client = enter(viewer)
    for by in queries.CUTS:
        # Counted, not opened: whole pages of hundreds of figures would take ten seconds.
        told = set(figures(text(client, f"/opportunities/funnel?by={by}"))) - seen
        for where, words in told:
            if where.startswith("/opportunities/?") and counted(words) is not None:
                assert listed(viewer, where) == counted(words), (words, where)
        seen |= told

    assert len(seen) > 20, "the page has figures"


def test_the_page_behind_a_figure_shows_the_rows_and_their_sum(town: Cast) -> None:
    client, kinds = enter(town.lin), {}
    page = text(client, "/opportunities/funnel?by=branch&view=place")
    for where, words in figures(page):
        asked = where.partition("?")[2].split("&")
        kinds.setdefault(  # one address of each kind is looked at as a page
            (where.partition("?")[0], *sorted(part.partition("=")[0] for part in asked),
             money(words) is not None), (where, words),
        )  # fmt: skip
    assert len(kinds) > 15
    for where, words in kinds.values():
        count, behind = rows(client, where)
        told = counted(words)
        if told is not None and "opportunities/expected" not in where:
            assert count == told, (words, where)
        if sum_ := money(words):
            assert sum_ in behind, (words, where)


def test_every_stay_behind_a_median_is_a_row(town: Cast) -> None:
    client = enter(town.lin)
    page = text(client, "/opportunities/funnel")

    told = {where: words for where, words in figures(page) if "/stays?" in where}

    assert len(told) > 3
    for where, words in told.items():
        count, behind = rows(client, where)
        assert words.endswith(f"of {count}"), "who went back stood there twice"
        assert f"median {words.partition(' ')[0]} day" in behind
    assert enter(town.lin).get("/opportunities/stays?stage=won").status_code == 404


def test_the_sum_of_a_won_list_is_what_came(town: Cast) -> None:
    client = enter(town.lin)

    _count, page = rows(client, "/opportunities/?state=won")

    assert "¥95K" in page, "not the hundred and a hundred that were hoped for"


def test_what_was_expected_of_a_month_stands_book_by_book(town: Cast) -> None:
    client = enter(town.lin)
    page = text(client, "/opportunities/funnel")
    (where, *_rest) = [where for where, _words in figures(page) if "/expected?" in where]

    _count, behind = rows(client, where)

    assert "¥80K" in behind
    assert "Li Na" not in behind, "books, not customers"
    _count, his = rows(enter(town.tao), "/opportunities/expected?month=2026-10")
    assert "¥80K" not in his
    assert client.get("/opportunities/expected?month=9999-12").status_code == 404


def test_own_rates_lead_to_rows_for_who_sees_the_whole_company(town: Cast) -> None:
    for n in range(30):
        one = actions.make(town.qian, actions.About(what=f"deal {n}"), kind="add_on",
                           by=town.tao, at=later(-5))  # fmt: skip
        actions.lose(one, reason="price", by=town.tao, at=later(-4))
    actions.measure_stages(by=TESTS, at=NOON)

    def rates(viewer: Person) -> list[tuple[str, str]]:
        page = text(enter(viewer), "/opportunities/funnel")
        return [each for each in figures(page) if "rated=" in each[0]]

    found = rates(town.lin)
    assert len(found) == 6, "one stage has a rate of its own, four say of how many decided"
    for where, words in found:
        assert listed(town.lin, where) == int(words), where
    assert rates(town.mei) == [], "of whom she sees a part only"


def test_every_figure_of_the_pipeline_opens_its_rows(town: Cast) -> None:
    spoke(town, town.li, need="a card")
    spoke(town, town.zhou, need="a loan")  # a customer of Wei, and Mei spoke with him
    for viewer in (town.lin, town.wei, town.mei):
        client = enter(viewer)
        for address in ("/opportunities/", "/opportunities/?as=list&owner=mei&kind=add_on"):
            told = [
                each for each in figures(text(client, address)) if counted(each[1]) is not None
            ]
            assert len(told) >= 5
            for where, words in told:
                if where.startswith("/opportunities/signals"):
                    page = text(client, where)
                    assert page.count("Make an opportunity") == counted(words), viewer
                else:
                    at = where if where.startswith("/") else f"/opportunities/{where}"
                    assert listed(viewer, at) == counted(words), (viewer, words, where)


def test_every_share_of_the_ladder_opens_both_its_sides(town: Cast) -> None:
    rich(town, town.li)
    spoke(town, town.li)
    spoke(town, town.qian, outcome="no_answer", two_way=False)
    Relation.objects.create(customer=town.zhou, other=town.qian, kind="referrer")
    for name in ("lin", "mei", "tao"):
        viewer = whose(town, name)
        client = enter(viewer)
        told = figures(text(client, "/opportunities/ladder"))
        assert len(told) > 6, name
        for where, words in told:
            assert standing(viewer, where) == counted(words), (name, words, where)
    for where, words in told[:3]:
        assert rows(client, where)[0] == counted(words), where


def test_who_was_asked_is_a_list_too(town: Cast) -> None:
    from tests.server.opportunities.test_funnel import said

    said(town, {town.li: 9, town.zhou: 3}, at=later(-1))
    client = enter(town.lin)
    told = {words: where for where, words in
            figures(text(client, "/opportunities/ladder")) if "known=" in where}  # fmt: skip

    assert "2 were asked and answered" in told
    for words, where in told.items():
        assert rows(client, where)[0] == counted(words), where


def test_every_figure_of_account_plans_opens_its_rows(town: Cast) -> None:
    cast, client = town, enter(town.wei)
    plan = plans.draft(cast.zhou, aim="First bank.", by=cast.wei, at=NOON)
    actions.begin_strategy(plan, phase="hold", why="signed", by=cast.wei, at=NOON)
    boss = trade.add_contact(cast.zhou, name="周老板", attitude="against", by=cast.wei, at=NOON)
    trade.add_contact(cast.zhou, name="安会计", by=cast.wei, at=NOON)
    actions.set_stance(boss, influence=3, by=cast.wei, at=NOON)
    for n in range(2):
        actions.add_obstacle(plan, text=f"obstacle {n}", by=cast.wei, at=NOON)
        actions.make(cast.zhou, actions.About(what=f"deal {n}"), kind="add_on",
                     amount=Decimal(7_000), by=cast.wei, at=NOON)  # fmt: skip

    page = text(client, "/opportunities/accounts")
    for where, words in figures(page):
        if "phase=" in where:
            count, _page = rows(client, f"/opportunities/accounts{where}")
            assert count == counted(words), where
        elif where.endswith("#obstacles"):
            assert text(client, where).count("What became of it") == 2 == counted(words)
        else:
            count, behind = rows(client, where)
            assert count == (counted(words) or 2), where
            assert (money(words) or "2 opport") in behind
    told = dict(figures(text(client, f"/plans/{plan.public_id}/account")))
    for where, words in told.items():
        if where.startswith("?who="):
            behind = text(client, f"/plans/{plan.public_id}/account{where}")
            assert behind.count(">Judge<") == 1, words
    assert sum(where.startswith("?who=") for where in told) == 2


def test_all_open_of_a_customer_are_those_of_the_customer(town: Cast) -> None:
    client = enter(town.mei)
    for n in range(5):
        actions.make(town.li, actions.About(what=f"more {n}"), kind="add_on", by=town.lin,
                     owner=town.wei, at=NOON)  # fmt: skip
    page = text(client, f"/customers/{town.li.public_id}/")

    ((where, words),) = [each for each in figures(page) if "customer=" in each[0]]

    assert words.startswith("All ")
    assert rows(client, where)[0] == counted(words), "whoever owns them"
    stranger = enter(town.tao)
    assert rows(stranger, where)[0] == 0


@pytest.mark.parametrize(
    "odd",
    ["month=9999-12", "month=0001-01", "rated=0001-01-01", "made=9999", "reached=9999",
     "from=999999", "customer=nobody", "left=%C2%B2"],
)  # fmt: skip
def test_an_odd_address_is_answered(town: Cast, odd: str) -> None:
    client = enter(town.lin)
    for page in ("", "funnel", "ladder/rows", "stays", "signals", "accounts"):
        found = client.get(f"/opportunities/{page}?stage=found&{odd}")
        assert found.status_code == 200, page
