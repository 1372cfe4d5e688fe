"""An existing programme comes by file: members, and what they had."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.loyalty.conftest import Books, faults, later

from regulars.base.errors import BadInput, Refused
from regulars.base.periods import add_months
from regulars.server.core import scope
from regulars.server.core.files import write_xlsx
from regulars.server.core.models import Job
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions, jobs, queries
from regulars.server.loyalty.actions import bringing, members
from regulars.server.loyalty.models import (
    Account,
    Entry,
    LevelScheme,
    Lot,
    Membership,
    Opening,
    Programme,
)
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
HEAD = "客户号,会员号,入会日期,等级,积分,积分到期日,成长值"


@pytest.fixture
def shop(as_system: Cast, programme: Programme) -> Cast:
    LevelScheme.objects.create(
        valid_from=date(2024, 11, 1), months=12, made_at=NOON,
        levels=[{"code": "gold", "name": "金穗", "name_en": "Golden ear", "from": 800}],
    )  # fmt: skip
    return as_system


def file(*lines: str, head: str = HEAD) -> SimpleUploadedFile:
    return SimpleUploadedFile("老积分.csv", "\n".join([head, *lines]).encode())


def look(shop: Cast, *lines: str, head: str = HEAD, **told: Any) -> Opening:
    asked: dict[str, Any] = {"as_of": TODAY - timedelta(days=1), "by": shop.max, "at": NOON}
    return actions.bring(file(*lines, head=head), **asked | told)


def done(job: Job) -> Opening:
    """Let the worker do it."""
    jobs.carry_out(job.pk)
    scope.set_scope(scope.EVERYBODY)
    return Opening.objects.get(public_id=job.subject)


def take(shop: Cast, *lines: str, head: str = HEAD, by: Any = None) -> Opening:
    found = look(shop, *lines, head=head)
    return done(actions.ask_take_in(found, by=by or shop.max, at=NOON))


def wrong(found: Opening) -> list[tuple[int, str, str]]:
    return [(line, column, code) for line, column, code, _value in found.faults]


def of(who: Any, currency: str = "points") -> int:
    return Account.objects.get(customer=who, currency=currency).active


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


def test_members_and_what_they_had_come_along(shop: Cast) -> None:
    li, qian = shop.li.number, shop.qian.number
    found = take(
        shop,
        f"{li},8800 1001,2019/5/1,金穗,300,2027-03-31,250",
        f'{li},8800 1001,2019/5/1,金穗,"1,200",2027年6月30日,',
        f"{qian},,,,40,9999-12-31,",
    )

    member = Membership.objects.get(customer=shop.li)
    lots = Lot.objects.filter(account__customer=shop.li, account__currency="points")
    assert found.state == "taken"
    assert (found.members, found.lots, found.points, found.tier, found.endless) == (
        *(2, 4, 1_540, 250, 40),
    )
    assert (member.number, member.joined_on) == ("88001001", date(2019, 5, 1))
    assert (member.level, member.level_until) == ("gold", add_months(TODAY, 12))
    assert sorted(lots.values_list("expires_on", "active")) == [
        (date(2027, 3, 31), 300), (date(2027, 6, 30), 1_200),
    ]  # fmt: skip
    assert (of(shop.li), of(shop.li, "tier"), of(shop.qian)) == (1_500, 250, 40)
    assert Membership.objects.get(customer=shop.qian).number.startswith("600")
    assert {(e.source, e.target) for e in Entry.objects.all()} == {("opened", "active")}
    assert faults() == []


def test_a_level_that_came_along_stays_through_the_night(shop: Cast) -> None:
    take(shop, f"{shop.li.number},,,gold,5,,")

    members.rank(by=TESTS, at=NOON)

    assert Membership.objects.get(customer=shop.li).level == "gold"


def test_the_same_file_again_adds_nothing(shop: Cast) -> None:
    lines = (
        f"{shop.li.number},A-1,2019-05-01,,300,2027-03-31,250",
        f"{shop.qian.number},A-2,,,,,",
    )
    take(shop, *lines)
    entries = Entry.objects.count()

    again = take(shop, *lines)

    assert (again.known, again.refused, again.points, again.members) == (2, 0, 0, 0)
    assert (Entry.objects.count(), of(shop.li)) == (entries, 300)


def test_a_mended_file_adds_what_was_refused_alone(shop: Cast) -> None:
    first = take(shop, f"{shop.li.number},,,,300,2027-03-31,", f"{shop.qian.number},,,,x,,")
    again = take(shop, f"{shop.li.number},,,,300,2027-03-31,", f"{shop.qian.number},,,,7,,")

    assert (first.points, first.refused, again.points, again.known) == (300, 1, 7, 1)
    assert (of(shop.li), of(shop.qian)) == (300, 7)


def test_each_row_that_cannot_be_taken_says_why_and_what_to_do(shop: Cast) -> None:
    li, qian = shop.li.number, shop.qian.number
    found = look(
        shop,
        ",1,,,5,,",
        "nobody,,,,5,,",
        f"{li},no/number,,,5,,",
        f"{li},,2099-01-01,,5,,",
        f"{li},,,platin,5,,",
        f"{li},,,,-5,,",
        f"{li},,,,5,2026-01-31,",
        f"{li},,,,5,31st of May,",
        f"{li},,,,6,2027-01-31,",
        f"{li},,,,7,2027-01-31,",
        f"{qian},X1,,,8,2027-01-31,",
        f"{qian},X2,,,9,2027-02-28,",
    )

    assert wrong(found) == [
        (2, "customer", "empty"), (3, "customer", "unknown"), (4, "number", "bad_number"),
        (5, "joined_on", "to_come"), (6, "level", "bad_level"), (7, "points", "bad_points"),
        (8, "expires_on", "over"), (9, "expires_on", "bad_day"), (10, "points", "twice"),
        (11, "points", "twice"), (12, "number", "several"), (13, "number", "several"),
    ]  # fmt: skip
    told = queries.wrong(found)
    assert (told[4].column, told[4].words) == (
        "Level",
        "“platin” is none of your levels. Write one of them, or add it to the programme.",
    )
    assert "import the customers first" in told[1].words.lower()
    assert (found.points, Lot.objects.count(), Membership.objects.count()) == (0, 0, 0)


def test_a_number_is_one_members(shop: Cast) -> None:
    li, qian = shop.li.number, shop.qian.number
    take(shop, f"{li},A-1,,,5,,")

    taken = look(shop, f"{qian},A-1,,,5,,")
    differs = look(shop, f"{li},A-9,,,5,2027-01-31,")
    shared = look(shop, f"{qian},B-1,,,5,,", f"{shop.zhou.number},B-1,,,5,,")

    assert wrong(taken) == [(2, "number", "taken")]
    assert wrong(differs) == [(2, "number", "differs")]
    assert wrong(shared) == [(2, "number", "shared"), (3, "number", "shared")]


def test_our_own_numbers_step_over_those_that_came_along(shop: Cast) -> None:
    from regulars.server.loyalty import rules

    ((last,),) = members.booking.run("select nextval('loyalty_number')")
    take(shop, f"{shop.li.number},{rules.number('600', last + 1)},,,5,,")

    joined = members.join(shop.qian, by=TESTS, at=NOON)

    assert joined.number == rules.number("600", last + 2)


def test_another_number_of_points_for_what_came_is_refused(shop: Cast) -> None:
    take(shop, f"{shop.li.number},,,,300,2027-03-31,")

    again = look(shop, f"{shop.li.number},,,,400,2027-03-31,")

    assert wrong(again) == [(2, "points", "other")]


def test_who_is_a_member_already_gets_the_points_alone(books: Books) -> None:
    number = Membership.objects.get(customer=books.cast.li).number
    take(books.cast, f"{books.cast.li.number},,2001-01-01,,300,,")

    found = Membership.objects.get(customer=books.cast.li)

    assert (found.number, found.source, books.of()) == (number, "page", (300, 0, 0))


def test_what_was_owed_is_paid_by_what_comes_along(books: Books) -> None:
    lot = books.earn(100)
    books.redeem(100)
    actions.reverse(lot, key=books.key(), by=TESTS, at=NOON)

    take(books.cast, f"{books.cast.li.number},,,,300,,")

    assert books.of() == (200, 0, 0)
    assert faults() == []


def test_so_many_points_are_taken_in_by_a_second_person(shop: Cast) -> None:
    found = look(shop, f"{shop.li.number},,,,5000,,")

    with pytest.raises(actions.SecondPerson):
        actions.ask_take_in(found, by=shop.max, at=NOON)

    assert done(actions.ask_take_in(found, by=shop.ana, at=NOON)).state == "taken"


def test_only_who_sees_everybody_brings_a_programme(shop: Cast) -> None:
    with pytest.raises(Refused):
        look(shop, f"{shop.li.number},,,,5,,", by=shop.mei)


@pytest.mark.parametrize(
    ("head", "words"),
    [("name,积分", "Customer number"), ("客户号,name", "Points")],
)
def test_a_file_without_its_columns_is_none(shop: Cast, head: str, words: str) -> None:
    lay = set(bringing.folder().iterdir())

    with pytest.raises(BadInput, match=words):
        look(shop, "x,5", head=head)

    assert set(bringing.folder().iterdir()) == lay


def test_what_cannot_be_read_is_said_by_the_name_it_came_with(shop: Cast) -> None:
    with pytest.raises(BadInput, match=r"old\.xlsx"):
        actions.bring(
            SimpleUploadedFile("old.xlsx", b"PK\x03\x04 no sheet"), as_of=TODAY, by=shop.max,
            at=NOON,
        )  # fmt: skip


def test_a_sheet_is_read_as_text_is(shop: Cast, tmp_path: Path) -> None:
    path = tmp_path / "old.xlsx"
    row = (shop.li.number, 120, date(2027, 5, 31))
    write_xlsx(path, ["customer", "points", "expires_on"], iter([row]))

    found = actions.bring(
        SimpleUploadedFile("old.xlsx", path.read_bytes()), as_of=TODAY, by=shop.max, at=NOON
    )

    assert (found.points, found.refused, found.endless) == (120, 0, 0)


def test_it_goes_out_again_and_may_come_again(shop: Cast) -> None:
    line = f"{shop.li.number},A-1,,,300,2027-03-31,250"
    found = take(shop, line)

    gone = done(actions.ask_undo(found, by=shop.max, at=NOON))

    assert (gone.state, of(shop.li), of(shop.li, "tier")) == ("undone", 0, 0)
    assert not Membership.objects.filter(customer=shop.li).exists()
    assert faults() == []
    assert take(shop, line).points == 300
    assert of(shop.li) == 300


def test_it_stays_where_points_of_it_were_spent(shop: Cast) -> None:
    found = take(shop, f"{shop.li.number},,,,300,,")
    asked = actions.ask_undo(found, by=shop.max, at=NOON)
    actions.redeem(shop.li, points=10, key="k", by=TESTS, at=NOON)

    stays = done(asked)
    asked.refresh_from_db()

    assert (stays.state, of(shop.li), asked.state) == ("taken", 290, "failed")
    assert "by 1 member" in stays.message
    with pytest.raises(actions.Used):
        actions.ask_undo(stays, by=shop.max, at=NOON)


def test_who_earned_here_since_stays_a_member(shop: Cast) -> None:
    found = take(shop, f"{shop.li.number},,,,300,,")
    actions.earn(shop.li, points=5, key="k", by=TESTS, at=NOON)

    done(actions.ask_undo(found, by=shop.max, at=NOON))

    assert (of(shop.li), Membership.objects.filter(customer=shop.li).exists()) == (5, True)


def test_nothing_is_half_done_where_the_work_is_cut_off(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = look(shop, f"{shop.li.number},,,,300,,", f"{shop.qian.number},,,,5,,")
    job = actions.ask_take_in(found, by=shop.max, at=NOON)
    monkeypatch.setattr("regulars.server.loyalty.actions.opening.LOTS", "select 1/0")

    with pytest.raises(Exception, match="division"):
        jobs.carry_out(job.pk)

    scope.set_scope(scope.EVERYBODY)
    found.refresh_from_db()
    assert found.state == "checked"
    assert (Membership.objects.count(), Account.objects.count(), Lot.objects.count()) == (
        0,
        0,
        0,
    )


def test_two_who_take_it_in_take_it_in_once(shop: Cast) -> None:
    found = look(shop, f"{shop.li.number},,,,300,,")
    job = actions.ask_take_in(found, by=shop.max, at=NOON)
    with pytest.raises(actions.NotNow):
        actions.ask_take_in(found, by=shop.ana, at=NOON)

    done(job)
    Job.objects.filter(pk=job.pk).update(state="waiting")
    done(job)

    assert of(shop.li) == 300


def test_the_statement_and_the_liability_tell_what_came_along(shop: Cast) -> None:
    take(shop, f"{shop.li.number},,,,300,,")
    actions.earn(shop.li, points=50, key="k", by=TESTS, at=NOON)

    told = queries.statement(shop.ana, shop.li, TODAY, TODAY)
    worth = queries.worth(shop.ana, NOON)

    assert told is not None
    assert worth is not None
    assert [(line.words, line.about, line.points) for line in told.lines] == [
        ("Brought along from the earlier programme", "老积分.csv", 300), ("Earned", "", 50),
    ]  # fmt: skip
    assert (told.brought, told.earned, told.closing) == (300, 50, 350)
    assert [(row.is_brought, row.issued) for row in worth.rows] == [(True, 300), (False, 50)]
    month = TODAY.replace(day=1)
    drilled = queries.behind(shop.ana, cohort=month, state="points", brought=True)
    assert [lot.points for lot in drilled] == [300]


def test_a_cohort_that_came_along_teaches_nothing(shop: Cast) -> None:
    """Its points were what others had left: they would look as if everybody redeemed."""
    take(shop, f"{shop.li.number},,,,3000,,")
    actions.redeem(shop.li, points=2_900, key="k", by=TESTS, at=NOON)

    worth = queries.worth(shop.ana, later(60))

    assert worth is not None
    assert [row.ultimate for row in worth.rows] == [None]
    assert worth.is_assumed


def test_a_file_that_nobody_takes_in_is_forgotten(shop: Cast) -> None:
    old = look(shop, f"{shop.li.number},,,,300,,")
    look(shop, f"{shop.li.number},,,,300,,", at=later(8))

    old.refresh_from_db()

    assert old.state == "dropped"


Line = tuple[int, int, int, int]  # who, points, tier points, last day


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 50), st.integers(0, 3)),
        max_size=12,
    ),
    again=st.booleans(),
)
def test_sums_are_those_of_the_good_rows(shop: Cast, rows: Sequence[Line], again: bool) -> None:
    people = [shop.li, shop.qian, shop.zhou, None]
    lines = [_line(people[row[0]], row) for row in rows]

    with scope.restored():
        try:
            with transaction.atomic():
                found = take(shop, *lines, by=shop.ana)
                if again:
                    take(shop, *lines, by=shop.ana)
                expected = _sums(people, rows)
                assert found.points + found.tier == sum(expected.values())
                for (who, currency), points in expected.items():
                    assert of(people[who], currency) == points
                assert faults() == []
                raise _Back
        except _Back:
            pass


class _Back(Exception):
    pass


def _line(who: Any, row: Line) -> str:
    return f"{who.number if who else 'nobody'},,,,{row[1]},{_until(row)},{row[2]}"


def _until(row: Line) -> str:
    return "" if row[3] == 0 else f"2027-0{row[3]}-28"


def _sums(people: Sequence[Any], rows: Sequence[Line]) -> dict[tuple[int, str], int]:
    """The brute-force twin: a row is good when nobody else says the same."""
    found: dict[tuple[int, str], int] = {}
    for place, row in enumerate(rows):
        others = [o for at, o in enumerate(rows) if at != place and o[0] == row[0]]
        twice = row[1] and any(o[1] and _until(o) == _until(row) for o in others)
        twice_tier = row[2] and any(o[2] for o in others)
        if people[row[0]] is None or twice or twice_tier:
            continue
        for currency, points in (("points", row[1]), ("tier", row[2])):
            if points:
                found[row[0], currency] = found.get((row[0], currency), 0) + points
    return found


def test_many_rows_are_taken_in_as_one(shop: Cast) -> None:
    found = take(shop, *_many([shop.li.number], 300), by=shop.ana)

    assert (found.rows, found.refused, of(shop.li)) == (300, 0, 300)


@pytest.mark.drill
def test_a_hundred_thousand_rows_come_in_seconds(shop: Cast) -> None:
    """The plan of a programme's move: 50,000 members with two lots each, in and out again."""
    cast_book = shop.li.book
    Customer.objects.bulk_create(
        (
            Customer(number=f"M{n:06}", name=f"会员{n}", kind="person", state="active",
                     book=cast_book, created_at=NOON, updated_at=NOON)
            for n in range(50_000)
        ),
        batch_size=5_000,
    )  # fmt: skip
    lines = _many([f"M{n:06}" for n in range(50_000)], 2)
    began = time.perf_counter()
    found = look(shop, *lines)
    looked = time.perf_counter()
    asked = actions.ask_take_in(found, by=shop.ana, at=NOON)
    taken = done(asked)
    took = time.perf_counter()

    assert (taken.state, taken.members, taken.lots) == ("taken", 50_000, 100_000)
    assert (taken.points, taken.refused) == (100_000, 0)
    assert faults() == []
    again = time.perf_counter()
    repeated = look(shop, *lines)
    known = time.perf_counter()
    assert (repeated.known, repeated.lots) == (100_000, 0)
    undoing = actions.ask_undo(taken, by=shop.ana, at=NOON)
    gone = time.perf_counter()
    assert done(undoing).state == "undone"
    out = time.perf_counter()
    assert Account.objects.filter(active__gt=0).count() == 0
    print(  # noqa: T201 - a drill prints its figure
        f"\n100,000 rows of 50,000 members: checked in {looked - began:.1f} s "
        f"({100_000 / (looked - began):,.0f} rows/s), taken in in {took - looked:.1f} s "
        f"({100_000 / (took - looked):,.0f} rows/s), known again in {known - again:.1f} s, "
        f"taken out in {out - gone:.1f} s (load {os.getloadavg()[0]:.1f})"
    )


def _many(numbers: Iterable[str], each: int) -> list[str]:
    first = date(2027, 1, 1)
    return [
        f"{number},,,,1,{first + timedelta(days=day)},"
        for number in numbers
        for day in range(each)
    ]


def test_a_file_with_nothing_good_in_it_waits_for_nobody(shop: Cast) -> None:
    bad, good = look(shop, "9999,,,,10,2027-01-01,"), look(shop, f"{shop.li.number},,,,10,,")

    assert (bad.state, good.state) == ("checked", "checked")
    assert (bad.words, good.words) == ("Nothing to take in", "Waits to be taken in")
