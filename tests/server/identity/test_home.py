"""Where a file comes out of a merge when its customer went to another book meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from regulars.server.care.models import Card
from regulars.server.core.audit import WORKER
from regulars.server.core.models import Book, Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer, CustomerSearch
from regulars.server.identity import actions
from regulars.server.identity.models import Merge
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
THEN, LATER = NOON + timedelta(hours=1), NOON + timedelta(days=3)


def merged(of: Book, into: Book) -> Merge:
    one, other = stage.customer("D1", "孟小雨", into), stage.customer("D2", "孟小雨", of)
    Card.objects.create(
        customer=other, book=of, day=NOON.date(), priority=3, due_on=NOON.date()
    )
    return actions.merge(one, other, by=WORKER, at=NOON)


def taken_back(made: Merge) -> tuple[Customer, Merge]:
    done = actions.unmerge(made, by=WORKER, at=LATER)
    return Customer.objects.get(pk=made.loser_id), done


def test_a_file_comes_out_into_its_own_book(as_system: Cast) -> None:
    made = merged(as_system.tao_book, as_system.mei_book)

    other, done = taken_back(made)

    assert other.book == as_system.tao_book
    assert Card.objects.get().book == as_system.tao_book
    assert done.kept_by_hand == []


def test_a_file_goes_along_with_the_customer_of_its_book(as_system: Cast) -> None:
    made = merged(as_system.mei_book, as_system.mei_book)
    customers.move_many([made.survivor_id], as_system.tao_book, by=WORKER, at=THEN)

    other, done = taken_back(made)

    assert other.book == as_system.tao_book
    assert CustomerSearch.objects.get(customer=other).book == as_system.tao_book
    assert Card.objects.get().book == as_system.tao_book
    assert done.kept_by_hand == ["book"]


def test_a_file_does_not_follow_a_customer_who_was_never_in_its_book(as_system: Cast) -> None:
    made = merged(as_system.mei_book, as_system.tao_book)
    customers.move_many([made.survivor_id], as_system.willow_pool, by=WORKER, at=THEN)

    other, _done = taken_back(made)

    assert other.book == as_system.mei_book


def test_a_file_does_not_return_to_somebody_who_left(as_system: Cast) -> None:
    made = merged(as_system.tao_book, as_system.mei_book)
    Person.objects.filter(pk=as_system.tao.pk).update(is_active=False)

    other, done = taken_back(made)

    assert other.book == as_system.mei_book
    assert done.kept_by_hand == ["book"]


def test_a_file_does_not_return_to_a_book_that_was_handed_over(as_system: Cast) -> None:
    made = merged(as_system.tao_book, as_system.mei_book)
    everybody = Customer.objects.standing().filter(book=as_system.tao_book)
    keys = list(everybody.values_list("pk", flat=True))
    customers.move_many(keys, as_system.willow_pool, by=WORKER, at=THEN)

    other, _done = taken_back(made)

    assert other.book == as_system.mei_book


def test_a_file_returns_to_the_pool(as_system: Cast) -> None:
    made = merged(as_system.willow_pool, as_system.mei_book)

    other, _done = taken_back(made)

    assert other.book == as_system.willow_pool


def test_the_page_says_beforehand_and_afterwards_where_the_file_goes(as_system: Cast) -> None:
    made = merged(as_system.mei_book, as_system.mei_book)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(as_system.ada)
    address = f"/duplicates/merges/{made.public_id}/"
    assert (
        f"it returns to its book “{as_system.mei_book}”" in client.get(address).content.decode()
    )

    customers.move_many([made.survivor_id], as_system.tao_book, by=WORKER, at=THEN)
    assert f"it goes into “{as_system.tao_book}”" in client.get(address).content.decode()

    taken_back(made)
    page = client.get(address).content.decode()
    assert f"went along into “{as_system.tao_book}”" in page
    assert "The next scores and tiers count them as one" not in page
