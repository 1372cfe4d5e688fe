"""You said, we did, of complaints: cause, what was done, and whether they come more seldom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from tests.server.voice.test_pages import enter, post, text

from regulars.base.errors import BadInput
from regulars.server.complaints import actions as complaints
from regulars.server.complaints.models import Case, Entry
from regulars.server.voice import actions, queries
from regulars.server.voice.models import Cause, Improvement
from regulars.server.voice.rules import counts
from regulars.server.voice.rules.counts import Rate
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

DAY = timedelta(days=1)
SINCE = TODAY - timedelta(days=30)
Heard = Callable[..., list[Case]]


@pytest.fixture
def heard(as_system: Cast) -> Heard:
    """So many complaints of waiting, on as many days before today; closed with a cause."""
    complaints.bring_lists(by=TESTS, at=NOON)

    def make(n: int, *, ago: int, cause: str = "slow", closed: bool = True) -> list[Case]:
        made = []
        for k in range(n):
            at = NOON - ago * DAY + timedelta(minutes=k)
            case = complaints.open_case(
                words="An hour in the queue.", type=entry("waiting"), channel="counter",
                customer=as_system.li, by=as_system.lob, at=at,
            )  # fmt: skip
            if closed:
                told = "Sorry. You may ask for a review, mediation, arbitration or a court."
                complaints.answer(case, text=told, by=as_system.lob, at=at)
                case = complaints.close(
                    case, result="not_upheld", cause=entry(cause), by=as_system.lob, at=at
                )
            made.append(case)
        return made

    return make


def entry(code: str) -> Entry:
    return Entry.objects.get(code=code)


def did(cast: Cast, complaint: Entry | None, cause: Cause | None = None) -> Improvement:
    return actions.improve(
        cause, complaint=complaint, said="排队太久", did="增开两个窗口", since=SINCE,
        by=cast.wei, at=NOON,
    )  # fmt: skip


def only_fall(cast: Cast) -> Any:
    (told,) = [row for row in queries.told_complaints(cast.lin, TODAY) if row.falls]
    (fall,) = told.falls
    return fall


def test_the_rate_is_for_a_thousand_customers_a_month_with_the_interval_of_a_count() -> None:
    rate = Rate(10, 2000, 61)

    assert rate.value == pytest.approx(10 / 2 / (61 / counts.MONTH))
    # The exact interval of a count of ten is 4.795 to 18.390.
    assert rate.low == pytest.approx(4.795 / 10 * (rate.value or 0), rel=0.01)
    assert rate.high == pytest.approx(18.39 / 10 * (rate.value or 0), rel=0.01)
    none = Rate(0, 1000, 30)
    assert (none.low, none.value) == (0.0, 0.0)
    assert none.high == pytest.approx(3.69 / (30 / counts.MONTH), rel=0.01)
    assert Rate(3, 0, 30).value is None
    assert Rate(3, 10, 0).value is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(5, 0, "few"), (9, 0, "few"), (9, 1, "fell"), (1, 9, "rose"), (8, 2, "unclear"),
     (10, 10, "unclear"), (40, 20, "fell")],
)  # fmt: skip
def test_a_fall_is_told_only_where_it_is_more_than_chance(
    before: int, after: int, said: str
) -> None:
    assert counts.verdict(before, after) == said


def test_complaints_of_a_kind_are_held_against_before(as_system: Cast, heard: Heard) -> None:
    heard(11, ago=40)
    heard(1, ago=10)
    heard(3, ago=61)  # before the days that are compared
    did(as_system, entry("waiting"))

    fall = only_fall(as_system)

    assert (fall.days, fall.before.rate.n, fall.after.rate.n) == (30, 11, 1)
    assert fall.verdict == "fell"
    assert fall.before.rate.customers == fall.after.rate.customers > 0
    for side, n in (("before", 11), ("after", 1)):
        rows = queries.cases_of(as_system.lin, fall.done, side=side, part="", today=TODAY)
        assert rows.count() == n


def test_of_a_few_complaints_nothing_is_claimed(as_system: Cast, heard: Heard) -> None:
    heard(5, ago=40)
    did(as_system, entry("waiting"))

    assert only_fall(as_system).verdict == "few"


def test_while_complaints_are_open_their_cause_did_not_come_more_seldom(
    as_system: Cast, heard: Heard
) -> None:
    heard(12, ago=40)
    (waits,) = heard(1, ago=10, closed=False)
    did(as_system, entry("slow"))

    fall = only_fall(as_system)
    assert (fall.verdict, fall.after.open, fall.after.rate.n) == ("waits", 1, 0)
    complaints.close(waits, result="withdrawn", by=as_system.lob, at=NOON)
    assert only_fall(as_system).verdict == "fell"


def test_a_cause_keeps_its_complaint_when_it_is_opened_again(
    as_system: Cast, heard: Heard
) -> None:
    (again, *_rest) = heard(12, ago=40)
    heard(1, ago=10)
    done = did(as_system, entry("slow"))
    before = only_fall(as_system)

    complaints.reopen(again, reason="Still an hour.", by=as_system.lob, at=NOON)

    after = only_fall(as_system)
    assert (after.before.rate.n, after.after.rate.n) == (12, 1)
    assert (after.verdict, after.open) == (before.verdict, 0)
    rows = queries.cases_of(as_system.lin, done, side="before", part="", today=TODAY)
    assert again in rows

    again.refresh_from_db()
    told = "Sorry. You may ask for a review, mediation, arbitration or a court."
    complaints.answer(again, text=told, by=as_system.lob, at=NOON)
    complaints.close(
        again, result="not_upheld", cause=entry("system"), by=as_system.lob, at=NOON
    )
    assert only_fall(as_system).before.rate.n == 11


def test_what_was_done_today_is_too_early_to_compare(as_system: Cast, heard: Heard) -> None:
    heard(12, ago=10)
    actions.improve(
        None, complaint=entry("waiting"), said="排队太久", did="增开两个窗口", since=TODAY,
        by=as_system.wei, at=NOON,
    )  # fmt: skip

    assert only_fall(as_system).verdict == "early"


def test_every_viewer_counts_the_complaints_of_their_own_customers(
    as_system: Cast, heard: Heard
) -> None:
    heard(12, ago=40)
    done = did(as_system, entry("waiting"))

    (told,) = queries.told_complaints(as_system.tao, TODAY)
    assert (told.falls[0].before or told).rate.n == 0  # type: ignore[union-attr]  # it has both sides
    rows = queries.cases_of(as_system.tao, done, side="before", part="", today=TODAY)
    assert not rows.exists()


def test_something_is_done_for_a_cause(as_system: Cast, heard: Heard) -> None:
    with pytest.raises(BadInput):
        did(as_system, None)
    with (
        pytest.raises(IntegrityError, match="an_improvement_has_its_cause"),
        transaction.atomic(),
    ):
        Improvement.objects.create(said="a", did="b", since=TODAY, made_at=NOON)


def test_the_leader_sees_cause_and_action_and_before_and_after_of_both(
    as_system: Cast, heard: Heard
) -> None:
    heard(11, ago=40)
    heard(1, ago=10)
    lead, long = enter(as_system.wei), actions.add_cause("等太久", by=TESTS, at=NOON)
    with time_machine.travel(NOON, tick=False):
        given = {"said": "排队太久", "did": "增开两个窗口", "since": SINCE.isoformat()}
        assert post(lead, "/loop/done/new", **given) == 422  # of no cause
        kind, slow = entry("waiting"), entry("slow")
        assert post(lead, "/loop/done/new", **given, complaint=kind.pk) == 302
        both = {"cause": long.pk, "complaint": slow.pk}
        assert post(lead, "/loop/done/new", **given, **both) == 302

        page = text(lead, "/loop/")
        assert page.count("增开两个窗口") == 2
        assert page.count("it fell") == 2
        assert "complaints in" in page
        for done in Improvement.objects.all():
            where = f"/loop/done/{done.public_id}/complaints"
            assert text(lead, f"{where}?side=before").count("An hour in the queue.") == 11
            assert text(lead, f"{where}?side=beside", 404)
        lately = text(lead, f"/loop/complaints/{slow.public_id}")
        assert lately.count("An hour in the queue.") == 12
        plain = text(enter(as_system.ana), f"/loop/complaints/{slow.public_id}")
        assert "An hour in the queue." not in plain, "an analyst counts them and reads none"
        assert "Queues and waiting" in plain
