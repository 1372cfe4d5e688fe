"""Kinds other than transactions."""

import datetime as dt

import pytest

from regulars.server.intake.reader.cells import Fault
from regulars.server.intake.reader.lunar import parse_lunar


def test_customers(load):
    verdict = load(
        "客户编号,客户类型,姓名,性别,出生日期,农历生日,手机号,邮箱,证件号码,客户经理,开户日期,短信同意,接听电话\n"
        "0001,个人,李 梅,女,1990/4/28,八月初五,138 0000-0000,mei@example.com,"
        "44030119900428123X,rm01,2020-01-01,是,退订\n"
        "0002,对公,西湖茶业有限公司,,,,0571-8888888,,,rm02,2019-05-01,,\n",
        "customers",
    )

    first, second = verdict.rows
    assert first["number"] == "0001"
    assert (first["kind"], first["gender"], first["name"]) == ("person", "female", "李 梅")
    assert (first["birth_date"], first["lunar_birthday"]) == (dt.date(1990, 4, 28), "08-05")
    assert (first["phone"], first["email"]) == ("13800000000", "mei@example.com")
    assert first["id_number"] == "44030119900428123X"
    assert (first["consent_sms"], first["consent_call"], first["consent_email"]) == (
        True,
        False,
        None,
    )
    assert (second["kind"], second["phone"], second["consent_sms"]) == (
        "organization",
        "05718888888",
        None,
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,1.38E+10,,", "damaged_number"),
        ("1,call me,,", "not_a_phone"),
        ("1,,nobody,", "not_an_email"),
        ("1,,,perhaps", "not_yes_no"),
        (",13800000000,,", "missing"),
    ],
)
def test_customers_are_refused_with_a_reason(load, row, code):
    verdict = load(f"客户编号,手机号,邮箱,短信同意\n{row}\n", "customers")

    assert verdict.codes == [(2, code)]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("八月初五", "08-05"),
        ("闰五月初一", "L05-01"),
        ("腊月三十", "12-30"),
        ("正月廿三", "01-23"),
        ("十一月二十九", "11-29"),
        ("农历冬月十五", "11-15"),
        ("8-5", "08-05"),
        ("L05-01", "L05-01"),
        ("1980-8-5", "08-05"),
    ],
)
def test_lunar_days(cell, day):
    assert parse_lunar(cell) == day


@pytest.mark.parametrize("cell", ["13-01", "08-31", "八月", "someday"])
def test_what_is_no_lunar_day(cell):
    assert isinstance(parse_lunar(cell), Fault)


def test_balances(load):
    verdict = load(
        '客户号,账号,余额日期,余额\n0001,6222020000000000001,20260131,"1,234.56"\n0001,A2,20260131,-5\n',
        "balances",
    )

    assert [(r["on"], r["account_id"], r["balance"]) for r in verdict.rows] == [
        (dt.date(2026, 1, 31), "6222020000000000001", 123456),
        (dt.date(2026, 1, 31), "A2", -500),
    ]


def test_holdings_without_a_number_are_known_by_product_and_opening_day(load):
    verdict = load(
        "客户号,合同号,产品代码,起息日,到期日,本金\n1,H1,D3Y,2025-01-01,2028-01-01,5万\n1,,D1Y,2025-06-01,9999-12-31,100\n",
        "holdings",
    )

    assert [(r["holding_id"], r["matures_on"], r["amount"]) for r in verdict.rows] == [
        ("H1", dt.date(2028, 1, 1), 5_000_000),
        ("D1Y@2025-06-01", None, 10_000),
    ]


def test_events(load):
    (row,) = load("客户号,事件类型,时间,里程\n1,回厂,2026-01-31 08:05,30500.5\n", "events").rows

    assert (row["kind"], row["value"], str(row["local_date"])) == (
        "回厂",
        30500.5,
        "2026-01-31",
    )


def test_products(load):
    verdict = load(
        "产品代码,产品名称,期限（天）,年利率,风险等级\nD1,一年定存,365,1.45%,R1\nD2,怪,1.5,2,R9\n",
        "products",
    )

    (row,) = verdict.rows
    assert (row["term_days"], row["rate"], row["risk_level"]) == (365, 1.45, "R1")
    assert [p.code for p in verdict.refused[0].problems] == ["not_whole", "unknown_choice"]


def test_people(load):
    (row,) = load("工号,姓名,岗位,网点\n0007,李梅,客户经理,0101\n", "people").rows

    assert (row["username"], row["role"], row["org_unit"]) == ("0007", "rm", "0101")


@pytest.mark.parametrize(
    ("born", "code"),
    [
        ("1900-01-01", None),
        ("2026-11-22", None),
        ("2026-11-23", "lies_ahead"),
        ("2091-03-05", "lies_ahead"),
        ("1899-12-31", "date_out_of_range"),
    ],
)
def test_nobody_is_born_after_today_or_before_1900(load, born, code):
    verdict = load(f"客户编号,出生日期\n0001,{born}\n", "customers")

    told = [(p.code, p.column) for row in verdict.refused for p in row.problems]
    assert told == ([(code, "出生日期")] if code else [])


def test_a_date_ahead_is_told_with_the_last_day_that_may_stand_there(load):
    (refused,) = load("客户编号,出生日期\n0001,2091/3/5\n", "customers").refused

    assert refused.sentence("zh") == "“2091/3/5”尚未到来，此处最晚可填 2026-11-22。请改正。"
    assert refused.sentence("en") == (
        "“2091/3/5” has not come yet; the last day that may stand here is 2026-11-22. "
        "Correct it."
    )


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("transactions", "客户号,金额,交易时间\nA,5,"),
        ("balances", "客户号,余额,日期\nA,5,"),
        ("holdings", "客户号,产品代码,开立日期\nA,P,"),
        ("holdings", "客户号,产品代码,数据时间\nA,P,"),
    ],
)
def test_what_happened_lies_no_more_than_a_day_ahead(load, kind, head):
    good = load(head + "2026-11-23\n", kind)
    bad = load(head + "2026-11-24\n", kind, out="bad")

    assert len(good.rows) == 1
    assert [p.code for p in bad.refused[0].problems] == ["lies_ahead"]


def test_a_maturity_and_an_event_may_lie_ahead(load):
    holding = load("客户号,产品代码,到期日期\nA,P,2031-01-01\n", "holdings")
    event = load("客户号,事件类型,时间\nA,loan_due,2027-03-01\n", "events", out="events")

    assert (len(holding.rows), len(event.rows)) == (1, 1)
