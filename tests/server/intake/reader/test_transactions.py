import pytest

HEAD = "customer_id,date,amount,quantity,unit_price,order_id,kind\n"


def one(load, row: str, **more):
    verdict = load(HEAD + row + "\n", **more)
    assert not verdict.refused, verdict.refused
    return verdict.rows[0]["kind"], verdict.rows[0]["amount"]


@pytest.mark.parametrize(
    ("row", "kind", "minor"),
    [
        ("A,2026-01-01,12.50,,,O1,", "purchase", 1250),
        ("A,2026-01-01,,3,2.55,O1,", "purchase", 765),
        ("A,2026-01-01,9,3,2.55,O1,", "purchase", 900),  # a stated amount wins
        ("A,2026-01-01,0,2,,O1,", "purchase", 0),
        ("A,2026-01-01,-12.50,,,O1,", "refund", -1250),
        ("A,2026-01-01,12.50,-1,,O1,", "refund", -1250),
        ("A,2026-01-01,,-3,2.55,C536379,", "refund", -765),
        ("A,2026-01-01,,-3,2.55,,", "refund", -765),
        ("A,2026-01-01,,1,-11062.06,,", "refund", -1106206),
        ("A,2026-01-01,,7,0,O1,", "adjustment", 0),
        ("A,2026-01-01,,-7,0.00,C1,", "adjustment", 0),
        ("A,2026-01-01,30,,,O1,退货", "refund", -3000),
        ("A,2026-01-01,30,,,O1,消费", "purchase", 3000),
        ("A,2026-01-01,-30,,,O1,Sale", "refund", -3000),
        ("A,2026-01-01,500,,,,存入", "deposit", 50000),
        ("A,2026-01-01,500,,,,现金支取", "withdrawal", -50000),
        ("A,2026-01-01,-500,,,,取款", "withdrawal", -50000),
        ("A,2026-01-01,8000,,,,代发工资", "payroll", 800000),
        ("A,2026-01-01,2,,,,手续费", "fee", 200),
        ("A,2026-01-01,1.23,,,,结息", "interest", 123),
        ("A,2026-01-01,0.125,,,,", "purchase", 12),  # half to even
        ("A,2026-01-01,0.135,,,,", "purchase", 14),
    ],
)
def test_amount_and_kind_follow_the_stated_rules(load, row, kind, minor):
    assert one(load, row) == (kind, minor)


def test_a_currency_without_a_hundredth_is_kept_whole(load):
    assert one(load, "A,2026-01-01,1250,,,O1,", currency="JPY") == ("purchase", 1250)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2026-01-01,1,,,,", "no_customer"),
        ("NULL,soon,x,,,,", "no_customer"),
        ("A,,1,,,,", "missing"),
        ("A,2026-01-01,,3,,,", "no_amount"),
        ("A,2026-01-01,,,,,", "no_amount"),
        ("A,2026-01-01,abc,,,,", "not_a_number"),
        ("A,2026-02-30,1,,,,", "impossible_date"),
        ("A,2026-01-01,1,,,,团建", "unknown_choice"),
        ("1.23457E+17,2026-01-01,1,,,,", "damaged_number"),
        ("A,2026-01-01,99999999999999999999,,,,", "too_large"),
        ("A,2026-01-01,,99999999999,99999999999,,", "too_large"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_for_one_reason(load, row, code):
    verdict = load(HEAD + row + "\nB,2026-01-01,1,,,,\n")

    (refused,) = verdict.refused
    assert (refused.line, refused.code, len(refused.problems)) == (2, code, 1)
    assert verdict.result.refused_by == {code: 1}
    assert (verdict.result.rows, verdict.result.accepted) == (2, 1)


def test_a_row_with_two_faults_tells_both(load):
    (refused,) = load(HEAD + "A,2026-02-30,abc,,,,\n").refused

    assert [(p.column, p.value) for p in refused.problems] == [
        ("date", "2026-02-30"),
        ("amount", "abc"),
    ]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("17850.0", "17850"),
        ("266079.0", "266079"),
        ("00123", "00123"),
        ("１２３", "123"),
        ('"=""00123"""', "00123"),
        ("'00123", "00123"),
        ("　A 1　", "A 1"),
        ("440301199001011234", "440301199001011234"),
    ],
)
def test_a_number_that_is_a_name_stays_what_it_is(load, cell, kept):
    assert load(HEAD + f"{cell},2026-01-01,1,,,,\n").rows[0]["customer_id"] == kept


