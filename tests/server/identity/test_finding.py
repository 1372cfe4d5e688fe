"""Which files are proposed as one customer, and which are not."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.server.core import actions as core
from regulars.server.core.models import Job
from regulars.server.customers.models import Customer
from regulars.server.identity import actions, bridge
from regulars.server.identity.models import Pair
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
SURNAMES, GIVEN = "赵钱孙吴郑冯陈褚卫蒋", "伟芳娜敏静丽强磊军洋勇艳杰娟涛"


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """Three hundred people who have nothing to do with each other."""
    for n in range(300):
        stage.customer(
            f"T{n}",
            SURNAMES[n % 10] + GIVEN[n % 15] + GIVEN[n // 15 % 15],
            as_system.mei_book,
            phone=f"138{n * 7919 % 100_000_000:08d}",
            birth_date=date(1950 + n % 50, n % 12 + 1, n % 27 + 1),
            address=f"{n}号",
        )
    return as_system


def found() -> dict[frozenset[str], dict[str, str]]:
    numbers = dict(Customer.objects.values_list("pk", "number"))
    return {
        frozenset((numbers[like.first], numbers[like.second])): {
            clue.about: clue.verdict for clue in like.clues
        }
        for like in bridge.find()
    }


def test_strangers_are_not_alike(town: Cast) -> None:
    assert found() == {}


def test_a_name_in_other_writing_and_a_phone_in_another_form_are_the_same(
    town: Cast,
) -> None:
    stage.customer("A", "沈 若男", town.mei_book, phone="13912345678")
    stage.customer("B", "沈若男", town.tao_book, phone="+86 139-1234-5678")

    told = found()[frozenset("AB")]

    assert told == {"phone": "same", "name": "same"}


def test_who_sounds_alike_and_was_born_on_the_day_is_alike(town: Cast) -> None:
    born = date(1977, 3, 9)
    stage.customer("A", "沈若男", town.mei_book, birth_date=born, phone="13912345678")
    stage.customer("B", "沈若南", town.mei_book, birth_date=born, phone="13912345678")

    assert found()[frozenset("AB")]["name"] == "alike"


def test_one_phone_with_several_names_is_a_shop_and_not_a_person(town: Cast) -> None:
    for number, name in (("A", "沈若男"), ("B", "韩立秋"), ("C", "尤大福"), ("D", "许三多")):
        stage.customer(number, name, town.mei_book, phone="13912345678")

    assert found() == {}


def test_a_married_couple_with_one_phone_is_two(town: Cast) -> None:
    stage.customer("A", "沈若男", town.mei_book, phone="13912345678")
    stage.customer("B", "韩立秋", town.mei_book, phone="13912345678")

    assert found() == {}


def test_one_name_with_several_id_numbers_is_several_people(town: Cast) -> None:
    born = date(1977, 3, 9)
    for number, told in (("A", "a"), ("B", "b")):
        stage.customer(
            number, "沈若男", town.mei_book,
            birth_date=born, phone="13912345678", id_hash=told * 64,
        )  # fmt: skip

    assert found() == {}


def test_one_id_number_is_one_customer_whatever_the_name(town: Cast) -> None:
    for number, name in (("A", "沈若男"), ("B", "SHEN RUONAN")):
        stage.customer(number, name, town.mei_book, id_hash="a" * 64)

    assert found()[frozenset("AB")]["id"] == "same"


def test_an_address_that_a_crowd_uses_says_nothing(town: Cast) -> None:
    for n in range(80):
        stage.customer(f"X{n}", f"{SURNAMES[n % 10]}{n}", town.mei_book, email="none@x.cn")

    assert found() == {}


def test_a_person_is_never_an_organisation(town: Cast) -> None:
    stage.customer("A", "沈若男", town.mei_book, phone="13912345678")
    stage.customer(
        "B", "沈若男", town.mei_book, phone="13912345678", kind=Customer.Kind.ORGANIZATION
    )

    assert found() == {}


def test_a_search_as_a_job_lays_the_pairs_down_once(town: Cast) -> None:
    stage.customer("A", "沈若男", town.mei_book, phone="13912345678")
    stage.customer("B", "沈若男", town.mei_book, phone="13912345678")
    for _ in range(2):
        job = core.ask_job("identity.search", at=NOON)
        actions.perform_search(job, clock=lambda: NOON)

    assert Pair.objects.count() == 1
    assert Job.objects.filter(kind="identity.search").first().result["new"] == 0  # type: ignore[union-attr]  # asked above
