"""Files that name a merged or an erased customer after the fact."""

from __future__ import annotations

import pytest

from regulars.server.core.audit import WORKER
from regulars.server.customers import actions as customers
from regulars.server.customers import loading
from regulars.server.customers.models import Customer, FactKey
from regulars.server.identity import actions
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(as_system: Cast) -> tuple[Customer, Customer, Customer]:
    """A went into B, and B into C."""
    a, b, c = (stage.customer(n, "赵敏", as_system.mei_book) for n in ("A", "B", "C"))
    actions.merge(b, a, by=WORKER, at=NOON)
    b.refresh_from_db()
    actions.merge(c, b, by=WORKER, at=NOON)
    c.refresh_from_db()
    return a, b, c


def load(cast: Cast, *rows: dict[str, str]) -> loading.Loaded:
    return loading.load(
        rows, ["number", "email"], default_book=cast.mei_book, origin="import:t", by=WORKER,
        at=NOON,
    )  # fmt: skip


def test_a_row_with_an_old_number_speaks_of_the_survivor(
    chain: tuple[Customer, Customer, Customer], cast: Cast
) -> None:
    loaded = load(cast, {"number": "A", "email": "min@example.com"})

    survivor = chain[2]
    survivor.refresh_from_db()
    assert (survivor.email, loaded.added) == ("min@example.com", 0)
    chain[0].refresh_from_db()
    assert chain[0].email == ""


def test_where_a_file_names_both_the_survivors_row_speaks(
    chain: tuple[Customer, Customer, Customer], cast: Cast
) -> None:
    load(
        cast,
        {"number": "A", "email": "a@example.com"},
        {"number": "B", "email": "b@example.com"},
        {"number": "C", "email": "c@example.com"},
    )

    chain[2].refresh_from_db()
    assert chain[2].email == "c@example.com"


def test_facts_under_an_old_number_go_to_the_survivor(
    chain: tuple[Customer, Customer, Customer],
) -> None:
    keys = dict(loading.known(["A", "B", "C", "D"]))

    own = set(FactKey.objects.filter(customer=chain[2]).values_list("pk", flat=True))
    assert set(keys) == {"A", "B", "C"}
    assert set(keys.values()) <= own


def test_an_erased_customer_does_not_come_back(as_system: Cast) -> None:
    gone = stage.customer("E1", "赵敏", as_system.mei_book)
    customers.bury(gone, by=WORKER, at=NOON)

    loaded = load(as_system, {"number": "E1", "email": "e@x.cn"}, {"number": "E2", "email": ""})
    opened = loading.ensure(
        ["E1", "E3"], default_book=as_system.mei_book, by=WORKER, at=NOON, origin="import:t"
    )

    assert (loaded.added, opened) == (1, 1)
    assert not Customer.objects.filter(number="E1").exists()
