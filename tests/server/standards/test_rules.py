"""The pure rules: which line holds where, when the next time is due, what it asks of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.standards import rules
from regulars.server.standards.rules import (
    BadLine,
    BadTerm,
    Count,
    Doer,
    Hours,
    Line,
    Matrix,
    Purpose,
    Rhythm,
)

CONTACT = Line(5, Purpose.CONTACT, rhythm=Rhythm.DAYS, days=14, minutes=20)
LAKE, WILLOW = "/1/2/", "/1/3/"


@pytest.mark.parametrize("preset", ["bank", "retail"])
def test_the_presets_say_what_the_field_does(preset: str) -> None:
    """The matrix of the source documents: how often, and how early before a birthday."""
    matrix = rules.preset(preset).matrix
    found = {n: matrix.standard(n) for n in rules.LEVELS}

    assert {n: one.contact_every for n, one in found.items()} == {
        5: 14, 4: 30, 3: 90, 2: None, 1: None,
    }  # fmt: skip
    assert {n: (one.birthday_from, one.birthday_until) for n, one in found.items()} == {
        5: (21, 14), 4: (7, 1), 3: (1, 0), 2: (0, 0), 1: (None, None),
    }  # fmt: skip
    assert matrix.longest_lead == 21


@pytest.mark.parametrize("preset", list(rules.PRESETS))
def test_every_preset_treats_every_stage_and_answers_every_complaint(preset: str) -> None:
    content = rules.preset(preset)

    assert set(content.treatments) == set(rules.STAGES)
    for kind in content.matrix.kinds:
        for level in rules.LEVELS:
            answer = content.matrix.standard(level, kind=kind).acknowledge
            assert answer is not None
            assert answer.by_people
    groups = {line.group for line in content.matrix.lines}
    for group in groups:
        rules.check_cell([line for line in content.matrix.lines if line.group == group])


def test_a_bank_plans_all_four_classes_of_business() -> None:
    assert set(rules.preset("bank").plans) == set(rules.CLASSES)


def test_the_top_companies_see_a_leader_each_quarter_and_the_manager_each_month() -> None:
    top = rules.preset("bank").matrix.standard(5, kind="organization")

    assert [(line.doer, line.rhythm) for line in top.of(Purpose.VISIT)] == [
        (Doer.MANAGER, Rhythm.MONTH),
        (Doer.LEADER, Rhythm.QUARTER),
    ]


def test_the_nearest_place_wins_and_within_it_the_class() -> None:
    general = replace(CONTACT, kind="organization")
    credit = replace(general, business_class="credit", days=10)
    lake = replace(general, unit=LAKE, days=7)
    lake_credit = replace(lake, business_class="credit", days=5)
    matrix = Matrix((general, credit, lake, lake_credit))

    def every(unit: str, klass: str) -> int | None:
        found = matrix.standard(5, kind="organization", unit=unit, business_class=klass)
        return found.contact_every

    assert every(WILLOW, "") == 14
    assert every(WILLOW, "credit") == 10
    assert every(f"{LAKE}9/", "") == 7
    assert every(LAKE, "credit") == 5


def test_an_exception_of_one_purpose_leaves_the_others_alone() -> None:
    visit = Line(5, Purpose.VISIT, rhythm=Rhythm.QUARTER, minutes=60)
    never = Line(5, Purpose.CONTACT, Doer.MACHINE, Rhythm.NEVER, unit=LAKE)
    matrix = Matrix((CONTACT, visit, never))

    there = matrix.standard(5, unit=LAKE)

    assert there.contact_every is None
    assert there.of(Purpose.CONTACT) == ()
    assert there.of(Purpose.VISIT) == (visit,)


def test_a_customer_without_a_tier_is_looked_after_like_the_mass() -> None:
    matrix = rules.preset("bank").matrix

    assert matrix.standard(0) == matrix.standard(2)


def test_what_goes_by_itself_is_nobodys_contact() -> None:
    assert Matrix((replace(CONTACT, doer=Doer.MACHINE),)).standard(5).contact_every is None


@pytest.mark.parametrize(
    ("rhythm", "last", "due"),
    [
        (Rhythm.MONTH, date(2026, 1, 31), date(2026, 2, 28)),
        (Rhythm.QUARTER, date(2026, 2, 10), date(2026, 6, 30)),
        (Rhythm.QUARTER, date(2026, 11, 10), date(2027, 3, 31)),
        (Rhythm.HALF_YEAR, date(2026, 7, 1), date(2027, 6, 30)),
        (Rhythm.YEAR, date(2026, 12, 31), date(2027, 12, 31)),
        (Rhythm.EVENT, date(2026, 1, 1), None),
    ],
)
def test_a_calendar_rhythm_is_due_by_the_end_of_the_next_period(
    rhythm: Rhythm, last: date, due: date | None
) -> None:
    assert Line(5, Purpose.VISIT, rhythm=rhythm).due_after(last) == due


@given(
    st.sampled_from([Rhythm.MONTH, Rhythm.QUARTER, Rhythm.HALF_YEAR, Rhythm.YEAR]),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_the_next_time_is_due_after_the_last(rhythm: Rhythm, last: date) -> None:
    due = Line(5, Purpose.VISIT, rhythm=rhythm).due_after(last)

    assert due is not None
    assert due > last


def test_hours_are_customers_times_minutes_times_how_often() -> None:
    counts = [Count(WILLOW, "person", "", 5, 90)]
    staff = {(WILLOW, "rm"): 2}

    (load,) = rules.loads(Matrix((CONTACT,)), counts, staff, Hours(), workdays=20)

    assert load.asked == pytest.approx(90 * 20 / 60 * 365.25 / 12 / 14)
    assert load.there == pytest.approx(2 * 8 * 0.6 * 20)
    assert not load.is_over


def test_work_of_a_role_the_branch_lacks_falls_to_the_nearest_place_above() -> None:
    line = Line(5, Purpose.VISIT, Doer.LEADER, Rhythm.QUARTER, minutes=60)
    counts = [Count(WILLOW, "person", "", 5, 30), Count(LAKE, "person", "", 5, 60)]

    (load,) = rules.loads(Matrix((line,)), counts, {("/1/", "leader"): 1}, Hours(), workdays=20)

    assert (load.unit, load.asked) == ("/1/", pytest.approx(30))


def test_work_that_nobody_could_do_is_shown_first() -> None:
    line = Line(5, Purpose.VISIT, Doer.LEADER, Rhythm.QUARTER, minutes=60)
    counts = [Count(WILLOW, "person", "", 5, 30)]

    first, *_rest = rules.loads(
        Matrix((line, CONTACT)), counts, {(WILLOW, "rm"): 9}, Hours(), workdays=20
    )

    assert (first.doer, first.people, first.share) == ("leader", 0, None)
    assert first.is_over


@given(
    st.lists(
        st.tuples(st.sampled_from([WILLOW, LAKE]), st.integers(1, 5), st.integers(0, 500)),
        max_size=12,
    )
)
def test_roles_add_up_to_the_places(counted: list[tuple[str, int, int]]) -> None:
    matrix = rules.preset("bank").matrix
    counts = [Count(unit, "person", "", level, n) for unit, level, n in counted]
    staff = {(WILLOW, "rm"): 3, ("/1/", "leader"): 1}

    places = rules.loads(matrix, counts, staff, Hours(), workdays=20.5)

    assert sum(load.asked for load in rules.by_role(places)) == pytest.approx(
        sum(load.asked for load in places)
    )


def test_differences_name_each_cell_once_and_equal_contents_have_none() -> None:
    before = rules.preset("bank")
    group = ("person", "", "", 5, "contact")
    now = replace(CONTACT, kind="person", days=21)
    after = before.with_matrix(before.matrix.with_cell([now], group=group))

    assert not rules.differences(before, before)
    (cell,) = rules.differences(before, after).cells
    assert (cell.level, cell.purpose, cell.after) == (5, "contact", (now,))


@pytest.mark.parametrize(
    "lines",
    [
        [CONTACT, replace(CONTACT, days=7)],
        [replace(CONTACT, days=None)],
        [replace(CONTACT, minutes=0)],
        [replace(CONTACT, days=9_999)],
        [Line(5, Purpose.GREETING, minutes=5, lead_from=1, lead_until=9)],
        [Line(5, Purpose.COMPLAINT, Doer.MACHINE, hours=2)],
        [Line(5, Purpose.COMPLAINT, minutes=5, hours=2, workdays=1)],
    ],
)
def test_a_cell_that_contradicts_itself_is_refused(lines: list[Line]) -> None:
    with pytest.raises(BadLine):
        rules.check_cell(lines)


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2027, 12, 1)])
def test_a_treatment_of_one_customer_ends_and_not_too_late(day: date) -> None:
    with pytest.raises(BadTerm):
        rules.check_term(day, today=date(2026, 11, 23))


def test_settings_of_before_hold_until_the_first_version() -> None:
    settings = {"contact_every": {"3": 10, "5": 0}, "birthday_lead": {"4": [10, 2]}}

    matrix = rules.with_settings(rules.preset("retail"), settings).matrix

    assert matrix.standard(3).contact_every == 10
    assert matrix.standard(5).contact_every is None
    assert (matrix.standard(4).birthday_from, matrix.standard(4).birthday_until) == (10, 2)
