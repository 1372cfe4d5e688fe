"""Promises 12 to 16 and 18 at full size: senders and databases die, and nobody hears twice."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests.alike import said
from tests.server.delivery.crowd import STATES, UNKNOWN, Crowd, crowd

from regulars.server.site import archive
from regulars.server.site.home import Home
from regulars.server.site.postgres import Postgres

pytestmark = pytest.mark.drill
SEED = 7
OPT_OUT = """
import json, random
from regulars.server.channels import actions as channels
from regulars.server.core import scope
from regulars.server.core.audit import COMMAND_LINE
from regulars.server.customers.models import Customer
with scope.everything():
    people = list(Customer.objects.order_by("pk"))
random.Random(7).shuffle(people)
told = {{}}
for who in people[:{count}]:
    with scope.everything():
        channels.record_consent(who, purpose="marketing", channel="email", said="withdrawn",
                                source="page", by=COMMAND_LINE, at=clock())
    told[who.pk] = clock().isoformat()  # acknowledged: it is on disk
with open({file!r}, "w") as paper:
    json.dump(told, paper)
"""
LATE = """
import json
from regulars.server.core import scope
from regulars.server.delivery.models import Delivery
with open({file!r}) as paper:
    told = {{int(pk): datetime.fromisoformat(at) for pk, at in json.load(paper).items()}}
with scope.everything():
    rows = list(Delivery.objects.filter(customer__in=told).values_list("customer", "begun_at"))
begun = [(who, at) for who, at in rows if at is not None]
late = sum(at > told[who] for who, at in begun)
print(json.dumps({{"late": late, "before": len(begun) - late, "kept": len(rows) - len(begun)}}))
"""
CAP = """
from regulars.server.channels import actions as channels
from regulars.server.core import scope
from regulars.server.core.audit import COMMAND_LINE
with scope.everything():
    channels.set_policy({{"caps": {{"day": {day}, "week": 50, "month": 50}}}},
                        by=COMMAND_LINE, at=clock())
"""
CAPPED = """
import json
from django.db.models import Count
from regulars.server.core import scope
from regulars.server.delivery.models import Delivery
with scope.everything():
    sent = Delivery.objects.filter(begun_at__isnull=False).order_by()
    counts = list(sent.values_list("customer").annotate(Count("pk")).values_list("pk__count",
                                                                                flat=True))
    silent = Delivery.objects.filter(begun_at__isnull=True, reason="").count()
print(json.dumps([max(counts), sum(count > 2 for count in counts), silent]))
"""
HELD = """
from regulars.server.core import scope
from regulars.server.delivery.models import Mailing
with scope.everything():
    print(Mailing.objects.filter(state="paused").count())
