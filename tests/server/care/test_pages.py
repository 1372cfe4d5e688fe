"""Today, the contact form and the team, as people of the cast see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.care.conftest import OUT, World

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def day(world: World) -> World:
    """Mei's list: Li with three reasons; Tao's list: Qian with a maturity."""
    li = world.cast.li
    li.birth_date = (TODAY + timedelta(days=6)).replace(year=1974)
    li.gender, li.occupation = "female", "建材店主"
    li.save()
    world.agree(li)
    world.talk(li, 1, note="年底要备货")
    run = world.score({li: OUT, world.cast.qian: {}})
    world.tier(run, {li: (4, None, None), world.cast.qian: (3, None, None)})
    world.hold(li, TODAY + timedelta(days=3), amount="300000")
    world.hold(world.cast.qian, TODAY + timedelta(days=2), amount="200000", holding="Q1")
    world.talk(world.cast.qian, 1)
    world.plan()
    return world


def enter(client: Client, person: Person, language: str = "zh-hans") -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = language
    return client


def body(client: Client, url: str, status: int = 200, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == status, answer.content[:600]
    scope.set_scope(scope.EVERYBODY)
    return answer.content.decode()


HTMX = {"HX-Request": "true"}


def post(client: Client, url: str, status: int = 200, **data: str) -> str:
    answer = client.post(url, data, headers=HTMX)
    assert answer.status_code == status, answer.content[:600]
    scope.set_scope(scope.EVERYBODY)
    return answer.content.decode()


def click(card: Card, what: str = "outcome") -> str:
    return f"/today/{card.public_id}/{what}"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("今天", "农历十月十五", "大额流出", "定期 30.0 万 11-26 到期", "贵宾",
                     "李女士", "可能失去", "没接通", "建材店主", "101****0001")),
        ("en", ("Today", "¥720K went out", "Time deposit ¥300K, 26 Nov matures", "VIP", "Ms Li",
                "At stake", "No answer", "101****0001")),
    ],
)  # fmt: skip
def test_today_says_whom_why_and_what_to_say(
    day: World, client: Client, language: str, words: tuple[str, ...]
) -> None:
    page = body(enter(client, day.cast.mei, language), "/today/")

    for word in words:
        assert word in page, word
    assert page.count("data-card ") == 1
    assert "钱振华" not in page


def test_nothing_of_a_colleague_is_seen_or_touched(day: World, client: Client) -> None:
    enter(client, day.cast.tao)
    card = day.card(day.cast.li)

    assert "李娜" not in body(client, "/today/")
    assert "李娜" not in body(client, "/today/ahead")
    body(client, "/today/?book=K01", 404)
    elsewhere = post(client, click(card), 404, outcome="reached", step="done")
    nowhere = post(client, "/today/zzzzzzzzzzzz/outcome", 404, outcome="reached", step="done")
    for what in ("undo", "snooze"):
        post(client, click(card, what), 404)
    body(client, f"/contacts/new?customer={day.cast.li.public_id}", 404)

    assert elsewhere == nowhere
    card.refresh_from_db()
    assert card.state == "open"
    assert not Touch.objects.filter(person=day.cast.tao).exists()


def test_two_clicks_turn_the_card_into_a_bar_and_bring_the_figures(
    day: World, client: Client
) -> None:
    enter(client, day.cast.mei)
    card = day.card(day.cast.li)

    bar = post(client, click(card), outcome="reached", step="call_3")

    assert 'role="status"' in bar
    assert "李娜" in bar
    assert "11-26 周四" in bar
    assert 'id="dayline" hx-swap-oob="true"' in bar
    assert "data-undo" in bar
    card.refresh_from_db()
    assert card.state == "done"


def test_a_click_that_waited_overnight_is_written_at_its_own_hour(
    day: World, client: Client
) -> None:
    card, li = day.card(day.cast.li), day.cast.li
    day.plan(TODAY + timedelta(days=1))
    with time_machine.travel(NOON + timedelta(hours=20), tick=False):
        enter(client, day.cast.mei)
        post(client, click(card), outcome="reached", step="done", waited=str(20 * 3600))
        late = {"customer": li.public_id, "channel": "call", "outcome": "reached",
                "topic": "contact", "step": "", "waited": str(3600)}  # fmt: skip
        assert client.post("/contacts/new", late).status_code == 302

    hours = list(Touch.objects.filter(at__gte=NOON).order_by("at").values_list("at", flat=True))
    assert hours == [NOON, NOON + timedelta(hours=19)]


@pytest.mark.parametrize("told", ["", "-5", "1e9", "99999999999", "soon"])
def test_a_wait_that_cannot_be_read_is_none(day: World, client: Client, told: str) -> None:
    card = day.card(day.cast.li)

    post(enter(client, day.cast.mei), click(card), outcome="reached", step="done", waited=told)

    assert Touch.objects.filter(at=NOON).count() == 1


def test_undo_swaps_the_card_back(day: World, client: Client) -> None:
    enter(client, day.cast.mei)
    card = day.card(day.cast.li)
    post(client, click(card), outcome="reached", step="done")

    again = post(client, click(card, "undo"))

    assert f'id="card-{card.public_id}"' in again
    assert "大额流出" in again
    card.refresh_from_db()
    assert card.state == "open"


def test_the_second_of_two_colleagues_reads_who_was_first(day: World, client: Client) -> None:
    card = day.card(day.cast.li)
    post(enter(client, day.cast.mei), click(card), outcome="reached", step="done")

    told = post(enter(client, day.cast.wei), click(card), 409, outcome="not_now", step="done")

    assert "陆晓晴" in told
    assert "12:00" in told


def test_a_click_without_a_step_puts_the_card_back_with_the_reason(
    day: World, client: Client
) -> None:
    card = day.card(day.cast.li)

    told = post(enter(client, day.cast.mei), click(card), 422, outcome="reached", step="")

    assert f'id="card-{card.public_id}"' in told
    assert 'role="alert"' in told


def test_a_card_is_put_off_with_a_day_and_a_reason(day: World, client: Client) -> None:
    enter(client, day.cast.mei)
    card = day.card(day.cast.li)

    bar = post(client, click(card, "snooze"), until="2026-11-26", reason="away")
    assert "11-26 周四" in bar

    card.refresh_from_db()
    assert (card.state, card.snooze_reason) == ("snoozed", "away")


def test_a_manager_opens_the_list_of_a_colleague(day: World, client: Client) -> None:
    page = body(enter(client, day.cast.wei), "/today/?book=K01")

    assert "李娜" in page
    assert 'value="K01" selected' in page


@pytest.mark.parametrize("who", ["max", "ada", "aud"])
def test_who_has_no_list_gets_none(day: World, client: Client, who: str) -> None:
    body(enter(client, getattr(day.cast, who)), "/today/", 403)


def test_before_any_list_the_page_teaches(world: World, client: Client) -> None:
    page = body(enter(client, world.cast.mei, "en"), "/today/")

    assert "Your list of today will stand here" in page


def test_a_day_without_reasons_says_so(world: World, client: Client) -> None:
    world.plan()

    page = body(enter(client, world.cast.mei, "en"), "/today/")

    assert "Nothing is due" in page


def test_who_refuses_marketing_is_marked_for_the_speaker(world: World, client: Client) -> None:
    world.agree(world.cast.li, yes=False)
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()

    page = body(enter(client, world.cast.mei, "en"), "/today/")

    assert "Refuses all marketing" in page


def test_a_phone_that_is_blocked_is_not_dialled(world: World, client: Client) -> None:
    world.cast.li.blocked_channels = ["call"]
    world.cast.li.save()
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.plan()

    page = body(enter(client, world.cast.mei), "/today/")

    assert "tel:" not in page


def test_who_may_not_see_phones_gets_no_number(day: World, client: Client) -> None:
    page = body(enter(client, day.cast.lob), "/today/")

    assert "李娜" in page
    assert "tel:" not in page
    assert day.cast.li.phone not in page


def test_the_calendar_holds_maturities_and_birthdays(day: World, client: Client) -> None:
    page = body(enter(client, day.cast.mei), "/today/ahead")

    assert "李娜" in page
    assert "30.0" in page
    assert 'class="b"' in page
    assert "钱振华" not in page


def test_the_rest_of_the_list_is_there_to_open(day: World, client: Client) -> None:
    Card.objects.update(over_capacity=True)
    enter(client, day.cast.mei)

    page = body(client, "/today/")
    rest = body(client, "/today/rest")

    assert 'id="rest"' in page
    assert "data-card " not in page
    assert "李娜" in rest


def test_today_asks_the_database_the_same_however_long_it_is(
    day: World, client: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    enter(client, day.cast.mei)
    with CaptureQueriesContext(connection) as one:
        body(client, "/today/")
    more = [stage.customer(f"W{n}", f"客户{n}", day.cast.mei_book) for n in range(8)]
    day.tier(
        day.score(dict.fromkeys((day.cast.li, *more), OUT)),
        dict.fromkeys(more, (4, None, None)),
    )
    day.plan(TODAY)

    with django_assert_max_num_queries(len(one)):  # type: ignore[operator]
        page = body(client, "/today/")

    assert page.count("data-card ") >= 5


def test_a_card_says_how_old_its_scores_are_once_they_are_old(
    world: World, client: Client
) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}, as_of=TODAY - timedelta(days=8)), {li: (4, None, None)})
    world.plan()

    assert "11-15 的评分，已过 8 天" in body(enter(client, world.cast.mei), "/today/")


def test_scores_of_last_night_are_not_old(day: World, client: Client) -> None:
    assert "的评分，已过" not in body(enter(client, day.cast.mei), "/today/")


def test_a_contact_is_recorded_and_closes_the_card(day: World, client: Client) -> None:
    enter(client, day.cast.mei)
    form = body(client, f"/contacts/new?customer={day.cast.li.public_id}")
    assert "大额流出 72.0 万" in form
    assert "年底要备货" in form

    answer = client.post(
        "/contacts/new",
        {"customer": day.cast.li.public_id, "channel": "visit", "outcome": "interested",
         "note": "想转一年期", "need": "大额存单", "next_step": "送报价单",
         "next_on": "2026-11-25"},
    )  # fmt: skip
    scope.set_scope(scope.EVERYBODY)

    assert answer.status_code == 302
    touch = Touch.objects.get(channel="visit")
    assert (touch.note, touch.need, str(touch.next_on)) == (
        "想转一年期",
        "大额存单",
        "2026-11-25",
    )
    assert day.card(day.cast.li).state == "done"


def test_a_contact_without_an_outcome_is_none(day: World, client: Client) -> None:
    enter(client, day.cast.mei, "en")
    address = f"/contacts/new?customer={day.cast.li.public_id}"
    assert not re.search('name="outcome"[^>]* checked', body(client, address))

    page = post(
        client, "/contacts/new", 422, customer=day.cast.li.public_id, channel="call",
        note="typed with care",
    )  # fmt: skip

    assert "Choose what came of it" in page
    assert "typed with care" in page
    assert day.card(day.cast.li).state == "open"


def test_a_contact_of_the_form_is_taken_back_on_the_page_that_follows(
    day: World, client: Client
) -> None:
    enter(client, day.cast.mei, "en")
    told = {"customer": day.cast.li.public_id, "channel": "call", "outcome": "reached"}

    page = client.post("/contacts/new", told, follow=True).content.decode()
    undo = re.search(r'action="(/contacts/\w{12}/undo)"', page)
    scope.set_scope(scope.EVERYBODY)
    assert undo, page
    assert day.card(day.cast.li).state == "done"
    back = client.post(undo.group(1), follow=True).content.decode()
    scope.set_scope(scope.EVERYBODY)

    assert "is taken back; what it closed is open again" in back
    assert day.card(day.cast.li).state == "open"
    again = client.post(undo.group(1), follow=True).content.decode()
    assert "alert" in again
    assert "/undo" not in again


def test_a_date_without_a_step_comes_back_with_what_was_typed(
    day: World, client: Client
) -> None:
    page = post(
        enter(client, day.cast.mei, "en"), "/contacts/new", 422,
        customer=day.cast.li.public_id, channel="call", outcome="reached",
        note="typed with care", next_on="2026-11-25",
    )  # fmt: skip

    assert "typed with care" in page
    assert "Write what is to happen on that day." in page
    assert not Touch.objects.filter(note="typed with care").exists()


def test_the_contact_form_finds_own_customers_only(day: World, client: Client) -> None:
    enter(client, day.cast.mei)

    assert "李娜" in body(client, "/contacts/find?q=lina")
    assert "钱振华" not in body(client, "/contacts/find?q=qian")


def test_the_team_board_counts_each_book_and_opens_its_rows(day: World, client: Client) -> None:
    day.talk(day.cast.li, 0)
    page = body(enter(client, day.cast.wei), "/team/")

    assert "陆晓晴" in page
    assert "/today/?book=K01" in page
    assert "陶然" not in page
    rows = body(client, "/team/rows?book=K01&show=in")
    assert "李娜" in rows
    body(client, "/team/rows?book=K02", 404)


def test_the_team_is_not_for_everybody(day: World, client: Client) -> None:
    body(enter(client, day.cast.mei), "/team/", 403)


def test_the_side_bar_counts_what_waits_and_reddens_when_late(
    day: World, client: Client
) -> None:
    assert '<span class="c">1</span>' in body(enter(client, day.cast.mei), "/today/")

    Card.objects.update(due_on=TODAY - timedelta(days=1))
    assert '<span class="c hot">1</span>' in body(client, "/today/")


def test_the_customer_page_shows_the_open_reasons(day: World, client: Client) -> None:
    page = body(enter(client, day.cast.mei), f"/customers/{day.cast.li.public_id}/")

    assert "大额流出" in page
    assert f"/contacts/new?customer={day.cast.li.public_id}" in page


def test_a_place_that_is_no_number_is_the_top(day: World, client: Client) -> None:
    client.force_login(day.cast.mei)

    for after in ("²", "-1", "x", "99999999"):
        assert client.get("/today/", {"after": after}).status_code == 200


def test_a_key_concern_heard_in_a_visit_is_on_the_file_and_on_the_card(
    day: World, client: Client
) -> None:
    enter(client, day.cast.mei)
    li = day.cast.li
    given = {"customer": li.public_id, "channel": "visit", "outcome": "no_answer"}

    post(client, "/contacts/new", 204, **given, key_concern="取款方便")
    post(client, "/contacts/new", 204, **given)  # a form that does not ask empties nothing

    li.refresh_from_db()
    assert li.key_concern == "取款方便"
    assert "取款方便" in body(client, "/today/")
