"""The key figures against a recount by hand; who may open the pages, in both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pytest
from django.test import Client
from tests.server.insight.bank.conftest import NOW, Bank

from regulars.base.periods import add_months
from regulars.engine.intervals import wilson
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Job, Person
from regulars.server.customers.models import FactKey
from regulars.server.facts import queries as facts
from regulars.server.insight import actions, queries, rules
from regulars.server.insight.queries import Sheet
from regulars.server.insight.rules import Kpi
from regulars.server.insight.views.kpis import _wheres
from regulars.server.scoring import bridge
from regulars.server.scoring import queries as scoring

Looking = Callable[[Person], Any]
ACTIVE = {"purchase", "inflow", "outflow"}
PAGES = ("/base/", "/kpis/", "/scores/")


@dataclass
class Recount:
    """Every customer's days and money in a period, counted line by line."""

    days: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    spend: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    interest: float = 0.0

    @property
    def active(self) -> set[int]:
        return {customer for customer, days in self.days.items() if days}

    def money(self, customer: int) -> float:
        return max(self.spend[customer], 0.0)


def recount(after: date, until: date) -> Recount:
    """The days after `after` up to `until`, as a half-open period read from its end."""
    owner = dict(FactKey.objects.values_list("fact_key", "customer_id"))
    found = Recount()
    paths = [str(path) for path in facts.living("transactions")]
    rows = duckdb.execute(
        "select fact_key, local_date, kind, amount from read_parquet(?) "
        "where local_date > ? and local_date <= ?",
        [paths, after, until],
    ).fetchall()
    for key, day, kind, amount in rows:
        if kind in ACTIVE:
            found.days[owner[key]].add(day)
        if kind in ACTIVE or kind == "refund":
            found.spend[owner[key]] += amount / 100
        if kind == "interest":
            found.interest += amount / 100
    return found


def kpi(sheet: Sheet, code: str) -> Kpi:
    return next(each for each in sheet.kpis if each.code == code)


@pytest.mark.parametrize("span", list(rules.SPANS))
def test_figures_of_activity_equal_a_recount(bank: Bank, span: str) -> None:
    last, n = bank.now.as_of, rules.SPANS[span]
    middle, start = add_months(last, -n), add_months(last, -2 * n)
    now, then = recount(middle, last), recount(start, middle)
    sheet = queries.sheet(bank.ana, bank.now, span=span)
    stayed, base = now.active & then.active, sum(map(then.money, then.active))

    retention, repeat = kpi(sheet, "retention"), kpi(sheet, "repeat_rate")
    assert (retention.numerator, retention.denominator) == (len(stayed), len(then.active))
    assert kpi(sheet, "churn").numerator == len(then.active - now.active)
    assert kpi(sheet, "growth").value == pytest.approx(len(now.active) / len(then.active) - 1)
    assert repeat.numerator == sum(len(now.days[c]) >= 2 for c in now.active)
    assert repeat.denominator == len(now.active)
    assert kpi(sheet, "nrr").value == pytest.approx(sum(map(now.money, then.active)) / base)
    kept = sum(min(now.money(c), then.money(c)) for c in then.active)
    assert kpi(sheet, "grr").value == pytest.approx(kept / base)


def test_the_change_compares_with_the_period_before(bank: Bank) -> None:
    last = bank.now.as_of
    ends = [add_months(last, -n) for n in (0, 3, 6, 9)]
    then, before = recount(ends[2], ends[1]), recount(ends[3], ends[2])

    found = kpi(queries.sheet(bank.ana, bank.now, span="quarter"), "retention")

    was = len(then.active & before.active) / len(before.active)
    assert found.before == pytest.approx(was)
    assert found.change == pytest.approx((found.value or 0) - was)


def test_no_change_is_told_of_days_without_facts(bank: Bank) -> None:
    sheet = queries.sheet(bank.ana, bank.now, span="year")

    assert not sheet.compared
    assert kpi(sheet, "retention").before is None
    assert kpi(sheet, "retention").change is None


def test_assets_grow_on_the_customers_of_the_beginning(bank: Bank) -> None:
    then, now = (
        dict(
            duckdb.execute(
                "select customer_id, aum from read_parquet(?)", [str(scoring.frame(run))]
            ).fetchall()
        )
        for run in (bank.then, bank.now)
    )
    holders = [c for c, aum in then.items() if aum and aum > 0]
    sheet = queries.sheet(bank.ana, bank.now, span="year")
    growth, money = kpi(sheet, "aum_growth"), kpi(sheet, "net_new_money")

    began = sum(then[c] for c in holders)
    assert growth.n == len(holders)
    assert growth.value == pytest.approx(sum(now[c] or 0 for c in holders) / began - 1)
    paid = recount(bank.then.as_of, bank.now.as_of).interest
    ended = sum(aum or 0 for aum in now.values())
    assert money.numerator == pytest.approx(ended - sum(a or 0 for a in then.values()) - paid)


def test_coverage_counts_better_tiers_with_a_two_way_contact(bank: Bank) -> None:
    codes = ("private", "premier", "target", "gold", "high_end", "mid")
    wanted = {
        pk
        for (pk,) in duckdb.execute(
            f"select customer_id from {scoring.table_of(bank.now)} "
            "where stage <> 'lost' and list_contains(?, tier)",
            [list(codes)],
        ).fetchall()
    }
    zone, start = core.time_zone(), add_months(bank.now.as_of, -3)
    # What was written down after the run, for days before it, the run cannot know.
    contacts = scoring.folder(bank.now) / bridge.TOUCHES
    known = set(
        duckdb.execute(
            'select customer_id, epoch_us("at") from read_parquet(?)', [str(contacts)]
        ).fetchall()
    )
    met = {
        touch.customer_id
        for touch in Touch.objects.filter(two_way=True, reversed_at=None)
        if start < touch.at.astimezone(zone).date() <= bank.now.as_of
        and (touch.customer_id, round(touch.at.timestamp() * 1_000_000)) in known
    }

    found = kpi(queries.sheet(bank.ana, bank.now, span="quarter"), "coverage")

    assert found.n == len(wanted) > 0
    assert found.numerator == len(wanted & met) > 0


