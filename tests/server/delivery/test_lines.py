"""Lines are set up, ordered and tried without reaching a customer."""

from __future__ import annotations

import pytest
from tests.server.delivery.conftest import Office

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.delivery import actions, queries
from regulars.server.delivery.kinds import End
from regulars.server.delivery.models import Delivery
from regulars.testing.cast import NOON, TESTS
from regulars.testing.providers.standing import LINE

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_line_of_any_channel_is_told_which_one(office: Office) -> None:
    with scope.everything():
        with pytest.raises(actions.BadLine):
            actions.add_line(name="file", kind_code="console", given={}, by=TESTS, at=NOON)
        made = actions.add_line(
            name="file", kind_code="console", given={}, channel="sms", by=TESTS, at=NOON
        )

        assert made.channel == "sms"
        assert queries.line_for("sms") == made


def test_two_lines_never_have_one_name(office: Office) -> None:
    other = office.add_line("other")
    with scope.everything(), pytest.raises(actions.BadLine):
        actions.change_line(other, name="mail", by=TESTS, at=NOON)


def test_the_line_that_is_preferred_is_taken_where_nobody_chose(office: Office) -> None:
    other = office.add_line("other")
    with scope.everything():
        assert queries.line_for("email") == office.line
        actions.prefer_line(other, by=TESTS, at=NOON)

        assert queries.line_for("email") == other


def test_a_test_goes_past_the_queue_and_stands_in_the_trail(office: Office) -> None:
    with scope.everything():
        receipt = actions.try_line(
            office.line, to="ada@yunshan.example", by=office.cast.ada, at=NOON
        )

        assert receipt.end is End.SENT
        assert [took.to for took in office.server.took] == ["ada@yunshan.example"]
        assert not Delivery.objects.exists()
        told = AuditEntry.objects.get(action="delivery.line.tried").details
    assert (told["end"], told["to"]) == ("sent", "a***@yunshan.example")


def test_a_test_says_what_the_provider_said(office: Office) -> None:
    office.server.orders.append(LINE)
    with scope.everything():
        receipt = actions.try_line(
            office.line, to="ada@yunshan.example", by=office.cast.ada, at=NOON
        )

    assert receipt.end is not End.SENT
    assert "not owned" in receipt.said


def test_a_phone_number_is_no_address_of_letters(office: Office) -> None:
    with scope.everything(), pytest.raises(actions.NoAddress):
        actions.try_line(office.line, to="13800001234", by=office.cast.ada, at=NOON)
