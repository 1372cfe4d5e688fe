"""The pages: pipeline, one opportunity, funnel, ladder, proposals, accounts, rules, files."""

from __future__ import annotations

import html
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.opportunities.conftest import Make, ahead, later, rich, spoke

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import (
    Bundle,
    Obstacle,
    Opportunity,
    Proposal,
    SignalRule,
    Stage,
    Strategy,
)
from regulars.server.plans import actions as plans
from regulars.server.products.models import Product
from regulars.server.trade import actions as trade
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def text(client: Client, where: str) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200, where
    return str(answer.content.decode())


def post(client: Client, where: str, **fields: object) -> int:
    code = client.post(where, fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return int(code)


def test_an_opportunity_lives_through_its_pages(
    as_system: Cast, stages: dict[str, Stage], fund: Product
) -> None:
    cast, client = as_system, enter(as_system.mei)
    page = f"/customers/{cast.li.public_id}"
    assert "Nothing open" in text(client, f"{page}/")

    told = {"kind": "add_on", "product": fund.pk, "amount": "90000"}
    assert post(client, f"{page}/opportunities/new", kind="add_on") == 422, "about nothing"
    assert post(client, f"{page}/opportunities/new", **told, next_step="call") == 422
    assert post(client, f"{page}/opportunities/new", **told) == 302
    assert post(client, f"{page}/opportunities/new", **told) == 422, "it is open already"
    one = Opportunity.objects.get()
    here = f"/opportunities/{one.public_id}"
    assert "Steady fund" in text(client, "/opportunities/")
    assert post(client, f"{here}/next", next_step="bring papers") == 422
    assert post(client, f"{here}/next", next_step="bring papers", next_on=ahead(2)) == 302
    assert "bring papers" in text(client, f"{here}/")
    assert post(client, f"{here}/move", stage="nonsense") == 422
    assert post(client, f"{here}/move", stage="proposal") == 302
    assert post(client, f"{here}/chance", percent=95) == 422
    assert post(client, f"{here}/chance", percent=95, why="she asked for it") == 302
    assert "she asked for it" in text(client, f"{here}/")
    assert post(client, f"{here}/change", kind="trade_in", amount="80000") == 302
    assert post(client, f"{here}/done", next_step="sign", next_on=ahead(5)) == 302
    assert post(client, f"{here}/won", amount="85000") == 422, "no reason"
    assert post(client, f"{here}/won", reason="trust", amount="85000") == 302
    one.refresh_from_db()
    assert (one.state, one.kind, one.last_step) == ("won", "trade_in", "bring papers")
    assert "Trust in the person" in text(client, f"{here}/")
    assert post(client, f"{here}/reopen", words="") == 422
    assert post(client, f"{here}/reopen", words="a mistake") == 302
    assert post(client, f"{here}/lost", reason="rival") == 422
    assert post(client, f"{here}/lost", reason="rival", competitor="湖商银行") == 302
    assert "湖商银行" in text(client, "/opportunities/?state=lost")
    assert "Steady fund" in text(client, f"{page}/")


def test_of_two_who_change_one_the_second_is_shown_what_the_first_wrote(
    as_system: Cast, found: Make
) -> None:
    one = found()
    where = f"/opportunities/{one.public_id}/change"
    mei, wei = enter(as_system.mei), enter(as_system.wei)
    seen = {name: _hidden(text(client, where)) for name, client in (("mei", mei), ("wei", wei))}
    assert post(wei, where, kind="add_on", amount="90000", seen=seen["wei"]) == 302

    told = {"kind": "add_on", "amount": "70000", "expected_on": "2026-12-20"}
    answer = mei.post(where, told | {"seen": seen["mei"]})
    scope.set_scope(scope.EVERYBODY)
    shown = answer.content.decode()
    one.refresh_from_db()
    assert (answer.status_code, one.amount) == (422, 90000)
    assert "Expected amount: 90,000.00" in shown
    assert ('value="70000"' in shown, 'value="2026-12-20"' in shown) == (True, True)

    assert post(mei, where, **told, seen=_hidden(shown)) == 302
    one.refresh_from_db()
    assert (one.amount, one.expected_on) == (70000, date(2026, 12, 20))


def _hidden(page: str) -> str:
    """What a form carries of what its reader sees."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found.group(1))


def test_who_only_looks_on_changes_nothing(as_system: Cast, found: Make) -> None:
    one = found()
    client = enter(as_system.ana)

    assert "Step done" not in text(client, f"/opportunities/{one.public_id}/")
    assert post(client, f"/opportunities/{one.public_id}/move", stage="proposal") == 403
    assert enter(as_system.tao).get(f"/opportunities/{one.public_id}/").status_code == 404
    scope.set_scope(scope.EVERYBODY)


def test_the_ladder_leads_to_customers(as_system: Cast) -> None:
    cast = as_system
    spoke(cast, cast.li)
    rich(cast, cast.li)
    client = enter(cast.mei)

    assert "not measured" in text(client, "/opportunities/ladder")
    assert "Li Na" in text(client, "/opportunities/ladder/rows?on=trust")
    assert "Li Na" not in text(client, "/opportunities/ladder/rows?on=trust&without=deal")


def test_interest_is_taken_up_or_left(as_system: Cast, stages: dict[str, Stage]) -> None:
    cast, client = as_system, enter(as_system.mei)
    first = spoke(cast, cast.li, need="a card for the son")
    assert "a card for the son" in text(client, "/opportunities/signals")

    assert post(client, f"/opportunities/of-contact/{first.public_id}") == 302
    assert Opportunity.objects.get().touch == first
    second = spoke(cast, cast.li, at=NOON + timedelta(minutes=1), need="nothing really")
    assert post(client, f"/opportunities/pass/{second.public_id}") == 302
    assert "nothing really" not in text(client, "/opportunities/signals")
    stranger = enter(cast.tao)
    assert post(stranger, f"/opportunities/of-contact/{first.public_id}") == 404


def test_a_proposal_is_written_sent_printed_and_answered(
    as_system: Cast, found: Make, fund: Product
) -> None:
    cast, client = as_system, enter(as_system.mei)
    one = found(product=fund)
    assert post(client, f"/opportunities/{one.public_id}/proposal") == 302
    made = Proposal.objects.get()
    here = f"/proposals/{made.public_id}"

    assert post(client, f"{here}/parts/new/need", text="") == 422
    assert post(client, f"{here}/parts/new/need", text="calm", evidence="she said") == 302
    assert post(client, f"{here}/parts/new/offer", price="1 %") == 422
    assert post(client, f"{here}/change", title="For you", opening="Dear Li") == 302
    part = queries.whole(cast.mei, made).offers[0]
    given = {"product": fund.pk, "price": "0.5 % a year", "amount": 5000}
    assert post(client, f"{here}/parts/{part.public_id}", **given) == 302
    assert "calm" in text(client, f"{here}/")
    assert post(client, f"{here}/send") == 422
    assert post(client, f"{here}/send", how="handed over") == 302
    sheet = text(client, f"{here}/print")
    assert "0.5 % a year" in sheet
    assert "she said" not in sheet, "where a need is known from is for us alone"
    assert post(client, f"{here}/change", title="Other") == 409
    assert post(client, f"{here}/answer", accepted="yes", words="good") == 302
    made.refresh_from_db()
    assert (made.state, made.answer) == ("accepted", "good")


def test_an_account_plan_is_led_on_its_page(as_system: Cast, stages: dict[str, Stage]) -> None:
    cast, client = as_system, enter(as_system.wei)
    plan = plans.draft(cast.zhou, aim="First bank.", by=cast.wei, at=NOON)
    boss = trade.add_contact(cast.zhou, name="周老板", by=cast.wei, at=NOON)
    here = f"/plans/{plan.public_id}/account"
    for door in (f"/customers/{cast.zhou.public_id}/", "/opportunities/accounts"):
        assert here in text(client, door), "somebody must find where it begins"
    assert here not in text(enter(cast.tao), "/opportunities/accounts")
    assert "influence not known" in text(client, here)

    assert post(client, f"{here}/strategy", phase="attack") == 422
    assert post(client, f"{here}/strategy", phase="attack", why="their loan ends") == 302
    assert post(client, f"{here}/people/{boss.public_id}", influence=3, wants="speed") == 302
    assert post(client, f"{here}/obstacles/new", text="price", move="call") == 422
    day = ahead(3).isoformat()
    told = {"text": "our price", "move": "ask for a better one", "due_on": day}
    assert post(client, f"{here}/obstacles/new", **told) == 302
    page = text(client, here)
    for words in ("their loan ends", "wants: speed", "our price", "ask for a better one"):
        assert words in page
    obstacle = Obstacle.objects.get()
    where = f"{here}/obstacles/{obstacle.public_id}"
    assert post(client, where, state="overcome") == 422
    assert post(client, where, state="overcome", outcome="approved") == 302
    assert Strategy.objects.get().phase == "attack"
    assert "Zhou" in text(client, "/opportunities/accounts?phase=attack")
    assert "Zhou" not in text(client, "/opportunities/accounts?phase=find")


def test_an_administrator_sets_stages_signals_and_bundles(
    as_system: Cast, stages: dict[str, Stage], fund: Product
) -> None:
    client = enter(as_system.ada)
    card = Product.objects.create(code="C1", name="信用卡", kind="card")
    here = "/opportunities/rules"

    told = {"name": "试用", "name_en": "Trial", "place": 2, "percent": 30, "patience": 7}
    assert post(client, f"{here}/stages/new", **told) == 302
    assert post(client, f"{here}/stages/won", name="签约", name_en="Signed") == 302
    signal = {"kind": "add_on", "least": 500000, "is_on": "on"}
    assert post(client, f"{here}/signals/idle_balance", **signal) == 302
    assert SignalRule.objects.get().is_on
    one = {"name": "安心组合", "product_1": fund.pk, "product_2": fund.pk}
    assert post(client, f"{here}/bundles/new", **one) == 422, "one product twice"
    one |= {"product_2": card.pk, "terms_2": "免年费", "levels": [4, 5]}
    assert post(client, f"{here}/bundles/new", **one) == 302
    bundle = Bundle.objects.get()
    page = text(client, here)
    assert "Trial" in page
    assert "安心组合" in page
    assert "免年费" in text(client, f"{here}/bundles/{bundle.public_id}")
    assert post(client, f"{here}/bundles/{bundle.public_id}/retire") == 302
    assert "offered no more" in text(client, here)


def test_a_file_makes_opportunities_once_and_says_what_it_did_not_take(
    as_system: Cast, stages: dict[str, Stage], fund: Product
) -> None:
    importer = next(p for p in as_system.everybody if p.may("intake.import"))
    client = enter(importer)
    rows = [
        "number,kind,product,what,amount,expected_on,next_step,next_on",
        "0001,增购,F1,,\"90,000\",2026-12-31,,",
        "0001,replace,,a new car,,,,",
        "0001,add_on,F9,,,,,",
        "9999,add_on,F1,,,,,",
        "0001,sell,F1,,,,,",
        "0001,add_on,,thing,many,,,",
    ]  # fmt: skip

    def send(lines: list[str]) -> str:
        file = io.BytesIO("\n".join(lines).encode("gb18030"))
        file.name = "deals.csv"
        answer = client.post("/opportunities/import", {"file": file})
        scope.set_scope(scope.EVERYBODY)
        return str(answer.content.decode())

    first, second = send(rows), send(rows)

    made = {
        each.product.name if each.product else each.what: each
        for each in Opportunity.objects.select_related("product")
    }
    assert set(made) == {"稳健基金", "a new car"}
    assert (made["稳健基金"].source, int(made["稳健基金"].amount or 0)) == ("file", 90_000)
    assert "2 were made." in first
    assert "4 rows were not taken" in first
    assert "2 are open already." in second
    assert post(client, "/opportunities/import") == 422


def test_the_pages_read_no_more_for_more_rows(
    as_system: Cast, found: Make, django_assert_max_num_queries: Any
) -> None:
    client = enter(as_system.mei)
    found("the first")
    needed = {}
    for where in ("/opportunities/?as=list", "/opportunities/"):
        text(client, where)
        with CaptureQueriesContext(connection) as asked:
            client.get(where)
        needed[where] = len(asked)
        scope.set_scope(scope.EVERYBODY)
    for n in range(12):
        found(f"thing {n}")

    for where, most in needed.items():
        with django_assert_max_num_queries(most):
            client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert later(0) == NOON
    assert NOON.date() == TODAY
