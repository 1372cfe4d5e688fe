"""Who looks after whom: claims, hand-overs, owners over time, nobody forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from regulars.server.books import actions, queries
from regulars.server.books.models import Handover
from regulars.server.books.rules import Split, shares
from regulars.server.care.models import Card
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import Book, Person, Tenure
from regulars.server.customers.models import Customer, LifeEvent
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=30)


@pytest.fixture
def pool(cast: Cast) -> Book:
    return cast.willow_pool


@pytest.fixture
def gu(cast: Cast) -> Person:
    """A second relationship manager of Mei's branch."""
    with scope.everything():
        return stage.person("gu2", "顾新人", "Gu Xin", "rm", cast.willow)


@pytest.fixture
def orphan(cast: Cast, pool: Book) -> Customer:
    with scope.everything():
        return stage.customer("O1", "顾无依", pool, phone="13800000008")


def of(person: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def test_the_pool_shows_nobodys_name_until_somebody_claims(
    cast: Cast, orphan: Customer, look: Any
) -> None:
    client = of(cast.mei)
    page = client.get("/books/pool/").content.decode()
    assert "A person" in page
    assert "顾无依" not in page
    assert client.get(f"/customers/{orphan.public_id}/").status_code == 404

    answer = client.post(f"/books/pool/{orphan.public_id}/claim", follow=True)

    assert "顾无依" in answer.content.decode()


def test_who_claims_second_is_told_so(cast: Cast, orphan: Customer, look: Any) -> None:
    look(cast.mei)
    actions.claim(orphan.public_id, by=cast.mei, at=NOON)

    with pytest.raises(actions.NotInThePool):
        actions.claim(orphan.public_id, by=cast.mei, at=NOON)


def test_nobody_claims_from_another_branchs_pool(
    cast: Cast, orphan: Customer, look: Any
) -> None:
    look(cast.tao)
    assert queries.pool(cast.tao, most=10) == []
    with pytest.raises(actions.NotInThePool):
        actions.claim(orphan.public_id, by=cast.tao, at=NOON)


def test_a_claim_does_not_widen_what_somebody_sees(
    cast: Cast, orphan: Customer, look: Any
) -> None:
    look(cast.mei)
    before = set(Customer.objects.values_list("pk", flat=True))

    actions.claim(orphan.public_id, by=cast.mei, at=NOON)

    assert set(Customer.objects.values_list("pk", flat=True)) == before | {orphan.pk}


def test_claims_have_an_end_each_day(cast: Cast, pool: Book, look: Any) -> None:
    with scope.everything():
        many = [stage.customer(f"P{n}", "某人", pool) for n in range(3)]
        core.change_settings(by=TESTS, at=NOON, claims_a_day=2)
    look(cast.mei)
    for each in many[:2]:
        actions.claim(each.public_id, by=cast.mei, at=NOON)

    with pytest.raises(actions.EnoughToday):
        actions.claim(many[2].public_id, by=cast.mei, at=NOON)
    actions.claim(many[2].public_id, by=cast.mei, at=NOON + timedelta(days=1))


def test_a_customer_goes_back_to_the_pool_with_a_reason(
    cast: Cast, orphan: Customer, pool: Book, look: Any
) -> None:
    look(cast.mei)
    mine = actions.claim(orphan.public_id, by=cast.mei, at=NOON)
    with pytest.raises(actions.BadInput):
        actions.release(mine, reason=" ", by=cast.mei, at=LATER)

    actions.release(mine, reason="moved away", by=cast.mei, at=LATER)

    scope.set_scope(scope.EVERYBODY)
    assert Customer.objects.get(pk=orphan.pk).book == pool


def test_a_hand_over_takes_notes_promises_and_cards_along(as_system: Cast, gu: Person) -> None:
    cast = as_system
    next_one = stage.book("NEXT", "新柜", cast.willow, gu)
    channels.record_touch(
        cast.li, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True,
        note="daughter studies abroad", next_step="bring the figures",
        next_on=TODAY + timedelta(days=4),
    )  # fmt: skip
    card = Card.objects.create(
        customer=cast.li, book=cast.mei_book, day=TODAY, priority=1, due_on=TODAY
    )
    everybody = Customer.objects.filter(book=cast.mei_book).count()

    with translation.override("en"):
        made = actions.hand_over(
            cast.mei_book, Split(next_one.pk, {}), note="ask for Li first", greets=True,
            by=cast.wei, at=NOON,
        )  # fmt: skip

    card.refresh_from_db()
    assert card.book == next_one
    scope.set_scope(gu.scope)
    assert Touch.objects.get().note == "daughter studies abroad"
    asked = LifeEvent.objects.get(customer=cast.li)
    assert (asked.owner, asked.action) == (gu, "Introduce yourself")
    assert made.shares == [{"book": next_one.pk, "person": gu.pk, "customers": everybody}]
    scope.set_scope(cast.mei.scope)
    assert not Customer.objects.filter(pk=cast.li.pk).exists()


def test_a_hand_over_to_somebody_who_left_moves_nobody(as_system: Cast, gu: Person) -> None:
    cast = as_system
    core.change_person(gu, by=TESTS, at=NOON, is_active=False)
    next_one = stage.book("NEXT", "新柜", cast.willow, gu)

    with pytest.raises(actions.NobodyToTakeOver):
        actions.hand_over(
            cast.mei_book, Split(next_one.pk, {}), note="", greets=False, by=TESTS, at=NOON
        )

    assert Customer.objects.filter(book=cast.mei_book).exists()
    assert not Handover.objects.exists()


def test_a_split_gives_each_level_to_its_book_and_the_rest_to_another() -> None:
    found = shares([(1, 5), (2, 4), (3, None), (4, 1)], Split(90, {5: 70, 4: 80}))

    assert found == {70: [1], 80: [2], 90: [3, 4]}


def test_owners_over_time_are_known_for_book_and_customer(as_system: Cast, gu: Person) -> None:
    cast = as_system
    book = cast.li.book
    core.assign_book(book, owner=gu, backup=cast.mei, by=TESTS, at=LATER)
    other = stage.book("OTHER", "别的", cast.willow, cast.mei)
    actions.give([cast.li.pk], other, by=TESTS, at=LATER + timedelta(days=10))

    cast.li.refresh_from_db()
    names = [(each.name, each.until) for each in queries.owners(cast.li)]
    assert [name for name, _ in names] == [str(cast.mei), str(gu), str(cast.mei)]
    assert names[0][1] is None
    assert names[2][1] == LATER
    held = Tenure.objects.filter(book=book, role="owner").order_by("pk")
    first = held[0]
    assert (first.person, first.until) == (cast.mei, LATER)


def test_a_top_customer_without_anybody_is_on_the_list(as_system: Cast, pool: Book) -> None:
    cast = as_system
    rich = stage.customer("R1", "富无依", pool)
    for customer in (rich, cast.li):
        has_balance(cast, customer, (TODAY - timedelta(days=200), 900_000_000))
        bought(cast, customer, TODAY - timedelta(days=9))
    scored(cast)
    scope.set_scope(cast.wei.scope)

    assert [row.customer for row in queries.without_anybody(cast.wei)] == [rich]

    actions.give([rich.pk], cast.mei_book, by=cast.wei, at=NOON)
    assert queries.without_anybody_count(cast.wei) == 0
    core.change_person(cast.mei, by=TESTS, at=NOON, is_active=False)
    assert queries.without_anybody_count(cast.wei) == 2, "whose owner left has nobody either"


def test_a_manager_hands_a_book_over_on_its_page(cast: Cast, gu: Person) -> None:
    with scope.everything():
        next_one = stage.book("NEXT", "新柜", cast.willow, gu)
    client = of(cast.wei)
    page = client.get(f"/books/{cast.mei_book.pk}/").content.decode()
    assert "Hand the customers over" in page

    where = f"/books/{cast.mei_book.pk}/hand-over"
    given = {"rest": next_one.pk, "note": "mind the dog", "message": "{name}: call Gu Xin now"}

    look = client.post(where, given).content.decode()

    with scope.everything():
        own = Customer.objects.filter(book=cast.mei_book).count()
    assert own, "a first look moved somebody"
    assert f"Hand {own} customer over" in look
    assert "Gu Xin" in look
    assert "mind the dog" in look
    assert "{name}: call Gu Xin now" in look
    back = client.post(where, {**given, "change": "1"}).content.decode()
    assert "Hand the customers over" in back
    assert "mind the dog" in back, "what was typed is lost on the way back"
    stale = client.post(where, {**given, "plan": f"{next_one.pk}-{own + 1}"})
    assert "The book changed meanwhile" in stale.content.decode()

    answer = client.post(where, {**given, "plan": f"{next_one.pk}-{own}"}, follow=True)

    assert "handed over" in answer.content.decode()
    with scope.everything():
        asked = LifeEvent.objects.filter(action="Introduce yourself")
        assert {one.words for one in asked} == {given["message"]}
        assert asked.count() == own
        assert not Customer.objects.filter(book=cast.mei_book).exists()


def test_the_database_keeps_two_owners_of_one_book_apart(as_system: Cast) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as db:
        db.execute(
            "insert into core_tenure (book_id, role) values (%s, 'owner')",
            [as_system.mei_book.pk],
        )


def test_a_backup_gives_nobody_back_to_the_pool(cast: Cast, gu: Person) -> None:
    with scope.everything():
        core.assign_book(cast.mei_book, owner=cast.mei, backup=gu, by=TESTS, at=NOON)
    where = f"/books/release/{cast.li.public_id}/"

    assert of(gu).get(f"/customers/{cast.li.public_id}/").status_code == 200
    assert of(gu).post(where, {"reason": "mine now"}).status_code == 404

    with scope.everything():
        assert Customer.objects.get(pk=cast.li.pk).book == cast.mei_book


def test_a_hand_over_sent_twice_is_one_hand_over(as_system: Cast, gu: Person) -> None:
    other = core.add_book(
        code="GU", name="Gu", org_unit=as_system.willow, owner=gu, by=TESTS, at=NOON
    )
    given: dict[str, Any] = {"note": "", "greets": False, "by": TESTS, "at": LATER}
    actions.hand_over(as_system.mei_book, Split(other.pk, {}), **given)

    with pytest.raises(actions.NobodyToHandOver):
        actions.hand_over(as_system.mei_book, Split(other.pk, {}), **given)
    assert Handover.objects.count() == 1


def test_an_offset_beyond_all_numbers_is_the_first_page(cast: Cast) -> None:
    assert of(cast.mei).get("/books/pool/?from=" + "9" * 30).status_code == 200


@pytest.mark.parametrize("code", ["B01/理财", "pool", "a b?c#d", "%2e"])
def test_a_book_opens_whatever_stands_in_its_code(cast: Cast, code: str) -> None:
    with scope.everything():
        Book.objects.filter(pk=cast.mei_book.pk).update(code=code)
    leader = of(cast.wei)
    listed = leader.get("/books/").content.decode()

    page = leader.get(f"/books/{cast.mei_book.pk}/")

    assert f'"/books/{cast.mei_book.pk}/"' in listed
    assert page.status_code == 200
    assert "hand-over" in page.content.decode()


def test_a_book_that_nobody_could_take_says_so_and_offers_no_button(cast: Cast) -> None:
    with scope.everything():
        Book.objects.exclude(pk=cast.mei_book.pk).update(owner=None)

    page = of(cast.wei).get(f"/books/{cast.mei_book.pk}/").content.decode()

    assert "Nobody else of yours holds a book" in page
    assert "Look it over" not in page
