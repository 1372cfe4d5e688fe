"""A person says what became of messages whose end nobody saw; the trail says who and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.delivery.conftest import TOMORROW, Office, of

from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
from regulars.server.delivery.models import Mailing
from regulars.testing.cast import NOON
from regulars.testing.providers.standing import DROP

pytestmark = pytest.mark.django_db(transaction=True)


def lost(office: Office) -> tuple[Mailing, Customer]:
    """A letter that the server cut off after it had all of it."""
    (who,) = office.people(1)
    office.server.orders.append(DROP)
    mailing = office.mailing(to=[who])
    assert office.send() == {"unknown": 1}
    return mailing, who


def test_what_arrived_as_somebody_says_is_sent_and_a_contact(office: Office) -> None:
    mailing, who = lost(office)
    with scope.everything():
        state = actions.settle_unknown(
            of(mailing, who), arrived=True, why="In the provider's list", by=office.cast.max,
            at=NOON,
        )  # fmt: skip

        assert state == "sent"
        assert Touch.objects.filter(customer=who, channel="email").count() == 1
        told = AuditEntry.objects.get(action="delivery.unknown.settled")
        assert (told.details["arrived"], told.details["why"]) == (
            True,
            "In the provider's list",
        )


def test_what_did_not_arrive_goes_again_even_when_its_mailing_had_ended(
    office: Office,
) -> None:
    mailing, who = lost(office)
    with scope.everything():
        assert Mailing.objects.get(pk=mailing.pk).state == "done"
        actions.settle_unknown(
            of(mailing, who), arrived=False, why="Not in their list", by=office.cast.max,
            at=NOON,
        )  # fmt: skip
    took = len(office.server.took)

    assert office.send() == {"sent": 1}
    assert len(office.server.took) == took + 1
    with scope.everything():
        assert Mailing.objects.get(pk=mailing.pk).state == "done"


def test_after_its_time_what_did_not_arrive_stays_unsent(office: Office) -> None:
    mailing, who = lost(office)
    with scope.everything():
        state = actions.settle_unknown(
            of(mailing, who), arrived=False, why="Not in their list", by=office.cast.max,
            at=TOMORROW + timedelta(hours=1),
        )  # fmt: skip

    assert state == "expired"
    assert office.send(at=TOMORROW + timedelta(hours=1)) == {}


def test_it_is_settled_once_and_never_without_a_word(office: Office) -> None:
    mailing, who = lost(office)
    row = of(mailing, who)
    with scope.everything():
        with pytest.raises(actions.Unsaid):
            actions.settle_unknown(row, arrived=True, why=" ", by=office.cast.max, at=NOON)
        actions.settle_unknown(row, arrived=True, why="seen", by=office.cast.max, at=NOON)
        with pytest.raises(actions.Known):
            actions.settle_unknown(row, arrived=False, why="no", by=office.cast.max, at=NOON)

        assert (
            actions.settle_many([row], arrived=False, why="no", by=office.cast.max, at=NOON)
            == 0
        )
    assert of(mailing, who).state == "sent"
