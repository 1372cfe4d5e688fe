"""Contacts: written once, reversed and never deleted, seen by those in scope only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.channels import actions, loading, queries
from regulars.server.channels.models import Touch
from regulars.server.channels.rules import (
    MARKETING_CHANNELS,
    marketing_channels,
    refuses_marketing,
)
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


def call(cast: Cast, days_ago: int = 0, **more: object) -> Touch:
    given: dict[str, object] = {"channel": "call", "outcome": "reached", "two_way": True}
    at = NOON - timedelta(days=days_ago)
    return actions.record_touch(cast.li, by=cast.mei, at=at, **(given | more))  # type: ignore[arg-type]


def test_a_contact_says_who_when_how_and_what_came_of_it(as_system: Cast) -> None:
    touch = call(as_system, note="年底要备货", next_step="送报价单")

    assert (touch.person, touch.at, touch.note) == (as_system.mei, NOON, "年底要备货")
    assert AuditEntry.objects.get(action="channels.touch.recorded").details == {
        "channel": "call",
        "outcome": "reached",
    }


def test_an_outcome_that_does_not_exist_is_refused(as_system: Cast) -> None:
    with pytest.raises(actions.WrongOutcome, match="happy"):
        call(as_system, outcome="happy")


def test_the_last_answer_is_of_a_contact_that_had_one(as_system: Cast) -> None:
    call(as_system, 9)
    call(as_system, 5)
    call(as_system, 2, outcome="no_answer", two_way=False)

    assert queries.last_interactions([as_system.li.pk, as_system.qian.pk]) == {
        as_system.li.pk: NOON - timedelta(days=5)
    }


def test_a_reversed_contact_stays_on_file_and_counts_no_more(as_system: Cast) -> None:
    touch = call(as_system)
    actions.reverse_touch(touch, by=as_system.mei, at=NOON)

    assert queries.last_interactions([as_system.li.pk]) == {}
    assert list(queries.touches_for_scoring(NOON + timedelta(days=1))) == []
    assert Touch.objects.filter(reversed_at=NOON).count() == 1


def test_a_contact_is_reversed_once(as_system: Cast) -> None:
    touch = call(as_system)
    actions.reverse_touch(touch, by=as_system.mei, at=NOON)

    with pytest.raises(actions.AlreadyReversed):
        actions.reverse_touch(touch, by=as_system.mei, at=NOON)


def test_refusing_all_marketing_is_a_withdrawal_in_the_same_moment(as_system: Cast) -> None:
    as_system.li.consents = {"call": True}
    as_system.li.save()

    call(as_system, outcome="refused_all")

    as_system.li.refresh_from_db()
    assert refuses_marketing(as_system.li.consents)
    assert marketing_channels(as_system.li.consents, ()) == ()
    assert AuditEntry.objects.filter(action="channels.marketing.refused").count() == 1


def test_a_refusal_stands_when_an_earlier_one_is_taken_back(as_system: Cast) -> None:
    as_system.li.consents = {"call": True}
    as_system.li.save()
    first = call(as_system, outcome="refused_all")
    call(as_system, outcome="refused_all")

    actions.reverse_touch(first, by=TESTS, at=NOON)

    as_system.li.refresh_from_db()
    assert refuses_marketing(as_system.li.consents)


def test_contacts_of_another_book_are_not_seen(cast: Cast, look: Look) -> None:
    scope.set_scope(scope.EVERYBODY)
    call(cast)

    for wall in (lambda: look(cast.tao), lambda: scope.set_scope(scope.EVERYBODY)):
        wall()  # behind the wall, and with the query's own filter alone
        assert not queries.touches(cast.tao, cast.li).exists()

    look(cast.mei)
    assert queries.touches(cast.mei, cast.li).count() == 1


def test_the_engine_reads_moments_and_no_words(as_system: Cast) -> None:
    call(as_system, 3, note="nobody else's business", inbound=True)
    call(as_system, 0)

    (found,) = queries.touches_for_scoring(NOON - timedelta(days=1))

    assert (found.customer_id, found.direction, found.two_way) == (as_system.li.pk, "in", True)
    assert "business" not in repr(found)


def test_a_file_of_contacts_loaded_twice_adds_nothing(as_system: Cast) -> None:
    rows = [
        loading.Arrived(
            "0001",
            NOON,
            "call",
            "reached",
            person="mei",
            note="a\tb\nc",
            need="a loan",
            next_step="send the form",
        ),
        loading.Arrived("0001", NOON - timedelta(days=1), "sms", "no_answer"),
        loading.Arrived("unknown", NOON, "call", "reached"),
    ]

    added = [loading.load(rows, origin="test", by=TESTS, at=NOON) for _ in range(2)]

    assert added == [2, 0]
    first = Touch.objects.get(channel="call")
    assert (first.person, first.note, first.two_way) == (as_system.mei, "a\tb\nc", True)
    assert (first.need, first.next_step) == ("a loan", "send the form")
    assert not Touch.objects.get(channel="sms").two_way


def test_many_ids_are_many_different_ids() -> None:
    ids = [key for key, _n in zip(loading.public_ids(), range(20_000), strict=False)]

    assert len(set(ids)) == len(ids)
    assert all(len(key) == 12 for key in ids)


YES_NO = st.dictionaries(st.sampled_from(MARKETING_CHANNELS), st.booleans())
BLOCKED = st.lists(st.sampled_from(MARKETING_CHANNELS))


@given(consents=YES_NO, blocked=BLOCKED)
def test_marketing_goes_where_somebody_said_yes_and_nowhere_else(
    consents: dict[str, bool], blocked: list[str]
) -> None:
    allowed = marketing_channels(consents, blocked)

    assert all(consents.get(channel) is True for channel in allowed)
    assert not set(allowed) & set(blocked)
    assert set(allowed) <= set(marketing_channels(consents, blocked, unknown=True))


def test_the_table_of_contacts_has_no_row_for_strangers(cast: Cast) -> None:
    scope.set_scope(scope.EVERYBODY)
    call(cast)
    scope.set_scope(scope.NOBODY)

    with connection.cursor() as db:
        db.execute("select count(*) from channels_touch")
        assert db.fetchone() == (0,)
