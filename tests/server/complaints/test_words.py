"""What is kept reads in each reader's language; what is old goes; a reply speaks as theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import translation
from tests.server.complaints.conftest import Open

from regulars.server.complaints import actions, custody, queries
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.customers import actions as customers
from regulars.testing.cast import NOON, TESTS, Cast

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
Lists = Callable[[str], Entry]


def test_changed_details_are_codes_that_both_languages_read(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain()
    with translation.override("zh-hans"):
        actions.change(
            case, type=lists("waiting"), severity=3, is_complex=True, wish="sorry",
            about=as_system.mei, by=as_system.lob, at=NOON,
        )  # fmt: skip
    event = Event.objects.get(case=case, what="changed")
    assert event.note == ""
    assert event.details["changed"] == {
        "type": "waiting", "severity": 3, "is_complex": True, "wish": "sorry", "about": "mei",
    }  # fmt: skip

    told = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told[language] = queries.story(as_system.lob, case, NOON).lines[-1].words
    assert "Queues and waiting" in told["en"]
    assert "Lu Xiaoqing" in told["en"]
    assert "排队与等候" in told["zh-hans"]
    assert "陆晓晴" in told["zh-hans"]
    assert "Grave" not in told["zh-hans"]


def test_an_erasure_takes_what_was_changed_out_of_the_story(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain()
    actions.change(
        case, type=case.type, severity=2, is_complex=False, wish="call Li Na's mother",
        by=as_system.lob, at=NOON,
    )  # fmt: skip

    actions.blank_story(as_system.li.pk, by=TESTS, at=NOON)

    assert not Event.objects.filter(case=case).exclude(details={}, note="").exists()


@pytest.mark.parametrize(("theirs", "begins"), [("en", "Dear "), ("zh", "李娜")])
def test_the_reply_is_worded_in_the_customers_language_whoever_writes_it(
    as_system: Cast, complain: Open, theirs: str, begins: str
) -> None:
    customers.change_customer(as_system.li, by=TESTS, at=NOON, language=theirs)
    reader = "zh-hans" if theirs == "en" else "en"

    with translation.override(reader):
        text = queries.template_of(complain(), NOON)

    assert text.startswith(begins)


def test_closed_cases_go_after_their_years_and_no_younger_ones(
    as_system: Cast, complain: Open
) -> None:
    old = actions.close(complain(), result="withdrawn", by=as_system.lob, at=NOON)
    young = actions.close(complain(), result="withdrawn", by=as_system.lob, at=NOON + 2 * DAY)
    waiting = complain()
    period = next(one for one in custody.PERIODS if one.key == "complaints.closed")

    assert period.older(NOON + DAY) == 1
    assert period.drop(NOON + DAY) == 1
    assert set(Case.objects.all()) == {young, waiting}
    assert not Event.objects.filter(case=old.pk).exists()
    assert period.days is not None
    assert period.least <= period.days
