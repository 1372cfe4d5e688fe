"""The pages of daily posts: from an empty place of the week to a manager's mark."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from tests.server.posts.conftest import TUESDAY, Approved, persona, shanghai, slot

from regulars.server.core import scope
from regulars.server.core.custody import Merge, merge
from regulars.server.core.models import Person
from regulars.server.outreach import queries as outreach
from regulars.server.posts import actions, queries
from regulars.server.posts.models import Aimed, Item
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried")]
AT = shanghai(TUESDAY, 8, 31)


def enter(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def out(made: Item, at: datetime = AT) -> None:
    actions.sort(at=at)
    actions.post(made.pk, by=TESTS, at=at)


def test_a_marketer_fills_an_empty_place_and_a_second_one_approves(as_system: Cast) -> None:
    who, hour = persona(as_system, "种植户", [as_system.li]), slot(as_system)
    with time_machine.travel(NOON, tick=False):
        mine = enter(as_system.max)
        seen = mine.get("/posts/", {"day": TUESDAY.isoformat()}).content.decode()
        assert f"persona={who.public_id}&amp;slot={hour.public_id}" in seen

        told = {
            "persona": who.public_id, "slot": hour.public_id, "day": TUESDAY.isoformat(),
            "title": "降温三天", "words": "傍晚关棚。", "source": "市农技站", "by_packs": "on",
        }  # fmt: skip
        answer = mine.post("/posts/new", told)
        scope.set_scope(scope.EVERYBODY)
        made = Item.objects.get()
        assert answer["Location"] == f"/posts/{made.public_id}/"
        mine.post(f"/posts/{made.public_id}/submit")
        assert mine.post(f"/posts/{made.public_id}/approve").status_code == 409

        enter(as_system.lin).post(f"/posts/{made.public_id}/approve")

    scope.set_scope(scope.EVERYBODY)
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("approved", as_system.lin)


def test_a_branch_does_not_write_for_the_company(as_system: Cast) -> None:
    assert enter(as_system.wei).get("/posts/new").status_code == 403
    assert enter(as_system.mei).get("/posts/").status_code == 403
    assert enter(as_system.wei).get("/posts/").status_code == 200


def test_a_manager_marks_what_they_posted_on_their_own_page(
    as_system: Cast, approved: Approved
) -> None:
    made = approved(persona(as_system, "种植户", [as_system.li]))
    out(made)
    with time_machine.travel(AT, tick=False):
        mine = enter(as_system.mei)
        assert made.words in mine.get("/posts/mine").content.decode()
        where = f"/posts/{made.public_id}/mark"
        assert mine.post(where, {"state": "not_posted"}).status_code == 422
        assert mine.post(where, {"state": "posted"}).status_code == 302
        assert enter(as_system.tao).post(where, {"state": "posted"}).status_code == 404
        board = enter(as_system.wei).get(f"/posts/{made.public_id}/managers?state=posted")

    assert as_system.mei.name in board.content.decode()


def test_the_customers_page_says_to_which_persona_they_belong(
    as_system: Cast, approved: Approved, eyes: object
) -> None:
    made = approved(persona(as_system, "种植户", [as_system.li]))
    out(made)

    page = enter(as_system.mei).get(f"/customers/{as_system.li.public_id}/")

    assert "种植户" in page.content.decode()
    scope.set_scope(scope.EVERYBODY)
    assert queries.of_customer(as_system.tao, as_system.li) is None


def test_the_marketing_calendar_tells_of_items(as_system: Cast, approved: Approved) -> None:
    made = approved(persona(as_system, "种植户", [as_system.li]))
    actions.sort(at=NOON)

    (told,) = [one for one in outreach.planned(as_system.max, TUESDAY, TUESDAY)
               if one.kind == "post"]  # fmt: skip

    assert told.url == f"/posts/{made.public_id}/"
    assert (told.customers, str(told.at)) == (1, "08:30:00")


def test_of_two_merged_customers_what_was_meant_for_one_is_on_file(
    as_system: Cast, approved: Approved
) -> None:
    one = approved(persona(as_system, "种植户", [as_system.li]))
    other = approved(persona(as_system, "家长", [as_system.qian]))
    out(one)
    out(other)

    merge(Merge(as_system.qian.pk, as_system.li.pk, by=TESTS, at=AT))

    kept = Aimed.objects.filter(customer=as_system.li)
    assert kept.get().item == one


def test_a_manager_gives_their_card_a_picture(as_system: Cast) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    actions.change_face(
        phone="0577 1234", line="有事找我", line_en="", by=as_system.mei, at=NOON, picture=png
    )

    answer = enter(as_system.tao).get(f"/posts/faces/{as_system.mei.public_id}")

    assert (answer.content, answer["Content-Type"]) == (png, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
