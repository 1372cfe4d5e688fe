"""Two files turn out to be one customer: one seat and one answer stay in each salon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.salons.conftest import DAY, Make, guest_of, no, people, states, yes

from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.identity import actions as identity
from regulars.server.salons import actions, queries
from regulars.server.salons.models import Guest, Salon
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)
State = Guest.State


def standing(salon: Salon, who: Customer) -> Guest:
    return Guest.objects.standing().get(salon=salon, customer=who)


def taken(salon: Salon) -> int:
    salon.refresh_from_db()
    return salon.taken


def test_two_seats_of_one_customer_become_one_and_who_waits_gets_the_other(
    as_system: Cast, inviting: Make
) -> None:
    cast = as_system
    a, twin, waits = people(cast, 3)
    salon = inviting([a, twin, waits], capacity=2, assumed_rate=0.1)
    yes(salon, a)
    yes(salon, twin)
    yes(salon, waits, at=NOON + timedelta(minutes=1))
    link = actions.token(guest_of(salon, twin))

    made = identity.merge(a, twin, by=cast.wei, at=LATER)

    assert standing(salon, a).state == standing(salon, waits).state == State.ACCEPTED
    assert taken(salon) == 2
    assert queries.counts(salon)["accepted"] == len(queries.guests(cast.wei, salon)) == 2
    assert actions.behind(link) == standing(salon, a), "the other file's letter still answers"

    identity.unmerge(made, by=cast.wei, at=LATER + timedelta(hours=1))

    assert guest_of(salon, a).state == guest_of(salon, waits).state == State.ACCEPTED
    assert guest_of(salon, twin).state == State.WAITING, "their seat is somebody's by now"
    assert taken(salon) == 2


@pytest.mark.parametrize("survivor_says", ["yes", "no", "nothing"])
@pytest.mark.parametrize("loser_says", ["yes", "no", "nothing"])
def test_the_better_answer_stays(
    as_system: Cast, inviting: Make, survivor_says: str, loser_says: str
) -> None:
    cast = as_system
    a, twin = people(cast, 2)
    salon = inviting([a, twin])
    said = {"yes": yes, "no": no, "nothing": lambda salon, who: None}
    said[survivor_says](salon, a)
    said[loser_says](salon, twin)
    before = states(salon)
    best = next(
        each for each in ("yes", "no", "nothing") if each in (survivor_says, loser_says)
    )

    told = Merge(twin.pk, a.pk, by=cast.wei, at=LATER)
    story = custody.merge(told)

    as_state = {"yes": State.ACCEPTED, "no": State.DECLINED, "nothing": State.INVITED}
    assert standing(salon, a).state == as_state[best]
    assert not Guest.objects.standing().filter(customer=twin).exists()
    assert taken(salon) == (best == "yes")
    custody.unmerge(told, story)
    assert states(salon) == before
    assert standing(salon, twin).state == as_state[loser_says]


def test_who_came_by_one_file_came(as_system: Cast, inviting: Make) -> None:
    cast = as_system
    a, twin = people(cast, 2)
    salon = inviting([a, twin])
    yes(salon, a)
    yes(salon, twin)
    actions.check_in(guest_of(salon, twin), by=cast.lob, at=DAY)
    actions.end(salon, by=cast.wei, at=DAY + timedelta(hours=4))

    custody.merge(Merge(twin.pk, a.pk, by=cast.wei, at=DAY + timedelta(days=1)))

    assert standing(salon, a).state == State.CAME
    assert {name: n for name, n in queries.counts(salon).items() if n} == {
        "all": 1, "invited": 1, "accepted": 1, "came": 1,
    }  # fmt: skip


def test_of_two_who_wait_the_first_word_keeps_its_place(
    as_system: Cast, inviting: Make
) -> None:
    cast = as_system
    seated, twin, other, a = people(cast, 4)
    salon = inviting([seated, twin, other, a], capacity=1, assumed_rate=0.1)
    for minutes, who in enumerate((seated, twin, other, a)):
        yes(salon, who, at=NOON + timedelta(minutes=minutes))
    custody.merge(Merge(twin.pk, a.pk, by=cast.wei, at=LATER))

    no(salon, seated, at=LATER)

    assert standing(salon, a).state == State.ACCEPTED
    assert standing(salon, other).state == State.WAITING


def test_friends_stay_with_who_brought_them(as_system: Cast, inviting: Make) -> None:
    cast = as_system
    a, twin = people(cast, 2)
    salon = inviting([a, twin])
    yes(salon, twin)
    yes(salon, a)
    host = actions.check_in(guest_of(salon, twin), by=cast.lob, at=DAY)
    friend = actions.bring_friend(
        host, name="孙友", phone="13800000001", agreed="口头", by=cast.lob, at=DAY
    )
    actions.check_in(guest_of(salon, a), by=cast.lob, at=DAY + timedelta(minutes=5))
    told = Merge(twin.pk, a.pk, by=cast.wei, at=DAY + timedelta(hours=1))
    first = guest_of(salon, twin).pk

    story = custody.merge(told)
    friend.refresh_from_db()
    assert friend.brought_by == standing(salon, a)
    assert taken(salon) == 2

    custody.unmerge(told, story)
    friend.refresh_from_db()
    assert friend.brought_by_id == first
    assert taken(salon) == 3
