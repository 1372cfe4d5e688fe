"""What a role must know is done by a day, confirmed or signed, and runs out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from regulars.base.errors import BadInput, Refused
from regulars.server.core.models import Person
from regulars.server.training import actions, queries
from regulars.server.training.models import Completion, Item
from regulars.server.training.queries.shipped import shipped
from regulars.server.training.rules.standing import State, standing, valid_until
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def item(cast: Cast, **more: Any) -> Item:
    fields: dict[str, Any] = {"title": "到期承接", "roles": ["rm"], "days": 30, "months": 12}
    return actions.make_item(by=cast.lin, at=NOON, **fields | more)


def state(person: Person, of: Item, today: date) -> tuple[str, date | None]:
    found = next(one for one in queries.mine(person, today) if one.item == of)
    return str(found.standing.state), found.standing.on


def test_an_item_is_due_after_its_days_and_overdue_the_day_after(cast: Cast) -> None:
    made, last = item(cast), TODAY + 30 * DAY

    assert state(cast.mei, made, TODAY) == ("due", last)
    assert state(cast.mei, made, last) == ("due", last)
    assert state(cast.mei, made, last + DAY) == ("overdue", last)
    assert queries.mine(cast.wei, TODAY) == []  # a manager does not owe it


def test_what_was_done_counts_for_its_months_and_is_due_again_a_month_before(
    cast: Cast,
) -> None:
    made = item(cast)
    actions.confirm(made, by=cast.mei, at=NOON)

    ends = date(2027, 11, 22)
    assert state(cast.mei, made, TODAY) == ("done", ends)
    assert state(cast.mei, made, ends - 30 * DAY) == ("due", ends)
    assert state(cast.mei, made, ends + DAY) == ("overdue", ends)
    with pytest.raises(Refused):
        actions.confirm(made, by=cast.mei, at=NOON)


def test_the_end_of_a_month_is_met_whatever_its_length() -> None:
    assert valid_until(date(2024, 8, 31), 6) == date(2025, 2, 27)
    assert valid_until(date(2026, 1, 1), None) is None
    done = standing(
        first_due=TODAY, done_on=TODAY, valid=None, asked_by=None, today=TODAY + 9_999 * DAY
    )
    assert done.state is State.DONE


def test_what_a_supervisor_signs_is_not_confirmed_by_oneself(cast: Cast) -> None:
    made = item(cast, confirms="manager")

    with pytest.raises(Refused):
        actions.confirm(made, by=cast.mei, at=NOON)
    with pytest.raises(Refused):
        actions.sign(made, cast.mei, by=cast.mei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.create(
            item=made, person=cast.mei, done_on=TODAY, signed=True, confirmed_by=cast.mei,
            confirmed_at=NOON,
        )  # fmt: skip
    actions.sign(made, cast.mei, by=cast.wei, at=NOON, note="演练过")
    assert state(cast.mei, made, TODAY)[0] == "done"


@pytest.mark.parametrize("day", [TODAY + DAY, TODAY - 400 * DAY])
def test_a_day_that_cannot_be_is_not_signed(cast: Cast, day: date) -> None:
    with pytest.raises(BadInput):
        actions.sign(item(cast), cast.mei, done_on=day, by=cast.wei, at=NOON)


def test_an_item_for_others_is_not_done(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.confirm(item(cast), by=cast.wei, at=NOON)


def test_what_is_asked_for_is_due_again_until_it_is_done(cast: Cast) -> None:
    made, by = item(cast), TODAY + 5 * DAY
    actions.confirm(made, by=cast.mei, at=NOON - 40 * DAY)
    actions.ask(made, cast.mei, due_on=by, why="到期一组偏低", by=cast.wei, at=NOON)
    assert state(cast.mei, made, TODAY) == ("due", by)
    assert state(cast.mei, made, by + DAY) == ("overdue", by)

    done = actions.confirm(made, by=cast.mei, at=NOON)
    assert state(cast.mei, made, TODAY)[0] == "done"
    actions.withdraw(done, by=cast.wei, at=NOON)
    assert state(cast.mei, made, TODAY) == ("due", by)


def test_an_ended_item_is_owed_by_nobody_and_stays_on_record(cast: Cast) -> None:
    made = item(cast)
    actions.confirm(made, by=cast.mei, at=NOON)
    actions.end_item(made, by=cast.lin, at=NOON)

    assert queries.mine(cast.mei, TODAY) == []
    assert Completion.objects.filter(item=made).exists()


def test_a_supervisor_sees_those_below_and_nobody_else(cast: Cast) -> None:
    item(cast)
    later = TODAY + 40 * DAY

    assert [row.person for row in queries.team(cast.wei, later)] == [cast.mei]
    assert {row.person for row in queries.team(cast.lin, later)} == {cast.mei, cast.tao}
    assert queries.person_below(cast.wei, cast.tao.public_id) is None
    assert [row.person for row in queries.team(cast.mei, later)] == [cast.mei]
    places = queries.branches(queries.team(cast.lin, later))
    assert [(p.unit, p.people, p.overdue) for p in places] == [
        (cast.willow, 1, 1), (cast.lake, 1, 1),
    ]  # fmt: skip


def test_shipped_items_are_taken_over_once(cast: Cast) -> None:
    assert len(shipped()) == 8
    for code in shipped():
        actions.adopt(code, by=cast.lin, at=NOON)
    with pytest.raises(Refused):
        actions.adopt("words", by=cast.lin, at=NOON)
    assert queries.unadopted() == []


@time_machine.travel(NOON, tick=False)
def test_the_pages_show_and_do_it(cast: Cast) -> None:
    lin, wei, mei = (Client(headers={"accept-language": "en"}) for _ in range(3))
    for client, person in ((lin, cast.lin), (wei, cast.wei), (mei, cast.mei)):
        client.force_login(person)

    lin.post("/training/items/adopt", {"code": "objections"})
    refused = lin.post("/training/items/new", {"title": "x"})
    lin.post(
        "/training/items/new",
        {"title": "新规", "roles": ["rm"], "confirms": "self", "days": "14", "groups": ["2"]},
    )
    assert refused.status_code == 422
    own = Item.objects.get(title="新规")
    assert (own.groups, own.months) == ([2], None)
    page = mei.get("/training/").content.decode()
    assert "新规" in page
    assert "a supervisor signs" in page
    mei.post(f"/training/item/{own.public_id}/done")
    signed = Item.objects.get(code="objections")
    where = f"/training/people/{cast.mei.public_id}"
    wei.post(f"{where}/sign", {"item": signed.public_id, "note": "三张卡", "done_on": ""})
    assert "三张卡" in wei.get(where).content.decode()
    assert [m.standing.state for m in queries.mine(cast.mei, TODAY)] == ["done", "done"]
    assert wei.get(f"/training/people/{cast.tao.public_id}").status_code == 404
    assert wei.post(f"/training/people/{cast.tao.public_id}/sign").status_code == 404
    wei.post(f"{where}/ask", {"item": own.public_id, "due_on": "2026-12-01", "why": "再看"})
    assert "再看" in mei.get("/training/").content.decode()
