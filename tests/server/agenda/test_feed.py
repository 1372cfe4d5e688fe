"""A calendar by its secret address: what it says, to whom, how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar
from tests.server.agenda.conftest import shanghai
from tests.server.care.conftest import World

from regulars.server.agenda import actions
from regulars.server.agenda.actions import feeds
from regulars.server.agenda.models import Feed, Told
from regulars.server.agenda.queries import AskedFor
from regulars.server.care import actions as care
from regulars.server.care.models import Card, Visit
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Book, Company, Person
from regulars.server.opportunities import actions as opportunities
from regulars.server.opportunities.actions import About
from regulars.server.plans import actions as plans
from regulars.server.promises import actions as promises
from regulars.server.promises.models import Promise
from regulars.server.training import actions as training
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
OPEN = {"usual": AskedFor.WHO_ASKS, "hour": time(7, 30)}


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def address(person: Person) -> str:
    secret = actions.make_feed(person, by=person, at=NOON)
    return f"/calendar/{secret}.ics"


def fetch(where: str, **headers: str) -> Any:
    """As a calendar does: no cookie, and the wall stands as for a stranger."""
    scope.set_scope(scope.NOBODY)
    answer = Client().get(where, headers={n.replace("_", "-"): v for n, v in headers.items()})
    scope.set_scope(scope.EVERYBODY)
    return answer


def events(answer: Any) -> dict[str, Any]:
    """The events of an answer by the kind in their uid; read back with the library."""
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["uid"]).partition("-")[0]: one for one in found}


def lines_of(body: bytes) -> list[str]:
    """Undo the folding by hand, as RFC 5545 3.1 has it."""
    text = body.decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return re.sub("\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")


def value(lines: list[str], name: str) -> list[str]:
    return [line.partition(":")[2] for line in lines if re.match(f"{name}[:;]", line)]


def test_the_calendar_says_what_its_person_has_to_do_and_when(day: World) -> None:
    found = events(fetch(address(day.cast.mei)))

    assert set(found) == {"visit", "cards", "promise"}
    visit, cards, promise = found["visit"], found["cards"], found["promise"]
    assert visit["dtstart"].dt == shanghai(23, 15)
    assert visit["dtend"].dt == shanghai(23, 16)
    due = Card.objects.get(customer=day.cast.li).due_on
    assert (cards["dtstart"].dt, cards["dtend"].dt) == (due, due + timedelta(days=1))
    assert promise["dtend"].dt == shanghai(24, 10)
    link = Visit.objects.get(customer=day.cast.li).customer.public_id
    assert str(visit["url"]).endswith(f"/customers/{link}/")
    assert str(visit["status"]) == "CONFIRMED"


def test_no_name_place_or_text_leaves_the_house_unless_both_want_it(day: World) -> None:
    where, mei = address(day.cast.mei), day.cast.mei
    secret_words = ["李娜", "Li Na", "10100000001", "看新厂房", "柳溪镇", "written quote"]

    plain = lines_of(fetch(where).content)
    actions.set_wish(mei, names=True, by=mei, at=NOON)
    wished = lines_of(fetch(where).content)
    actions.set_rules(names=True, **OPEN, by=TESTS, at=NOON)
    both = "\n".join(lines_of(fetch(where).content))
    actions.set_wish(mei, names=False, by=mei, at=NOON)
    taken_back = lines_of(fetch(where).content)

    for lines in (plain, wished, taken_back):
        told = "\n".join(lines)
        assert not [word for word in secret_words if word in told]
        assert "···0001" in told
    assert "李娜" in both
    assert "看新厂房" in both
    assert "10100000001" not in both  # a phone number never goes out


def test_everybody_reads_their_own_book_only_through_both_walls(day: World) -> None:
    actions.set_rules(names=True, **OPEN, by=TESTS, at=NOON)
    told = {}
    for person in (day.cast.mei, day.cast.tao, day.cast.wei):
        actions.set_wish(person, names=True, by=person, at=NOON)
        told[person.username] = "".join(lines_of(fetch(address(person)).content))

    assert "李娜" in told["mei"]
    assert "钱振华" not in told["mei"]
    assert "钱振华" in told["tao"]
    assert "李娜" not in told["tao"]
    assert "钱振华" not in told["wei"]  # head of Mei's branch, not of Tao's


def test_a_book_that_was_taken_away_is_gone_at_the_next_reading(day: World) -> None:
    where, mei = address(day.cast.mei), day.cast.mei
    assert "visit" in events(fetch(where))

    Book.objects.filter(pk=day.cast.mei_book.pk).update(owner=None)

    assert events(fetch(where)) == {}
    assert Visit.objects.get(customer=day.cast.li).person == mei  # hers still, but not to see


def test_an_address_opens_nothing_once_it_is_ended_or_replaced(day: World) -> None:
    mei = day.cast.mei
    first = address(mei)
    second = address(mei)
    assert fetch(first).status_code == 404
    assert fetch(second).status_code == 200

    actions.revoke_feed(mei, by=mei, at=NOON)

    assert fetch(second).status_code == 404
    assert fetch(second).content == fetch(f"/calendar/{'x' * 43}.ics").content
    trail = AuditEntry.objects.filter(action__startswith="agenda.feed")
    assert list(trail.values_list("action", flat=True))[::-1] == [
        "agenda.feed.made", "agenda.feed.made", "agenda.feed.revoked",
    ]  # fmt: skip


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "lobby_manager"}])
def test_who_is_barred_or_does_something_else_has_no_address_any_more(
    day: World, change: dict[str, Any]
) -> None:
    mei, was = day.cast.mei, {"is_active": True, "role": "rm"}
    where = address(mei)
    core.change_person(mei, **change, by=TESTS, at=NOON)

    assert fetch(where).status_code == 404
    core.change_person(mei, **was, by=TESTS, at=NOON)
    assert fetch(where).status_code == 404, "an address that ended does not come back"


def test_the_clock_ends_the_addresses_of_those_who_left(day: World) -> None:
    mei = day.cast.mei
    address(mei)
    core.change_person(mei, is_active=False, by=TESTS, at=NOON)

    assert actions.end_strayed(by=TESTS, at=NOON) == 1
    assert not Feed.objects.exists()


def test_the_secret_is_long_and_kept_as_a_hash_only(day: World) -> None:
    where = address(day.cast.mei)
    secret = where.removeprefix("/calendar/").removesuffix(".ics")

    assert len(secret) == 43  # 256 bits
    assert secret not in str(list(Feed.objects.values()))
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_reader_that_has_it_already_is_told_so(day: World, noon: Any) -> None:
    where = address(day.cast.mei)
    first = fetch(where)
    noon.shift(timedelta(minutes=20))
    again = fetch(where, If_None_Match=first["ETag"])
    promises.keep(Promise.objects.get(customer=day.cast.li), by=day.cast.mei, at=NOON)
    changed = fetch(where, If_None_Match=first["ETag"])

    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in first.headers
    assert "sessionid" not in first.cookies
    assert "promise" not in events(changed)


def test_an_entry_keeps_its_uid_and_counts_its_changes(day: World, noon: Any) -> None:
    where = address(day.cast.mei)
    before = events(fetch(where))["visit"]
    noon.shift(timedelta(hours=1))
    visit = Visit.objects.get(customer=day.cast.li)
    care.cancel_visit(visit, reason="ill", by=day.cast.mei, at=NOON)
    after = events(fetch(where))["visit"]
    noon.shift(timedelta(hours=1))
    later = events(fetch(where))["visit"]

    assert before["uid"] == after["uid"] == later["uid"]
    assert (before["sequence"], after["sequence"], later["sequence"]) == (0, 1, 1)
    assert before["last-modified"].dt == NOON
    assert after["last-modified"].dt == later["last-modified"].dt == NOON + timedelta(hours=1)
    assert (str(after["status"]), str(after["transp"])) == ("CANCELLED", "TRANSPARENT")


def test_a_card_that_is_done_is_gone_and_one_entry_each_is_a_wish(day: World) -> None:
    where, mei = address(day.cast.mei), day.cast.mei
    card = Card.objects.get(customer=day.cast.li)

    actions.set_wish(mei, each=True, by=mei, at=NOON)
    each = events(fetch(where))
    care.record_outcome(card, outcome="reached", step="done", by=mei, at=NOON)
    done = events(fetch(where))

    assert str(each["card"]["url"]).endswith(f"/today/#card-{card.public_id}")
    assert each["card"]["dtstart"].dt == max(card.due_on, TODAY)
    assert not {"card", "cards"} & set(done)


def test_training_that_is_owed_stands_on_its_day(day: World) -> None:
    training.make_item(title="反洗钱", roles=["rm"], by=day.cast.lin, at=NOON)

    found = events(fetch(address(day.cast.mei)))["training"]

    assert "反洗钱" in str(found["summary"])
    assert isinstance(found["dtstart"].dt, date)


def test_next_steps_of_opportunities_stand_with_who_owns_them(day: World) -> None:
    cast, on = day.cast, TODAY + timedelta(days=6)
    opportunities.install_stages()
    opportunities.make(
        cast.li, About(what="a card for the son"), kind="add_on", next_step="bring the form",
        next_on=on, by=cast.mei, at=NOON,
    )  # fmt: skip

    mei, tao = (events(fetch(address(one))) for one in (cast.mei, cast.tao))

    assert mei["opportunity"]["dtstart"].dt == on
    assert "opportunity" not in tao


def test_steps_of_care_plans_stand_with_who_does_them_and_reviews_with_who_has_the_customer(
    day: World,
) -> None:
    cast = day.cast
    plan = plans.draft(cast.li, aim="Both generations.", by=cast.mei, at=NOON)
    on = TODAY + timedelta(days=7)
    told = {
        "by_on": on,
        "measure": "own",
        "start": Decimal(0),
        "target": Decimal(3),
        "unit": "x",
    }
    plans.add_goal(plan, text="three visits", by=cast.mei, at=NOON, **told)
    plans.add_step(plan, text="visit the works", due_on=on, by=cast.mei, at=NOON)
    plans.add_step(plan, text="meet", due_on=on, who=cast.wei, by=cast.mei, at=NOON)
    begun = plans.begin(plan, by=cast.mei, at=NOON)

    mei, wei = (events(fetch(address(one))) for one in (cast.mei, cast.wei))

    assert mei["step"]["dtstart"].dt == wei["step"]["dtstart"].dt == on
    assert mei["step"]["uid"] != wei["step"]["uid"]
    assert mei["review"]["dtstart"].dt == begun.next_review_on
    assert "review" not in wei
    assert "visit the works" not in str(mei["step"])


def test_a_broken_promise_stands_on_today_until_it_is_made_good(day: World, noon: Any) -> None:
    where = address(day.cast.mei)
    noon.shift(timedelta(days=2))
    promises.lapse(by=TESTS, at=NOON + timedelta(days=2))

    owed = events(fetch(where))["promise"]

    assert owed["dtstart"].dt == TODAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("zone", "on", "utc_hour"),
    [
        ("Europe/Berlin", date(2026, 12, 1), 14),
        ("Europe/Berlin", date(2027, 3, 26), 14),  # two days before summer time
        ("Europe/Berlin", date(2027, 3, 29), 13),
        ("America/New_York", date(2027, 3, 12), 20),
        ("America/New_York", date(2027, 3, 15), 19),
        ("Asia/Shanghai", date(2027, 3, 29), 7),
    ],
)
def test_three_in_the_afternoon_is_that_on_the_companys_clock_on_every_day(
    day: World, zone: str, on: date, utc_hour: int
) -> None:
    Company.objects.update(time_zone=zone)
    Visit.objects.filter(customer=day.cast.li).update(day=on)
    answer = fetch(address(day.cast.mei))

    assert value(lines_of(answer.content), "DTSTART").count(f"{on:%Y%m%d}T{utc_hour:02}0000Z")
    local = events(answer)["visit"]["dtstart"].dt.astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour) == (on, 15)
    assert value(lines_of(answer.content), "X-WR-TIMEZONE") == [zone]


def test_it_is_written_as_the_standard_has_it(day: World) -> None:
    """An oracle of our own beside the library that wrote it: folding, escaping, line ends."""
    mei = day.cast.mei
    awkward = (
        '带上合同，逗号, 分号; 反斜杠\\ 引号" 换行\n' + "很长的中文说明" * 20 + "\x07 bell"
    )
    Visit.objects.filter(customer=day.cast.li).update(aim=awkward[:200])
    actions.set_rules(names=True, **OPEN, by=TESTS, at=NOON)
    actions.set_wish(mei, names=True, by=mei, at=NOON)

    answer = fetch(address(mei))

    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\x07" not in answer.content
    lines = lines_of(answer.content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert value(lines, "VERSION") == ["2.0"]
    assert len(value(lines, "PRODID")) == 1
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    written = awkward[:200].replace("\x07", "")
    escaped = (
        written.replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
    )
    assert any(told.startswith(escaped) for told in value(lines, "DESCRIPTION"))
    count = lines.count("BEGIN:VEVENT")
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "LAST-MODIFIED"):
        assert len(value(lines, name)) == count, name
    assert len(set(value(lines, "UID"))) == count
    assert all(re.fullmatch(r"\d{8}T\d{6}Z", told) for told in value(lines, "DTSTAMP"))
    read_back = str(events(answer)["visit"]["description"])
    assert read_back.startswith(written)


def test_who_reads_it_is_shown_and_who_reads_too_often_waits(
    day: World, monkeypatch: pytest.MonkeyPatch, noon: Any
) -> None:
    where = address(day.cast.mei)
    monkeypatch.setattr(feeds, "READS_AN_HOUR", 2)

    codes = [fetch(where, User_Agent="Microsoft Office/16.0 (Outlook)") for _ in range(3)]
    noon.shift(timedelta(hours=1))
    after = fetch(where, User_Agent="Mac OS X/15 (1) dataaccessd/1.0")

    assert [one.status_code for one in codes] == [200, 200, 429]
    assert 0 < int(codes[2]["Retry-After"]) <= 3601
    assert after.status_code == 200
    feed = Feed.objects.get()
    assert feed.last_agent == "Apple Calendar"
    assert feed.last_read_at == NOON + timedelta(hours=1)


def test_nothing_can_be_written_and_who_has_no_customers_has_no_calendar(day: World) -> None:
    where = address(day.cast.mei)

    assert Client().post(where).status_code == 405
    assert Client().put(where).status_code == 405
    with pytest.raises(actions.NotForThem):
        actions.make_feed(day.cast.ana, by=day.cast.ana, at=NOON)


def test_it_speaks_its_persons_language(day: World) -> None:
    mei = day.cast.mei
    where = address(mei)

    chinese = str(events(fetch(where, Accept_Language="en"))["visit"]["summary"])
    core.change_person(mei, language="en", by=TESTS, at=NOON)
    english = str(events(fetch(where, Accept_Language="zh"))["visit"]["summary"])

    assert chinese == "拜访：客户 ···0001"
    assert english == "Visit: customer ···0001"


def test_what_was_told_long_ago_is_forgotten(day: World, noon: Any) -> None:
    where = address(day.cast.mei)
    fetch(where)
    assert Told.objects.exists()
    Visit.objects.all().delete()
    noon.shift(timedelta(days=61))

    fetch(where)

    assert not Told.objects.filter(uid__startswith="visit").exists()


def test_an_hour_that_a_zone_leaves_out_is_a_moment_all_the_same(day: World) -> None:
    Company.objects.update(time_zone="Europe/Berlin")
    gap = Visit.objects.filter(customer=day.cast.li)
    gap.update(day=date(2027, 3, 28), hour=time(2, 30))

    visit = events(fetch(address(day.cast.mei)))["visit"]

    assert visit["dtend"].dt - visit["dtstart"].dt == timedelta(hours=1)
    assert isinstance(visit["dtstart"].dt, datetime)
