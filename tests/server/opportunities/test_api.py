"""Other systems read, make, move and close opportunities in the name of somebody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from tests.server.opportunities.conftest import Make, ahead
from tests.server.site.api import Api
from tests.server.site.test_api import told

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.core.rights import Right
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_system_makes_moves_and_closes_one(
    as_system: Cast, stages: dict[str, Stage], fund: Product
) -> None:
    api, li = Api(WORK), as_system.li
    body = {"person": "mei", "customer": li.public_id, "kind": "add_on", "product": "F1"}
    step = {"next_step": "call", "next_on": ahead(2).isoformat(), "system": "till"}

    made = api.post("/opportunities", {**body, **step, "amount": 50000})
    assert made.status_code == 200, made.content
    one = made.json()
    assert (one["stage"], one["source"], one["amount"]) == ("found", "api", "50000.00")
    assert told(api.post("/opportunities", body), 409)
    where = f"/opportunities/{one['id']}"
    moved = api.post(f"{where}/move", {"person": "mei", "stage": "proposal"})
    assert moved.json()["stage"] == "proposal"
    lost = {"person": "mei", "state": "lost", "reason": "rival"}
    assert told(api.post(f"{where}/close", lost), 422)
    closed = api.post(f"{where}/close", {**lost, "competitor": "湖商银行"})
    assert closed.json()["competitor"] == "湖商银行"
    assert told(api.post(f"{where}/close", {**lost, "reason": "price"}), 409)
    scope.set_scope(scope.EVERYBODY)
    assert AuditEntry.objects.filter(action="core.key.acted").count() == 3


@pytest.mark.parametrize(
    "odd",
    [{"product": "F9"}, {"kind": "sell"}, {"product": ""}, {"amount": -1}, {"next_step": "x"}],
)
def test_what_cannot_be_is_refused_with_its_place(
    as_system: Cast, stages: dict[str, Stage], fund: Product, odd: dict[str, object]
) -> None:
    body = {
        "person": "mei", "customer": as_system.li.public_id, "kind": "add_on", "product": "F1",
    }  # fmt: skip

    assert told(Api(WORK).post("/opportunities", body | odd), 422)
    scope.set_scope(scope.EVERYBODY)
    assert not Opportunity.objects.exists()


def test_both_walls_stand_before_them(as_system: Cast, found: Make) -> None:
    mine = found()
    found("his", customer=as_system.qian, by=as_system.tao)
    api = Api(WORK)

    listed = api.get("/opportunities?person=mei").json()["opportunities"]

    assert [each["id"] for each in listed] == [mine.public_id]
    assert told(api.get(f"/opportunities/{mine.public_id}?person=tao"), 404)
    assert told(
        api.post(f"/opportunities/{mine.public_id}/move", {"person": "ana", "stage": "needs"}),
        403,
    )
