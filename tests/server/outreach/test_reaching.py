"""A message reaches many once each; the most valuable only when their manager says so."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import F
from tests.server.care.conftest import World
from tests.server.content.test_message_pages import browser
from tests.server.content.test_messages import approved, message

from regulars.base.errors import BadInput
from regulars.server.core import actions as core
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.forms.words import why_not
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.outreach import actions, queries
from regulars.server.outreach.actions import Decided, NotReady, NoWay, Reached
from regulars.server.outreach.models import Confirmation
from regulars.server.outreach.rules import Planned
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]
WEEK = NOON + timedelta(days=7)
PLAIN = {"zh": "您好，欢迎来坐坐。"}


@pytest.fixture
def line() -> Line:
    return delivery.add_line(
        name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
    )


@pytest.fixture
def top(cast: Cast) -> Cast:
    """Li is of the top tier; Zhou and Qian are of none."""
    made = World(cast)
    made.tier(made.score({cast.li: {}}), {cast.li: (5, None, None)})
    return cast


def reached(code: str, *who: Customer, key: str = "k", **more: Any) -> Reached:
    given: dict[str, Any] = {
        "message": code, "customers": [one.pk for one in who], "name": "十一月",
        "not_before": NOON, "valid_until": WEEK, "by": TESTS, "at": NOON,
    }  # fmt: skip
    return actions.reach(key, **(given | more))


def hello(cast: Cast, **more: Any) -> str:
    return approved(cast, message(**({"purpose": "marketing"} | more))).text.code


def waiting(cast: Cast) -> Confirmation:
    return queries.own(cast.mei, NOON).get()


@pytest.mark.usefixtures("line")
def test_each_customer_gets_the_approved_words_once_for_each_key(cast: Cast) -> None:
    code = hello(cast)

    first = reached(code, cast.li, last=False, arms={cast.li.pk: "A"}, basis={"run": 7})
    again = reached(code, cast.li, cast.qian)

    assert (first.waiting, again.waiting, again.known) == (1, 1, 1)
    row = Delivery.objects.get(customer=cast.li)
    assert row.text == "李娜，您好。"
    assert (row.arm, row.basis["run"], row.basis["version"]) == ("A", 7, 1)
    assert queries.outcome_of("k") == {cast.li.pk: "waiting", cast.qian.pk: "waiting"}
    assert queries.reached("k", [cast.zhou.pk]) == {}


@pytest.mark.usefixtures("line")
def test_a_mailing_keeps_the_version_that_it_began_with(cast: Cast) -> None:
    code = hello(cast)
    reached(code, cast.li, last=False)
    approved(cast, message({"zh": "另一句。", "en": "Other."}, purpose="marketing"), code=code)

    reached(code, cast.qian)

    assert Delivery.objects.get(customer=cast.qian).text == "钱振华，您好。"


@pytest.mark.usefixtures("line")
def test_a_value_that_the_sender_knows_stands_in_the_words(cast: Cast) -> None:
    code = hello(cast, text={"zh": "{{ customer.name }}", "en": "{{ customer.name }}"})

    reached(code, cast.li, values={cast.li.pk: {"customer.name": "李老师"}})

    assert Delivery.objects.get().text == "李老师"


@pytest.mark.usefixtures("line")
def test_who_gets_no_words_stands_in_the_outbox_with_the_reason(cast: Cast) -> None:
    born = {"zh": "{{ customer.birthday | date }}", "en": "{{ customer.birthday | date }}"}
    code = hello(cast, text=born)

    told = reached(code, cast.li)

    row = Delivery.objects.get(customer=cast.li)
    assert told.unsaid == 1
    assert (row.state, row.rule, row.reason, row.said) == (
        "kept", "content", "missing", "customer.birthday",
    )  # fmt: skip
    assert why_not(row)


def test_what_is_not_approved_or_has_no_line_is_refused_before_anything_is_made(
    cast: Cast,
) -> None:
    with pytest.raises(NotReady):
        reached("no-such-message", cast.li)
    with pytest.raises(NoWay):
        reached(hello(cast), cast.li)
    assert not Mailing.objects.exists()


@pytest.mark.usefixtures("line")
def test_the_top_tier_gets_nothing_before_its_manager_confirmed(top: Cast) -> None:
    told = reached(hello(top), top.li, top.qian)

    assert (told.confirm, told.waiting) == (1, 1)
    assert not Delivery.objects.filter(customer=top.li).exists()
    assert not told.mailing.complete
    assert queries.reached("k", [top.li.pk]) == {top.li.pk: "confirm"}
    assert not queries.own(top.tao, NOON).exists()

    row = waiting(top)
    actions.confirm(row, by=top.mei, at=NOON)

    assert Delivery.objects.get(customer=top.li).state == "waiting"
    assert Mailing.objects.get().complete
    with pytest.raises(Decided):
        actions.decline(row, why="unfit", by=top.mei, at=NOON)


@pytest.mark.usefixtures("line")
def test_a_service_message_waits_for_no_manager(top: Cast) -> None:
    assert reached(hello(top, purpose="service"), top.li).confirm == 0


@pytest.mark.usefixtures("line")
def test_without_a_personal_salutation_the_top_tier_is_left_out_with_the_reason(
    top: Cast,
) -> None:
    told = reached(hello(top, text=PLAIN | {"en": "Come in."}), top.li, top.qian)

    assert (told.confirm, told.unsaid, told.waiting) == (0, 1, 1)
    assert Delivery.objects.get(customer=top.li).reason == "not_personal"


@pytest.mark.usefixtures("line")
def test_what_a_manager_keeps_back_or_says_in_person_stands_among_what_was_not_sent(
    top: Cast,
) -> None:
    reached(hello(top), top.li, key="a")
    reached(hello(top), top.li, key="b")
    first, second = queries.own(top.mei, NOON)

    with pytest.raises(BadInput):
        actions.decline(first, why="", by=top.mei, at=NOON)
    actions.decline(first, why="unfit", by=top.mei, at=NOON)
    actions.by_person(second, by=top.mei, at=NOON)

    rows = Delivery.objects.filter(customer=top.li).order_by("pk")
    assert [(row.state, row.reason) for row in rows] == [
        ("kept", "declined"), ("kept", "by_person"),
    ]  # fmt: skip
    assert all(each.complete for each in Mailing.objects.all())


@pytest.mark.usefixtures("line")
def test_what_nobody_confirmed_in_time_is_over_and_never_goes(top: Cast) -> None:
    reached(hello(top), top.li)
    row = waiting(top)

    with pytest.raises(Decided):
        actions.confirm(row, by=top.mei, at=WEEK)
    assert actions.end_over(at=WEEK) == 1
    assert actions.end_over(at=WEEK) == 0

    row.refresh_from_db()
    assert row.state == "over"
    assert Delivery.objects.get().reason == "not_confirmed"
    assert Mailing.objects.get().complete


@pytest.mark.usefixtures("line")
def test_a_stopped_mailing_takes_its_messages_from_the_managers_page(top: Cast) -> None:
    told = reached(hello(top), top.li)
    delivery.stop(told.mailing, why="falsch", by=TESTS, at=NOON)

    assert not queries.own(top.mei, NOON).exists()
    assert actions.end_over(at=NOON) == 1


@pytest.mark.usefixtures("line")
def test_left_open_it_ends_with_its_time(cast: Cast) -> None:
    told = reached(hello(cast), cast.li, last=False)

    assert not Mailing.objects.get().complete
    actions.end_over(at=told.mailing.valid_until)
    assert Mailing.objects.get().complete


@pytest.mark.usefixtures("line")
def test_a_manager_decides_on_the_page_and_others_never_see_it(top: Cast) -> None:
    reached(hello(top), top.li)
    row = waiting(top)

    with time_machine.travel(NOON, tick=False):
        page = browser(top.mei).get("/confirm/").text
        strange = browser(top.tao).post(f"/confirm/{row.public_id}/send")
        unsaid = browser(top.mei, "en").post(
            f"/confirm/{row.public_id}/decline", headers={"hx-request": "true"}
        )
        sent = browser(top.mei).post(f"/confirm/{row.public_id}/send")

    assert "李娜，您好。" in page
    assert strange.status_code == 404
    assert "Choose why" in unsaid.text
    assert sent.status_code == 302
    assert Delivery.objects.get().state == "waiting"


def test_wecom_messages_go_in_the_name_of_whoever_looks_after_the_customer(top: Cast) -> None:
    delivery.add_line(
        name="企微", kind_code="console", channel="wecom", given={}, by=TESTS, at=NOON
    )
    core.change_person(top.mei, wecom_userid="lu-xq", by=TESTS, at=NOON)
    mine = customer("0007", "冯七", top.mei_book, wecom_id="wm-7")
    Customer.objects.filter(pk__in=[top.li.pk, top.qian.pk]).update(wecom_id=F("number"))

    told = reached(hello(top, channel="wecom"), mine, top.qian, top.li)
    actions.confirm(waiting(top), by=top.mei, at=NOON)

    assert (told.waiting, told.unsaid, told.confirm) == (1, 1, 1)
    rows = {row.customer_id: row for row in Delivery.objects.all()}
    assert rows[mine.pk].sender == rows[top.li.pk].sender == "lu-xq"
    assert rows[top.qian.pk].reason == "no_sender", "Tao has no account on file"


def test_the_calendar_holds_what_touches_its_days(cast: Cast) -> None:
    day = timedelta(days=1)
    near = Planned("salon", TODAY - day, "a", "/a", last=TODAY)
    far = Planned("salon", TODAY + 3 * day, "b", "/b")
    early = Planned("post", TODAY, "c", "/c", at=time(8, 30))
    queries.add(lambda viewer, first, last: [far, early, near] if viewer is cast.max else [])

    found = queries.planned(cast.max, TODAY, TODAY + day)

    assert [each for each in found if each in (far, early, near)] == [near, early]
