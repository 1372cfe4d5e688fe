"""The synthetic bank keeps the promises that the demo, tests and benchmarks rely on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from borax.calendars.lunardate import LunarDate

from regulars.base.errors import BadInput
from regulars.engine.synthetic import (
    DEMO_PHONE_PREFIX,
    PLANTED,
    SCHEMAS,
    TABLES,
    Company,
    bank,
)

UNTIL = date(2026, 11, 22)
# The last microsecond of the local day, eight hours east of UTC.
END = datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> Company:
    return bank(customers=20_000, seed=1, until=UNTIL)


@pytest.fixture(scope="module")
def managed(company: Company) -> pa.Table:
    owned = company.books.filter(pc.is_valid(company.books["owner"]))["code"]
    return company.customers.filter(pc.is_in(company.customers["book"], value_set=owned))


def plain(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column, decoded where it is a dictionary, as NumPy."""
    kind = column.type
    column = column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
    return column.to_numpy()


def lookup(table: pa.Table, key: str, value: str) -> dict[str, Any]:
    """Return one column by another."""
    return dict(zip(table[key].to_pylist(), table[value].to_pylist(), strict=True))


def assets(company: Company) -> dict[str, int]:
    """Return what each customer has on deposit and invested, from the last balances."""
    last: dict[str, tuple[str, str, int]] = {}
    table = company.balances
    names = ("customer", "account", "product", "balance")
    for customer, account, product, balance in zip(
        *(plain(table[n]) for n in names), strict=True
    ):
        last[account] = (customer, product, balance)
    sums: dict[str, int] = {}
    for customer, product, balance in last.values():
        if not product.startswith("DK"):
            sums[customer] = sums.get(customer, 0) + balance
    return sums


def test_every_table_has_the_published_columns(company: Company) -> None:
    for name in TABLES:
        assert company.table(name).schema.equals(SCHEMAS[name]), name
        assert company.table(name).num_rows > 0, name


def test_the_same_seed_makes_the_same_company() -> None:
    one, same, other = (bank(customers=1_500, seed=seed, until=UNTIL) for seed in (7, 7, 8))

    for name in TABLES:
        assert one.table(name).equals(same.table(name)), name
    assert not one.customers.equals(other.customers)
    assert not one.transactions.equals(other.transactions)


def test_every_customer_is_in_exactly_one_book(company: Company) -> None:
    numbers = company.customers["number"]
    books = set(company.books["code"].to_pylist())

    assert len(numbers) == 20_000 == pc.count_distinct(numbers).as_py()
    assert set(company.customers["book"].to_pylist()) <= books
    assert company.customers["book"].null_count == 0


def test_a_book_of_ones_own_has_200_to_450_customers(managed: pa.Table) -> None:
    sizes = [row["counts"] for row in managed["book"].value_counts().to_pylist()]

    assert min(sizes) >= 200
    assert max(sizes) <= 450


def test_a_book_lies_in_the_branch_of_its_customers(company: Company) -> None:
    branch = lookup(company.books, "code", "org_unit")
    rows = company.customers.select(["book", "org_unit"]).to_pylist()

    assert all(branch[row["book"]] == row["org_unit"] for row in rows)


def test_owner_and_backup_are_two_people_who_exist(company: Company) -> None:
    usernames = company.people["username"].to_pylist()
    assert len(set(usernames)) == len(usernames)

    for book in company.books.to_pylist():
        if book["owner"] is not None:
            assert {book["owner"], book["backup"]} <= set(usernames)
            assert book["owner"] != book["backup"]


def test_every_role_is_filled_and_every_branch_is_led(company: Company) -> None:
    people = company.people.to_pylist()
    branches = {u["code"] for u in company.org_units.to_pylist() if u["kind"] == "branch"}

    assert {p["role"] for p in people} == {
        "rm",
        "manager",
        "leader",
        "lobby_manager",
        "marketer",
        "analyst",
        "administrator",
        "auditor",
    }
    assert {p["org_unit"] for p in people if p["role"] == "manager"} == branches


def test_nothing_happens_before_since_or_after_until(company: Company) -> None:
    since = lookup(company.customers, "number", "since")
    for name in ("transactions", "interactions", "events"):
        table = company.table(name)
        times = plain(table["occurred_at"]).astype("datetime64[us]")
        local = (times + np.timedelta64(8, "h")).astype("datetime64[D]")
        came = np.array([since[c] for c in plain(table["customer"])], dtype="datetime64[D]")

        assert (local >= came).all(), name
        assert times.max() < np.datetime64(END.replace(tzinfo=None)), name
        assert local.min() >= np.datetime64(company.start), name
    assert pc.max(company.customers["since"]).as_py() <= UNTIL
    assert pc.max(company.balances["on"]).as_py() <= UNTIL
    assert pc.max(company.holdings["opened_on"]).as_py() <= UNTIL


