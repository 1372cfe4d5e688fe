"""Merges, edits and new rows that meet: nothing lands on a file that is no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.overlap import overlapping

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.customers import actions as customers
from regulars.server.customers import loading
from regulars.server.customers.models import Customer, FactKey
from regulars.server.identity import actions
from regulars.server.identity.models import Merge
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, assemble

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=3)
Two = tuple[Customer, Customer]


@pytest.fixture
def two() -> Two:
    """Two files of one person, committed."""
    with scope.everything():
        book = assemble().mei_book
        one = stage.customer("A", "孟小雨", book)
        return one, stage.customer("B", "孟小雨", book, email="b@example.com")


def merge(one: Customer, other: Customer) -> Merge:
    return actions.merge(one, other, by=WORKER, at=NOON)


def now(customer: Customer) -> Customer:
    with scope.everything():
        return Customer.objects.get(pk=customer.pk)


def test_of_two_merges_against_each_other_the_first_stands(two: Two) -> None:
    one, other = two

    told = overlapping(lambda: merge(one, other), lambda: merge(other, one))

    assert told == ["", "NotStanding"]


def test_an_edit_that_meets_a_merge_is_refused_and_not_lost_in_a_dead_file(two: Two) -> None:
    one, other = two

    told = overlapping(
        lambda: merge(one, other),
        lambda: customers.change_customer(other, phone="13800000002", by=WORKER, at=NOON),
    )

    assert told == ["", "NotStanding"]
    assert now(other).phone == ""


def test_a_consent_that_meets_a_merge_is_refused(two: Two) -> None:
    one, other = two

    told = overlapping(
        lambda: merge(one, other),
        lambda: channels.refuse_all(other, source="call", by=WORKER, at=NOON),
    )

    assert told == ["", "NotStanding"]


def test_a_contact_that_meets_a_merge_goes_to_the_file_that_stays(two: Two) -> None:
    one, other = two

    told = overlapping(
        lambda: merge(one, other),
        lambda: channels.record_touch(
            other, channel="call", outcome="reached", by=WORKER, at=NOON, two_way=True
        ),
    )

    assert told == ["", ""]
    with scope.everything():
        assert Touch.objects.get().customer == one


def test_a_load_that_meets_a_merge_leaves_the_merged_file_alone(two: Two) -> None:
    one, other = two
    row = {"number": "B", "name": "孟小雨", "phone": "13800000002"}

    told = overlapping(
        lambda: merge(one, other),
        lambda: loading.load(
            [row], list(row), default_book=one.book, origin="import:x", by=TESTS, at=LATER
        ),
    )

    assert told == ["", ""]
    assert now(other).phone == ""


def test_of_two_who_take_a_merge_back_the_first_does(two: Two) -> None:
    with scope.everything():
        made = merge(*two)

    told = overlapping(
        lambda: actions.unmerge(made, by=WORKER, at=LATER),
        lambda: actions.unmerge(made, by=WORKER, at=LATER),
    )

    assert told == ["", "NotUndoable"]


def test_taking_back_keeps_what_somebody_is_just_writing(two: Two) -> None:
    one, _ = two
    with scope.everything():
        made = merge(*two)
        one.refresh_from_db()

    told = overlapping(
        lambda: customers.change_customer(one, email="new@example.com", by=WORKER, at=LATER),
        lambda: actions.unmerge(made, by=WORKER, at=LATER),
    )

    assert told == ["", ""]
    assert now(one).email == "new@example.com"
    assert now(one).provenance["email"][0] == "hand"


def test_a_file_that_just_goes_into_a_third_one_is_not_taken_apart(two: Two) -> None:
    one, other = two
    with scope.everything():
        made = merge(one, other)
        third = stage.customer("C", "孟小雨", one.book)

    told = overlapping(
        lambda: merge(third, one), lambda: actions.unmerge(made, by=WORKER, at=LATER)
    )

    assert told == ["", "NotUndoable"]
    with scope.everything():
        assert FactKey.objects.filter(customer=third).count() == 3
