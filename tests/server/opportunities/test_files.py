"""What a page shows leaves as a file: the same rows, safe cells, and a line in the trail."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.server.opportunities.conftest import Make, ahead
from tests.server.opportunities.test_drill import noon, town
from tests.server.opportunities.test_pages import enter

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.opportunities import actions
from regulars.server.opportunities.loading import reading
from regulars.server.opportunities.models import Stage
from regulars.server.plans import actions as plans
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
__all__ = ["noon", "town"]  # fixtures
WHATS = ("list", "funnel", "cut", "whys", "forecast", "expected", "ladder", "accounts")


def taker(cast: Cast) -> Person:
    return cast.ana if cast.ana.may("insight.export") else cast.lin


def taken(person: Person, asked: str) -> list[dict[str, str]]:
    answer = enter(person).get(f"/opportunities/export?format=csv&{asked}")
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200, asked
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def shown(person: Person, where: str) -> Any:
    """What the page was made of."""
    answer = enter(person).get(f"/opportunities/{where}")
    scope.set_scope(scope.EVERYBODY)
    return answer.context


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_every_table_leaves_in_every_format(town: Cast, what: str, format: str) -> None:
    answer = enter(taker(town)).get(f"/opportunities/export?what={what}&format={format}")
    scope.set_scope(scope.EVERYBODY)

    assert answer.status_code == 200
    if format == "parquet":
        assert pq.read_table(io.BytesIO(answer.content)).num_columns > 5
    elif format == "xlsx" and what != "accounts":
        assert reading.read("some.xlsx", answer.content)
    entry = AuditEntry.objects.filter(action="opportunities.exported").get()
    assert entry.details["what"] == what


def test_the_funnel_of_a_file_is_that_of_the_page(town: Cast) -> None:
    person = taker(town)
    page, rows = shown(person, "funnel?made=6"), taken(person, "what=funnel&made=6")

    assert len(rows) == len(page["levels"]) + 1
    for row, each in zip(rows, page["levels"], strict=False):
        rung = each.it.rung
        told = (each.it.stage.code, rung.reached, rung.passed, rung.ended, rung.waiting)
        assert told == (row["stage"], *(int(row[name]) for name in
                        ("reached", "went_on", "ended", "waiting")))  # fmt: skip
        assert Decimal(row["amount"]) == rung.amount
        assert int(row["stays"]) == each.it.stays
    assert int(rows[-1]["reached"]) == page["funnel"].won
    for by in ("kind", "owner"):
        cut = taken(person, f"what=cut&made=6&by={by}")
        told = [(each.it.key, each.it.made, each.it.won) for each in
                shown(person, f"funnel?made=6&by={by}")["rows"]]  # fmt: skip
        assert [(r["code"], int(r["made"]), int(r["won"])) for r in cut] == told
    whys = taken(person, "what=whys")
    assert sum(int(row["count"]) for row in whys if row["what"] == "reason") == 4
    assert [row["count"] for row in whys if row["what"] == "rival"] == ["1"]


def test_the_forecast_of_a_file_is_that_of_the_page(town: Cast) -> None:
    person = taker(town)
    told, rows = shown(person, "funnel")["forecast"], taken(person, "what=forecast")

    parts = [*(month.told for month in told.months), told.later, told.overdue, told.undated,
             told.whole]  # fmt: skip
    assert [(int(r["open"]), Decimal(r["expected"])) for r in rows] == [
        (part.count, part.expected) for part in parts
    ]
    (past,) = taken(person, "what=expected")
    assert (past["month"], Decimal(past["expected"])) == ("2026-10", Decimal(80_000))


def test_ladder_and_account_plans_leave_as_they_stand(town: Cast) -> None:
    person, wei = taker(town), town.wei
    plan = plans.draft(town.zhou, aim="First bank.", by=wei, at=NOON)
    actions.begin_strategy(plan, phase="hold", why="=signed", by=wei, at=NOON)

    ladder = taken(person, "what=ladder")
    assert [row["rung"] for row in ladder] == [
        step.code for step in shown(person, "ladder")["steps"]
    ]
    (row,) = taken(person, "what=accounts&phase=hold")
    assert (row["number"], row["phase"], row["why"]) == (town.zhou.number, "hold", "'=signed")
    assert taken(person, "what=accounts&phase=find") == []


def test_days_are_the_companys_and_cells_are_safe(
    as_system: Cast, found: Make, stages: dict[str, Stage]
) -> None:
    late = datetime(2026, 11, 20, 17, tzinfo=UTC)  # one in the morning of the 21st there
    one = found("=1+1", at=late, expected_on=ahead(3))
    actions.lose(one, reason="price", by=as_system.mei, at=late)

    (row,) = taken(taker(as_system), "state=all")

    assert (row["made_on"], row["closed_on"]) == ("2026-11-21", "2026-11-21")
    assert row["what"] == "'=1+1"


def test_only_who_may_take_data_along_does(town: Cast) -> None:
    for person in (town.mei, town.wei):
        if not person.may("insight.export"):
            for what in WHATS:
                where = f"/opportunities/export?what={what}"
                assert enter(person).get(where).status_code == 403
    assert enter(taker(town)).get("/opportunities/export?what=all").status_code == 404
    assert enter(taker(town)).get("/opportunities/export?format=exe").status_code == 404
    scope.set_scope(scope.EVERYBODY)
    assert not AuditEntry.objects.filter(action="opportunities.exported").exists()