def test_no_account_is_ever_overdrawn(company: Company) -> None:
    assert pc.min(company.balances["balance"]).as_py() >= 0


def test_the_current_account_follows_the_transactions(company: Company) -> None:
    table = company.transactions
    kinds, amounts = plain(table["kind"]), plain(table["amount"])
    customers = plain(table["customer"])
    inward = np.isin(kinds, ["inflow", "payroll", "interest", "refund"])
    signed = np.where(inward, np.abs(amounts), -np.abs(amounts))
    moved: dict[str, int] = {}
    for customer, amount in zip(customers[:60_000], signed[:60_000], strict=True):
        moved[customer] = moved.get(customer, 0) + int(amount)
    moved.pop(customers[59_999])  # perhaps cut in the middle
    since = lookup(company.customers, "number", "since")
    opening, closing = {}, {}
    currents = company.balances.filter(
        pc.equal(company.balances["product"].cast(pa.string()), "DQ00")
    )
    lines = zip(plain(currents["customer"]), plain(currents["balance"]), strict=True)
    for customer, balance in lines:
        opening.setdefault(customer, int(balance))
        closing[customer] = int(balance)

    checked = 0
    for customer, change in moved.items():
        before = opening[customer] if since[customer] <= company.start else 0
        assert before + change == closing[customer], customer
        checked += 1
    assert checked > 500


def test_an_account_has_one_balance_a_day_across_blocks() -> None:
    wide = bank(customers=26_000, seed=2, until=UNTIL).balances

    assert wide["account"].num_chunks == 2
    keys = wide.select(["account", "on"]).group_by(["account", "on"]).aggregate([])
    assert keys.num_rows == wide.num_rows
    owner = wide.group_by(["account"]).aggregate([("customer", "count_distinct")])
    assert pc.max(owner["customer_count_distinct"]).as_py() == 1


def test_refunds_are_negative_and_all_else_positive(company: Company) -> None:
    refund = plain(company.transactions["kind"]) == "refund"
    amounts = plain(company.transactions["amount"])

    assert (amounts[refund] < 0).all()
    assert refund.any()
    assert (amounts[~refund] > 0).all()


def test_external_ids_are_unique(company: Company) -> None:
    ids = company.transactions["external_id"]

    assert pc.count_distinct(ids).as_py() == len(ids)


def test_a_customer_has_40_to_60_transactions_on_average(company: Company) -> None:
    assert 40 <= company.transactions.num_rows / 20_000 <= 60
    assert 25 <= company.balances.num_rows / 20_000 <= 60


def test_deposits_mature_within_14_days_in_most_books(
    company: Company, managed: pa.Table
) -> None:
    held = company.holdings
    live = pc.and_(
        pc.greater(held["matures_on"], UNTIL),
        pc.less_equal(held["matures_on"], UNTIL + timedelta(days=14)),
    )
    who = held.filter(live)["customer"].cast(pa.string())
    books = managed.filter(pc.is_in(managed["number"], value_set=who.combine_chunks()))
    owned = pc.count_distinct(managed["book"]).as_py()

    assert pc.count_distinct(books["book"]).as_py() >= 0.9 * owned


def test_a_closed_holding_has_a_later_version(company: Company) -> None:
    rows = company.holdings.slice(0, 20_000).to_pylist()
    opened = {row["holding"]: row for row in rows if row["closed_on"] is None}
    closed = [row for row in rows if row["closed_on"] is not None]

    assert closed
    for row in closed:
        assert opened[row["holding"]]["known_at"] < row["known_at"]
        assert row["closed_on"] == row["matures_on"]


