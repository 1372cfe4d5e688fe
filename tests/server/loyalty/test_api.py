"""Tills and apps: members, balances, redemptions under keys of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.loyalty.conftest import Books, faults

from regulars.server.core import scope
from regulars.server.core.keys import actions as keys
from regulars.server.core.rights import Right
from regulars.testing.cast import NOON, TESTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def till(books: Books) -> Any:
    """Another system that may read and write work."""
    _key, secret = keys.make_key(
        name="till", rights=[Right.WORK_READ, Right.WORK_WRITE, Right.CUSTOMERS_READ],
        by=TESTS, at=NOON,
    )  # fmt: skip
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def call(where: str, body: dict[str, Any] | None = None) -> Any:
        told = {} if body is None else {"data": body, "content_type": "application/json"}
        send = client.get if body is None else client.post
        answer = send(f"/api/v1/loyalty{where}", **told)
        scope.set_scope(scope.EVERYBODY)
        return answer

    return call


def test_a_till_redeems_once_and_gives_back_once(books: Books, till: Any) -> None:
    books.earn(100)
    (member,) = till("/members?person=mei").json()["members"]
    body = {"person": "mei", "key": "till-1", "points": 30, "ref": "tea"}

    first = till(f"/members/{member['id']}/redeem", body)
    again = till(f"/members/{member['id']}/redeem", body)
    other = till(f"/members/{member['id']}/redeem", body | {"points": 31})
    short = till(f"/members/{member['id']}/redeem", body | {"key": "b", "points": 500})

    assert (first.status_code, first.json()["balance"]) == (200, 70)
    assert first.content == again.content
    assert (other.status_code, short.status_code) == (422, 409)
    moved = first.json()["movement"]
    back = till(f"/movements/{moved}/give-back", {"person": "mei", "key": "c"})
    assert (back.status_code, books.of(), faults()) == (200, (100, 0, 0), [])


def test_a_customer_joins_and_reads_the_statement(books: Books, till: Any) -> None:
    made = till("/members", {"person": "wei", "customer": books.cast.zhou.public_id}).json()
    given = {"person": "wei", "key": "w", "points": 50, "ref": "welcome"}
    assert till(f"/members/{made['id']}/credit", given).status_code == 200

    one = till(f"/members/{made['number']}?person=wei").json()
    told = till(f"/members/{made['id']}/statement?person=wei").json()

    assert (one["active"], told["closing"], told["lines"][0]["points"]) == (50, 50, 50)


def test_members_of_others_do_not_exist(books: Books, till: Any) -> None:
    (theirs,) = till("/members?person=tao").json()["members"]

    assert till(f"/members/{theirs['id']}?person=mei").status_code == 404
    body = {"person": "mei", "key": "x", "points": 1}
    assert till(f"/members/{theirs['id']}/redeem", body).status_code == 404
