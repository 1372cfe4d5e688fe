from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.base.errors import BadInput
from regulars.server.intake.reader.moments import decide_order, moments
from regulars.server.intake.reader.zones import Zone

FIRST, LAST = np.array(["1950", "2100"], "datetime64[us]").tolist()
SHANGHAI = Zone("Asia/Shanghai")


def read(*cells: str, order=None, zone=SHANGHAI, **more):
    return moments(pa.array(cells, pa.string()), zone, order=order, **more)


def local(cell: str, **more) -> str:
    found = read(cell, **more)
    assert not found.faults, found.faults
    return str(np.datetime64(int(found.local[0]), "us")).removesuffix(".000000")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-1-3 8:05", "2026-01-03T08:05:00"),
        ("2026/1/31 8:05", "2026-01-31T08:05:00"),
        ("2026/01/31 08:05:09", "2026-01-31T08:05:09"),
        ("2026-01-31T08:05:09.25", "2026-01-31T08:05:09.250000"),
        ("2026.1.31", "2026-01-31T00:00:00"),
        ("2026年1月31日", "2026-01-31T00:00:00"),
        ("2026年1月31日 8时05分", "2026-01-31T08:05:00"),
        ("20260131", "2026-01-31T00:00:00"),
        ("20260131.0", "2026-01-31T00:00:00"),
        ("20260131080509", "2026-01-31T08:05:09"),
        ("２０２６－０１－３１", "2026-01-31T00:00:00"),
        ("46053", "2026-01-31T00:00:00"),
        ("46053.3368055556", "2026-01-31T08:05:00"),
        ("1769817600", "2026-01-31T08:00:00"),  # Unix time is UTC; Shanghai is 8 hours on
        ("1769817600000", "2026-01-31T08:00:00"),
        ("31-Jan-2026", "2026-01-31T00:00:00"),
        ("Jan 31, 2026 8:05 PM", "2026-01-31T20:05:00"),
        ("2026/1/31 下午 3:05", "2026-01-31T15:05:00"),
        ("2026-01-31 12:05 AM", "2026-01-31T00:05:00"),
        ("2026-01-31 24:00:00", "2026-02-01T00:00:00"),
        ("2026-01-31T00:05:00Z", "2026-01-31T08:05:00"),
        ("2026-01-31 00:05:00+00:00", "2026-01-31T08:05:00"),
        ("2026-01-31 08:05:00 -0500", "2026-01-31T21:05:00"),
    ],
)
def test_times_are_read_as_files_write_them(cell, meant):
    assert local(cell) == meant


@pytest.mark.parametrize(
    ("cell", "order", "meant"),
    [
        ("31/1/2026 8:05", "day_first", "2026-01-31T08:05:00"),
        ("1/31/2026 8:05", "month_first", "2026-01-31T08:05:00"),
        ("3.4.2026", "day_first", "2026-04-03T00:00:00"),
        ("3/4/26", "month_first", "2026-03-04T00:00:00"),
        ("3/4/97", "month_first", "1997-03-04T00:00:00"),
        ("1/31/2026 8:05:00 PM", "month_first", "2026-01-31T20:05:00"),
    ],
)
def test_day_and_month_follow_the_order_of_the_column(cell, order, meant):
    assert local(cell, order=order) == meant


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", "impossible_date"),
        ("2026-13-01", "impossible_date"),
        ("20260230", "impossible_date"),
        ("2026-01-31 25:00", "impossible_date"),
        ("1026-01-31", "date_out_of_range"),
        ("9999-12-31", "date_out_of_range"),
        ("9999999999999", "date_out_of_range"),
        ("soon", "not_a_date"),
        ("34 岁", "not_a_date"),
        ("2026-01", "not_a_date"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(cell, code):
    found = read(cell)

    assert found.faults[0].code == code
    assert not found.there[0]


def test_an_end_in_the_year_9999_is_no_end():
    found = read("9999-12-31", "0000-00-00", "2026-01-31", end_may_be_open=True)

    assert found.there.tolist() == [False, False, True]
    assert not found.faults


def test_a_number_above_twelve_tells_the_day():
    assert decide_order({(3, 4), (13, 4)}) == "day_first"
    assert decide_order({(3, 4), (4, 13)}) == "month_first"


def test_without_a_number_above_twelve_nothing_is_guessed():
    assert decide_order({(3, day) for day in range(1, 13)}) == "unknown"


def test_where_nobody_knows_only_what_can_mean_one_thing_is_read():
    found = read(
        "3/4/2026", "13/4/2026", "4/13/2026", "4/4/2026", "13/13/2026", order="unknown"
    )

    assert [str(np.datetime64(int(day), "D")) for day in found.days()[1:4]] == [
        "2026-04-13",
        "2026-04-13",
        "2026-04-04",
    ]
    assert {row: fault.code for row, fault in found.faults.items()} == {
        0: "ambiguous_date",
        4: "not_a_date",
    }
    assert found.faults[0].params == {"one": "2026-04-03", "other": "2026-03-04"}


@pytest.mark.parametrize(
    ("cell", "meant"),
    [("200221", "2020-02-21"), ("690101", "1969-01-01"), ("２００２２１", "2020-02-21")],
)
def test_six_digits_are_year_month_and_day(cell, meant):
    found = read(cell)

    assert str(np.datetime64(int(found.days()[0]), "D")) == meant
    assert found.short_year is not None
    assert found.short_year[1] == meant


@given(st.datetimes(FIRST, LAST))
@pytest.mark.parametrize(
    "name", ["Asia/Shanghai", "Europe/London", "Africa/Cairo", "Pacific/Apia"]
)
def test_a_column_agrees_with_pythons_zones(name, moment):
    zone, there = Zone(name), ZoneInfo(name)
    micros = np.array([np.datetime64(moment, "us").astype(np.int64)])

    utc, local = zone.to_utc(micros), zone.to_local(micros)

    first = moment.replace(tzinfo=there, fold=0).astimezone(UTC)
    assert as_datetime(utc) == first.replace(tzinfo=None)
    assert as_datetime(local) == moment.replace(tzinfo=UTC).astimezone(there).replace(
        tzinfo=None
    )


def as_datetime(micros):
    return np.datetime64(int(micros[0]), "us").item()


@pytest.mark.parametrize(
    ("local_time", "utc"),
    [
        ("1990-04-15 02:30", "1990-04-14T18:30"),  # skipped: read with the offset before it
        ("1990-09-16 01:30", "1990-09-15T16:30"),  # twice: the first is meant
        ("1990-07-01 12:00", "1990-07-01T03:00"),  # China's own summer time
        ("2026-07-01 12:00", "2026-07-01T04:00"),
    ],
)
def test_hours_that_are_skipped_or_doubled_follow_the_stated_rule(local_time, utc):
    found = read(local_time)

    assert str(np.datetime64(int(found.utc[0]), "us")).startswith(utc)


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="no time zone"):
        Zone("Asia/Atlantis")
