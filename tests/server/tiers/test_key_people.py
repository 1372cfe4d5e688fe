"""Who decides in a gold company is a premier customer, whatever the own money says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from django.test import Client

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import actions, queries, rules
from regulars.server.tiers.models import Assignment, Scheme
from regulars.testing.cast import NOON, TESTS, Cast, bought, has_balance, scored

WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(46)]
GOLD, MILLION = 40_000_000, 1_000_000
Look = Callable[[Person], None]


def preset(code: str) -> list[dict[str, Any]]:
    return [
        dict(tier) for tier in next(p for p in rules.presets("bank") if p.code == code).tiers
    ]


def sorted_people(
    people: dict[int, tuple[int, int]],
    companies: dict[int, int],
    key_people: list[tuple[int, int]],
) -> dict[int, tuple[str, int | None]]:
    """Sort (balance, contribution) by person and balance by company, as a run does."""
    individual, corporate = preset("individual"), preset("corporate")
    with duckdb.connect(":memory:") as db:
        db.execute(
            "create table people (customer_id bigint, adb_month double, contribution_12 double)"
        )
        db.execute("create table companies (customer_id bigint, adb_month double)")
        db.execute("create table ties (customer_id bigint, other_id bigint, kind varchar)")
        for pk, (balance, contribution) in people.items():
            db.execute("insert into people values (?, ?, ?)", [pk, balance, contribution])
        for pk, balance in companies.items():
            db.execute("insert into companies values (?, ?)", [pk, balance])
        for company, person in key_people:
            db.execute("insert into ties values (?, ?, 'key_person')", [company, person])
        level = rules.case(corporate, measure="adb_month", mode=rules.AMOUNT)
        db.execute(
            f"create table ranked as select customer_id, {level} as tier_corporate "
            "from companies"
        )
        given = {"measure": "adb_month", "mode": rules.AMOUNT}
        joins = rules.carried(individual, ties="ties", ranked={"corporate": "ranked"})
        found = db.execute(
            f"select customer_id, {rules.case(individual, **given)}, "
            f"{rules.through_case(individual, **given)} from people {joins}"
        ).fetchall()
    return {pk: (tier, through) for pk, tier, through in found}


def test_the_four_tiers_of_a_bank_come_out_right() -> None:
    """贵宾 / 目标 / 大众 / 负效, with key people of gold corporates among the first."""
    found = sorted_people(
        {
            1: (600_000, 900),  # the own money is enough
            2: (240_000, 900),
            3: (10_000, 5),
            4: (10_000, -20),  # costs more than it brings
            5: (10_000, -20),  # the same, but decides in a gold company
            6: (240_000, 900),  # decides in a company of the second level
            7: (600_000, 900),  # both
            8: (7_000_000, 900),  # better by the own money
        },
        {100: GOLD, 101: 12 * MILLION},
        [(100, 5), (101, 6), (100, 7), (100, 8)],
    )

    assert found == {
        1: ("premier", None),
        2: ("target", None),
        3: ("mass", None),
        4: ("negative_margin", None),
        5: ("premier", 100),
        6: ("target", None),
        7: ("premier", None),
        8: ("private", None),
    }


@pytest.fixture
def told(as_system: Cast) -> Cast:
    """Qian keeps 240,000 and decides in Zhou's shop, which keeps 40 million."""
    cast = as_system
    for who, yuan in ((cast.li, 900_000), (cast.qian, 240_000), (cast.zhou, GOLD)):
        bought(cast, who, *WEEKLY)
        has_balance(cast, who, (date(2026, 1, 1), yuan * 100))
    return cast


def tiers(cast: Cast) -> dict[str, str]:
    found = Assignment.objects.filter(tier_run__is_current=True).select_related("customer")
    return {row.customer.name: row.tier for row in found}


@pytest.mark.django_db
def test_a_run_walks_the_ties_of_its_day(told: Cast) -> None:
    tie = customers.relate(told.zhou, told.qian, "key_person", by=TESTS, at=NOON)
    scored(told)
    assert tiers(told) == {"李娜": "premier", "钱振华": "premier", "周记商店": "gold"}

    customers.change_tie(tie, since=None, until=date(2026, 11, 1), note="", by=TESTS, at=NOON)
    scored(told)

    assert tiers(told)["钱振华"] == "target"


