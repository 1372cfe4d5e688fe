"""An erasure that meets other work: nobody comes back, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.server.overlap import overlapping

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Consent, Touch
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.customers import actions as customers
from regulars.server.customers import loading
from regulars.server.customers.models import Customer, LifeEvent, SeenValue
from regulars.server.identity import actions as identity
from regulars.server.intake import actions as intake
from regulars.server.privacy import actions
from regulars.server.privacy.models import Request
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, assemble

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=3)


@pytest.fixture
def ning() -> Customer:
    with scope.everything():
        return stage.customer("N77", "宁静远", assemble().mei_book, phone="13800138999")


@pytest.fixture
def erase(ning: Customer) -> Callable[[], object]:
    with scope.everything():
        asked = actions.open_request(ning, "erasure", received_on=TODAY, by=TESTS, at=NOON)
    proof = Request.Proof.DOCUMENT
    return lambda: actions.erase(asked, proof=proof, by=TESTS, at=NOON)


def load(customer: Customer) -> None:
    row = {"number": "N77", "name": "宁静远", "phone": "13800138000"}
    loading.load(
        [row], list(row), default_book=customer.book, origin="import:x", by=TESTS, at=LATER
    )


def phones() -> list[tuple[str, str]]:
    with scope.everything():
        rows = Customer.objects.exclude(number__startswith="000")
        return list(rows.order_by("pk").values_list("state", "phone"))


def test_an_edit_brings_no_value_back(ning: Customer, erase: Callable[[], object]) -> None:
    told = overlapping(
        erase, lambda: customers.change_customer(ning, phone="139", by=WORKER, at=NOON)
    )

    assert told == ["", "NotStanding"]
    assert phones() == [("erased", "")]


def test_a_contact_and_a_date_are_written_of_nobody(
    ning: Customer, erase: Callable[[], object]
) -> None:
    def note() -> None:
        channels.record_touch(
            ning, channel="call", outcome="reached", by=WORKER, at=NOON, two_way=True
        )

    told = overlapping(erase, note)

    assert told[1], "refused by the database itself"
    with scope.everything():
        assert not Touch.objects.exists()
        with pytest.raises(Exception, match="was erased"):
            customers.note_event(
                ning, kind=LifeEvent.Kind.OTHER, happens_on=TODAY, by=WORKER, at=NOON
            )


def test_a_consent_is_written_of_nobody(ning: Customer, erase: Callable[[], object]) -> None:
    told = overlapping(
        erase, lambda: channels.refuse_all(ning, source="call", by=WORKER, at=NOON)
    )

    assert told == ["", "NotStanding"]
    with scope.everything():
        assert not Consent.objects.exists()


def test_a_load_that_waited_for_the_erasure_brings_nobody_back(
    ning: Customer, erase: Callable[[], object]
) -> None:
    told = overlapping(erase, lambda: load(ning))

    assert told == ["", ""]
    assert phones() == [("erased", "")]


def test_an_erasure_that_waited_for_a_load_takes_what_it_brought(
    ning: Customer, erase: Callable[[], object]
) -> None:
    told = overlapping(lambda: load(ning), erase)

    assert told == ["", ""]
    assert phones() == [("erased", "")]


@pytest.mark.parametrize("survives", [True, False])
def test_a_merge_that_an_erasure_waited_for_is_erased_whole(
    ning: Customer, erase: Callable[[], object], *, survives: bool
) -> None:
    with scope.everything():
        other = stage.customer("N78", "宁静远", ning.book, phone="13800138777")
    two = (ning, other) if survives else (other, ning)

    told = overlapping(lambda: identity.merge(*two, by=WORKER, at=NOON), erase)

    assert told == ["", ""]
    assert phones() == [("erased", ""), ("erased", "")]


def test_an_undo_that_waited_for_the_erasure_brings_no_value_back(
    ning: Customer, erase: Callable[[], object]
) -> None:
    row = {"number": "N77", "email": "ning@example.com", "phone": "13800138000"}
    with scope.everything():
        found = intake.bring_rows("customers", [row], source="x", by=TESTS, at=LATER)

    told = overlapping(erase, lambda: intake.undo(found, by=TESTS, at=LATER))

    assert told == ["", ""]
    assert phones() == [("erased", "")]


def test_a_load_lays_nothing_beside_a_file_that_is_just_erased(
    ning: Customer, erase: Callable[[], object]
) -> None:
    with scope.everything():
        customers.change_customer(ning, phone="13800138111", by=WORKER, at=NOON)

    told = overlapping(erase, lambda: load(ning))

    assert told == ["", ""]
    assert phones() == [("erased", "")]
    with scope.everything():
        assert not SeenValue.objects.exists()