def test_a_fifth_of_the_people_hold_four_fifths_of_the_money(company: Company) -> None:
    person = pc.equal(company.customers["kind"], "person")
    numbers = company.customers.filter(person)["number"].to_pylist()
    held = assets(company)
    money = np.sort([held.get(number, 0) for number in numbers])[::-1]

    share = money[: len(money) // 5].sum() / money.sum()

    assert 0.76 <= share <= 0.84
    yuan = money / 100
    assert 0.0005 <= (yuan >= 6_000_000).mean() <= 0.002
    assert 0.025 <= ((yuan >= 500_000) & (yuan < 6_000_000)).mean() <= 0.04
    assert 0.10 <= ((yuan >= 200_000) & (yuan < 500_000)).mean() <= 0.14
    assert 0.02 <= (plain(company.truth["true_margin_12"]) < 0).mean() <= 0.10


def test_habits_are_drawn_from_the_stated_parameters(company: Company) -> None:
    p = company.parameters
    rate, dropout, spend = (
        company.truth[name].drop_null().to_numpy()
        for name in ("lambda_", "dropout", "mean_spend")
    )
    # Four standard errors of each mean
    error = 4 / np.sqrt(len(rate))

    assert abs(rate.mean() - p["r"] / p["alpha"]) < error * rate.std()
    assert abs(rate.var() / (p["r"] / p["alpha"] ** 2) - 1) < 0.12
    assert abs(dropout.mean() - p["a"] / (p["a"] + p["b"])) < error * dropout.std()
    assert abs(spend.mean() / (p["p"] * p["gamma"] / (p["q"] - 1)) - 1) < 0.05


def test_purchases_come_at_the_rate_of_the_truth(company: Company) -> None:
    """While a customer is active, repeat purchases are Poisson with the stated rate."""
    truth = company.truth.filter(pc.is_valid(company.truth["first_purchase_at"]))
    first = plain(truth["first_purchase_at"]).astype("datetime64[us]").astype(np.int64)
    dropped = truth["dropped_at"].fill_null(END).to_numpy().astype("datetime64[us]")
    weeks = (dropped.astype(np.int64) - first) / (7 * 86_400e6)
    bought = pc.equal(company.transactions["kind"].cast(pa.string()), "purchase")
    count = company.transactions.filter(bought)["customer"].cast(pa.string()).value_counts()
    made = {row["values"]: row["counts"] - 1 for row in count.to_pylist()}
    repeat = np.array([made[c] for c in truth["customer"].to_pylist()])
    stayed = plain(truth["alive"])

    # Those who stayed bought less often than their rate says, as each purchase is a risk
    # to leave: the expectation of a survivor is (1 - p) times the rate.
    rate, dropout = plain(truth["lambda_"]), plain(truth["dropout"])
    expected = (rate * (1 - dropout) * weeks)[stayed].sum()

    assert abs(repeat[stayed].sum() / expected - 1) < 0.01
    # And each repeat purchase is the last with the chance to leave.
    chance = (repeat * dropout).sum()
    assert abs((~stayed).sum() / chance - 1) < 0.04


def test_spend_spreads_around_the_mean_of_each_customer(company: Company) -> None:
    bought = pc.equal(company.transactions["kind"].cast(pa.string()), "purchase")
    table = company.transactions.filter(bought)
    mean = lookup(company.truth, "customer", "mean_spend")
    ratio = plain(table["amount"]) / np.array([mean[c] for c in plain(table["customer"])])

    assert abs(ratio.mean() - 1) < 0.01
    assert abs(ratio.var() * company.parameters["p"] - 1) < 0.03


def test_people_have_chinese_names(company: Company) -> None:
    customers = company.customers.filter(pc.equal(company.customers["kind"], "person"))

    for name in customers["name"].to_pylist():
        assert re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name), name
    for name in customers["name_en"].to_pylist():
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name), name


