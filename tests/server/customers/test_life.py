"""Life events: told or inferred, and then from what; with an action, and then until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.server.customers.test_page import address, body, enter

from regulars.server.core import scope
from regulars.server.customers import actions, queries, rules
from regulars.server.customers.models import Customer, LifeEvent
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=9)


def note(customer: Customer, **fields: object) -> LifeEvent:
    given = {"kind": "child", "happens_on": TODAY, "by": TESTS, "at": NOON} | fields
    return actions.note_event(customer, **given)  # type: ignore[arg-type]  # a test's shorthand


def test_an_event_is_noted_from_a_phone_with_three_fields(
    as_system: Cast, client: Client
) -> None:
    cast = as_system
    enter(client, cast.mei)

    answer = client.post(
        address(cast.li, "life/new"),
        {
            "kind": "wedding",
            "happens_on": SOON.isoformat(),
            "action": "上门送贺卡",
            "due_on": "2099-01-01",
        },
    )
    assert answer.status_code == 422, "in seventy years is no plan"
    client.post(
        address(cast.li, "life/new"),
        {"kind": "wedding", "happens_on": SOON.isoformat(), "note": "女儿"},
    )

    page = body(client, address(cast.li))
    assert "结婚" in page
    assert "客户告知" in page


def test_an_action_without_a_day_is_no_action(as_system: Cast, client: Client) -> None:
    enter(client, as_system.mei)

    answer = client.post(
        address(as_system.li, "life/new"),
        {"kind": "wedding", "happens_on": SOON.isoformat(), "action": "拜访"},
    )

    assert answer.status_code == 422
    scope.set_scope(scope.EVERYBODY)
    with pytest.raises(IntegrityError), transaction.atomic():
        note(as_system.li, action="拜访")


def test_what_is_inferred_says_from_what(as_system: Cast, client: Client) -> None:
    cast = as_system
    cast.li.birth_date = date(1967, 3, 1)
    cast.li.save()
    enter(client, cast.mei)

    before = body(client, address(cast.li))
    client.post(
        address(cast.li, "life/new"),
        {"kind": "retirement", "happens_on": "2027-03-01", "hint": "birth_date:60"},
    )

    assert "由档案推算，尚未记录" in before
    scope.set_scope(scope.EVERYBODY)
    event = LifeEvent.objects.get()
    assert (event.origin, event.evidence) == ("inferred", "birth_date:60")
    after = body(enter(client, cast.mei), address(cast.li))
    assert "推断：满 60 岁" in after
    assert "由档案推算，尚未记录" not in after
    scope.set_scope(scope.EVERYBODY)
    with pytest.raises(IntegrityError), transaction.atomic():
        LifeEvent.objects.filter(pk=event.pk).update(evidence="")


def test_a_made_up_hint_infers_nothing(as_system: Cast, client: Client) -> None:
    enter(client, as_system.mei)

    client.post(
        address(as_system.li, "life/new"),
        {"kind": "retirement", "happens_on": "2027-03-01", "hint": "birth_date:60"},
    )

    scope.set_scope(scope.EVERYBODY)
    assert LifeEvent.objects.get().origin == "recorded"


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (date(2007, 1, 15), ("anniversary", date(2027, 1, 15), "since:20")),
        (date(2016, 11, 23), ("anniversary", TODAY, "since:10")),
        (date(2024, 2, 29), None),
    ],
)
def test_a_round_year_of_a_company_is_expected_within_a_year(
    since: date, expected: tuple[str, date, str] | None
) -> None:
    found = rules.hints(is_organization=True, born=None, since=since, today=TODAY, known=())

    assert [(hint.kind, hint.on, hint.evidence) for hint in found] == (
        [expected] if expected else []
    )


def test_an_action_with_another_day_waits_for_that_day(as_system: Cast) -> None:
    event = note(as_system.li, action="拜访", due_on=TODAY)
    actions.finish_events([event.pk], by=TESTS, at=NOON)

    event.refresh_from_db()
    actions.change_event(event, due_on=SOON, by=TESTS, at=NOON)

    assert list(LifeEvent.objects.waiting()) == [event]


def test_what_waits_stands_first(as_system: Cast) -> None:
    note(as_system.li, kind="home", happens_on=TODAY + timedelta(days=3))
    waits = note(as_system.li, happens_on=date(2026, 1, 1), action="回访", due_on=SOON)

    assert queries.life_events(as_system.mei, as_system.li)[0] == waits


def test_of_another_book_nobody_reads_or_changes_an_event(
    as_system: Cast, client: Client
) -> None:
    cast = as_system
    event = note(cast.qian, note="住院")
    enter(client, cast.mei)

    for tail in ("", "/done", "/remove"):
        for near in (cast.qian, cast.li):
            answer = client.post(address(near, f"life/{event.public_id}{tail}"))
            assert answer.status_code == 404
    scope.set_scope(cast.mei.scope)
    assert LifeEvent.objects.count() == 0
    scope.set_scope(scope.EVERYBODY)
    assert queries.life_events(cast.mei, cast.qian) == []
