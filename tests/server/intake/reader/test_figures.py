from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.intake.reader.cells import Fault, Remembered
from regulars.server.intake.reader.figures import (
    numbers,
    parse_number,
    parse_rate,
    product,
    to_minor,
)


def column(*cells: str):
    return numbers(pa.array(cells, pa.string()), Remembered(parse_number))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234,567.89", "1234567.89"),
        ("12,3456", "123456"),  # grouped by 万
        ("¥1,234.50", "1234.5"),
        ("RMB 20", "20"),
        ("20元", "20"),
        ("１２３．５", "123.5"),
        ("1.2万", "12000"),
        ("3亿", "300000000"),
        ("-1.5万元", "-15000"),
        ("(1,200.00)", "-1200"),
        ("（30）", "-30"),
        ("50-", "-50"),
        ("−7", "-7"),
        ("+8", "8"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.2E+05", "120000"),
        ("'-5", "-5"),
        (" 1 234 ", "1234"),
    ],
)
def test_amounts_are_read_as_people_write_them(cell, value):
    assert parse_number(cell.strip()) == Fraction(value)


@pytest.mark.parametrize(
    "cell", ["12,5", "1.2.3", "34 岁", "abc", "1,23,456", "--5", "¥", ".", "1e99"]
)
def test_what_may_mean_two_things_or_nothing_is_refused(cell):
    assert isinstance(parse_number(cell), Fault)


def test_empty_words_and_dashes_are_no_number():
    found = column("", "-", "NULL", "nan", "N/A", "  ", "0")

    assert found.there.tolist() == [False] * 6 + [True]
    assert not found.faults


def test_a_rate_is_in_percentage_points_with_or_without_the_sign():
    assert (
        parse_rate("3.85%")
        == parse_rate("3.85")
        == parse_rate("３．８５％")
        == Fraction("3.85")
    )


@given(st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=4))
def test_the_swift_way_and_the_patient_way_agree(value):
    written = f"{value:f}"

    found = column(written)

    assert found.exact(0) == parse_number(written) == Fraction(value)


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=5), min_size=1))
def test_amounts_are_rounded_once_half_to_even(values):
    minor, rounded = to_minor(column(*(f"{v:f}" for v in values)), digits=2)

    expected = [int((v * 100).quantize(Decimal(1), ROUND_HALF_EVEN)) for v in values]
    assert minor.tolist() == expected
    assert rounded == sum(v * 100 % 1 != 0 for v in values)


@given(
    st.decimals(min_value=-(10**6), max_value=10**6, places=5),
    st.decimals(min_value=0, max_value=10**5, places=4),
)
def test_quantity_times_price_is_exact_before_it_is_rounded(quantity, price):
    minor = product(column(f"{quantity:f}"), column(f"{price:f}"), digits=2)

    assert minor.tolist() == [round(Fraction(quantity) * Fraction(price) * 100)]


def test_enormous_products_do_not_wrap_around():
    minor = product(column("99999999999"), column("99999999999"), digits=2)

    assert np.abs(minor)[0] == 2**62
