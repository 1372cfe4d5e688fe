"""Other systems list salons and guests, and say who is here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from tests.server.salons.conftest import DAY, Make, guest_of, people, yes
from tests.server.site.test_api_of_work import Api

from regulars.server.core import scope
from regulars.server.core.rights import Right
from regulars.server.salons.models import Guest
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    with time_machine.travel(DAY, tick=False):
        yield


def test_salons_and_guests_are_listed_as_the_person_sees_them(
    as_system: Cast, inviting: Make
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b])
    yes(salon, a)
    api = Api((Right.WORK_READ,))

    listed = api.get("/salons?person=mei").json()["salons"]
    whole = api.get(f"/salons/{salon.public_id}?person=mei").json()
    first = api.get(f"/salons/{salon.public_id}/guests?person=mei&limit=1").json()
    rest = api.get(
        f"/salons/{salon.public_id}/guests?person=mei&limit=1&cursor={first['next']}"
    ).json()

    assert [one["id"] for one in listed] == [salon.public_id]
    assert (whole["taken"], whole["guests"]["accepted"]) == (1, 1)
    states = [one["state"] for one in first["guests"] + rest["guests"]]
    assert (states, rest["next"]) == (["accepted", "invited"], None)
    assert api.get("/salons?person=tao").json()["salons"] == []
    assert api.get(f"/salons/{salon.public_id}?person=tao").status_code == 404


def test_a_guest_is_checked_in_once_in_the_name_of_a_person(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    where = f"/salons/{salon.public_id}/guests/{yes(salon, a).public_id}/check-in"
    api = Api((Right.WORK_READ, Right.WORK_WRITE))

    first = api.post(where, {"person": "mei"})
    again = api.post(where, {"person": "wei"})
    scope.set_scope(scope.EVERYBODY)

    assert (first.status_code, first.json()["state"]) == (200, "came")
    assert again.status_code == 200
    assert (guest_of(salon, a).checks, guest_of(salon, a).state) == (1, Guest.State.CAME)
    assert guest_of(salon, a).checked_by == as_system.mei
