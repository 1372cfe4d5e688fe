"""A customer on an earlier day: the page, and what it hides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions
from regulars.server.customers.models import Customer
from regulars.server.insight import queries
from regulars.server.insight.queries import memory, past
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


def enter(client: Client, person: Person) -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = "en"
    return client


def page(client: Client, customer: Customer, on: str, status: int = 200) -> str:
    answer = client.get(f"/customers/{customer.public_id}/past", {"on": on})
    assert answer.status_code == status
    return answer.content.decode()


def test_the_page_shows_the_file_the_book_and_the_owner_of_the_day(as_system: Cast) -> None:
    li = as_system.li
    actions.change_customer(li, by=TESTS, at=LATER, occupation="教师", district="柳溪")
    actions.move_to_book(li, as_system.tao_book, by=TESTS, at=LATER)

    then = past.past(as_system.ana, li, TODAY, at=LATER + timedelta(days=1))
    now = past.past(as_system.ana, li, TODAY + timedelta(days=3), at=LATER)

    assert then.then is not None
    assert now.then is not None
    assert (then.then.occupation, then.owner) == ("", as_system.mei)
    assert (now.then.occupation, now.owner) == ("教师", as_system.tao)


def test_the_owner_of_the_day_is_read_from_what_was_written_down(as_system: Cast) -> None:
    book = as_system.mei_book
    for owner, days in ((as_system.wei, 3), (as_system.lob, 6)):
        core.assign_book(
            book, owner=owner, backup=None, by=TESTS, at=NOON + timedelta(days=days)
        )

    at = NOON + timedelta(days=30)
    found = [
        past.past(as_system.ana, as_system.li, TODAY + timedelta(n), at=at) for n in (0, 4, 9)
    ]
    assert [one.owner for one in found] == [as_system.mei, as_system.wei, as_system.lob]


def test_the_scores_are_those_of_the_newest_run_of_the_day(as_system: Cast) -> None:
    has_balance(as_system, as_system.li, (date(2026, 1, 1), 600_000_00))
    old = scored(as_system, as_of=date(2026, 9, 30), publish=False)
    new = scored(as_system, as_of=TODAY)

    # The file is younger than the first run, so the day lies after both are known.
    seen = past.past(as_system.ana, as_system.li, TODAY, at=LATER)

    assert seen.run == new
    assert seen.run != old
    assert seen.figures["value"] is not None
    assert seen.tier is not None


def test_before_the_file_the_page_says_since_when_there_is_one(
    cast: Cast, client: Client
) -> None:
    shown = page(enter(client, cast.mei), cast.li, "2020-01-01")

    assert "There was no file yet" in shown


def test_the_past_hides_personal_values_like_the_present(cast: Cast, client: Client) -> None:
    with scope.everything():
        actions.change_customer(cast.li, by=TESTS, at=LATER, phone="10100000077")
        Customer.objects.filter(pk=cast.li.pk).update(created_at=NOON - timedelta(days=400))
    shown = page(enter(client, cast.mei), cast.li, "2026-01-01")

    assert "10100000001" not in shown
    assert "101****0001" in shown


def test_a_strange_customer_has_no_past_either(cast: Cast, client: Client) -> None:
    page(enter(client, cast.mei), cast.qian, "2026-11-01", status=404)


@pytest.mark.parametrize("on", ["", "nonsense", "2026-02-31", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_answered(cast: Cast, client: Client, on: str) -> None:
    page(enter(client, cast.mei), cast.li, on)


def test_a_book_then_splits_into_existing_and_new_and_into_still_here_and_gone(
    as_system: Cast,
) -> None:
    actions.move_to_book(as_system.li, as_system.tao_book, by=TESTS, at=LATER)
    Customer.objects.filter(pk=as_system.qian.pk).update(since=date(2020, 1, 1))
    at = LATER + timedelta(days=1)

    before = past.book_then(as_system.ana, as_system.tao_book, TODAY, at=at)
    after = past.book_then(as_system.ana, as_system.tao_book, at.date(), at=at)
    left = past.book_then(as_system.ana, as_system.mei_book, TODAY, at=at)

    assert (before.customers, before.existing, before.new) == (1, 1, 0)
    assert (before.still, before.gone, before.came) == (1, 0, 1)
    assert (after.customers, after.existing, after.new) == (2, 1, 1)
    assert (left.customers, left.still, left.gone) == (1, 0, 1)


def test_the_same_question_about_a_book_gets_the_same_answer_later(as_system: Cast) -> None:
    def asked(days: int) -> list[str]:
        at = LATER + timedelta(days=days)
        seen = past.book_then(as_system.ana, as_system.mei_book, TODAY, at=at)
        return [one.number for one in seen.page]

    first = asked(0)
    actions.move_to_book(as_system.li, as_system.tao_book, by=TESTS, at=LATER)
    actions.add_customer(number="0100", name="新", book=as_system.mei_book, by=TESTS, at=LATER)

    assert asked(5) == first == ["0001"]


def test_the_page_of_a_book_shows_the_own_books_only(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)
    own = client.get("/base/book", {"on": "2026-11-24"})
    strange = client.get("/base/book", {"book": "K02"})
    nowhere = client.get("/base/book", {"book": "K99"})

    assert own.status_code == 200
    assert (strange.status_code, nowhere.status_code) == (404, 404)


def test_the_base_of_a_date_adds_up_and_stays_what_it_was(as_system: Cast) -> None:
    for who in (as_system.li, as_system.qian):
        bought(as_system, who, date(2025, 3, 1), date(2026, 9, 1), date(2026, 11, 1))
    bought(as_system, as_system.zhou, date(2026, 10, 1), date(2026, 11, 2))
    for who in (as_system.li, as_system.qian):
        has_balance(as_system, who, (date(2025, 1, 1), 600_000_00))
    scored(as_system, as_of=date(2025, 11, 22), publish=False)
    scored(as_system, as_of=date(2026, 11, 22))

    def counts() -> tuple[int, int, int]:
        memory.forget()
        now = queries.stand(as_system.ana, date(2026, 11, 22))
        then = queries.stand(as_system.ana, date(2025, 11, 22))
        assert now.run is not None
        found = queries.picture(as_system.ana, now.run, now.tier_run, before=then, scheme=None)
        return found.counts.closing, found.counts.existing, found.counts.new

    closing, existing, new = counts()
    assert closing == existing + new
    assert new == 1

    actions.move_to_book(as_system.li, as_system.tao_book, by=TESTS, at=LATER)
    bought(as_system, as_system.li, date(2026, 12, 1), source="later")
    actions.add_customer(number="0100", name="新", book=as_system.mei_book, by=TESTS, at=LATER)

    assert counts() == (closing, existing, new)


def test_a_change_of_what_stops_a_contact_is_named(as_system: Cast, client: Client) -> None:
    actions.change_customer(
        as_system.li, by=TESTS, at=LATER, no_profiling=True, blocked_channels=["sms"]
    )

    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        shown = page(enter(client, as_system.mei), as_system.li, "2026-11-27")

    assert "Channels not wanted, No profiling" in shown
    assert "more field" not in shown