@pytest.mark.parametrize("span", list(rules.SPANS))
def test_each_figure_opens_the_customers_it_counts(bank: Bank, span: str) -> None:
    sheet = queries.sheet(bank.ana, bank.now, span=span)

    for each in sheet.kpis:
        top, bottom = (
            scoring.rows(bank.ana, bank.now, list(where))[1]
            for where in _wheres(each.code, span, sheet)
        )
        assert bottom == each.n, each.code
        if not each.is_money:
            assert top == each.numerator, each.code


def test_a_manager_counts_the_own_books_only(bank: Bank, eyes: Looking) -> None:
    own = set(bank.customers_of(bank.wei))
    middle = add_months(bank.now.as_of, -3)
    then = recount(add_months(middle, -3), middle)
    with eyes(bank.wei):
        found = kpi(queries.sheet(bank.wei, bank.now, span="quarter"), "retention")

    assert found.n == len(then.active & own)
    assert 0 < found.n < len(then.active)


def test_months_back_from_a_month_end_are_calendar_months() -> None:
    assert bridge.month_stop(date(2026, 2, 28), 2) == date(2025, 12, 31)
    assert bridge.month_stop(date(2026, 11, 21), 9) == date(2026, 2, 21)


def test_newcomers_are_followed_quarter_by_quarter(bank: Bank) -> None:
    everything = recount(date(1999, 1, 1), bank.now.as_of)
    first = {customer: min(days) for customer, days in everything.days.items()}
    owner = dict(FactKey.objects.values_list("fact_key", "customer_id"))
    rows = duckdb.execute(
        'select fact_key, min("on") from read_parquet(?) group by 1',
        [[str(path) for path in facts.living("balances")]],
    ).fetchall()
    for key, day in rows:
        first[owner[key]] = min(day, first.get(owner[key], day))
    came = defaultdict(set)
    for customer, day in first.items():
        came[rules.quarter(day)].add(customer)
    quarters = rules.quarters_back(bank.now.as_of, 9)

    tiers = queries.stand(bank.ana, bank.now.as_of).tier_run
    found = queries.picture(bank.ana, bank.now, tiers, before=None, scheme=None).cohorts

    assert [row.quarter for row in found] == quarters[1:]
    for row in found:
        assert row.customers == len(came[row.quarter])
        later = quarters[quarters.index(row.quarter) :]
        active = [
            sum(
                any(rules.quarter(day) == quarter for day in everything.days.get(who, ()))
                for who in came[row.quarter]
            )
            for quarter in later
        ]
        assert list(row.active) == active


def test_a_share_of_few_comes_with_its_range() -> None:
    thin = Kpi("retention", 9.0, 10.0, 10)

    assert thin.is_thin
    assert thin.interval == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert wilson(80, 100) == pytest.approx((0.7112, 0.8666), abs=1e-4)


def test_nobody_in_the_denominator_is_no_figure() -> None:
    assert Kpi("retention", 0.0, 0.0, 0).value is None


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "word"), [("zh-hans", "客户"), ("en", "ustomers")])
def test_analysts_and_managers_open_the_pages(
    bank: Bank, path: str, language: str, word: str
) -> None:
    for person in (bank.ana, bank.wei):
        client = Client()
        client.force_login(person)
        client.cookies["regulars_language"] = language
        page = client.get(path, {"branch": ""})
        assert page.status_code == 200
        assert word in page.content.decode()
        assert "style=" not in page.content.decode()


@pytest.mark.parametrize("show", ["moved", "all", "matrix"])
def test_every_view_of_the_moves_is_drawn(bank: Bank, show: str) -> None:
    client = Client()
    client.force_login(bank.ana)

    for scheme in ("individual", "corporate", "abc", "nonsense"):
        page = client.get("/base/", {"show": show, "scheme": scheme})
        assert page.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_relationship_manager_is_refused(bank: Bank, path: str) -> None:
    client = Client()
    client.force_login(bank.rm)

    assert client.get(path).status_code == 403
    assert client.post("/base/compute", {"on": "2026-06-30"}).status_code == 403
    assert not Job.objects.filter(kind=queries.SCORING).exists()


def test_a_run_shows_its_models_and_its_back_test(bank: Bank) -> None:
    client = Client()
    client.force_login(bank.ana)
    page = client.get(f"/scores/{bank.now.public_id}/").content.decode()

    assert "MBG/NBD" in page
    assert "alpha" in page
    assert "RMSE" in page
    assert client.get("/scores/nothing/").status_code == 404


def test_only_those_who_may_score_do(bank: Bank) -> None:
    manager, analyst = Client(), Client()
    manager.force_login(bank.wei)
    analyst.force_login(bank.ana)

    assert manager.post("/scores/now").status_code == 403
    assert analyst.post("/scores/now").status_code == 302
    assert analyst.post("/scores/now").status_code == 302
    assert Job.objects.get(kind=queries.SCORING).subject == queries.CURRENT


def test_scoring_now_publishes_and_sorts(bank: Bank) -> None:
    job = actions.ask_current(by=bank.ana, at=NOW)
    actions.perform(job, clock=lambda: NOW)

    current = scoring.current_run()
    assert current is not None
    assert current.pk != bank.now.pk
    assert current.as_of == bank.now.as_of
    assert queries.stand(bank.ana, current.as_of).tier_run is not None
