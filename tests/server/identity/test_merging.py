"""Two files become one and come apart again, and nobody's refusal is lost on the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.server.channels import actions as channels
from regulars.server.channels import loading
from regulars.server.channels import queries as consents
from regulars.server.channels.models import Touch
from regulars.server.core import custody, scope
from regulars.server.core.audit import WORKER
from regulars.server.core.models import AuditEntry
from regulars.server.customers import actions as customers
from regulars.server.customers import queries as reading
from regulars.server.customers.models import Customer, FactKey
from regulars.server.identity import actions, queries, rules
from regulars.server.identity.models import Merge, Pair
from regulars.server.identity.rules import Clue, Likeness
from regulars.server.intake import actions as intake
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


@pytest.fixture
def doubles(as_system: Cast) -> tuple[Customer, Customer]:
    """Li Na, and the same Li Na as another file knows her."""
    cast = as_system
    one = stage.customer(
        "D1", "孟小雨", cast.mei_book, phone="13800000001", consents={"sms": True, "call": True}
    )
    other = stage.customer(
        "D2",
        "孟小雨",
        cast.mei_book,
        email="lina@example.com",
        birth_date=date(1980, 5, 2),
        consents={"sms": False, "email": True},
        blocked_channels=["visit"],
    )
    return one, other


def merge(one: Customer, other: Customer, **given: Any) -> Merge:
    return actions.merge(one, other, by=WORKER, at=NOON, **given)


def test_the_survivor_carries_what_both_files_knew(
    doubles: tuple[Customer, Customer],
) -> None:
    one, other = doubles
    channels.record_touch(
        other, channel="call", outcome="reached", by=WORKER, at=NOON, two_way=True
    )

    merge(one, other)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.phone, one.email) == ("13800000001", "lina@example.com")
    assert one.birth_date == date(1980, 5, 2)
    assert Touch.objects.get().customer == one
    assert FactKey.objects.filter(customer=one).count() == 2
    assert (other.state, other.merged_into) == (Customer.State.MERGED, one)


def test_a_merge_takes_the_stricter_of_both(doubles: tuple[Customer, Customer]) -> None:
    one, other = doubles

    merge(one, other)

    one.refresh_from_db()
    assert one.consents == {"sms": False}, "agreed in one file and unasked in the other"
    assert one.blocked_channels == ["visit"]


def test_a_value_of_the_other_file_is_taken_when_somebody_chose_it(
    doubles: tuple[Customer, Customer],
) -> None:
    one, other = doubles
    customers.change_customer(other, phone="13900000009", by=WORKER, at=NOON)

    merge(one, other, taken=["phone"])

    one.refresh_from_db()
    assert one.phone == "13900000009"


def test_an_unmerge_gives_everything_back(doubles: tuple[Customer, Customer]) -> None:
    one, other = doubles
    before = [queries.plain(queries.values(each)) for each in doubles]
    made = merge(one, other)

    actions.unmerge(made, by=WORKER, at=LATER)

    one.refresh_from_db()
    other.refresh_from_db()
    assert [queries.plain(queries.values(each)) for each in (one, other)] == before
    assert FactKey.objects.filter(customer=other).count() == 1


def test_an_unmerge_leaves_what_was_changed_since_and_says_so(
    doubles: tuple[Customer, Customer],
) -> None:
    one, other = doubles
    made = merge(one, other)
    one.refresh_from_db()
    customers.change_customer(one, email="new@example.com", by=WORKER, at=LATER)

    done = actions.unmerge(made, by=WORKER, at=LATER)

    one.refresh_from_db()
    assert one.email == "new@example.com"
    assert done.kept_by_hand == ["email"]


def test_what_was_refused_while_they_were_one_stays_refused_by_both(
    as_system: Cast,
) -> None:
    one, other = (
        stage.customer(number, "王强", as_system.mei_book, consents={"sms": True, "call": True})
        for number in ("W1", "W2")
    )
    made = merge(one, other)
    one.refresh_from_db()
    channels.refuse_all(one, source="call", by=WORKER, at=LATER)

    actions.unmerge(made, by=WORKER, at=LATER)

    one.refresh_from_db()
    other.refresh_from_db()
    assert one.consents["sms"] is False
    assert other.consents["sms"] is False


def test_two_id_numbers_are_two_customers(doubles: tuple[Customer, Customer]) -> None:
    one, other = doubles
    Customer.objects.filter(pk=one.pk).update(id_hash="a" * 64)
    Customer.objects.filter(pk=other.pk).update(id_hash="b" * 64)

    with pytest.raises(actions.NotOne):
        merge(one, other)

    assert not Merge.objects.exists()
    other.refresh_from_db()
    assert other.state == Customer.State.ACTIVE


def test_merges_come_apart_in_the_order_in_which_they_were_made(
    as_system: Cast,
) -> None:
    a, b, c = (stage.customer(n, "赵敏", as_system.mei_book) for n in ("A", "B", "C"))
    first = merge(b, a)
    second = merge(c, b)

    with pytest.raises(actions.NotUndoable):
        actions.unmerge(first, by=WORKER, at=LATER)

    actions.unmerge(second, by=WORKER, at=LATER)
    actions.unmerge(first, by=WORKER, at=LATER)
    assert [FactKey.objects.filter(customer=each).count() for each in (a, b, c)] == [1, 1, 1]
    with pytest.raises(actions.NotUndoable):
        actions.unmerge(first, by=WORKER, at=LATER)


def test_who_is_merged_is_neither_found_nor_listed(
    doubles: tuple[Customer, Customer], cast: Cast
) -> None:
    one, other = doubles
    merge(one, other)

    assert reading.find(cast.ada, "孟小雨") == [one.pk]
    assert other not in reading.customers(cast.ada)
    assert one in reading.customers(cast.ada)


def test_ties_that_customers_of_other_books_have_move_too(
    doubles: tuple[Customer, Customer], cast: Cast, look: Any
) -> None:
    one, other = doubles
    customers.relate(cast.qian, other, "guarantor", by=WORKER, at=NOON)

    look(cast.mei)
    merge(one, other)
    assert not Customer.objects.filter(pk=cast.qian.pk).exists(), "she sees no more than before"

    scope.set_scope(scope.EVERYBODY)
    tied = {rows.key: rows.of(one.pk).count() for rows in custody.all_rows()}
    assert tied["customers.Relation.other"] + tied["customers.Relation.customer"] == 1


def test_a_decided_pair_is_not_proposed_again(doubles: tuple[Customer, Customer]) -> None:
    first, second = sorted(each.pk for each in doubles)
    like = Likeness(first, second, 0.9, (Clue("name", "same", 8.0),))
    actions.propose([like], by=WORKER, at=NOON)
    pair = Pair.objects.get()
    actions.keep_apart(pair, by=WORKER, at=NOON, reason="sisters")

    assert actions.propose([like], by=WORKER, at=LATER) == (0, 0)

    pair.refresh_from_db()
    assert pair.state == Pair.State.APART
    with pytest.raises(actions.AlreadyDecided):
        actions.keep_apart(pair, by=WORKER, at=LATER)


def test_a_pair_that_is_alike_no_more_is_closed(doubles: tuple[Customer, Customer]) -> None:
    first, second = sorted(each.pk for each in doubles)
    like = Likeness(first, second, 0.9, ())
    assert actions.propose([like], by=WORKER, at=NOON) == (1, 0)

    assert actions.propose([], by=WORKER, at=LATER) == (0, 1)
    assert actions.propose([like], by=WORKER, at=LATER) == (0, 0)
    assert Pair.objects.get().state == Pair.State.OPEN


def test_who_sees_one_of_two_sees_no_pair(
    doubles: tuple[Customer, Customer], cast: Cast, look: Any
) -> None:
    one, _ = doubles
    first, second = sorted((one.pk, cast.qian.pk))
    actions.propose([Likeness(first, second, 0.9, ())], by=WORKER, at=NOON)

    assert queries.pairs(cast.ada).count() == 1
    look(cast.wei)
    assert queries.pairs(cast.wei).count() == 0
    assert Pair.objects.count() == 0, "the wall holds alone"


def test_a_merge_is_written_into_the_audit(doubles: tuple[Customer, Customer]) -> None:
    merge(*doubles)

    told = AuditEntry.objects.filter(action="identity.customers.merged").get()
    assert "孟" not in str(told.details)


ANSWERS = st.sampled_from([True, False, None])
CONSENTS = st.fixed_dictionaries(dict.fromkeys(("sms", "call", "email"), ANSWERS)).map(
    lambda told: {name: said for name, said in told.items() if said is not None}
)


@settings(max_examples=300, deadline=None)
@given(CONSENTS, CONSENTS)
def test_no_merge_loosens_a_consent(one: dict[str, bool], other: dict[str, bool]) -> None:
    empty = {
        "blocked_channels": [],
        "do_not_contact": False,
        "no_profiling": False,
        "deceased_on": None,
        "legal_block": "",
    }
    both = rules.stricter({**empty, "consents": one}, {**empty, "consents": other})["consents"]
    rank = {False: 0, None: 1, True: 2}
    for channel in ("sms", "call", "email"):
        strict = min(rank[one.get(channel)], rank[other.get(channel)])
        assert rank[both.get(channel)] == strict


def test_a_merge_that_is_taken_back_leaves_the_stops_of_another_one_that_stands(
    as_system: Cast,
) -> None:
    one = stage.customer("A", "孟小雨", as_system.mei_book, consents={"sms": True})
    stops: dict[str, Any] = {
        "do_not_contact": True, "no_profiling": True, "consents": {"sms": False},
        "blocked_channels": ["visit"], "legal_block": "court", "deceased_on": date(2026, 1, 1),
    }  # fmt: skip
    first, second = (
        stage.customer(number, "孟小雨", as_system.mei_book, **stops) for number in "BC"
    )
    made = merge(one, first)
    one.refresh_from_db()
    merge(one, second)

    actions.unmerge(made, by=WORKER, at=LATER)

    one.refresh_from_db()
    assert {name: getattr(one, name) for name in stops} == stops


def test_of_two_customers_again_neither_holds_values_of_the_other(
    doubles: tuple[Customer, Customer],
) -> None:
    one, other = doubles
    made = merge(one, other)

    actions.unmerge(made, by=WORKER, at=LATER)

    one.refresh_from_db()
    told = custody.copy(one.pk)
    assert other.email not in str(told)
    assert "1980-05-02" not in str(told)
    made.refresh_from_db()
    assert (made.before, made.after) == ({}, {})


def test_a_no_that_names_the_merged_number_is_the_survivors(
    doubles: tuple[Customer, Customer],
) -> None:
    one, _ = doubles
    merge(*doubles)

    said = [loading.Said("D2", "marketing", "wecom", yes=False)]
    brought = loading.bring_consents(said, origin="x.csv", by=WORKER, at=LATER)

    one.refresh_from_db()
    assert (brought.added, brought.strangers) == (1, 0)
    assert one.consents["wecom"] is False


@pytest.mark.parametrize(("no", "yes"), [("D1", "D2"), ("D2", "D1")])
def test_of_two_numbers_of_one_customer_in_a_file_the_stricter_answer_counts(
    doubles: tuple[Customer, Customer], no: str, yes: str
) -> None:
    one, _ = doubles
    merge(*doubles)
    earlier = LATER - timedelta(hours=1)

    said = [
        loading.Said(no, "marketing", "wecom", yes=False, at=earlier),
        loading.Said(yes, "marketing", "wecom", yes=True, at=LATER, evidence="e"),
    ]
    brought = loading.bring_consents(said, origin="x.csv", by=WORKER, at=LATER)

    one.refresh_from_db()
    assert brought.added == 1
    assert one.consents["wecom"] is False


def test_of_two_consents_the_one_that_ends_first_ends_for_both(as_system: Cast) -> None:
    ends = NOON + timedelta(days=30)
    one, other = (stage.customer(number, "王强", as_system.mei_book) for number in ("W1", "W2"))
    for day, who, until in ((20, one, ends), (10, other, None)):
        channels.record_consent(
            who, purpose="marketing", channel="sms", said="given", source="form", evidence="e",
            expires_at=until, by=WORKER, at=NOON - timedelta(days=day),
        )  # fmt: skip

    made = merge(one, other)

    def stands(customer: Customer, days: int) -> str:
        found = consents.standings(customer, at=NOON + timedelta(days=days))
        return found[("marketing", "sms")]

    assert (stands(one, 29), stands(one, 31)) == ("given", "expired")
    actions.unmerge(made, by=WORKER, at=LATER)
    assert (stands(one, 31), stands(other, 31)) == ("expired", "given")


def test_a_pair_with_a_file_that_was_merged_is_not_shown_until_it_stands_again(
    doubles: tuple[Customer, Customer], cast: Cast
) -> None:
    one, other = doubles
    third = stage.customer("D3", "孟小雨", cast.mei_book)
    actions.propose([Likeness(other.pk, third.pk, 0.9, ())], by=WORKER, at=NOON)
    made = merge(one, other)

    assert queries.pairs(cast.ada).count() == 0

    actions.unmerge(made, by=WORKER, at=LATER)
    assert queries.pairs(cast.ada).count() == 1


def test_a_file_with_the_merged_number_loosens_no_consent(
    doubles: tuple[Customer, Customer],
) -> None:
    one, other = doubles
    channels.record_consent(
        other, purpose="marketing", channel="wecom", said="given", source="form",
        evidence="e", by=WORKER, at=NOON,
    )  # fmt: skip
    merge(one, other)

    intake.bring_rows(
        "customers", [{"number": "D2", "consent_call": False}], source="x", by=TESTS, at=LATER
    )

    one.refresh_from_db()
    assert one.consents == {"sms": False, "call": False}
