"""The morning mail: to whom, when, what it says, and never twice."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.agenda.conftest import BASE, PostOffice, reachable, shanghai
from tests.server.care.conftest import World

from regulars.server.agenda import actions, queries
from regulars.server.agenda.models import Letter
from regulars.server.agenda.queries import AskedFor
from regulars.server.alerts import actions as alerts
from regulars.server.core import actions as core
from regulars.server.core import mail, scope
from regulars.server.core.models import AuditEntry, Book, Person
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
MORNING = shanghai(23, 7, 30)
State = Letter.State


def usual(asked: AskedFor = AskedFor.EVERYBODY, *, names: bool = False) -> None:
    actions.set_rules(names=names, usual=asked, hour=time(7, 30), by=TESTS, at=NOON)


def morning(at: datetime = MORNING) -> list[Letter]:
    """What the job does in one minute."""
    with scope.everything():
        actions.give_up_late(by=TESTS, at=at)
        actions.write_letters(at=at)
    tried = [actions.post(letter, at=at) for letter in queries.waiting(at)]
    scope.set_scope(scope.EVERYBODY)
    return tried


def wants(person: Person, letter: bool = True) -> None:
    actions.set_wish(person, letter=letter, by=person, at=NOON)


def words(letter: Any, kind: str) -> str:
    return str(letter.get_body((kind,)).get_content())


def test_a_letter_is_punctuated_as_its_language_is(day: World, mailing: PostOffice) -> None:
    cast = day.cast
    reachable(cast, cast.mei)
    wants(cast.mei)
    cause = {"kind": "large_movement", "key": "k", "customer": cast.li, "by": TESTS}
    alerts.raise_(**cause, at=NOON - timedelta(days=7))

    morning()

    told = words(mailing.got[0], "plain")
    assert "预警：1，1 项逾期" in told
    assert "（逾期）" in told
    assert not re.search("[\u4e00-\u9fff] ?[,(]", told)


def test_who_asks_for_it_gets_it_at_the_hour_of_a_working_day(
    day: World, mailing: PostOffice
) -> None:
    cast = day.cast
    reachable(cast, cast.mei, cast.tao)
    wants(cast.mei)

    morning(MORNING - timedelta(minutes=1))
    before = len(mailing.got)
    morning()

    assert (before, mailing.to) == (0, ["mei@bank.example"])
    assert Letter.objects.get().state == State.SENT


@pytest.mark.parametrize("on", [date(2026, 11, 28), date(2026, 11, 29)])
def test_nothing_goes_out_on_a_day_that_is_not_worked(
    day: World, mailing: PostOffice, on: date
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    at = shanghai(on.day, 9)

    morning(at)
    assert mailing.got == []
    core.set_calendar_day(on, is_workday=True, by=TESTS, at=NOON)
    morning(at)
    assert len(mailing.got) == 1


def test_the_company_says_who_gets_it_and_everybody_may_say_no(
    day: World, mailing: PostOffice
) -> None:
    cast = day.cast
    reachable(cast, *cast.everybody)
    wants(cast.tao, letter=False)

    usual(AskedFor.EVERYBODY)
    readers = {one.username for one in queries.readers()}
    usual(AskedFor.NOBODY)
    nobody = queries.readers()

    # Those who look after customers: nobody mails an analyst a list of cards.
    assert readers == {"mei", "wei", "lin", "lob"}
    assert nobody == []


def test_it_says_what_waits_without_names_with_links_and_in_the_persons_language(
    day: World, mailing: PostOffice
) -> None:
    cast = day.cast
    reachable(cast, cast.mei)
    wants(cast.mei)
    core.change_person(cast.mei, language="en", by=TESTS, at=NOON)
    cause = {"kind": "large_movement", "key": "k", "customer": cast.li, "by": TESTS}
    alerts.raise_(**cause, at=NOON - timedelta(days=1))

    morning()

    (letter,) = mailing.got
    assert letter["Subject"] == "Today: 1 customer"
    for kind in ("plain", "html"):
        told = words(letter, kind)
        assert "···0001" in told
        assert "Large movement" in told or "movement" in told.lower()
        assert "15:00" in told
        assert f"{BASE}/today/#card-" in told
        assert f"{BASE}/alerts/" in told
        assert not re.search("李娜|Li Na|看新厂房|written quote|10100000001", told)
    assert "钱振华" not in words(letter, "plain")


def test_names_stand_there_only_where_company_and_person_want_them(
    day: World, mailing: PostOffice
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    actions.set_wish(day.cast.mei, names=True, by=day.cast.mei, at=NOON)

    morning()
    usual(AskedFor.WHO_ASKS, names=True)
    with scope.everything():
        actions.send_sample(day.cast.mei, at=MORNING)

    without, with_names = (words(letter, "plain") for letter in mailing.got)
    assert "李娜" not in without
    assert "李娜" in with_names
    assert "李娜" not in str(mailing.got[1]["Subject"])


def test_a_manager_reads_of_the_branch_and_of_no_other(day: World, mailing: PostOffice) -> None:
    cast = day.cast
    reachable(cast, cast.wei)
    wants(cast.wei)

    morning()

    told = words(mailing.got[0], "plain")
    assert "柳溪支行" in told
    assert "未完成卡片：1" in told


def test_each_letter_is_written_with_the_eyes_of_its_person_as_they_are_now(
    day: World, mailing: PostOffice
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    with scope.everything():
        actions.write_letters(at=MORNING)
    Book.objects.filter(pk=day.cast.mei_book.pk).update(owner=None)

    morning()

    assert "···0001" not in words(mailing.got[0], "plain")


def test_one_letter_a_day_however_often_the_clock_runs(day: World, mailing: PostOffice) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)

    for minute in range(4):
        morning(MORNING + timedelta(minutes=minute))
    morning(shanghai(24, 8, 45))

    assert len(mailing.got) == 2
    assert [str(one.day) for one in Letter.objects.all()] == ["2026-11-24", "2026-11-23"]


def test_two_workers_with_one_letter_hand_it_over_once(day: World, mailing: PostOffice) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    with scope.everything():
        actions.write_letters(at=MORNING)
    (mine,), (theirs,) = queries.waiting(MORNING), queries.waiting(MORNING)

    for letter in (mine, theirs):
        actions.post(letter, at=MORNING)

    assert len(mailing.got) == 1
    assert Letter.objects.get().state == State.SENT


@pytest.mark.parametrize(
    ("at", "answer", "state", "tried_again"),
    [
        ("ehlo", "cut", State.WAITING, True),
        ("mail", "451 later", State.WAITING, True),
        ("rcpt", "cut", State.WAITING, True),
        ("rcpt", "550 nobody here", State.FAILED, False),
        ("data", "421 not now", State.WAITING, True),
        ("body", "452 full", State.WAITING, True),
        ("body", "554 no", State.FAILED, False),
        ("body", "cut", State.UNKNOWN, False),
        ("quit", "cut", State.SENT, False),
    ],
)
def test_wherever_the_line_breaks_the_letter_is_never_there_twice(
    day: World, mailing: PostOffice, at: str, answer: str, state: str, tried_again: bool
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    mailing.wrong = {at: answer}

    morning()
    letter = Letter.objects.get()
    mailing.wrong = {}
    for minute in (1, 2, 30, 60):
        morning(MORNING + timedelta(minutes=minute))

    assert letter.state == state
    assert len(mailing.got) == (1 if tried_again or at in {"quit"} or answer == "cut" else 0)
    if answer[0].isdigit():
        assert answer[:3] in letter.problem
    assert Letter.objects.get().state == (State.SENT if tried_again else state)


def test_a_sender_that_dies_after_the_mark_leaves_a_letter_that_nobody_sends_again(
    day: World, mailing: PostOffice
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    with scope.everything():
        actions.write_letters(at=MORNING)
    (letter,) = queries.waiting(MORNING)
    assert actions.begin(letter, at=MORNING)

    morning(MORNING + timedelta(minutes=5))
    held = Letter.objects.get().state
    morning(MORNING + timedelta(minutes=11))

    assert held == State.SENDING
    assert Letter.objects.get().state == State.UNKNOWN
    assert mailing.got == []


def test_what_does_not_go_is_tried_five_times_and_then_shown_to_the_administrator(
    day: World, mailing: PostOffice, client: Client
) -> None:
    cast = day.cast
    reachable(cast, cast.mei)
    wants(cast.mei)
    mailing.wrong = {"mail": "451 busy <b>"}

    for minute in range(0, 120):
        if queries.waiting(MORNING + timedelta(minutes=minute)) or not minute:
            morning(MORNING + timedelta(minutes=minute))

    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, mailing.talks) == (State.FAILED, 5, 5)
    assert AuditEntry.objects.filter(action="agenda.letter.failed").count() == 1
    standing = queries.standing(cast.ada, MORNING)
    assert standing is not None
    assert [one.pk for one in standing.troubled] == [letter.pk]
    client.force_login(cast.ada)
    with time_machine.travel(MORNING + timedelta(hours=2), tick=False):
        page = client.get("/agenda/rules").content.decode()
    assert "451 busy &lt;b&gt;" in page
    assert queries.failed(MORNING) == 1
    assert queries.failed(MORNING + timedelta(days=2)) == 0


def test_what_did_not_go_by_noon_is_not_sent_in_the_afternoon(
    day: World, mailing: PostOffice
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)
    mailing.wrong = {"ehlo": "cut"}
    morning()
    mailing.wrong = {}

    morning(shanghai(23, 13))

    assert Letter.objects.get().state == State.FAILED
    assert mailing.got == []


def test_it_waits_an_hour_for_the_list_of_the_day_and_says_so_then(
    day: World, mailing: PostOffice
) -> None:
    reachable(day.cast, day.cast.mei)
    wants(day.cast.mei)

    morning(shanghai(24, 7, 45))
    early = len(mailing.got)
    morning(shanghai(24, 8, 30))

    assert (early, len(mailing.got)) == (0, 1)
    assert "今日清单尚未生成" in words(mailing.got[0], "plain")


def test_without_a_server_or_an_address_of_the_pages_nothing_is_written_down(
    day: World, office: PostOffice, settings: Any, client: Client
) -> None:
    cast = day.cast
    reachable(cast, cast.mei)
    wants(cast.mei)

    assert morning() == []
    assert not Letter.objects.exists()
    client.force_login(cast.mei)
    assert (
        "mail server" in client.get("/me/agenda/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    )
    scope.set_scope(scope.EVERYBODY)
    client.force_login(cast.ada)
    page = client.get("/agenda/rules", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "REGULARS_SMTP is empty" in page


def test_one_click_in_the_mail_ends_it_and_a_look_does_not(
    day: World, mailing: PostOffice
) -> None:
    cast = day.cast
    reachable(cast, cast.mei)
    wants(cast.mei)
    morning()
    letter = mailing.got[0]
    link = str(letter["List-Unsubscribe"]).strip("<>")
    path = link.removeprefix(BASE)
    stranger = Client(enforce_csrf_checks=True)

    looked = stranger.get(path)
    still = queries.wanted_by(cast.mei)
    clicked = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    scope.set_scope(scope.EVERYBODY)

    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in words(letter, "plain").replace("\n", "")
    assert (looked.status_code, still, clicked.status_code) == (200, True, 200)
    assert not queries.wanted_by(cast.mei)
    assert stranger.get(path[:-2] + "xx").status_code == 404
    stranger.post(path, {"again": "1"})
    assert queries.wanted_by(cast.mei)


def test_who_says_no_or_leaves_before_it_goes_gets_none(
    day: World, mailing: PostOffice
) -> None:
    cast = day.cast
    reachable(cast, cast.mei, cast.tao)
    usual(AskedFor.EVERYBODY)
    with scope.everything():
        actions.write_letters(at=MORNING)
    wants(cast.mei, letter=False)
    core.change_person(cast.tao, is_active=False, by=TESTS, at=NOON)

    morning()

    assert not {"mei@bank.example", "tao@bank.example"} & set(mailing.to)


def test_no_password_stands_in_the_database_or_in_words(
    mailing: PostOffice, settings: Any, tmp_path: Any
) -> None:
    kept = tmp_path / "password"
    kept.write_text("hunter2\n")
    settings.MAIL = {
        "server": "smtp://me@mail.example.com",
        "password_file": str(kept),
        "sender": "a@b.example",
    }

    found = mail.post()

    assert (found.password, found.port, found.user) == ("hunter2", 587, "me")
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "server", ["mail.example.com", "http://mail.example.com", "smtp://host:port", "smtp://"]
)
def test_an_address_of_a_server_that_cannot_be_read_is_said_plainly(
    settings: Any, server: str
) -> None:
    settings.MAIL = {"server": server, "password_file": "", "sender": "a@b.example"}

    with pytest.raises(mail.NoPost):
        mail.post()


def test_a_line_that_is_not_secret_is_not_used_unless_the_address_says_so(
    mailing: PostOffice, settings: Any
) -> None:
    """The server offers no STARTTLS: the letter stays here."""
    settings.MAIL |= {"server": f"smtp://127.0.0.1:{mailing.port}"}
    letter = mail.EmailMessage()
    letter["From"], letter["To"] = "a@b.example", "c@d.example"

    outcome = mail.send(mail.post(), letter, to="c@d.example")

    assert outcome.end is mail.End.LATER
    assert mailing.got == []


def test_letters_are_forgotten_after_their_period(day: World, mailing: PostOffice) -> None:
    Letter.objects.create(person=day.cast.mei, day=TODAY, state=State.SENT, made_at=MORNING)

    assert actions.drop_letters(MORNING) == 0
    assert actions.drop_letters(MORNING + timedelta(days=93)) == 1
