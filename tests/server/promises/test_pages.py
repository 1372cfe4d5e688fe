"""The ledger's page, its figures with the rows behind, the form, and who sees what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from tests.server.promises.conftest import Make, shanghai

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.promises import actions, queries
from regulars.server.promises.forms import PromisePart
from regulars.server.promises.models import Promise
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


def enter(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def working_day(days: int) -> date:
    today = core.local_date(timezone.now())
    return core.work_calendar().add_workdays(today + timedelta(days=days), 0)


def test_promises_stand_in_groups_by_their_time(as_system: Cast, promised: Make) -> None:
    owed = promised()
    actions.lapse(by=TESTS, at=shanghai(24, 9))
    at = shanghai(24, 10)
    today = promised(on=TODAY.replace(day=24), at=at)
    week = promised(on=TODAY.replace(day=27), at=at)
    later = promised(on=date(2026, 12, 15), at=at)

    groups = queries.grouped(as_system.mei, at)

    assert [(str(g.when), [r.pk for r in g.rows]) for g in groups] == [
        ("owed", [owed.pk]), ("today", [today.pk]), ("week", [week.pk]), ("later", [later.pk]),
    ]  # fmt: skip
    tallies = queries.tallies(as_system.mei, at)
    assert (tallies.open, tallies.today, tallies.owed) == (3, 1, 1)
    assert queries.pressing(as_system.mei, at) == (2, True)


def test_figures_are_counted_by_owner_and_branch_and_open_their_rows(
    as_system: Cast, promised: Make
) -> None:
    cast, at = as_system, shanghai(25, 9)
    for n in range(5):
        promise = promised(text=f"call back {n}")
        if n < 3:
            actions.keep(promise, by=cast.mei, at=NOON)
    withdrawn = promised(on=TODAY.replace(day=27))
    actions.withdraw(withdrawn, reason="plans changed", by=cast.mei, at=NOON)
    promised(cast.qian)
    actions.lapse(by=TESTS, at=shanghai(24, 9))

    found = queries.rates(cast.lin, at, days=30)

    people = {str(line.who): line.counts for line in found.people}
    mei = people[str(cast.mei)]
    assert (mei.kept, mei.broken, mei.withdrawn, mei.share) == (3, 2, 1, 0.6)
    assert {str(line.who): line.counts.decided for line in found.places} == {
        str(cast.willow): 5, str(cast.lake): 1,
    }  # fmt: skip
    for line in (*found.people, *found.places):
        for state in ("kept", "broken", "withdrawn", "open"):
            rows = queries.rows(cast.lin, at, days=30, state=state, code=line.code)
            assert len(rows) == getattr(line.counts, state)
    assert queries.rates(cast.wei, at, days=30).total.decided == 5, "the own branch only"
    assert queries.rates(cast.tao, at, days=30).total.decided == 1, "who leads nobody: the own"
    assert queries.rates(cast.lin, at + timedelta(days=60), days=30).total.decided == 0


def test_other_branches_see_nothing_by_the_query_nor_by_the_wall(
    as_system: Cast, promised: Make
) -> None:
    promise = promised()

    assert queries.one(as_system.tao, promise.public_id) is None
    scope.set_scope(as_system.tao.scope)
    assert not Promise.objects.exists()


def test_a_promise_is_made_kept_and_taken_back_on_the_page(as_system: Cast) -> None:
    client, day = enter(as_system.mei), working_day(2)
    where = f"/customers/{as_system.li.public_id}/promises/new"

    vague = client.post(where, {"promise": "尽快处理", "promise_on": day.isoformat()})
    made = client.post(where, {"promise": "周五前寄出合同", "promise_on": day.isoformat()})

    scope.set_scope(scope.EVERYBODY)
    promise = Promise.objects.get()
    assert (vague.status_code, made.status_code) == (422, 302)
    assert "尽快" in vague.content.decode()
    assert "周五前寄出合同" in client.get("/promises/").content.decode()
    page = client.get(f"/customers/{as_system.li.public_id}/").content.decode()
    assert "周五前寄出合同" in page
    client.post(f"/promises/{promise.public_id}/keep")
    client.post(f"/promises/{promise.public_id}/reopen")
    refused = client.post(f"/promises/{promise.public_id}/withdraw", {"reason": ""})
    client.post(f"/promises/{promise.public_id}/withdraw", {"reason": "customer moved away"})
    scope.set_scope(scope.EVERYBODY)
    assert refused.status_code == 422
    assert Promise.objects.get().state == "withdrawn"
    assert client.post(f"/promises/{promise.public_id}/keep").status_code == 409


def part(at: datetime, **given: Any) -> PromisePart:
    form = PromisePart(given)
    form.moment = at
    return form


def test_the_part_for_other_forms_asks_for_both_or_nothing(as_system: Cast) -> None:
    nothing = part(NOON)
    assert nothing.is_valid()
    assert nothing.promised() is None

    whole = part(NOON, promise="send the quote", promise_on="2026-11-27", promise_at="10:00")
    assert whole.is_valid()
    made = actions.make(as_system.li, by=as_system.mei, at=NOON, **(whole.promised() or {}))
    assert made.due_at == shanghai(27, 10)

    with translation.override("en"):
        wrong = {
            "promise_on": part(NOON, promise="send the quote"),
            "promise": part(NOON, promise_on="2026-11-27"),
        }
        for field, form in wrong.items():
            assert not form.is_valid()
            assert list(form.errors) == [field]
        weekend = part(NOON, promise="send the quote", promise_on="2026-11-28")
        assert "no working day" in str(weekend.errors["promise_on"])
