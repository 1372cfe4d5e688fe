"""What a file said before: every past state comes back, whichever way it was changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.server.core.models import Book, Person
from regulars.server.customers import actions, loading
from regulars.server.customers.models import Customer, History
from regulars.server.customers.queries import history
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
FIELDS = (
    "name",
    "phone",
    "address",
    "birth_date",
    "tags",
    "risk_tolerance",
    "book_id",
    "state",
)
Edit = tuple[str, Any]
edits = st.lists(
    st.one_of(
        st.tuples(st.just("phone"), st.sampled_from(["", "10100000001", "10100000002"])),
        st.tuples(st.just("birth_date"), st.sampled_from([None, date(1980, 2, 29)])),
        st.tuples(st.just("tags"), st.lists(st.sampled_from("甲乙丙"), max_size=2)),
        st.tuples(st.just("risk_tolerance"), st.sampled_from([None, 1, 5])),
        st.tuples(st.just("file"), st.sampled_from(["湖滨路 1 号", "湖滨路 2 号"])),
        st.tuples(st.just("book"), st.booleans()),
        st.tuples(st.just("all"), st.sampled_from(["active", "closed"])),
    ),
    max_size=8,
)


def hour(n: float) -> datetime:
    return NOON + timedelta(hours=n)


def change(cast: Cast, edit: Edit, at: datetime) -> None:
    """One of the ways in which a file is changed."""
    what, value = edit
    li = Customer.objects.get(pk=cast.li.pk)
    if what == "book":
        book = Book.objects.get(pk=(cast.mei_book if value else cast.tao_book).pk)
        actions.move_to_book(li, book, by=TESTS, at=at)
    elif what == "file":
        rows = [{"number": li.number, "address": value}]
        loading.load(
            rows,
            ["number", "address"],
            default_book=cast.willow_pool,
            origin="import:a.csv",
            by=TESTS,
            at=at,
        )
    elif what == "all":
        Customer.objects.update(state=value, updated_at=at)
    else:
        actions.change_customer(li, by=TESTS, at=at, **{what: value})


def state(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in FIELDS}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sequence=edits)
def test_every_past_state_comes_back(as_system: Cast, sequence: list[Edit]) -> None:
    start = Customer.objects.get(pk=as_system.li.pk)
    first = max(customer.updated_at for customer in Customer.objects.all())
    states = [(first, state(start))]

    for n, edit in enumerate(sequence, 1):
        change(as_system, edit, first + timedelta(hours=n))
        now = Customer.objects.get(pk=as_system.li.pk)
        states.append((first + timedelta(hours=n), state(now)))

    now = Customer.objects.get(pk=as_system.li.pk)
    for moment, was in states:
        for at in (moment, moment + timedelta(minutes=59)):
            seen = history.as_it_was(as_system.ana, now, at)
            assert seen is not None
            assert state(seen) == was


def test_before_the_file_was_opened_there_is_nobody(as_system: Cast) -> None:
    assert history.as_it_was(as_system.ana, as_system.li, hour(-1)) is None


def test_a_change_keeps_the_old_values_of_what_changed_only(as_system: Cast) -> None:
    actions.change_customer(
        as_system.li, by=TESTS, at=hour(1), phone="10100000009", name="李娜"
    )

    (row,) = History.objects.filter(customer=as_system.li)
    assert row.changes == {"phone": "10100000001"}
    assert (row.valid_from, row.valid_to) == (NOON, hour(1))


def test_two_changes_of_one_moment_leave_what_stood_before_both(as_system: Cast) -> None:
    actions.change_customer(as_system.li, by=TESTS, at=hour(1), phone="10100000008")
    actions.change_customer(as_system.li, by=TESTS, at=hour(1), phone="10100000009")

    before = history.as_it_was(as_system.ana, as_system.li, hour(0.5))

    assert before is not None
    assert before.phone == "10100000001"


def test_what_is_computed_from_the_file_is_no_change_of_it(as_system: Cast) -> None:
    Customer.objects.update(completeness=40, confirmed_at=hour(1))

    assert not History.objects.exists()


def test_a_book_is_seen_as_it_was(as_system: Cast) -> None:
    actions.move_to_book(as_system.li, as_system.tao_book, by=TESTS, at=hour(1))
    actions.move_to_book(as_system.li, as_system.willow_pool, by=TESTS, at=hour(2))

    def numbers(book: Book, at: datetime) -> list[str]:
        return [c.number for c in history.book_as_it_was(as_system.ana, book, at)]

    assert numbers(as_system.mei_book, hour(0.5)) == ["0001"]
    assert numbers(as_system.tao_book, hour(0.5)) == ["0003"]
    assert numbers(as_system.tao_book, hour(1)) == ["0001", "0003"]
    assert numbers(as_system.willow_pool, hour(3)) == ["0001", "0002"]
    assert numbers(as_system.mei_book, hour(3)) == []
    assert numbers(as_system.mei_book, hour(-1)) == []


def test_nobody_sees_the_past_of_a_strange_customer(cast: Cast, look: Look) -> None:
    look(cast.tao)
    actions.change_customer(cast.qian, by=cast.tao, at=hour(1), phone="10100000009")
    assert History.objects.count() == 1

    look(cast.mei)
    assert not History.objects.exists()
    assert not history.history(cast.mei, cast.qian).exists()


def test_the_query_alone_hides_a_strange_past(as_system: Cast) -> None:
    actions.change_customer(as_system.qian, by=TESTS, at=hour(1), phone="10100000009")

    assert not history.history(as_system.mei, as_system.qian).exists()
    assert history.history(as_system.tao, as_system.qian).exists()


def test_an_erased_customer_leaves_no_past(as_system: Cast) -> None:
    actions.change_customer(as_system.li, by=TESTS, at=hour(1), phone="10100000009")

    Customer.objects.filter(pk=as_system.li.pk).update(
        state="erased", name="", phone="", updated_at=hour(2)
    )

    assert not History.objects.exists()


def test_a_deleted_customer_takes_the_past_along(as_system: Cast) -> None:
    actions.change_customer(as_system.li, by=TESTS, at=hour(1), phone="10100000009")

    with connection.cursor() as db:
        db.execute(
            "delete from customers_customersearch where customer_id = %s", [as_system.li.pk]
        )
        db.execute("delete from customers_factkey where customer_id = %s", [as_system.li.pk])
        db.execute("delete from customers_customer where id = %s", [as_system.li.pk])

    assert not History.objects.exists()
