"""The base at a date: its sums, its scope, its dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from django.test import Client
from tests.server.insight.bank.conftest import NOW, Bank

from regulars.server.core.models import Job, Person
from regulars.server.insight import actions, queries, rules
from regulars.server.insight.queries import Picture, memory
from regulars.server.insight.views.drill import ANY, KNOWN, WAS_HERE, Drill
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments.rules import conditions

Looking = Callable[[Person], Any]


def picture(viewer: Person, run: Run, then: Run | None, *, branch: str = "") -> Picture:
    before = queries.stand(viewer, then.as_of) if then else None
    tiers = queries.stand(viewer, run.as_of).tier_run
    scheme = queries.schemes()[0]
    return queries.picture(viewer, run, tiers, before=before, scheme=scheme, branch=branch)


def behind(viewer: Person, href: str) -> int:
    """How many customers an address of rows opens."""
    asked = parse_qs(urlsplit(href).query, keep_blank_values=True)
    run = scoring.run_by_id(asked["run"][0])
    assert run is not None
    before = scoring.run_by_id(asked["before"][0]) if "before" in asked else None
    _, total, _ = scoring.rows(viewer, run, conditions(asked["where"]), before=before)
    return total


def test_the_base_splits_and_adds_up(bank: Bank) -> None:
    counts = picture(bank.ana, bank.now, bank.then).counts

    assert counts.new > 0
    assert counts.existing + counts.new == counts.closing
    assert counts.opening + counts.new + counts.returned - counts.left == counts.closing
    assert counts.closing + counts.lost == bank.now.customers


def test_the_opening_of_a_date_is_the_closing_of_the_other(bank: Bank) -> None:
    now = picture(bank.ana, bank.now, bank.then).counts
    then = picture(bank.ana, bank.then, None).counts

    assert now.opening == then.closing


def test_every_block_counts_the_same_people(bank: Bank) -> None:
    found = picture(bank.ana, bank.now, bank.then)
    here = sum(g.customers for code, g in found.stages.items() if code != rules.LOST)

    assert here == found.counts.closing
    assert sum(g.customers for g in found.tiers.values()) + found.unsorted == here
    assert sum(g.customers for g in found.classes.values()) == bank.now.customers
    assert sum(g.customers for g in found.cells.values()) + found.never == bank.now.customers
    assert sum(found.types.values()) == bank.now.customers - found.never
    came = sum(row.customers for row in found.cohorts)
    assert came + found.earlier == bank.now.customers


def test_moves_lead_from_one_tier_table_to_the_other(bank: Bank) -> None:
    found = picture(bank.ana, bank.now, bank.then)

    for tier, group in found.tiers.items():
        arrived = sum(m.customers for m in found.moves if m.now == tier)
        started = sum(m.customers for m in found.moves if m.was == tier)
        assert (arrived, started) == (group.customers, group.before)


def test_the_curve_is_the_one_of_the_run(bank: Bank) -> None:
    found = picture(bank.ana, bank.now, None).pareto

    assert found.top20_share == pytest.approx(bank.now.result["top20_share"])
    assert found.gini == pytest.approx(bank.now.result["gini"])


@pytest.mark.parametrize("who", ["ana", "wei"])
def test_each_figure_opens_exactly_its_customers(bank: Bank, eyes: Looking, who: str) -> None:
    viewer = getattr(bank, who)
    drill, scheme = Drill(bank.now, bank.then), queries.schemes()[0]
    with eyes(viewer):
        found = picture(viewer, bank.now, bank.then)
        counts = found.counts

        assert behind(viewer, drill.here()) == counts.closing
        assert behind(viewer, drill.here(KNOWN)) == counts.existing
        assert behind(viewer, drill.here([("was_stage", "")])) == counts.new
        assert behind(viewer, drill.rows([*ANY, *WAS_HERE])) == counts.opening
        assert behind(viewer, drill.rows([("stage", "lost"), *WAS_HERE])) == counts.left
        for move in found.moves:
            href = drill.move(scheme.code, move.was, move.now, move.way, "")
            assert behind(viewer, href) == move.customers, move


def test_a_manager_sees_the_sum_of_the_own_books_only(bank: Bank, eyes: Looking) -> None:
    own = bank.customers_of(bank.wei)
    with eyes(bank.wei):
        found = picture(bank.wei, bank.now, bank.then)
    frame = str(scoring.frame(bank.now))
    ((here, value),) = duckdb.execute(
        "select count(*), sum(value) from read_parquet(?) "
        "where stage <> 'lost' and customer_id in (select unnest(?))",
        [frame, own],
    ).fetchall()

    assert 0 < here < bank.now.customers
    assert found.counts.closing == here
    assert float(found.counts.value) == pytest.approx(value, abs=0.01)
    assert found.counts.existing + found.counts.new == here
    assert sum(row.customers for row in found.cohorts) + found.earlier == len(own)


def test_branches_add_up_to_the_company(bank: Bank) -> None:
    whole = picture(bank.ana, bank.now, bank.then).counts
    units = [unit.code for unit in queries.branches(bank.ana)]
    parts = [picture(bank.ana, bank.now, bank.then, branch=code).counts for code in units]

    assert len(parts) > 1
    assert sum(part.closing for part in parts) == whole.closing
    assert sum(part.new for part in parts) == whole.new
    assert sum(part.left for part in parts) == whole.left
    for code, part in zip(units, parts, strict=True):
        assert behind(bank.ana, Drill(bank.now, bank.then, code).here()) == part.closing


def test_two_managers_never_share_an_answer(bank: Bank, eyes: Looking) -> None:
    managers = list(Person.objects.filter(role="manager").order_by("pk")[:2])
    found = []
    for manager in managers:
        with eyes(manager):
            found.append(picture(manager, bank.now, bank.then).counts)

    assert found[0] != found[1]
    assert sum(c.closing for c in found) < bank.now.customers


def test_the_same_date_twice_gives_the_same_numbers(bank: Bank) -> None:
    first = picture(bank.ana, bank.then, None)
    job = actions.ask_run(as_of=bank.then.as_of, by=bank.ana, at=NOW)
    actions.perform(job, clock=lambda: NOW)
    again = scoring.run_at(bank.then.as_of)
    memory.forget()

    assert again is not None
    assert again.pk != bank.then.pk
    assert picture(bank.ana, again, None).counts == first.counts
    assert picture(bank.ana, again, None).stages == first.stages


def test_a_new_date_is_computed_beside_the_current_run(bank: Bank) -> None:
    day = date(2026, 6, 30)
    job = actions.ask_run(as_of=day, by=bank.ana, at=NOW)
    twice = actions.ask_run(as_of=day, by=bank.ana, at=NOW)
    actions.perform(job, clock=lambda: NOW)

    job.refresh_from_db()
    stand = queries.stand(bank.ana, day)
    assert twice.pk == job.pk
    assert job.state == Job.State.DONE
    assert stand.run is not None
    assert stand.tier_run is not None
    assert not stand.run.is_current
    assert scoring.current_run() == bank.now


def test_a_failed_run_says_so(bank: Bank) -> None:
    job = actions.ask_run(as_of=date(2026, 6, 30), by=bank.ana, at=NOW)
    job.subject = "never"

    with pytest.raises(ValueError, match="never"):
        actions.perform(job, clock=lambda: NOW)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    # Its own words may name a customer; they stand in the log only.
    assert "ValueError" in job.message
    assert "never" not in job.message


def test_it_compares_with_about_a_year_before(bank: Bank) -> None:
    first = date(2024, 11, 22)

    assert queries.usual_comparison(bank.now.as_of, first) == bank.then.as_of
    assert queries.usual_comparison(date(2026, 12, 5), first) == bank.then.as_of
    assert queries.usual_comparison(date(2026, 6, 30), first) == date(2025, 6, 30)
    assert queries.usual_comparison(date(2025, 11, 1), first) is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2027-01-01", "数据到 2026-11-21 为止"),
        ("1999-01-01", "早于数据的第一天"),
        ("yesterday", "不是日期"),
    ],
)
def test_a_date_that_cannot_be_shown_gets_a_sentence(bank: Bank, asked: str, said: str) -> None:
    client = Client()
    client.force_login(bank.ana)

    page = client.get("/base/", {"on": asked})

    assert page.status_code == 200
    assert said in page.content.decode()


def test_a_date_without_a_run_offers_to_compute_it(bank: Bank) -> None:
    client = Client()
    client.force_login(bank.ana)

    page = client.get("/base/", {"on": "2026-06-30"})
    answer = client.post("/base/compute", {"on": "2026-06-30", "next": "/base/?on=2026-06-30"})
    waiting = client.get("/base/", {"on": "2026-06-30"})

    assert "计算这一天" in page.content.decode()
    assert answer.headers["Location"] == "/base/?on=2026-06-30"
    assert "/base/jobs/" in waiting.content.decode()
    assert "计算这一天</button>" not in waiting.content.decode()


def test_a_job_that_ends_loads_its_page_again(bank: Bank) -> None:
    client = Client()
    client.force_login(bank.wei)
    job = actions.ask_run(as_of=bank.then.as_of, by=bank.wei, at=NOW)

    assert "load delay:2s" in client.get(f"/base/jobs/{job.public_id}").content.decode()
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    ended = client.get(f"/base/jobs/{job.public_id}")

    assert ended.headers["HX-Refresh"] == "true"
    assert client.get("/base/jobs/nothing").status_code == 404