"""


def wait_for(found: Crowd, more: int, process: object) -> bool:
    """Until the server took so many more, or the sender ended; whether it still runs."""
    goal = found.count + more
    while found.count < goal and process.poll() is None:  # type: ignore[attr-defined]
        time.sleep(0.01)
    return process.poll() is None  # type: ignore[attr-defined,no-any-return]


def judged(found: Crowd, people: int) -> tuple[int, int, int]:
    """How many got none though it says so, how many two, and how many nobody knows of."""
    got, states = found.got(), found.ask(STATES)
    doubled = sum(times > 1 for times in got.values())
    unknown = found.ask(UNKNOWN)
    arrived_unknown = sum(one in got for one in unknown)
    assert sum(states.values()) == people
    lost = people - len(got) - (len(unknown) - arrived_unknown)
    return lost, doubled, len(unknown)


def test_a_sender_killed_two_hundred_times_loses_and_doubles_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, kills = int(os.environ.get("DRILL_PEOPLE", "100000")), 200
    moments = random.Random(SEED)
    with crowd(tmp_path, monkeypatch, people=people) as found:
        found.lay()
        began, done = time.monotonic(), 0
        while done < kills:
            sender = found.send()
            alive = wait_for(found, moments.randint(1, 2 * people // kills - 100), sender)
            if alive:
                os.killpg(sender.pid, signal.SIGKILL)
                done += 1
            sender.wait()
            if not alive:
                break
        sender = found.send()
        sender.communicate()
        took = time.monotonic() - began
        lost, doubled, unknown = judged(found, people)
        print(  # noqa: T201 - a drill prints its figure
            f"\npromise 12: {people:,} recipients, {done} x kill -9: {lost} lost, "
            f"{doubled} doubled, {unknown} unknown; {took:.0f} s, {people / took:.0f}/s "
            "with starting anew"
        )
        assert (lost, doubled, done) == (0, 0, kills)
        assert unknown <= 4 * kills


def test_a_database_that_crashes_while_sending_loses_and_doubles_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, stops = int(os.environ.get("DRILL_PEOPLE", "30000")), 15
    moments = random.Random(SEED)
    with crowd(tmp_path, monkeypatch, people=people) as found:
        found.lay()
        done = 0
        while done < stops:
            sender = found.send()
            alive = wait_for(found, moments.randint(1, people // stops), sender)
            if alive:
                found.crash_database()
                done += 1
            sender.wait()
            if not alive:
                break
        found.send().communicate()
        lost, doubled, unknown = judged(found, people)
        print(  # noqa: T201 - a drill prints its figure
            f"\npromise 13: {people:,} recipients, {done} immediate stops of PostgreSQL: "
            f"{lost} lost, {doubled} doubled, {unknown} unknown"
        )
        assert (lost, doubled, done) == (0, 0, stops)


def test_an_opt_out_that_was_acknowledged_is_never_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, no = int(os.environ.get("DRILL_PEOPLE", "12000")), 3_000
    with crowd(tmp_path, monkeypatch, people=people) as found:
        found.lay()
        sender = found.send()
        told = str(tmp_path / "told.json")
        said(found.home, found.program(OPT_OUT, count=no, file=told))
        sender.wait()
        late = found.ask(LATE, file=told)
        print(  # noqa: T201 - a drill prints its figure
            f"\npromise 14: {no:,} opt-outs while {people:,} were being sent: "
            f"{late['before']:,} had theirs before, {late['kept']:,} got none, "
            f"{late['late']} late"
        )
        assert late["late"] == 0
        assert late["kept"] > 0, "the sender was through before anybody said no"


def test_twenty_mailings_to_the_same_people_never_break_the_cap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, mailings = int(os.environ.get("DRILL_PEOPLE", "5000")), 20
    with crowd(tmp_path, monkeypatch, people=people, lines=4) as found:
        said(found.home, found.program(CAP, day=2))
        found.lay(mailings=mailings)
        began = time.monotonic()
        senders = [found.send(line) for line in range(4)]
        for sender in senders:
            sender.communicate()
        most, over, silent = found.ask(CAPPED)
        states = found.ask(STATES)
        print(  # noqa: T201 - a drill prints its figure
            f"\npromise 16: {mailings} mailings to the same {people:,} people by 4 senders at "
            f"once, cap 2 a day: most {most}, {over} over it, {silent} without a reason; "
            f"{states}; {time.monotonic() - began:.0f} s"
        )
        assert (most, over, silent) == (2, 0, 0)
        assert sum(states.values()) == people * mailings


def test_a_restored_backup_and_a_long_stop_send_nothing_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = 2_000
    with crowd(tmp_path, monkeypatch, people=people) as found:
        found.lay(hours=3)
        sender = found.send()
        wait_for(found, people // 2, sender)
        archive.backup(found.home, tmp_path / "noon.tar")  # in the middle of sending
        sender.communicate()
        assert found.count == people
        old, found.home = found.home, Home(tmp_path / "restored")
        archive.restore(found.home, tmp_path / "noon.tar")
        Postgres(found.home).start()
        try:
            found.send().communicate()
            again = found.count - people
            held = found.ask(HELD)
            found.offset += 4 * 3_600
            found.send().communicate()
            late, states = found.count - people, found.ask(STATES)
        finally:
            Postgres(found.home).stop()
            found.home = old
        print(  # noqa: T201 - a drill prints its figure
            f"\npromise 18: restored from the middle of {people:,}: {again} sent again, "
            f"{held} mailing waits for a person; after 4 h, its time over: {late}; {states}"
        )
        assert (again, held, late) == (0, 1, 0)


def test_a_hundred_thousand_go_out_at_five_hundred_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = int(os.environ.get("DRILL_PEOPLE", "100000"))
    with crowd(tmp_path, monkeypatch, people=people) as found:
        began = time.monotonic()
        found.lay()
        laid = time.monotonic() - began
        began = time.monotonic()
        ends, _ = found.send().communicate()
        took = time.monotonic() - began
        print(  # noqa: T201 - a drill prints its figure
            f"\nspeed: {people:,} laid down in {laid:.0f} s, sent in {took:.0f} s: "
            f"{people / took:.0f}/s; {ends.strip()}"
        )
        assert found.count == people
