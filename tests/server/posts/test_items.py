"""Items are written for a place in the week and approved by a second person in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.server.posts.conftest import (
    EVENING,
    TOLD,
    TUESDAY,
    Approved,
    persona,
    shanghai,
    slot,
)

from regulars.base.errors import BadInput
from regulars.server.posts import actions, queries
from regulars.server.posts.models import Item, Persona
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def farmers(as_system: Cast) -> Persona:
    return persona(as_system, "种植户", [as_system.li])


def write(cast: Cast, who: Persona, **told: object) -> Item:
    given = replace(TOLD, **told)  # type: ignore[arg-type]  # fields of Told
    return actions.write(who, slot(cast), TUESDAY, given, by=cast.max, at=NOON)


def test_what_has_no_words_yet_is_an_idea(as_system: Cast, farmers: Persona) -> None:
    made = write(as_system, farmers, words="", words_en="")

    assert made.state == "idea"
    with pytest.raises(BadInput):
        actions.submit(made, by=as_system.max, at=NOON)


def test_one_place_of_the_week_holds_one_item(as_system: Cast, farmers: Persona) -> None:
    first = write(as_system, farmers)
    with pytest.raises(actions.Occupied):
        write(as_system, farmers)

    actions.take_away(first, by=as_system.max, at=NOON)

    assert write(as_system, farmers).state == "draft"


def test_nobody_approves_their_own_words(as_system: Cast, farmers: Persona) -> None:
    made = actions.submit(write(as_system, farmers), by=as_system.ada, at=NOON)

    for hand in (as_system.max, as_system.ada):
        with pytest.raises(actions.OwnWords):
            actions.approve(made, by=hand, at=NOON)

    assert actions.approve(made, by=as_system.lin, at=NOON).state == "approved"


def test_whoever_changed_an_item_had_a_hand_in_it(as_system: Cast, farmers: Persona) -> None:
    made = write(as_system, farmers)
    actions.write(farmers, made.slot, made.day, TOLD, by=as_system.lin, at=NOON, item=made)
    actions.submit(made, by=as_system.max, at=NOON)

    with pytest.raises(actions.OwnWords):
        actions.approve(made, by=as_system.lin, at=NOON)


def test_what_must_not_be_said_is_not_submitted(as_system: Cast, farmers: Persona) -> None:
    made = write(as_system, farmers, words="这款理财保本保收益，放心买。")

    with pytest.raises(actions.Sensitive, match="不能这样说"):
        actions.submit(made, by=as_system.max, at=NOON)


def test_what_has_no_source_is_not_submitted(as_system: Cast, farmers: Persona) -> None:
    made = write(as_system, farmers, source=" ")

    with pytest.raises(BadInput):
        actions.submit(made, by=as_system.max, at=NOON)


def test_nothing_is_approved_once_its_time_has_come(as_system: Cast, farmers: Persona) -> None:
    made = actions.submit(write(as_system, farmers), by=as_system.max, at=NOON)

    with pytest.raises(actions.TooLate):
        actions.approve(made, by=as_system.lin, at=shanghai(TUESDAY, 8, 30))


def test_an_approved_item_is_taken_back_before_it_changes(
    as_system: Cast, farmers: Persona, approved: Approved
) -> None:
    made = approved(farmers)
    with pytest.raises(actions.Occupied):
        actions.write(farmers, made.slot, made.day, TOLD, by=as_system.max, at=NOON, item=made)

    back = actions.take_back(made, by=as_system.max, at=NOON)

    assert (back.state, back.decided_by) == ("draft", None)


def test_a_day_without_work_has_no_items(as_system: Cast, farmers: Persona) -> None:
    saturday = TODAY + timedelta(days=5)

    with pytest.raises(BadInput):
        actions.write(farmers, slot(as_system), saturday, TOLD, by=as_system.max, at=NOON)


def test_only_pictures_are_kept_as_pictures(as_system: Cast, farmers: Persona) -> None:
    with pytest.raises(actions.BadPicture):
        write(as_system, farmers, picture=b"<svg onload=alert(1)>")

    made = write(as_system, farmers, picture=PNG)

    kept = queries.picture(made.public_id)
    assert kept is not None
    assert bytes(kept.content) == PNG
    assert kept.ending == "png"


def test_the_week_says_how_many_places_are_empty(
    as_system: Cast, farmers: Persona, approved: Approved
) -> None:
    slot(as_system, EVENING)
    approved(farmers)

    seen = queries.week(TUESDAY, at=NOON)

    assert (seen.places, seen.empty) == (10, 9)
    assert [row.empty for row in seen.rows] == [9]


def test_what_was_given_up_leaves_its_place_empty_for_another(
    as_system: Cast, farmers: Persona, approved: Approved
) -> None:
    actions.take_away(approved(farmers), by=as_system.max, at=NOON)
    assert queries.week(TUESDAY, at=NOON).empty == 5

    second = write(as_system, farmers, title="第二条")

    seen = queries.week(TUESDAY, at=NOON)

    assert [cell.item for row in seen.rows for cell in row.cells if cell.item] == [second]
