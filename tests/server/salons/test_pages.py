"""The pages: plan, guests, door, result; and what a guest opens without signing in."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.salons.conftest import DAY, Make, guest_of, people, states, yes

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.products.models import Product
from regulars.server.salons import actions
from regulars.server.salons.models import Guest, Kind, Salon
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
FORM = {
    "theme": "家庭资产茶叙", "branch": "B01", "host": "wei", "on": "2026-12-18",
    "begins": "14:30", "ends": "16:30", "capacity": "20", "friends": "1",
    "remind_days": "3", "rest_days": "60", "share": "10", "outcome": "assets",
    "effect_days": "60", "place": "二楼会议室",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(person)
    return client


def text(client: Client, where: str, *, code: int = 200) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == code, where
    return answer.content.decode()


def post(client: Client, where: str, **fields: object) -> int:
    code = client.post(where, fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return code


def of(salon: Salon, what: str = "") -> str:
    return f"/salons/{salon.public_id}/{what}"


def guest_page(guest: Guest, what: str = "") -> str:
    return of(guest.salon, f"guests/{guest.public_id}{what}")


def test_a_branch_manager_plans_a_salon_of_their_own_branch_only(as_system: Cast) -> None:
    cast = as_system
    actions.install_kinds()
    kind = Kind.objects.get(code="private").pk

    assert post(enter(cast.mei), "/salons/new", kind=kind, **FORM) == 403
    assert post(enter(cast.wei), "/salons/new", kind=kind, **FORM | {"branch": "B02"}) == 422
    assert post(enter(cast.wei), "/salons/new", kind=kind, **FORM) == 302

    made = Salon.objects.get()
    assert (made.host, made.branch, made.capacity) == (cast.wei, cast.willow, 20)
    assert "Before anybody is invited" in text(enter(cast.wei), of(made))
    assert "Begin the invitations" not in text(enter(cast.mei), of(made)), "she only sees it"


def test_a_salon_of_another_branch_is_not_there(as_system: Cast, planned: Make) -> None:
    salon = planned([])

    assert "家庭资产" not in text(enter(as_system.tao), "/salons/?view=drafts")
    text(enter(as_system.tao), of(salon), code=404)
    assert post(enter(as_system.tao), of(salon, "propose")) in (403, 404)


def test_a_sheet_without_a_part_for_guests_is_pointed_out(
    as_system: Cast, planned: Make
) -> None:
    salon = planned([])
    client = enter(as_system.wei)
    part = salon.parts.get()
    assert "Guests only listen" not in text(client, of(salon))

    post(client, of(salon, f"parts/{part.pk}"), what="讲座", minutes="60")

    assert "Guests only listen" in text(client, of(salon))


def test_from_the_plan_to_the_list_to_the_invitations(as_system: Cast, planned: Make) -> None:
    who = people(as_system, 20)
    salon, client = planned(who, capacity=8, held_out=0.2), enter(as_system.wei)

    assert post(client, of(salon, "propose")) == 302
    assert "20 customers are on the list" in text(client, of(salon, "open"))
    assert post(client, of(salon, "open")) == 302

    counted = states(salon)
    page = text(client, of(salon, "guests?show=held_out"))
    assert f"Left out by lot {counted['held_out']}" in page
    assert "do not invite them" in page


def test_a_guest_answers_by_the_link_and_a_look_changes_nothing(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    link = f"/invited/{actions.token(guest_of(salon, a))}/"
    stranger = Client(headers={"Accept-Language": "en"})

    page = stranger.get(link)
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    assert "Tea and the family" in page.content.decode()
    scope.set_scope(scope.EVERYBODY)
    assert guest_of(salon, a).state == Guest.State.INVITED
    assert post(stranger, link, coming="yes", seats="2", wish="停车位") == 302
    assert (guest_of(salon, a).seats, guest_of(salon, a).wish) == (2, "停车位")
    seated = text(stranger, link)
    assert "data:image/svg" in seated
    assert post(stranger, link, coming="", seats="1") == 422
    assert post(stranger, link, coming="no", seats="1") == 302
    assert guest_of(salon, a).state == Guest.State.DECLINED
    assert stranger.get("/invited/made-up/").status_code == 404


def test_the_calendar_entry_says_where_and_when(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    link = f"/invited/{actions.token(guest_of(salon, a))}/calendar.ics"

    entry = text(Client(headers={"Accept-Language": "zh-hans"}), link)

    assert "SUMMARY:家庭资产茶叙" in entry
    assert "DTSTART:20261207T060000Z" in entry
    assert "LOCATION:二楼会议室" in entry


def test_who_is_left_out_or_only_proposed_has_no_page(as_system: Cast, planned: Make) -> None:
    salon = planned(people(as_system, 3))
    actions.propose(salon, by=as_system.wei, at=NOON)
    guest = salon.guests.all()[0]

    text(Client(), f"/invited/{actions.token(guest)}/", code=404)


def test_a_scanned_code_shows_the_guest_and_one_button(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    token = actions.token(yes(salon, a))
    where = f"/salons/in/{token}"

    with time_machine.travel(DAY, tick=False):
        assert Client().get(where).status_code == 302, "strangers sign in first"
        client = enter(as_system.lob)
        assert "They are here" in text(client, where)
        assert post(client, where) == 302
        assert post(client, where) == 302, "pressed twice it counts once"
        assert "Here since" in text(client, where)
    assert guest_of(salon, a).checks == 1


def test_the_door_finds_a_guest_by_the_last_digits_and_takes_a_check_in_back(
    as_system: Cast, inviting: Make
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b])
    yes(salon, a)
    yes(salon, b)

    with time_machine.travel(DAY, tick=False):
        client = enter(as_system.wei)
        page = text(client, of(salon, f"door?q={a.phone[-4:]}"))
        assert guest_of(salon, a).public_id in page
        assert guest_of(salon, b).public_id not in page
        assert post(client, guest_page(guest_of(salon, a), "/in")) == 302
        assert guest_of(salon, a).state == Guest.State.CAME
        assert post(client, guest_page(guest_of(salon, a), "/out")) == 302
    assert guest_of(salon, a).state == Guest.State.ACCEPTED


def test_walk_ins_and_friends_come_in_by_a_form(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    yes(salon, a, seats=2)

    with time_machine.travel(DAY, tick=False):
        client = enter(as_system.mei)
        post(client, guest_page(guest_of(salon, a), "/in"))
        walked = {"name": "路过", "phone": "13711112222"}
        assert post(client, of(salon, "door/walk-in"), **walked) == 422, "without their word"
        assert post(client, of(salon, "door/walk-in"), agreed="on", **walked) == 302
        friend = {"name": "王友", "phone": "13711113333", "agreed": "本人同意"}
        assert post(client, guest_page(guest_of(salon, a), "/friend"), **friend) == 302
    assert salon.guests.filter(state="came").count() == 3


def test_a_guest_says_how_it_was_by_the_link_and_staff_see_it(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    guest = yes(salon, a)
    link = f"/invited/{actions.token(guest)}/said"
    stranger = Client(headers={"Accept-Language": "en"})
    assert stranger.get(link).status_code == 302, "not before they were there"
    scope.set_scope(scope.EVERYBODY)
    actions.check_in(guest, by=as_system.mei, at=DAY)

    assert post(stranger, link) == 422, "nothing is said"
    assert post(stranger, link, rating="4", again="yes", words="茶不错") == 302

    said = guest_of(salon, a)
    assert (said.rating, said.again, said.words) == (4, True, "茶不错")
    assert "茶不错" in text(enter(as_system.mei), guest_page(said))
    assert "Thank you for telling us" in text(stranger, f"/invited/{actions.token(guest)}/")


def test_the_result_says_plainly_when_nothing_can_be_said(
    as_system: Cast, planned: Make
) -> None:
    salon = planned(people(as_system, 20), capacity=8, held_out=0.2)
    actions.propose(salon, by=as_system.wei, at=NOON)
    assert "is left out by lot" in text(enter(as_system.wei), of(salon, "result"))
    actions.open_invitations(salon, by=as_system.wei, at=NOON)

    page = text(enter(as_system.wei), of(salon, "result"))

    assert "Nothing can be said yet" in page
    assert re.search(r"show=invited\">\d+<", page), "each number opens its guests"


def test_a_file_for_the_door_is_for_who_may_export_and_is_written_down(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    yes(salon, a)

    assert enter(as_system.wei).get(of(salon, "guests/file")).status_code == 403
    answer = enter(as_system.ana).get(of(salon, "guests/file?show=accepted&format=csv"))
    scope.set_scope(scope.EVERYBODY)

    body = answer.content.decode("utf-8-sig")
    assert a.number in body
    assert str(a.phone) not in body, "an analyst sees no phone numbers"
    assert AuditEntry.objects.filter(action="salons.exported").exists()


def test_the_customers_page_shows_salons_and_courses(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a], kind=Kind.objects.get(code="course"), friends=0)
    actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)

    page = text(enter(as_system.mei), f"/customers/{a.public_id}/")

    assert "came to 1 of 1" in page
    assert "a benefit they have had" in page


def test_an_administrator_adds_and_retires_kinds(as_system: Cast) -> None:
    actions.install_kinds()
    client = enter(as_system.ada)

    assert post(enter(as_system.wei), "/salons/kinds/new", name="亲子", friends="1") == 403
    assert (
        post(client, "/salons/kinds/new", name="亲子活动", name_en="Family day", friends="3")
        == 302
    )
    assert Kind.objects.get(code="family-day").friends == 3
    changed = {"name": "亲子活动", "friends": "3", "is_retired": "on"}
    assert post(client, "/salons/kinds/family-day", **changed) == 302
    assert Kind.objects.get(code="family-day").is_retired
    assert "not used any more" in text(client, "/salons/kinds")


def test_every_page_is_there_in_both_languages(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    guest = yes(salon, a)
    whiles = ("", "guests", "door", "result", "change", "parts/new", "costs/new", "cancel")

    for language in ("zh-hans", "en"):
        client = enter(as_system.wei, language)
        for what in whiles:
            text(client, of(salon, what))
        text(client, guest_page(guest))
        for view in ("upcoming", "drafts", "held", "off"):
            text(client, f"/salons/?view={view}")


def test_the_result_leads_to_the_opportunities_of_this_salon_only(
    as_system: Cast, inviting: Make
) -> None:
    Product.objects.create(code="F1", name="稳健基金", kind="fund")
    a, b = people(as_system, 2)
    salon, other = inviting([a], products=["F1"]), inviting([b], products=["F1"])
    for one, who in ((salon, a), (other, b)):
        yes(one, who)
        guest = actions.check_in(guest_of(one, who), by=as_system.mei, at=DAY)
        actions.say(guest, rating=5, interests=["F1"], by=as_system.mei, at=DAY)
    page = text(enter(as_system.wei), of(salon, "result"))
    (link,) = re.findall(r'href="([^"]*signal=[^"]*state=all)"', page)

    found = text(enter(as_system.wei), html.unescape(link))

    assert a.name in found
    assert b.name not in found
    assert f"Salon “{salon.theme_en}”" in html.unescape(found)
    pill = re.search(r'href="(\?[^"]*)" aria-label="Remove', found)
    assert pill is not None
    assert b.name in text(
        enter(as_system.wei), f"/opportunities/{html.unescape(pill.group(1))}"
    )


def test_a_salon_that_one_may_not_open_is_not_named_among_opportunities(
    as_system: Cast, planned: Make
) -> None:
    salon = planned([], theme_en="Quiet tea")

    for person, named in ((as_system.wei, True), (as_system.tao, False)):
        found = text(enter(person), f"/opportunities/?signal={salon.source}&state=all")
        assert (("Quiet tea" in found), ("unknown" in found)) == (named, not named)
