"""A marketer writes a journey on its pages, another person approves it, managers see theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.server.content.test_message_pages import browser
from tests.server.journeys.conftest import Way, leave, task, wait

from regulars.server.core.models import AuditEntry, Person
from regulars.server.journeys import actions, queries, rules
from regulars.server.journeys.models import Journey, Traveller, Version
from regulars.server.journeys.rules import YES, Kind
from regulars.testing.cast import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
DAY = timedelta(days=1)


@pytest.fixture
def at_noon(time_machine: object) -> None:
    time_machine.move_to(NOON, tick=False)  # type: ignore[attr-defined]


def opened(who: Person, path: str, status: int = 200) -> str:
    answer = browser(who).get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def posted(client: Client, path: str, **given: object) -> str:
    answer = client.post(path, given)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return str(answer.headers["Location"])


def test_a_journey_is_written_step_by_step_submitted_approved_and_started(way: Way) -> None:
    cast = way.cast
    code, segment = way.send("x").message, way.group("sleepers")
    pen = browser(cast.max)
    where = posted(pen, "/journeys/new", name="唤醒沉睡客户", segment=segment)
    journey = Journey.objects.get()
    home = f"/journeys/{journey.public_id}"
    assert where == f"{home}/edit"

    posted(pen, f"{home}/frame", segment=segment, how="daily", aim="bought", window=30,
           holdout="10", late="resume")  # fmt: skip
    posted(pen, f"{home}/steps/new/send", message=code, days=2)
    first = _steps(journey)[0]
    posted(pen, f"{home}/steps/new/branch?after={first.id}", ask="answered")
    asked = _steps(journey)[1]
    posted(pen, f"{home}/steps/new/exit?inside={asked.id}&way={YES}", text="聊过了")
    posted(pen, f"{home}/steps/new/wait?after={asked.id}", until="days", days=3, hour="10:00")
    resting = _steps(journey)[3]
    posted(pen, f"{home}/steps/{resting.id}/move/up")
    assert "有一条路断了" in opened(cast.max, f"{home}/publish")
    refused = pen.post(f"{home}/publish")
    assert refused.status_code == 422
    posted(pen, f"{home}/steps/new/exit?after={asked.id}")
    assert [step.kind.value for step in _steps(journey)] == [
        "send", "wait", "branch", "exit", "exit",
    ]  # fmt: skip

    posted(pen, f"{home}/publish")
    assert browser(cast.max).post(f"{home}/approve").status_code == 409
    posted(browser(cast.lin), f"{home}/approve")
    posted(pen, f"{home}/start")

    journey.refresh_from_db()
    assert journey.state == "running"
    assert "等待 3 天" in opened(cast.max, f"{home}/")


def _steps(journey: Journey) -> list[rules.Step]:
    version = queries.making(journey)
    assert version is not None
    return [step for step, _depth in rules.walk(rules.read(version.body).steps)]


def test_a_step_is_changed_and_taken_out_and_a_fault_is_said_at_its_field(way: Way) -> None:
    journey = actions.make("试", way.route(wait("a"), leave()), by=way.cast.max, at=NOON)
    pen, home = browser(way.cast.max), f"/journeys/{journey.public_id}"

    wrong = pen.post(f"{home}/steps/a", {"until": "date", "days": 3})
    assert wrong.status_code == 422
    posted(pen, f"{home}/steps/a", until="weekday", weekday=4, hour="09:00")
    assert _steps(journey)[0].weekday == 4
    posted(pen, f"{home}/steps/a/remove")
    assert [step.kind for step in _steps(journey)] == [Kind.EXIT]
    assert pen.get(f"{home}/steps/a").status_code == 404


@pytest.mark.parametrize("code", ["win_back", "welcome", "frequency"])
def test_every_shipped_journey_lacks_nothing_but_words_that_a_company_chooses(
    way: Way, code: str
) -> None:
    journey = actions.begin(
        code, name="起步", segment=way.group("sleepers"), by=way.cast.max, at=NOON
    )
    version = Version.objects.get(journey=journey)

    route = rules.read(version.body)
    found = {one.code for one in rules.troubles(route)}
    assert found <= {rules.Code.NO_MESSAGE}
    assert "起步" in opened(way.cast.max, "/journeys/")
    opened(way.cast.max, f"/journeys/{journey.public_id}/edit")


def test_a_shipped_journey_without_a_segment_says_what_to_do(way: Way) -> None:
    with pytest.raises(actions.NoSegmentYet):
        actions.begin("frequency", name="起步", by=way.cast.max, at=NOON)

    answer = browser(way.cast.max).post("/journeys/new?from=frequency", {"name": "起步"})

    assert answer.status_code == 422
    assert not Journey.objects.exists()


def test_a_leader_of_a_branch_sees_their_own_customers_only(way: Way) -> None:
    cast = way.cast
    journey = way.running(wait("a"), leave())
    home = f"/journeys/{journey.public_id}"

    ours = opened(cast.wei, f"{home}/people")
    assert cast.li.name in ours
    assert cast.qian.name not in ours
    assert cast.qian.name in opened(cast.max, f"{home}/people?step=a")
    li, qian = way.of(cast.li), way.of(cast.qian)
    assert "3 天" in opened(cast.mei, f"/journeys/travellers/{li.public_id}/")
    opened(cast.mei, f"/journeys/travellers/{qian.public_id}/", 404)
    assert (
        browser(cast.mei).post(f"/journeys/travellers/{qian.public_id}/out").status_code == 404
    )
    opened(cast.mei, f"{home}/", 403)


def test_whoever_looks_after_a_customer_takes_them_out_with_a_reason(way: Way) -> None:
    way.running(task("a"), leave())
    path = f"/journeys/travellers/{way.of(way.cast.li).public_id}/out"

    assert browser(way.cast.mei).post(path, {"why": ""}).status_code == 422
    posted(browser(way.cast.mei), path, why="客户出国半年")

    assert way.of(way.cast.li).words == "客户出国半年"


def test_the_customers_page_shows_the_journey_and_the_step(way: Way) -> None:
    journey = way.running(wait("a"), leave())

    page = opened(way.cast.mei, f"/customers/{way.cast.li.public_id}/")

    assert journey.name in page
    assert "等待 3 天" in page


def test_who_is_left_alone_is_not_shown_as_somebody_on_a_journey(way: Way) -> None:
    way.running(wait("a"), leave())
    Traveller.objects.filter(customer=way.cast.li).update(
        state="held", is_control=True, step="", due_at=None, begun_at=None
    )

    path = f"/journeys/travellers/{way.of(way.cast.li).public_id}/"
    opened(way.cast.mei, path, 404)
    assert 'id="journeys"' not in opened(way.cast.mei, f"/customers/{way.cast.li.public_id}/")


def test_the_marketing_calendar_knows_what_runs(way: Way) -> None:
    journey = way.running(wait("a"), leave())
    actions.pause(journey, why="等", by=way.cast.max, at=NOON)

    (found,) = queries.planned(way.cast.max, NOON.date(), NOON.date() + 7 * DAY)

    assert (found.kind, found.customers) == ("journey", 2)
    assert found.state
    assert found.last == NOON.date() + 7 * DAY


def test_a_journey_is_renamed_by_who_leads_it_and_a_stop_says_what_it_keeps_back(
    way: Way,
) -> None:
    cast, journey = way.cast, way.running(way.send("a"), wait("b"), leave())
    home, pen = f"/journeys/{journey.public_id}", browser(cast.max)

    posted(pen, f"{home}/name", name="  唤醒 沉睡客户 ", name_en="Wake them")
    assert "唤醒 沉睡客户" in opened(cast.max, f"{home}/")
    assert pen.post(f"{home}/name", {"name": "  "}).status_code == 422
    assert browser(cast.wei).get(f"{home}/name").status_code == 403
    entry = AuditEntry.objects.get(action="journeys.renamed")
    assert entry.actor == f"person:{cast.max.pk}"

    assert "2" in opened(cast.max, f"{home}/stop")
    posted(pen, f"{home}/stop", why="预算取消")
    said = pen.get(f"{home}/").content.decode()
    assert "已移出 2 位客户。" in said
    assert "已拦下 2 条消息。" in said


def test_who_is_on_it_and_who_left_are_taken_as_a_file_by_who_may_export(way: Way) -> None:
    cast, journey = way.cast, way.running(wait("b"), leave())
    actions.take_out(way.of(cast.qian), words="柜台要求", by=cast.max, at=NOON)
    path = f"/journeys/{journey.public_id}/export"

    answer = browser(cast.ana).get(f"{path}?format=csv")
    left = browser(cast.ana).get(f"{path}?format=csv&show=stopped")
    sheet = browser(cast.ana).get(f"{path}?format=xlsx")

    rows = answer.content.decode("utf-8-sig").strip().splitlines()
    assert len(rows) == 3
    assert cast.li.number in answer.content.decode()
    assert "2026-11-23" in rows[1]
    told = left.content.decode("utf-8-sig").strip().splitlines()
    assert len(told) == 2
    assert "柜台要求" in told[1]
    assert sheet.content[:2] == b"PK"
    assert [entry.details["rows"] for entry in _taken()] == [2, 1, 2]
    assert browser(cast.max).get(path).status_code == 403
    assert "format=csv" not in opened(cast.max, f"/journeys/{journey.public_id}/people")


def _taken() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="journeys.exported").order_by("pk"))
