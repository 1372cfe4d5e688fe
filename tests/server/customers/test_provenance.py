"""Whose value wins: the same answer in whatever order files come, one by one and at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from regulars.server.core import actions as core
from regulars.server.core.models import AuditEntry
from regulars.server.customers import actions, loading
from regulars.server.customers.actions import provenance as values
from regulars.server.customers.models import Customer, SeenValue
from regulars.server.customers.rules import provenance as rules
from regulars.testing.cast import NOON, TESTS, Cast, customer

pytestmark = pytest.mark.django_db
CORE, LIST = 2, 8
DAY = timedelta(days=1)
Told = tuple[int, int, str]  # rank, day, value
words = st.tuples(
    st.integers(1, 9), st.integers(0, 30).map(lambda n: n * 8), st.sampled_from("甲乙丙丁")
)
relaxed = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def on(day: float) -> datetime:
    return NOON + timedelta(days=day)


def load(
    cast: Cast, number: str = "0001", *, rank: int | None = None, day: float = 1, **fields: Any
) -> loading.Loaded:
    return loading.load(
        [{"number": number, **fields}],
        ["number", *fields],
        default_book=cast.willow_pool,
        origin=f"import:{rank or 'a'}.csv",
        by=TESTS,
        at=on(day),
        told=on(day),
        rank=rank,
    )


def again(cast: Cast) -> Customer:
    return Customer.objects.get(pk=cast.li.pk)


def seen(cast: Cast, field: str = "phone") -> list[tuple[str, int]]:
    found = SeenValue.objects.filter(customer=cast.li, field=field).order_by("rank")
    return [(one.value, one.rank) for one in found]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_of_two_files_the_better_source_wins_in_either_order(
    as_system: Cast, order: tuple[int, ...]
) -> None:
    files = [(CORE, "10100000011"), (LIST, "10100000022")]

    for n in order:
        rank, phone = files[n]
        load(as_system, rank=rank, day=1, phone=phone)

    assert again(as_system).phone == "10100000011"
    assert ("10100000022", LIST) in seen(as_system)


@relaxed
@given(told=st.lists(words, min_size=1, max_size=5), seed=st.randoms(use_true_random=False))
def test_the_value_depends_on_what_was_told_and_not_on_the_order(
    as_system: Cast, told: list[Told], seed: Any
) -> None:
    best = max(rules.Word.of(rank, f"{day:03}", value) for rank, day, value in told)
    shuffled = list(told)
    seed.shuffle(shuffled)
    found = []
    for sequence in (told, shuffled):
        for at_once in (True, False):
            Customer.objects.filter(number="N1").update(
                occupation="", provenance={}, updated_at=NOON
            )
            SeenValue.objects.all().delete()
            subject = Customer.objects.filter(number="N1").first() or customer(
                "N1", "甲", as_system.mei_book
            )
            for rank, day, value in sequence:
                if at_once:
                    load(as_system, "N1", rank=rank, day=day, occupation=value)
                else:
                    values.offer(
                        subject,
                        {"occupation": value},
                        origin=f"import:{rank}.csv",
                        rank=rank,
                        by=TESTS,
                        at=on(day),
                    )
            found.append(Customer.objects.get(number="N1").occupation)

    assert found == [best.value] * 4


@relaxed
@given(
    standing=st.sampled_from(["", "甲", "乙"]),
    origin=st.one_of(
        st.none(),
        st.tuples(
            st.sampled_from(["hand", "import:x", "form:y", "list:z"]), st.integers(-9, 9)
        ),
        st.tuples(st.sampled_from(["import:x", "api"]), st.integers(-9, 9), st.integers(1, 9)),
    ),
    arriving=st.tuples(st.integers(1, 9), st.sampled_from(["甲", "乙"])),
)
@example(standing="", origin=("hand", 0), arriving=(2, "甲"))
def test_a_whole_file_is_judged_as_one_value_is(
    as_system: Cast, standing: str, origin: Any, arriving: tuple[int, str]
) -> None:
    known = rules.ranks({})
    kept = [origin[0], values.beside.moment(on(origin[1])), *origin[2:]] if origin else None
    rank, value = arriving
    told = values.beside.moment(on(0))
    verdict = rules.judge(rules.Word.of(rank, told, value), standing, kept, known)
    SeenValue.objects.all().delete()
    Customer.objects.filter(pk=as_system.li.pk).update(
        occupation=standing, provenance={"occupation": kept} if kept else {}
    )

    load(as_system, rank=rank, day=0, occupation=value)

    after = again(as_system)
    assert after.occupation == (value if verdict.stands else standing)
    told_now = kept if not verdict.written else after.provenance["occupation"]
    assert after.provenance.get("occupation") == told_now
    beside = SeenValue.objects.filter(customer=as_system.li, field="occupation").first()
    assert (beside.value if beside else None) == (
        verdict.beside.value if verdict.beside else None
    )


def test_what_a_person_said_is_not_overwritten_by_a_file(as_system: Cast) -> None:
    actions.change_customer(as_system.li, by=as_system.mei, at=on(0), phone="10100000005")

    load(as_system, rank=CORE, day=3, phone="10100000006")

    assert again(as_system).phone == "10100000005"
    assert seen(as_system) == [("10100000006", CORE)]


def test_what_a_person_emptied_stays_empty(as_system: Cast) -> None:
    actions.change_customer(as_system.li, by=as_system.mei, at=on(0), phone="")

    load(as_system, rank=CORE, day=3, phone="10100000006")

    assert again(as_system).phone == ""
    assert seen(as_system) == [("10100000006", CORE)]


def test_an_empty_field_is_filled_by_any_source(as_system: Cast) -> None:
    load(as_system, rank=CORE, day=3, phone="10100000006")
    load(as_system, rank=LIST, day=4, address="湖滨路 1 号")

    assert again(as_system).address == "湖滨路 1 号"
    assert again(as_system).provenance["address"][0] == f"import:{LIST}.csv"


def test_a_newer_word_of_the_same_rank_wins_and_an_older_one_does_not(as_system: Cast) -> None:
    load(as_system, rank=CORE, day=20, phone="10100000020")
    load(as_system, rank=CORE, day=10, phone="10100000010")
    assert again(as_system).phone == "10100000020"

    load(as_system, rank=CORE, day=30, phone="10100000030")
    assert again(as_system).phone == "10100000030"
    assert CORE not in [rank for _value, rank in seen(as_system)]


def test_three_other_values_are_kept_at_most(as_system: Cast) -> None:
    for rank in (2, 4, 5, 7, 8, 9):
        load(as_system, rank=rank, day=1, phone=f"1010000000{rank}")

    assert [rank for _value, rank in seen(as_system)] == [4, 5, 7]


def test_a_source_that_comes_round_is_no_other_opinion(as_system: Cast) -> None:
    load(as_system, rank=CORE, day=1, phone="10100000011")
    load(as_system, rank=LIST, day=2, phone="10100000022")
    assert (("10100000022", LIST)) in seen(as_system)

    load(as_system, rank=LIST, day=3, phone="10100000011")

    assert LIST not in [rank for _value, rank in seen(as_system)]


def test_taking_another_value_makes_it_a_persons_word_and_can_be_undone(
    as_system: Cast,
) -> None:
    load(as_system, rank=CORE, day=1, birth_date=date(1980, 1, 1))
    load(as_system, rank=LIST, day=2, birth_date=date(1981, 1, 1))
    before = again(as_system).provenance["birth_date"]
    other = SeenValue.objects.get(customer=as_system.li, field="birth_date")

    values.take(other, by=as_system.mei, at=on(3))
    assert again(as_system).birth_date == date(1981, 1, 1)
    assert again(as_system).provenance["birth_date"][0] == "hand"
    assert seen(as_system, "birth_date") == [("1980-01-01", CORE)]

    values.take_back(again(as_system), "birth_date", by=as_system.mei, at=on(4))
    assert again(as_system).birth_date == date(1980, 1, 1)
    assert again(as_system).provenance["birth_date"] == before
    assert seen(as_system, "birth_date") == [("1981-01-01", LIST)]
    with pytest.raises(values.NothingTaken):
        values.take_back(again(as_system), "birth_date", by=as_system.mei, at=on(5))


def test_no_value_stands_in_the_audit_trail(as_system: Cast) -> None:
    load(as_system, rank=LIST, day=2, phone="10100000088")
    load(as_system, rank=CORE, day=2, phone="10100000099")
    other = SeenValue.objects.get(customer=as_system.li, field="phone", rank=LIST)
    values.take(other, by=as_system.mei, at=on(3))
    values.take_back(again(as_system), "phone", by=as_system.mei, at=on(4))

    told = " ".join(str(entry.details) for entry in AuditEntry.objects.all())
    assert "101000000" not in told


def test_a_company_sets_how_much_a_kind_of_source_is_believed(as_system: Cast) -> None:
    load(as_system, day=1, phone="10100000011")  # an import without a rank of its own
    load(as_system, rank=5, day=2, phone="10100000055")
    assert again(as_system).phone == "10100000011"

    core.change_settings(by=TESTS, at=on(2), source_ranks={"import": 7})
    load(as_system, rank=5, day=3, phone="10100000055")

    assert again(as_system).phone == "10100000055"


def test_a_file_that_changes_nothing_writes_nothing_for_a_week(as_system: Cast) -> None:
    load(as_system, rank=CORE, day=1, phone="10100000011")
    before = again(as_system)

    assert load(as_system, rank=CORE, day=2, phone="10100000011").changed == 0
    assert again(as_system).confirmed_at == before.confirmed_at

    load(as_system, rank=CORE, day=9, phone="10100000011")
    assert again(as_system).confirmed_at == on(9)
    assert again(as_system).updated_at == before.updated_at


def test_a_list_that_is_not_believed_confirms_nobody(as_system: Cast) -> None:
    Customer.objects.update(confirmed_at=None)

    load(as_system, rank=LIST, day=1, address="湖滨路 1 号")
    assert again(as_system).confirmed_at is None

    load(as_system, rank=CORE, day=2, address="湖滨路 1 号")
    assert again(as_system).confirmed_at == on(2)
