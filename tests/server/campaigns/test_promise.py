"""Promise 26: data changes while a campaign goes out, and each delivery can be explained.

Drilled with a real sender against a mail server that answers: 0 in both arms, 0 outside the
frozen list, and whoever left the segment is in it still.
"""

from __future__ import annotations

import pytest
from tests.server.campaigns.conftest import group, text
from tests.server.delivery.conftest import Office
from tests.server.delivery.conftest import office as office
from tests.server.delivery.conftest import server as server

from regulars.server.campaigns import actions
from regulars.server.campaigns.actions import StepTold
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery
from regulars.server.experiments.models import Assignment
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, TESTS, TODAY

PEOPLE = 300


@pytest.fixture
def campaign(office: Office) -> Campaign:
    people = office.people(PEOPLE)
    cast = office.cast
    with scope.everything():
        made = actions.begin(
            "金秋", by=cast.max, at=NOON, goal="留住", segment=group(cast, people),
            starts_on=TODAY, ends_on=TODAY.replace(month=12), holdout=0.2,
        )  # fmt: skip
        actions.set_steps(made, [StepTold("email", text(cast, "email"))], by=cast.max, at=NOON)
        actions.submit(made, by=cast.max, at=NOON)
        actions.approve(made, by=cast.ada, at=NOON)
        actions.launch(made, by=cast.max, at=NOON)
        made.refresh_from_db()
        actions.advance(made, by=TESTS, at=NOON)
    return made


@pytest.mark.django_db(transaction=True)
def test_data_that_changes_during_a_send_changes_nobodys_place(
    office: Office, campaign: Campaign
) -> None:
    cast, made = office.cast, campaign
    with scope.everything():
        frozen = set(Member.objects.values_list("customer_id", flat=True))
        leaving = sorted(frozen)[:40]
        joining = [one.pk for one in office.people(40)]
        segments.remove_members(made.segment, leaving, by=cast.max, at=NOON)
        segments.add_members(made.segment, joining, by=cast.max, at=NOON)

    office.send()
    with scope.everything():
        made.refresh_from_db()
        actions.advance(made, by=TESTS, at=NOON)
        arms = dict(Assignment.objects.values_list("customer_id", "arm"))
        control = {pk for pk, arm in arms.items() if arm == "control"}
        sent = list(Delivery.objects.filter(state="sent"))
        reached = {row.customer_id for row in sent}
        boxes = [str(one.to) for one in office.server.took]

    assert reached == frozen - control
    assert len(reached) > PEOPLE * 0.7
    assert reached & control == set()
    assert reached - frozen == set()
    assert set(leaving) - control <= reached
    assert len(boxes) == len(set(boxes)) == len(sent)
    for row in sent:
        assert row.arm == arms[row.customer_id] == "treated"
        assert row.basis["rule"] == made.rule_version
        assert row.basis["data"] == made.data_version
        assert (row.basis["message"], row.basis["version"]) == (made.steps.get().message, 1)
    with scope.everything():
        assert Member.objects.filter(state="reached").count() == len(sent)
        assert Customer.objects.filter(pk__in=leaving).count() == 40
