"""Pure rules: what always holds of a card, a deadline, a birthday."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st

from regulars.base.calendar import WorkCalendar
from regulars.server.care.queries.morning import birthday_keys
from regulars.server.care.rules import Morning, Policy, Subject, detect, summarise
from regulars.server.care.rules.cards import Part, rank
from regulars.server.care.rules.catalogue import DEPOSIT_MATURITY, TRIGGERS
from regulars.server.care.rules.shape import FIELDS

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
PARTS = st.lists(
    st.builds(
        Part,
        trigger=st.sampled_from(sorted(TRIGGERS)),
        priority=st.integers(1, 5),
        stake=st.decimals(0, 10_000_000, places=2),
        due_on=DAYS,
    ),
    min_size=1,
    max_size=8,
)


def morning(day: date, **changes: object) -> Morning:
    return Morning(day, WorkCalendar(), Policy(**changes))  # type: ignore[arg-type]


@given(parts=PARTS)
def test_the_order_of_reasons_does_not_change_the_card(parts: list[Part]) -> None:
    assert summarise(parts) == summarise(reversed(parts))


@given(parts=PARTS)
def test_a_card_shows_its_strongest_class_and_its_first_deadline(parts: list[Part]) -> None:
    card = summarise(parts)

    assert card.priority == min(part.priority for part in parts)
    assert card.due_on == min(part.due_on for part in parts)
    assert card.stake <= sum((part.stake for part in parts), Decimal(0))
    assert rank(parts)[0].priority == card.priority


@given(day=DAYS, ahead=st.integers(0, 30), level=st.integers(1, 5))
def test_a_birthday_is_due_on_a_working_day_not_before_today(
    day: date, ahead: int, level: int
) -> None:
    on = day + timedelta(days=ahead)
    found = detect.birthday(Subject(1, 1, level), detect.Birthday(1, on), morning(day))

    if found is not None:
        assert found.due_on >= day
        assert found.expires_on >= max(on, found.due_on)
        # Who prepares does it at work; a greeting may be due on the day itself.
        assert WorkCalendar().is_workday(found.due_on) or found.due_on == on


@given(day=DAYS, matures=st.integers(-6, 12))
def test_each_day_before_a_maturity_has_at_most_the_nearest_reminder(
    day: date, matures: int
) -> None:
    on, one = day + timedelta(days=matures), Subject(1, 1, 3)
    row = detect.Row(1, "H", on, Decimal(1), idle=True)
    now = detect.judge(DEPOSIT_MATURITY, one, row, morning(day))
    later = detect.judge(DEPOSIT_MATURITY, one, row, morning(day + timedelta(days=1)))

    if now is not None and later is not None:
        assert int(later.facts["stage"]) <= int(now.facts["stage"])
    if now is not None:
        assert now.series == f"H@{on:%Y%m%d}"
        assert now.due_on >= day


@given(day=DAYS, silent=st.integers(0, 1000), level=st.integers(1, 5))
def test_silence_is_named_once_per_interval(day: date, silent: int, level: int) -> None:
    last = day - timedelta(days=silent)
    subject, row = Subject(1, 1, level), detect.Silent(1, last, last)
    now = detect.contact_overdue(subject, row, morning(day))
    tomorrow = detect.contact_overdue(subject, row, morning(day + timedelta(days=1)))
    every = Policy().standard(level).contact_every

    assert (now is None) == (every is None or silent <= every)
    if now is not None and tomorrow is not None and every and (silent + 1) % every:
        assert now.cycle == tomorrow.cycle


@given(day=DAYS)
def test_the_keys_of_birthdays_ahead_lie_within_the_days_asked(day: date) -> None:
    found = birthday_keys(day, 24)

    assert all(day <= when <= day + timedelta(days=24) for when in found.values())
    assert sum(key.startswith("S") for key in found) in (24, 25, 26)


def test_a_long_name_of_a_holding_still_makes_a_key_that_fits() -> None:
    row = detect.Row(1, "H" * 60, date(2026, 11, 26), Decimal(1))
    found = detect.judge(DEPOSIT_MATURITY, Subject(1, 1, 3), row, morning(date(2026, 11, 23)))

    assert found is not None
    assert len(found.cycle) <= 40


def test_texts_ask_for_known_fields_in_both_languages() -> None:
    for trigger in TRIGGERS.values():
        for text in (trigger.chip, trigger.script, trigger.hint):
            zh, en = (
                {f for _t, f, *_r in Formatter().parse(t) if f} for t in (text.zh, text.en)
            )

            assert zh | en <= set(FIELDS)
            assert zh == en or trigger.code == "birthday", trigger.code
