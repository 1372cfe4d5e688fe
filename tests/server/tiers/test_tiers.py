"""Tiers: cuts divide everybody, a preview tells who moves, and moves add up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.core import actions as core
from regulars.server.core.models import AuditEntry, Event, Person
from regulars.server.core.webhooks import actions as webhooks
from regulars.server.customers.events import TierChanged
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import actions, jobs, queries, rules
from regulars.server.tiers.models import Assignment, Scheme, SchemeVersion
from regulars.testing.cast import NOON, TESTS, Cast, bought, has_balance, scored

Look = Callable[[Person], None]
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(46)]


@pytest.fixture
def told(as_system: Cast) -> Cast:
    """Li keeps 900,000, Qian 240,000, Zhou's shop 6,000,000."""
    for who, yuan in (
        (as_system.li, 900_000),
        (as_system.qian, 240_000),
        (as_system.zhou, 6_000_000),
    ):
        bought(as_system, who, *WEEKLY)
        has_balance(as_system, who, (date(2026, 1, 1), yuan * 100))
    return as_system


@pytest.mark.django_db
def test_persons_and_organisations_have_schemes_of_their_own(told: Cast) -> None:
    scored(told)

    found = {
        row.customer_id: (row.scheme.code, row.tier)
        for row in Assignment.objects.select_related("scheme")
    }
    assert found == {
        told.li.pk: ("individual", "premier"),
        told.qian.pk: ("individual", "target"),
        told.zhou.pk: ("corporate", "mid"),
    }


@pytest.mark.django_db
def test_a_crowd_is_counted_by_tier_the_best_first(told: Cast) -> None:
    scored(told)
    everybody = [told.li.pk, told.qian.pk, told.zhou.pk, -1]

    counted = [(mark.code, mark.level, n) for mark, n in queries.count_tiers(everybody)]

    marks = sorted(queries.tiers_of(everybody).values(), key=lambda mark: -mark.level)
    assert sorted(counted) == sorted((mark.code, mark.level, 1) for mark in marks)
    assert [level for _code, level, _n in counted] == [mark.level for mark in marks]
    assert [(m.code, n) for m, n in queries.count_tiers([told.li.pk])] == [("premier", 1)]


@pytest.mark.django_db
def test_a_tier_says_measure_cut_version_and_date(told: Cast, look: Look) -> None:
    scored(told)
    look(told.mei)

    mark = queries.tier_of(told.mei, told.li)

    assert mark is not None
    assert (mark.code, mark.level, mark.version) == ("premier", 4, 1)
    assert mark.measure == Decimal("900000.00")
    assert mark.next_at == Decimal("6000000.00")
    assert queries.tier_of(told.mei, told.qian) is None


@pytest.mark.django_db
def test_a_preview_moves_nobody_yet(told: Cast, look: Look) -> None:
    run = scored(told)
    look(told.ana)
    scheme = Scheme.objects.get(code="individual")
    active = queries.active_version(scheme)
    assert active is not None
    tiers = [
        dict(t) | ({"cut": "1000000"} if t["code"] == "premier" else {}) for t in active.tiers
    ]

    moves = queries.preview(told.ana, run, active, tiers)

    assert moves[("premier", "target")] == (1, Decimal("900000.00"))
    assert moves[("target", "target")][0] == 1
    assert Assignment.objects.get(customer=told.li).tier == "premier"


@pytest.mark.django_db
def test_a_draft_in_force_sorts_everybody_anew(told: Cast) -> None:
    run = scored(told)
    scheme = Scheme.objects.get(code="individual")
    active = queries.active_version(scheme)
    assert active is not None
    tiers = [
        dict(t) | ({"cut": "1000000"} if t["code"] == "premier" else {}) for t in active.tiers
    ]
    draft = actions.save_draft(scheme, measure="adb_month", tiers=tiers, by=told.ana, at=NOON)

    actions.put_in_force(scheme, number=draft.number, by=told.ana, at=NOON)
    actions.assign(run, by=TESTS, at=NOON)

    assert Assignment.objects.get(customer=told.li, tier_run__is_current=True).tier == "target"
    assert AuditEntry.objects.filter(action="tiers.version.activated").count() == 1


