"""The pages on which somebody decides whether two files are one customer."""

from __future__ import annotations

import pytest
from django.test import Client

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers.models import Customer
from regulars.server.identity import actions
from regulars.server.identity.models import Merge, Pair
from regulars.server.identity.rules import Clue, Likeness
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(cast: Cast) -> Pair:
    with scope.everything():
        one = stage.customer("D1", "孟小雨", cast.mei_book, phone="13800000001")
        other = stage.customer("D2", "孟小宇", cast.mei_book, phone="13800000001")
        clues = (Clue("phone", "same", 12.0), Clue("name", "alike", 4.0))
        actions.propose([Likeness(one.pk, other.pk, 0.97, clues)], by=TESTS, at=NOON)
        return Pair.objects.select_related("first", "second").get()


def of(person: Person, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(person)
    return client


def test_the_queue_says_what_speaks_for_a_pair(cast: Cast, pair: Pair) -> None:
    page = of(cast.wei).get("/duplicates/").content.decode()

    assert "孟小雨" in page
    assert "same phone" in page
    assert "name sounds alike" in page


def test_side_by_side_hides_what_is_personal_until_somebody_asks(
    cast: Cast, pair: Pair
) -> None:
    client = of(cast.wei)
    page = client.get(f"/duplicates/{pair.public_id}/").content.decode()
    assert "13800000001" not in page

    page = client.post(f"/duplicates/{pair.public_id}/reveal").content.decode()

    assert "13800000001" in page
    assert AuditEntry.objects.filter(action="customers.personal.revealed").count() == 2


def test_two_clicks_merge_and_one_takes_it_back(cast: Cast, pair: Pair) -> None:
    client = of(cast.wei)
    answer = client.post(
        f"/duplicates/{pair.public_id}/merge",
        {"keep": pair.second.public_id, "take": ["name"]},
        follow=True,
    )
    assert "went into" in answer.content.decode()
    with scope.everything():
        made = Merge.objects.get()
        assert Customer.objects.get(pk=pair.second_id).name == "孟小雨"
    page = client.get(f"/customers/{pair.first.public_id}/").content.decode()
    assert "D2" in page, "the old address leads to the file that stayed"

    client.post(f"/duplicates/merges/{made.public_id}/undo")

    with scope.everything():
        assert Customer.objects.get(pk=pair.second_id).name == "孟小宇"
        assert Pair.objects.get().state == Pair.State.OPEN


def test_who_keeps_two_apart_may_say_why(cast: Cast, pair: Pair) -> None:
    of(cast.wei).post(f"/duplicates/{pair.public_id}/apart", {"reason": "cousins"})

    with scope.everything():
        assert Pair.objects.get().state == Pair.State.APART
    page = of(cast.wei).get("/duplicates/?state=apart").content.decode()
    assert "孟小雨" in page


def test_a_pair_of_other_branches_does_not_exist(cast: Cast, pair: Pair) -> None:
    with scope.everything():
        Customer.objects.filter(pk=pair.second_id).update(book=cast.tao_book)

    assert of(cast.wei).get(f"/duplicates/{pair.public_id}/").status_code == 404
    assert of(cast.ada).get(f"/duplicates/{pair.public_id}/").status_code == 200


def test_a_merge_without_a_choice_says_what_to_do(cast: Cast, pair: Pair) -> None:
    answer = of(cast.wei).post(f"/duplicates/{pair.public_id}/merge", {})

    assert answer.status_code == 422
    assert "Choose the file that stays." in answer.content.decode()


def test_an_empty_queue_teaches(cast: Cast) -> None:
    page = of(cast.ada).get("/duplicates/").content.decode()

    assert "Nothing is merged by itself." in page


def test_the_customer_page_shows_the_double(cast: Cast, pair: Pair) -> None:
    page = of(cast.wei).get(f"/customers/{pair.first.public_id}/").content.decode()

    assert "May be on file twice" in page