@pytest.mark.django_db
def test_sorting_reads_the_snapshot_and_not_the_records_of_later(told: Cast) -> None:
    run = scored(told)

    customers.relate(told.zhou, told.qian, "key_person", by=TESTS, at=NOON)
    actions.assign(run, by=TESTS, at=NOON)

    assert tiers(told)["钱振华"] == "target"


@pytest.mark.django_db
def test_the_page_says_through_whom_and_names_nobody_beyond_the_scope(
    told: Cast, client: Client
) -> None:
    customers.relate(told.zhou, told.qian, "key_person", by=TESTS, at=NOON)
    scored(told)

    def page(person: Person) -> str:
        client.force_login(person)
        client.cookies["regulars_language"] = "zh-hans"
        return client.get(f"/customers/{told.qian.public_id}/").content.decode()

    seen, hidden = page(told.ana), page(told.tao)
    assert "周记商店</a>的关键人，黄金" in seen
    assert "其他网点某机构的关键人" in hidden
    assert "周记商店" not in hidden
    assert told.zhou.public_id not in hidden


@pytest.mark.django_db
def test_a_preview_knows_who_would_be_carried(told: Cast, look: Look) -> None:
    customers.relate(told.zhou, told.qian, "key_person", by=TESTS, at=NOON)
    run = scored(told)
    scheme = Scheme.objects.get(code="individual")
    version = queries.active_version(scheme)
    assert version is not None
    without = [{k: v for k, v in tier.items() if k != "through"} for tier in version.tiers]
    look(told.tao)

    kept = queries.preview(told.tao, run, version, version.tiers)
    moved = queries.preview(told.tao, run, version, without)

    assert {key: n for key, (n, _value) in kept.items()} == {("premier", "premier"): 1}
    assert {key: n for key, (n, _value) in moved.items()} == {("premier", "target"): 1}


@pytest.mark.django_db
def test_a_rule_is_chosen_in_the_designer_and_kept(told: Cast, client: Client) -> None:
    scored(told)
    scheme = Scheme.objects.get(code="individual")
    client.force_login(told.ana)

    client.post(
        f"/tiers/{scheme.public_id}/draft", {"through-target": "corporate:gold,high_end"}
    )

    scope.set_scope(scope.EVERYBODY)
    draft = queries.draft_version(scheme)
    assert draft is not None
    kept = {tier["code"]: tier.get("through") for tier in draft.tiers}
    assert kept["target"] == {
        "tie": "key_person",
        "scheme": "corporate",
        "tiers": ["gold", "high_end"],
    }
    assert kept["premier"] is not None
    assert kept["private"] is None


@pytest.mark.parametrize(
    "through",
    [
        {"tie": "spouse", "scheme": "corporate", "tiers": ["gold"]},
        {"tie": "key_person", "scheme": "individual", "tiers": ["premier"]},
        {"tie": "key_person", "scheme": "nobody", "tiers": ["gold"]},
        {"tie": "key_person", "scheme": "corporate", "tiers": ["platinum"]},
        {"tie": "key_person", "scheme": "corporate", "tiers": []},
    ],
)
def test_a_rule_that_names_nothing_is_refused(through: dict[str, Any]) -> None:
    named = [{"code": "premier", "through": through}]

    with pytest.raises(rules.BadScheme):
        rules.check_through(named, scheme="individual", known={"corporate": ["gold"]})


def test_schemes_that_look_at_each_other_are_refused() -> None:
    def looks(at: str) -> list[dict[str, Any]]:
        return [{"code": "a", "through": {"tie": "key_person", "scheme": at, "tiers": ["a"]}}]

    assert rules.in_order({"one": looks("two"), "two": []}) == ["two", "one"]
    with pytest.raises(rules.BadScheme, match="circle"):
        rules.in_order({"one": looks("two"), "two": looks("one")})


@pytest.mark.django_db
def test_a_run_of_before_the_snapshot_carries_nobody(told: Cast) -> None:
    customers.relate(told.zhou, told.qian, "key_person", by=TESTS, at=NOON)
    run = scored(told)
    scoring.ties(run).unlink()

    actions.assign(run, by=TESTS, at=NOON)

    assert tiers(told)["钱振华"] == "target"