def test_no_phone_address_or_number_is_anybodys(company: Company) -> None:
    customers = company.customers
    phones = customers["phone"].to_pylist()
    ids = [value for value in customers["id_number"].to_pylist() if value]

    assert all(re.fullmatch(DEMO_PHONE_PREFIX + r"\d{7}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert all(e.endswith("@example.com") for e in customers["email"].to_pylist() if e)
    assert ids
    assert all(value.startswith("000000") for value in ids)


def test_lunar_birthdays_are_those_of_the_day_of_birth(company: Company) -> None:
    keeps = company.customers.filter(pc.is_valid(company.customers["lunar_birthday"]))

    assert keeps.num_rows > 2_000
    for row in keeps.slice(0, 3_000).to_pylist():
        month, day = map(int, row["lunar_birthday"].split("-"))
        born = row["birth_date"]
        moon = LunarDate.from_solar_date(born.year, born.month, born.day)
        assert (moon.month, moon.day) == (month, day)


def test_every_book_has_every_story(company: Company, managed: pa.Table) -> None:
    planted = lookup(company.truth, "customer", "planted")
    stories: dict[str, set[str]] = {}
    for number, book in lookup(managed, "number", "book").items():
        stories.setdefault(book, set()).update(planted[number])

    complete = sum(found == set(PLANTED) for found in stories.values())

    assert complete >= 0.9 * len(stories)


def test_a_planted_outflow_is_a_fifth_of_the_money_in_the_last_days(company: Company) -> None:
    left = {
        row["customer"]
        for row in company.truth.to_pylist()
        if "large_outflow" in row["planted"]
    }
    held = assets(company)
    recent = pc.greater_equal(
        company.transactions["occurred_at"],
        pa.scalar(END - timedelta(days=6), pa.timestamp("us", "UTC")),
    )
    biggest: dict[str, int] = {}
    for row in company.transactions.filter(recent).to_pylist():
        if row["category"] == "transfer_out":
            biggest[row["customer"]] = max(biggest.get(row["customer"], 0), row["amount"])

    assert len(left) > 30
    for customer in left:
        assert biggest[customer] >= 5_000_000
        assert biggest[customer] >= 0.2 * (held[customer] + biggest[customer])


def test_planted_birthdays_fall_in_the_next_three_weeks(company: Company) -> None:
    planted = {
        row["customer"] for row in company.truth.to_pylist() if "birthday" in row["planted"]
    }
    lunar = 0
    coming = [UNTIL + timedelta(days=n) for n in range(1, 23)]
    for row in company.customers.to_pylist():
        if row["number"] in planted and row["lunar_birthday"]:
            lunar += 1
            moons = [LunarDate.from_solar_date(d.year, d.month, d.day) for d in coming]
            assert row["lunar_birthday"] in {f"{m.month}-{m.day}" for m in moons}
        elif row["number"] in planted:
            days = {(d.month, d.day) for d in coming}
            assert (row["birth_date"].month, row["birth_date"].day) in days
    assert lunar > 5


def test_pay_that_stopped_has_missed_a_month(company: Company) -> None:
    stopped = {
        row["customer"]
        for row in company.truth.to_pylist()
        if "payroll_stopped" in row["planted"]
    }
    last_pay = company.transactions.filter(
        pc.equal(company.transactions["kind"].cast(pa.string()), "payroll")
    )
    times = last_pay["occurred_at"].to_pylist()
    latest = dict(zip(plain(last_pay["customer"]), times, strict=True))

    assert len(stopped) > 30
    paid = [latest[customer] for customer in stopped if customer in latest]
    assert len(paid) >= 0.9 * len(stopped)
    assert max(paid) < END - timedelta(days=36)


def test_relations_join_people_who_exist(company: Company) -> None:
    numbers = set(company.customers["number"].to_pylist())
    kinds = set()
    for row in company.relations.to_pylist():
        assert {row["customer"], row["other"]} <= numbers
        assert row["customer"] != row["other"]
        kinds.add(row["kind"])
    assert kinds == {"spouse", "child", "key_person", "guarantor", "referrer"}


def test_notes_say_many_different_things(company: Company) -> None:
    notes = company.interactions["note"]

    assert pc.count_distinct(notes).as_py() > 500
    assert set(plain(company.interactions["person"])) <= set(
        company.people["username"].to_pylist()
    )


def test_written_tables_come_back_as_plain_columns(company: Company, tmp_path: Path) -> None:
    small = bank(customers=600, seed=3, until=UNTIL)

    paths = small.write(tmp_path / "bank")

    assert set(paths) == set(TABLES)
    for name, path in paths.items():
        assert pq.read_metadata(path).num_rows == small.table(name).num_rows
    read = pq.read_table(paths["transactions"])
    assert read.schema.field("customer").type == pa.string()
    assert read["customer"].equals(small.transactions["customer"].cast(pa.string()))


def test_the_csv_export_holds_the_same_sums(tmp_path: Path) -> None:
    small = bank(customers=600, seed=3, until=UNTIL)

    path = small.transactions_csv(tmp_path / "t.csv", rows=5_000)

    read = pa_csv.read_csv(path)
    assert read.num_rows == 5_000
    total = round(pc.sum(read["amount"]).as_py() * 100)
    assert total == pc.sum(small.transactions["amount"].slice(0, 5_000)).as_py()
    stamp = read["occurred_at"][0].as_py()
    expected = small.transactions["occurred_at"][0].as_py() + timedelta(hours=8)
    assert stamp == expected.replace(tzinfo=None)


def test_a_company_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="500 to 10,000,000"):
        bank(customers=0, until=UNTIL)
