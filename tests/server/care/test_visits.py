"""A visit: planned, on the list of its day, arrived, written up, called off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import OUT, World
from tests.server.care.test_pages import HTMX, body, enter, post

from regulars.server.care import actions
from regulars.server.care.models import Visit
from regulars.server.channels.models import Touch
from regulars.server.core.models import Company
from regulars.server.promises.models import Promise
from regulars.testing.cast import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def visit(world: World) -> Visit:
    """Mei is going to see Li today."""
    world.level(world.cast.li, 4)
    world.plan()
    return actions.plan_visit(
        world.cast.li, person=world.cast.mei, day=TODAY, topic="review", aim="看新厂房",
        by=world.cast.mei, at=NOON,
    )  # fmt: skip


def click(visit: Visit, what: str) -> str:
    return f"/visits/{visit.public_id}/{what}"


def test_a_planned_visit_stands_in_the_calendar_and_on_the_list_of_its_day(
    world: World, client: Client
) -> None:
    world.level(world.cast.li, 4)
    world.plan()
    enter(client, world.cast.mei)
    form = {
        "customer": world.cast.li.public_id, "day": "2026-11-25", "hour": "14:30",
        "topic": "renewal", "aim": "签好续存", "place": "柳溪镇", "once": "abc",
    }  # fmt: skip

    for _again in range(2):
        assert client.post("/visits/new", form).status_code == 302

    assert Visit.objects.count() == 1
    assert "14:30 拜访 签好续存" in body(client, "/today/ahead")
    assert "签好续存" not in body(client, "/today/")
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        assert "签好续存" in body(client, "/today/")


def test_a_visit_of_yesterday_is_refused(world: World, client: Client) -> None:
    enter(client, world.cast.mei)
    form = {"customer": world.cast.li.public_id, "day": "2026-11-22", "topic": "review"}

    assert "今天" in post(client, "/visits/new", 422, **form)
    assert not Visit.objects.exists()


def test_a_check_in_keeps_the_moment_of_the_click_and_no_position(
    visit: Visit, client: Client, world: World
) -> None:
    enter(client, world.cast.mei)
    earlier = NOON - timedelta(minutes=40)

    for _again in range(2):
        post(client, click(visit, "arrived"), clicked_at=earlier.isoformat(),
             latitude="30.12345", longitude="120.54321")  # fmt: skip

    visit.refresh_from_db()
    assert visit.arrived_at == earlier
    assert visit.latitude is None


def test_a_clock_that_lies_is_not_believed(visit: Visit, client: Client, world: World) -> None:
    ahead = NOON + timedelta(hours=3)
    post(enter(client, world.cast.mei), click(visit, "arrived"), clicked_at=ahead.isoformat())

    visit.refresh_from_db()
    assert visit.arrived_at == NOON


def test_a_position_is_kept_rounded_where_the_company_says_so(
    visit: Visit, client: Client, world: World
) -> None:
    Company.objects.update(settings={"visit_position": True})
    post(enter(client, world.cast.mei), click(visit, "arrived"),
         latitude="30.12345", longitude="120.54321")  # fmt: skip

    visit.refresh_from_db()
    assert (visit.latitude, visit.longitude) == (Decimal("30.123"), Decimal("120.543"))


def test_writing_it_up_ends_the_visit_and_keeps_the_promise(
    visit: Visit, client: Client, world: World
) -> None:
    enter(client, world.cast.mei)
    here = f"/contacts/new?customer={world.cast.li.public_id}&visit={visit.public_id}"
    assert "看新厂房" in body(client, here)
    form = {
        "customer": world.cast.li.public_id, "visit": visit.public_id, "channel": "visit",
        "outcome": "reached", "topic": "review", "note": "新厂房三月投产", "need": "设备贷款",
        "step": "offer", "promise": "送书面报价", "promise_on": "2026-11-25", "once": "x1",
    }  # fmt: skip

    for _again in range(2):
        assert client.post("/contacts/new", form).status_code == 302

    touch = Touch.objects.get()
    assert (touch.topic, touch.next_step, str(touch.next_on)) == (
        "review", "offer", "2026-11-25",
    )  # fmt: skip
    visit.refresh_from_db()
    assert (visit.state, visit.touch) == ("done", touch)
    assert visit.arrived_at == NOON
    promise = Promise.objects.get()
    assert (promise.text, promise.touch) == ("送书面报价", touch)
    assert "看新厂房" not in body(client, "/today/")


def test_calling_off_needs_a_reason(visit: Visit, client: Client, world: World) -> None:
    enter(client, world.cast.mei)
    post(client, click(visit, "off"), 422, reason=" ")
    post(client, click(visit, "off"), reason="客户出差")

    visit.refresh_from_db()
    assert (visit.state, visit.why_not) == ("cancelled", "客户出差")
    post(client, click(visit, "arrived"), 409)


def test_a_colleague_neither_sees_nor_moves_a_visit(
    visit: Visit, client: Client, world: World
) -> None:
    enter(client, world.cast.tao)

    assert "看新厂房" not in body(client, "/today/")
    for what in ("arrived", "off"):
        post(client, click(visit, what), 404, reason="x")
    body(client, f"/visits/new?customer={world.cast.li.public_id}", 404)


def test_the_form_knows_what_it_is_about_and_brings_the_checklist(
    world: World, client: Client
) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}), {li: (4, None, None)})
    world.hold(li, TODAY + timedelta(days=3))
    world.plan()
    enter(client, world.cast.mei, "en")

    form = body(client, f"/contacts/new?customer={li.public_id}")
    points = client.get("/contacts/checklist?channel=visit&topic=review", headers=HTMX)

    assert "Say who you are; make sure it is the customer" in form
    assert "Need and key concern noted" in points.content.decode()


def test_a_promise_without_a_day_saves_nothing(world: World, client: Client) -> None:
    enter(client, world.cast.mei, "en")
    form = {"customer": world.cast.li.public_id, "channel": "call", "outcome": "reached"}

    page = post(client, "/contacts/new", 422, **form, promise="送书面报价")

    assert "a promise without a day is none" in page
    assert not Touch.objects.exists()


def test_a_promise_is_written_on_the_bar_in_one_line(world: World, client: Client) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}), {li: (4, None, None)})
    world.plan()
    card = world.card(li)
    enter(client, world.cast.mei, "en")

    bar = post(client, f"/today/{card.public_id}/outcome", outcome="reached", step="done")
    assert f"/today/{card.public_id}/promise" in bar
    here = f"/today/{card.public_id}/promise"
    assert "cannot be checked" in post(
        client, here, 422, promise="do my best for you", promise_on="2026-11-25"
    )
    made = post(client, here, promise="send the written quote", promise_on="2026-11-25")

    assert "promised until" in made
    promise = Promise.objects.get()
    assert (promise.customer, promise.touch) == (li, Touch.objects.get())


def test_undo_says_that_the_promise_went_along(world: World, client: Client) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}), {li: (4, None, None)})
    world.plan()
    here = f"/today/{world.card(li).public_id}"
    enter(client, world.cast.mei, "en")
    post(client, f"{here}/outcome", outcome="reached", step="done")
    post(client, f"{here}/promise", promise="send the quote", promise_on="2026-11-25")

    assert "“send the quote” is taken back too" in post(client, f"{here}/undo")


def test_who_stands_in_and_goes_there_is_who_went(
    visit: Visit, client: Client, world: World
) -> None:
    page = post(enter(client, world.cast.wei, "en"), click(visit, "arrived"))

    visit.refresh_from_db()
    assert visit.person == world.cast.wei
    assert "goes" not in page


def test_nothing_is_promised_to_whom_nobody_spoke_to(world: World, client: Client) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}), {li: (4, None, None)})
    world.plan()
    enter(client, world.cast.mei, "en")

    bar = post(
        client, f"/today/{world.card(li).public_id}/outcome",
        outcome="no_answer", step="call_tomorrow",
    )  # fmt: skip

    assert "/promise" not in bar


def test_the_timeline_tells_visits_promises_and_what_was_dealt_with(
    world: World, client: Client
) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}), {li: (4, None, None)})
    world.plan()
    enter(client, world.cast.mei, "en")
    planned = actions.plan_visit(
        li, person=world.cast.mei, day=TODAY, topic="review", aim="see the new hall",
        by=world.cast.mei, at=NOON - timedelta(hours=2),
    )  # fmt: skip
    actions.check_in(planned, by=world.cast.mei, at=NOON - timedelta(hours=1))
    here = f"/today/{world.card(li).public_id}"
    post(client, f"{here}/outcome", outcome="interested", step="offer")
    post(client, f"{here}/promise", promise="send the quote", promise_on="2026-11-25")

    page = body(client, f"/customers/{li.public_id}/")

    for words in ("see the new hall", "arrived", "Promised until 25 Nov 2026",
                  "Reasons dealt with", "Large outflow"):  # fmt: skip
        assert words in page, words


def test_the_team_board_says_whose_notes_are_whole_and_opens_those_that_are_not(
    world: World, client: Client
) -> None:
    li = world.cast.li
    world.talk(li, 1, note="年底备货", need="周转", next_step="报价", topic="opportunity")
    world.talk(li, 2, note="只说了这些")
    world.talk(li, 3, outcome="no_answer", two_way=False)
    world.talk(li, 40, note="太久以前")
    world.level(li, 4)
    world.plan()
    enter(client, world.cast.wei, "en")

    mei = world.cast.mei.public_id
    board = body(client, "/team/")
    lacking = body(client, f"/team/notes?of={mei}&lacks=need")
    every = body(client, f"/team/notes?of={mei}")

    assert board.count("lacks=need") == 2  # one person: with and without htmx
    assert "50%" in board
    assert "100%" in board
    assert "只说了这些" in lacking
    assert "年底备货" not in lacking
    assert "年底备货" in every
    assert "太久以前" not in every