def test_utc_and_the_local_day_are_both_kept(load):
    row = load(HEAD + "A,2026-01-01 07:30,1,,,,\n").rows[0]

    assert row["occurred_at"].isoformat() == "2025-12-31T23:30:00+00:00"
    assert row["local_date"].isoformat() == "2026-01-01"


def test_day_and_month_are_told_over_the_whole_file_and_shown(load):
    rows = "A,1/2/2026,1,,,,\n" * 3 + "A,25/2/2026,1,,,,\n"

    verdict = load(HEAD + rows)

    assert [str(row["local_date"]) for row in verdict.rows] == ["2026-02-01"] * 3 + [
        "2026-02-25"
    ]
    assert verdict.result.date_formats == {"occurred_at": "31/01/2026"}
    (notice,) = verdict.result.notices
    assert notice.code == "day_first"
    assert notice.sentence() == "Dates in “date” were read with the day first: 25/2 is 02-25."


def test_where_nothing_tells_day_from_month_the_rows_are_refused_and_it_is_asked(load):
    verdict = load(HEAD + "A,1/2/2026,1,,,,\nA,3/3/2026,1,,,,\n")

    (notice,) = verdict.result.notices
    assert notice.code == "day_month_unknown"
    assert "1/2 may be 02-01 or 01-02" in notice.sentence()
    (refused,) = verdict.refused
    assert "可能是 2026-02-01，也可能是 2026-01-02" in refused.sentence("zh")
    assert [str(row["local_date"]) for row in verdict.rows] == ["2026-03-03"]


@pytest.mark.parametrize(
    ("order", "day"), [("day_first", "2026-02-01"), ("month_first", "2026-01-02")]
)
def test_whoever_knows_can_say_what_stands_first(load, order, day):
    verdict = load(HEAD + "A,1/2/2026,1,,,,\n", date_order=order)

    assert [str(row["local_date"]) for row in verdict.rows] == [day]
    assert not verdict.result.notices


def test_years_of_two_digits_are_told(load):
    verdict = load(HEAD + "A,200221,1,,,,\n")

    (notice,) = verdict.result.notices
    assert notice.sentence() == (
        "Dates in “date” have years of two digits: 200221 was read as 2020-02-21."
    )


def test_a_unit_in_the_header_multiplies_the_column(load):
    verdict = load("客户号,日期,金额(万元)\nA,2026-01-01,1.5\n")

    assert verdict.rows[0]["amount"] == 1_500_000


def test_what_was_rounded_is_counted(load):
    verdict = load(HEAD + "A,2026-01-01,1.005,,,,\nA,2026-01-01,1.00,,,,\n")

    assert [(n.code, n.params["count"]) for n in verdict.result.notices] == [
        ("amounts_rounded", 1)
    ]


def test_a_bank_statement_that_writes_spending_as_negative_is_warned_about(load):
    verdict = load(HEAD + "A,2026-01-01,-5,,,,消费\n" * 3 + "A,2026-01-01,9,,,,存入\n")

    assert [n.code for n in verdict.result.notices] == ["mostly_negative_purchases"]


def test_ids_whose_last_digits_were_replaced_are_warned_about(load):
    rows = "".join(f"44030119900101{n}000,2026-01-01,1,,,,\n" for n in range(1, 8))

    verdict = load(HEAD + rows)

    assert [n.code for n in verdict.result.notices] == ["ids_end_in_zeros"]


def test_totals_are_told_by_kind(load):
    verdict = load(HEAD + "A,2026-01-01,5,,,,\nA,2026-01-01,-2,,,,\nB,2026-01-01,,1,0,,\n")

    told = {kind: (t.rows, t.amount) for kind, t in verdict.result.totals.items()}
    assert told == {"adjustment": (1, 0), "purchase": (1, 500), "refund": (1, -200)}
