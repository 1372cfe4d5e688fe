"""Who costs more than they bring: proposed, reviewed by another, for a time, never a block."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from regulars.server.core import custody, scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.standards import actions, queries
from regulars.server.standards.models import Steering
from regulars.server.standards.rules import BadTerm
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer, has_balance, scored

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
REVIEW = TODAY + timedelta(days=180)


@pytest.fixture
def dear(as_system: Cast) -> Customer:
    """Somebody of Mei's book with hardly any money: the account costs more than it brings."""
    found = customer("0009", "何平", as_system.mei_book, name_en="He Ping")
    has_balance(as_system, found, (date(2026, 1, 1), 10_00))
    has_balance(as_system, as_system.li, (date(2026, 1, 1), 900_000_00))
    scored(as_system)
    scope.set_scope(scope.EVERYBODY)
    return found


def proposed(cast: Cast, of: Customer) -> Steering:
    return actions.propose(of, reason="counter visits", review_on=REVIEW, by=cast.wei, at=NOON)


def test_they_are_listed_with_what_they_brought_and_cost(
    as_system: Cast, dear: Customer
) -> None:
    found = queries.negatives(as_system.wei, day=TODAY)

    assert [row.customer for row in found.rows] == [dear]
    assert found.contribution == found.rows[0].earned - found.rows[0].cost
    assert found.contribution < 0
    assert queries.negatives(as_system.tao, day=TODAY).rows == ()


def test_a_proposal_changes_nothing_until_another_agrees(
    as_system: Cast, dear: Customer
) -> None:
    made = proposed(as_system, dear)
    assert queries.self_service(TODAY) == frozenset()

    actions.review(made, agreed=True, answer="seen", by=as_system.lin, at=NOON)

    assert queries.self_service(TODAY) == {dear.pk}
    assert queries.self_service(REVIEW - timedelta(days=1)) == {dear.pk}
    assert queries.self_service(REVIEW) == frozenset()


def test_it_changes_the_way_and_nothing_of_the_file(as_system: Cast, dear: Customer) -> None:
    before = Customer.objects.filter(pk=dear.pk).values().get()

    made = proposed(as_system, dear)
    actions.review(made, agreed=True, answer="seen", by=as_system.lin, at=NOON)

    assert Customer.objects.filter(pk=dear.pk).values().get() == before
    counted = {c.level: c.customers for c in queries.counts(as_system.wei, day=TODAY)}
    assert counted[1] >= 1


def test_nobody_reviews_what_they_proposed(as_system: Cast, dear: Customer) -> None:
    made = actions.propose(dear, reason="x", review_on=REVIEW, by=as_system.lin, at=NOON)

    with pytest.raises(actions.NotYours):
        actions.review(made, agreed=True, answer="x", by=as_system.lin, at=NOON)
    with pytest.raises(IntegrityError, match="reviewed_by_another"), transaction.atomic():
        Steering.objects.filter(pk=made.pk).update(
            state="approved", decided_by=as_system.lin, from_day=TODAY
        )


def test_of_two_words_the_first_counts(as_system: Cast, dear: Customer) -> None:
    made = proposed(as_system, dear)
    actions.review(made, agreed=False, answer="no", by=as_system.lin, at=NOON)

    with pytest.raises(actions.AlreadyDecided):
        actions.review(made, agreed=True, answer="yes", by=as_system.ada, at=NOON)


def test_who_brings_more_than_they_cost_is_not_proposed(
    as_system: Cast, dear: Customer
) -> None:
    with pytest.raises(actions.NoGround):
        proposed(as_system, as_system.li)


def test_who_refused_profiling_is_neither_listed_nor_proposed(
    as_system: Cast, dear: Customer
) -> None:
    customers.change_customer(dear, by=TESTS, at=NOON, no_profiling=True)

    assert queries.negatives(as_system.wei, day=TODAY).rows == ()
    with pytest.raises(actions.NoGround):
        proposed(as_system, dear)


def test_there_is_one_proposal_at_a_time_and_it_ends(as_system: Cast, dear: Customer) -> None:
    proposed(as_system, dear)

    with pytest.raises(actions.AlreadyProposed):
        proposed(as_system, dear)
    with pytest.raises(BadTerm):
        actions.propose(dear, reason="x", review_on=TODAY, by=as_system.wei, at=NOON)


def test_it_can_be_ended_before_its_day_and_withdrawn_before_its_review(
    as_system: Cast, dear: Customer
) -> None:
    first = proposed(as_system, dear)
    actions.withdraw(first, by=as_system.wei, at=NOON)
    second = proposed(as_system, dear)
    held = actions.review(second, agreed=True, answer="x", by=as_system.lin, at=NOON)

    actions.end(held, by=as_system.wei, at=NOON)

    assert queries.self_service(TODAY) == frozenset()


def test_a_proposal_lies_behind_the_wall(as_system: Cast, dear: Customer, look: Look) -> None:
    made = proposed(as_system, dear)

    look(as_system.tao)
    assert Steering.objects.count() == 0
    assert queries.steering(as_system.tao, made.public_id) is None


def test_it_goes_with_the_person(as_system: Cast, dear: Customer) -> None:
    proposed(as_system, dear)

    with translation.override("en"):
        copied = custody.copy(dear.pk)["Led to self-service"]
    assert [row["reason"] for row in copied] == ["counter visits"]
    custody.erase(dear.pk, by=TESTS, at=NOON)
    assert not Steering.objects.filter(customer=dear.pk).exists()


def test_two_people_lead_a_customer_to_self_service_on_the_pages(
    as_system: Cast, dear: Customer
) -> None:
    def client(person: Person) -> Client:
        found = Client(headers={"accept-language": "en"})
        found.force_login(person)
        return found

    where = f"/standards/negative/{dear.public_id}/propose"
    client(as_system.wei).post(where, {"reason": "many visits", "review_on": "2027-03-01"})
    scope.set_scope(scope.EVERYBODY)
    made = Steering.objects.get()
    page = client(as_system.lin).get("/standards/negative/").content.decode()
    assert "1 proposal waits for your word" in page
    client(as_system.lin).post(
        f"/standards/self-service/{made.public_id}", {"answer": "seen", "decision": "agree"}
    )
    scope.set_scope(scope.EVERYBODY)

    assert Steering.objects.get().state == Steering.State.APPROVED
    page = client(as_system.mei).get(f"/customers/{dear.public_id}/").content.decode()
    assert "Led by self-service until" in page
