"""The list is proposed, the lot is drawn, and the rest is invited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.salons.conftest import DAY, Make, agreed, guest_of, people, states

from regulars.base.errors import BadInput
from regulars.server.channels import actions as channels
from regulars.server.experiments import queries as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.salons import actions, queries
from regulars.server.salons.models import Guest, Salon
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


def test_who_refused_or_complains_or_was_asked_lately_is_not_proposed(
    as_system: Cast, planned: Make, inviting: Make
) -> None:
    cast = as_system
    refused, complains, lately, free = people(cast, 4)
    for way in ("call", "sms", "email", "wecom"):
        channels.record_consent(
            refused, purpose="marketing", channel=way, said="refused", source="call",
            by=TESTS, at=NOON,
        )  # fmt: skip
    channels.hold_marketing(complains, cause="complaint", ref="c-1", by=TESTS, at=NOON)
    inviting([lately])
    salon = planned([refused, complains, lately, free], begins_at=DAY + timedelta(days=20),
                    ends_at=DAY + timedelta(days=20, hours=2))  # fmt: skip

    told = actions.propose(salon, by=cast.wei, at=NOON)

    assert [g.customer for g in salon.guests.all()] == [free]
    assert told.left == {"refused": 1, "held": 1, "rested": 1}


def test_a_share_of_the_proposed_is_left_out_by_lot_and_not_invited(
    as_system: Cast, planned: Make
) -> None:
    who = people(as_system, 40)
    salon = planned(who, capacity=16, held_out=0.2, assumed_rate=0.5)

    actions.propose(salon, by=as_system.wei, at=NOON)
    opened = actions.open_invitations(salon, by=as_system.wei, at=NOON)

    experiment = opened.experiment
    assert experiment is not None
    assert (experiment.kind, experiment.source) == (Experiment.Kind.SALON, salon.source)
    arms = experiments.arm_counts(experiment)
    assert states(opened) == {"held_out": arms["control"], "invited": arms["treated"]}
    assert sum(arms.values()) == 40
    left = set(opened.guests.filter(state="held_out").values_list("customer", flat=True))
    assert left == experiments.in_control(experiment, [each.pk for each in who])


def test_who_is_left_out_by_lot_is_not_added_by_hand(as_system: Cast, planned: Make) -> None:
    salon = planned(people(as_system, 40), capacity=10, held_out=0.5, assumed_rate=0.5)
    actions.propose(salon, by=as_system.wei, at=NOON)
    actions.open_invitations(salon, by=as_system.wei, at=NOON)
    left = salon.guests.filter(state=Guest.State.HELD_OUT).first()
    assert left is not None

    with pytest.raises(actions.OnList, match=r"by lot|抽签"):
        actions.add_guest(salon, left.customer, by=as_system.wei, at=NOON)


def test_who_is_added_by_hand_stands_outside_the_experiment(
    as_system: Cast, planned: Make
) -> None:
    salon = planned(people(as_system, 20), capacity=8, held_out=0.2, assumed_rate=0.5)
    friend = people(as_system, 1)[0]
    actions.propose(salon, by=as_system.wei, at=NOON)
    made = actions.add_guest(salon, friend, by=as_system.wei, at=NOON)

    opened = actions.open_invitations(salon, by=as_system.wei, at=NOON)

    made.refresh_from_db()
    assert made.state == Guest.State.INVITED
    assert opened.experiment is not None
    assert experiments.arms_of(opened.experiment, [friend.pk]) == {}


def test_nobody_is_invited_without_a_place_or_a_list(as_system: Cast, planned: Make) -> None:
    salon = planned([], place="")

    with pytest.raises(actions.NotReady):
        actions.open_invitations(salon, by=as_system.wei, at=NOON)

    salon.refresh_from_db()
    assert salon.state == Salon.State.DRAFT


def test_invitations_begun_twice_invite_once(as_system: Cast, inviting: Make) -> None:
    salon = inviting(people(as_system, 3))

    again = actions.open_invitations(salon, by=as_system.wei, at=NOON + timedelta(hours=1))

    assert states(again) == {"invited": 3}
    assert again.opened_at == NOON
    with pytest.raises(BadInput):
        actions.propose(again, by=as_system.wei, at=NOON)


def test_without_a_message_the_manager_invites_and_the_answer_is_theirs_to_note(
    as_system: Cast, inviting: Make
) -> None:
    salon = inviting(people(as_system, 1))

    guest = salon.guests.get()

    assert guest.way == Guest.Way.MANAGER
    work = queries.work(NOON.date())
    assert [(one.customer_id, one.what) for one in work] == [(guest.customer_id, "ask")]
    assert "家庭资产茶叙" in work[0].step


def test_the_rate_of_past_salons_of_the_kind_is_planned_with(
    as_system: Cast, inviting: Make, planned: Make
) -> None:
    salon = inviting(people(as_system, 40), capacity=30, assumed_rate=1.0)
    guests = list(salon.guests.all())
    Guest.objects.filter(pk__in=[g.pk for g in guests[:12]]).update(
        state=Guest.State.CAME, came_at=NOON
    )
    Salon.objects.filter(pk=salon.pk).update(state=Salon.State.OVER)

    found = queries.rate(planned([], assumed_rate=None))

    assert found.is_known
    assert found.invited == salon.guests.count()
    assert found.share == pytest.approx(12 / found.invited)


def test_a_customer_of_another_branch_is_neither_proposed_nor_seen(
    as_system: Cast, planned: Make, eyes: object
) -> None:
    cast = as_system
    salon = planned(people(cast, 1))
    agreed(cast.qian)
    actions.propose(salon, by=cast.wei, at=NOON)
    actions.add_guest(salon, cast.qian, by=cast.ana, at=NOON)

    with eyes(cast.wei):  # type: ignore[operator]
        seen = queries.guests(cast.wei, salon)
        assert guest_of(salon, seen[0].guest.customer)
        assert len(seen) == 1
    assert len(queries.guests(cast.ana, salon)) == 2