@pytest.mark.django_db
def test_whose_tier_became_another_is_told_to_other_systems(told: Cast, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    hook = webhooks.add_webhook(
        name="ERP", url="https://hooks.example.com/", types=[TierChanged.type],
        by=TESTS, at=NOON,
    )  # fmt: skip
    webhooks.change_webhook(hook, is_active=True, by=TESTS, at=NOON)
    run = scored(told)
    assert not Event.objects.exists()  # the first sorting moves nobody
    scheme = Scheme.objects.get(code="individual")
    active = queries.active_version(scheme)
    assert active is not None
    cuts = [
        dict(t) | ({"cut": "1000000"} if t["code"] == "premier" else {}) for t in active.tiers
    ]
    draft = actions.save_draft(scheme, measure="adb_month", tiers=cuts, by=told.ana, at=NOON)
    actions.put_in_force(scheme, number=draft.number, by=told.ana, at=NOON)

    actions.assign(run, by=TESTS, at=NOON)
    actions.assign(run, by=TESTS, at=NOON)

    told_once = [(event.type, event.data) for event in Event.objects.all()]
    data = {"customer": told.li.public_id, "before": "premier", "after": "target"}
    assert told_once == [("customer.tier.changed.v1", data)]


@pytest.mark.django_db
def test_a_draft_that_moved_is_not_put_in_force(told: Cast) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    with pytest.raises(actions.NoDraft):
        actions.put_in_force(scheme, number=2, by=told.ana, at=NOON)
    active = queries.active_version(scheme)
    assert active is not None
    actions.save_draft(scheme, measure="aum", tiers=active.tiers, by=told.ana, at=NOON)

    with pytest.raises(actions.DraftMoved):
        actions.put_in_force(scheme, number=99, by=told.ana, at=NOON)


@pytest.mark.django_db
def test_cuts_that_somebody_changed_meanwhile_are_not_put_in_force(
    told: Cast, client: Client
) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    active = queries.active_version(scheme)
    assert active is not None
    actions.save_draft(scheme, measure="aum", tiers=active.tiers, by=told.ana, at=NOON)
    client.force_login(told.ana)
    page = client.get(f"/tiers/{scheme.public_id}/").content.decode()
    seen = dict(re.findall(r'name="(number|kept_at)" value="([^"]+)"', page))
    later = NOON + timedelta(minutes=1)
    kept = actions.save_draft(
        scheme, measure="adb_90", tiers=active.tiers, by=told.ana, at=later
    )

    client.post(f"/tiers/{scheme.public_id}/in-force", seen)

    assert queries.active_version(scheme) == active
    client.post(f"/tiers/{scheme.public_id}/in-force", seen | {"kept_at": later.isoformat()})
    assert queries.active_version(scheme) == kept


@pytest.mark.django_db
def test_sorting_that_fails_says_so_and_does_not_go_on_for_ever(told: Cast) -> None:
    frame = scoring.frame(scored(told))
    frame.write_bytes(b"damaged")
    job = core.ask_job("tiers", at=NOON, asked_by=told.ana)

    with pytest.raises(duckdb.Error):
        jobs.assign_again(job.pk)

    job.refresh_from_db()
    assert job.state == job.State.FAILED
    assert job.message


@pytest.mark.django_db
def test_nobody_else_sorts_before_a_sorting_is_kept(told: Cast) -> None:
    actions.assign(scored(told), by=TESTS, at=NOON)

    given = {**connection.get_connection_params()}
    known = {
        name: given[name]
        for name in ("host", "port", "dbname", "user", "password")
        if name in given
    }
    with psycopg.connect(**known) as db:
        found = db.execute("select pg_try_advisory_xact_lock(hashtext('tiers.assign'))")
        assert found.fetchone() == (False,)


@pytest.mark.django_db
def test_the_migration_adds_up(told: Cast, look: Look) -> None:
    before = scored(told, as_of=date(2026, 2, 1), publish=False)
    has_balance(told, told.li, (date(2026, 6, 1), 100_000_00))
    after = scored(told)
    look(told.ana)

    moves = queries.migration(told.ana, before, after)

    assert moves[("premier", "mass")] == (1, Decimal("100000.00"))
    assert sum(n for n, _ in moves.values()) == 3


@pytest.mark.django_db
def test_the_designer_tries_cuts_as_they_are_typed(told: Cast, client: Client) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    client.force_login(told.ana)

    page = client.get(f"/tiers/{scheme.public_id}/", headers={"accept-language": "en"})
    tried = client.post(
        f"/tiers/{scheme.public_id}/preview",
        {
            "measure": "adb_month",
            "cut-private": "600 万",
            "cut-premier": "100万",
            "cut-target": "20 万",
        },
        headers={"accept-language": "en"},
    )

    assert page.status_code == 200
    assert "1 customer would move" in tried.content.decode()


@pytest.mark.django_db
def test_a_cut_that_is_no_number_is_said_and_kept(told: Cast, client: Client) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    client.force_login(told.ana)

    answer = client.post(f"/tiers/{scheme.public_id}/draft", {"cut-premier": "viel"})

    assert answer.status_code == 422
    assert "viel" in answer.content.decode()


@pytest.mark.django_db
def test_who_may_not_edit_tiers_is_refused(told: Cast, client: Client) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    client.force_login(told.wei)

    assert client.get(f"/tiers/{scheme.public_id}/").status_code == 200
    assert client.post(f"/tiers/{scheme.public_id}/draft", {}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("500000", 500000), ("500,000", 500000), ("50 万", 500000), ("0.5 亿", 50_000_000),
     ("２０万", 200000), ("2.5M", 2_500_000), ("¥800", 800)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(typed: str, amount: int) -> None:
    assert rules.parse_amount(typed) == amount


@pytest.mark.parametrize("typed", ["", "viel", "1e999999", "NaN", "五十万"])
def test_what_is_no_amount_is_said(typed: str) -> None:
    with pytest.raises(rules.BadScheme):
        rules.parse_amount(typed)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=6, unique=True))
