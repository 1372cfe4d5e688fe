"""A campaign is planned, approved by a second person, and refused until it is whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from tests.server.campaigns.conftest import Make, go, later, people, text

from regulars.base.errors import BadInput, Refused
from regulars.server.campaigns import actions, queries
from regulars.server.campaigns.actions import Incomplete, PhaseTold, StepTold
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.content import actions as content
from regulars.server.core.rules import Permission, Role, may
from regulars.server.delivery.models import Line
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, TODAY, Cast, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]


def test_an_empty_draft_is_told_everything_that_it_lacks_at_once(cast: Cast) -> None:
    made = actions.begin("秋收", by=cast.max, at=NOON)

    with translation.override("en"), pytest.raises(Incomplete) as told:
        actions.submit(made, by=cast.max, at=NOON)

    assert told.value.lacking == [
        "Say what is to be better afterwards: the goal.",
        "Choose whom it is for: a segment or a group.",
        "Choose at least one way to reach customers.",
        "Say on which day it begins, and which is its last.",
    ]


def test_messages_lines_fields_and_phases_are_looked_at_before_it_is_launched(
    cast: Cast, planned: Make
) -> None:
    mail = text(cast, "email")
    made = planned(
        [], StepTold("sms", "gone"), StepTold("sms", mail, "unreached"),
        b_share=0.5, holdout=0.1,
    )  # fmt: skip
    actions.set_phases(made, [PhaseTold("定名单", TODAY, TODAY, None)], by=cast.max, at=NOON)
    actions.set_waves(made, [(TODAY - timedelta(days=3), 100)], by=cast.max, at=NOON)

    with translation.override("en"):
        found = " ".join(queries.lacking(cast.max, made, NOON))

    assert "Nobody is in it now" in found
    assert "Step 1: the message “gone” is not approved." in found
    assert "Step 1: no line for SMS is in use." in found
    assert "Step 2: “Greeting” is not written for this way." in found
    assert "Step 2: “Greeting” has no wording B." in found
    assert "Nobody is named for the phase “定名单”." in found
    assert "Wave 1 begins on" in found


@pytest.mark.usefixtures("sms")
def test_nobody_approves_a_campaign_that_they_had_a_hand_in(cast: Cast, planned: Make) -> None:
    made = planned(people(cast, 1), StepTold("sms", text(cast)))
    actions.change(made, {"goal": "更好"}, by=cast.ada, at=NOON)
    actions.submit(made, by=cast.max, at=NOON)

    for who in (cast.max, cast.ada):
        with pytest.raises(Refused):
            actions.approve(made, by=who, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)

    made.refresh_from_db()
    assert (made.state, made.approved_by) == ("approved", cast.lin)


@pytest.mark.usefixtures("sms")
def test_a_change_after_the_approval_needs_it_again(cast: Cast, planned: Make) -> None:
    made = planned(people(cast, 1), StepTold("sms", text(cast)))
    actions.submit(made, by=cast.max, at=NOON)
    actions.approve(made, by=cast.ada, at=NOON)

    actions.change(made, {"holdout": 0.2}, by=cast.max, at=NOON)

    made.refresh_from_db()
    assert (made.state, made.approved_by) == ("draft", None)
    with pytest.raises(Refused):
        actions.launch(made, by=cast.max, at=NOON)


@pytest.mark.usefixtures("sms")
def test_a_message_put_away_since_the_approval_keeps_from_launching(
    cast: Cast, planned: Make
) -> None:
    code = text(cast)
    made = planned(people(cast, 1), StepTold("sms", code))
    actions.submit(made, by=cast.max, at=NOON)
    actions.approve(made, by=cast.ada, at=NOON)
    content.put_away("message", code, by=cast.max, at=NOON)

    with pytest.raises(Incomplete):
        actions.launch(made, by=cast.max, at=NOON)

    assert not Member.objects.exists()


def test_what_is_sent_back_is_a_draft_with_the_reason(
    cast: Cast, planned: Make, sms: Line
) -> None:
    made = planned(people(cast, 1), StepTold("sms", text(cast)))
    actions.submit(made, by=cast.max, at=NOON)

    with pytest.raises(BadInput):
        actions.send_back(made, why=" ", by=cast.ada, at=NOON)
    actions.send_back(made, why="对照组太小", by=cast.ada, at=NOON)

    made.refresh_from_db()
    assert (made.state, made.why) == ("draft", "对照组太小")


def test_shares_of_waves_make_a_whole_and_their_days_go_forward(
    cast: Cast, planned: Make
) -> None:
    made = planned([])
    day = TODAY + timedelta(days=1)

    for wrong in ([(TODAY, 40), (day, 50)], [(day, 50), (TODAY, 50)]):
        with pytest.raises(BadInput):
            actions.set_waves(made, wrong, by=cast.max, at=NOON)


def test_the_template_gives_the_three_phases_of_an_autumn(cast: Cast, planned: Make) -> None:
    made = planned([])

    actions.use_template(made, year=2026, by=cast.max, at=NOON)

    ends = list(made.phases.values_list("ends_on", flat=True))
    assert ends == [date(2026, 10, 20), date(2026, 10, 31), date(2026, 12, 31)]
    late = queries.late_phases(cast.max, TODAY)
    assert [each.position for each in late] == [1, 2]
    actions.finish_phase(late[0], by=cast.max, at=NOON)
    assert [each.position for each in queries.late_phases(cast.max, TODAY)] == [2]


@pytest.mark.usefixtures("sms")
def test_next_years_copy_has_all_but_the_people_a_year_later(cast: Cast, running: Make) -> None:
    made = running(
        people(cast, 3), StepTold("sms", text(cast)), starts_on=TODAY,
        waves=[(TODAY, 50), (TODAY + timedelta(days=1), 50)],
    )  # fmt: skip
    actions.use_template(made, year=2026, by=cast.max, at=NOON)

    copy = actions.next_year(made, by=cast.max, at=later(40))

    assert (copy.state, copy.previous, copy.starts_on) == ("draft", made, date(2027, 11, 23))
    assert [wave.on for wave in copy.waves.all()] == [date(2027, 11, 23), date(2027, 11, 24)]
    assert [phase.ends_on.year for phase in copy.phases.all()] == [2027, 2027, 2027]
    assert copy.steps.get().message == made.steps.get().message
    assert not copy.members.exists()


@pytest.mark.usefixtures("sms")
def test_the_same_people_again_are_those_who_are_customers_still(
    cast: Cast, running: Make
) -> None:
    who = people(cast, 4)
    made = running(who, StepTold("sms", text(cast)))
    who[0].state = "closed"
    who[0].save()

    copy = actions.again(made, by=cast.max, at=later(40))
    go(cast, copy, at=later(40))

    assert set(copy.members.values_list("customer", flat=True)) == {one.pk for one in who[1:]}
    assert copy.starts_on == TODAY + timedelta(days=40)
    assert Campaign.objects.get(pk=copy.pk).rule_version == f"again:{made.public_id}"


def test_a_draft_may_be_thrown_away_and_nothing_else(
    cast: Cast, planned: Make, sms: Line
) -> None:
    draft = planned(people(cast, 1), StepTold("sms", text(cast)))
    actions.discard(draft, by=cast.max, at=NOON)
    assert not Campaign.objects.exists()

    launched = go(cast, planned(people(cast, 1), StepTold("sms", text(cast)), name="二"))
    with pytest.raises(Refused):
        actions.discard(launched, by=cast.max, at=NOON)
    with pytest.raises(Refused):
        actions.change(launched, {"goal": "x"}, by=cast.max, at=NOON)


MAKERS = [role.value for role in Role if may(role, Permission.SEND)]


@pytest.mark.parametrize("role", MAKERS)
@pytest.mark.parametrize("place", ["head office", "branch"])
def test_whoever_may_make_a_campaign_finds_somebody_who_approves_it(
    cast: Cast, sms: Line, planned: Make, role: str, place: str
) -> None:
    where = cast.willow if place == "branch" else cast.head_office
    maker = person("maker", "制单人", "Maker", role, where)
    made = actions.begin("支行回访", by=maker, at=NOON, goal="请老客户回来", holdout=0.0,
                         starts_on=TODAY, ends_on=TODAY + timedelta(days=9),
                         segment=segments.make_group(name="g", by=maker, at=NOON))  # fmt: skip
    [who] = people(cast, 1)
    assert made.segment is not None
    segments.add_members(made.segment, [who.pk], by=maker, at=NOON)
    actions.set_steps(made, [StepTold("sms", text(cast))], by=maker, at=NOON)
    actions.submit(made, by=maker, at=NOON)
    made.refresh_from_db()

    able = queries.deciders(made)

    assert maker not in able
    assert {"marketer", "administrator", "leader"} <= {each.role for each in able} | {role}
    for each in able:
        assert made in queries.to_decide(each)
    actions.approve(made, by=able[0], at=NOON)
    made.refresh_from_db()
    assert made.state == "approved"


def test_where_nobody_else_may_approve_it_is_said_before_it_is_asked_for(
    cast: Cast, sms: Line, planned: Make
) -> None:
    made = planned(people(cast, 1), StepTold("sms", text(cast)))
    for other in (cast.lin, cast.ada):
        other.is_active = False
        other.save()
    # A leader of one branch sees a part of its people only.
    branch = person("ben", "支行行长", "Ben", "leader", cast.willow)

    with translation.override("en"), pytest.raises(Incomplete) as told:
        actions.submit(made, by=cast.max, at=NOON)

    assert "Nobody else may approve it." in told.value.lacking[0]
    assert not queries.may_decide(branch, made)
    branch.org_unit = cast.head_office
    branch.save()
    actions.submit(made, by=cast.max, at=NOON)