def test_falling_cuts_are_accepted_and_rising_ones_refused(cuts: list[int]) -> None:
    def tiers(order: list[int]) -> list[dict[str, object]]:
        made = [{"code": f"t{n}", "cut": str(cut), "level": 3} for n, cut in enumerate(order)]
        return [*made, {"code": "rest", "cut": None, "level": 2}]

    rules.check(tiers(sorted(cuts, reverse=True)), mode=rules.AMOUNT)

    if len(cuts) > 1:
        with pytest.raises(rules.BadScheme):
            rules.check(tiers(sorted(cuts)), mode=rules.AMOUNT)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_last_fifth_below_a_cut_is_near_it(measure: int, cut: int) -> None:
    near = rules.is_near(Decimal(measure), Decimal(cut))

    assert near == (measure * 10 >= cut * 8 and measure < cut)


@pytest.mark.django_db
def test_which_rank_leads_a_tier_is_changed_in_a_draft(told: Cast, client: Client) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    client.force_login(told.ana)

    client.post(f"/tiers/{scheme.public_id}/draft", {"lead-private": "leader"})
    wrong = client.post(f"/tiers/{scheme.public_id}/draft", {"lead-private": "emperor"})

    draft = SchemeVersion.objects.get(scheme=scheme, state="draft")
    leads = {tier["code"]: tier.get("lead") for tier in draft.tiers}
    assert leads["private"] == "leader"
    assert wrong.status_code == 422
