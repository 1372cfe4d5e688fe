"""A morning run that is killed again and again ends as one that was not."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.alike import home, said, start

CUSTOMERS, KILLS = 20_000, 20
SET_UP = f"""
from datetime import UTC, date, datetime
from regulars.server.site import demo
demo.fill(kind="bank", customers={CUSTOMERS}, seed=5, today=date(2026, 11, 23),
          at=datetime(2026, 11, 22, 22, tzinfo=UTC), progress=lambda step: None)
"""
EMPTY = """
from regulars.server.care.models import Card, PlanRun, Task
from regulars.server.core import scope
with scope.everything():
    Task.objects.all().delete()
    Card.objects.all().delete()
    PlanRun.objects.all().delete()
"""
WORK = """
from datetime import UTC, date, datetime
from regulars.server.care import actions
from regulars.server.core.audit import COMMAND_LINE
actions.plan(day=date(2026, 11, 23), by=COMMAND_LINE, at=datetime(2026, 11, 22, 22, tzinfo=UTC))
"""
HELD = """
from hashlib import sha256
from regulars.server.care.models import Card, PlanRun, Task
from regulars.server.core import scope
with scope.everything():
    cards = sorted(map(str, Card.objects.values_list(
        "customer", "book", "day", "desk", "state", "priority", "stake", "gain", "minutes",
        "due_on", "over_capacity")))
    tasks = sorted(map(str, Task.objects.values_list(
        "customer", "trigger", "cycle", "state", "priority", "stake", "gain", "due_on",
        "expires_on", "facts", "card__customer")))
    text = "\\n".join([*cards, *tasks]).encode()
    print(len(cards), len(tasks), PlanRun.objects.count(), sha256(text).hexdigest())
"""


@pytest.mark.drill
def test_a_morning_killed_twenty_times_ends_as_one_that_was_not(tmp_path: Path) -> None:
    moments = random.Random(11)
    with home(tmp_path / "bank") as bank:
        said(bank, SET_UP)
        said(bank, EMPTY)
        began = time.monotonic()
        said(bank, WORK)
        took = time.monotonic() - began
        expected = said(bank, HELD)
        said(bank, EMPTY)
        kills: list[float] = []
        while len(kills) < KILLS:
            moment = moments.uniform(0.1, 0.9) * took
            worker = start(bank, WORK)
            time.sleep(moment)
            if worker.poll() is not None:
                said(bank, EMPTY)  # faster than the first: this one does not count
                continue
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            kills.append(moment)
        between = said(bank, HELD)
        said(bank, WORK)
        found = said(bank, HELD)
    cards, tasks, _runs, _digest = expected.split()
    sys.stdout.write(
        f"\n{CUSTOMERS:,} customers, {cards} cards, {tasks} tasks: {took:.1f} s undisturbed; "
        f"{len(kills)} kills between {min(kills):.1f} and {max(kills):.1f} s; "
        f"left behind by them: {between.split()[0]} cards; equal: {found == expected}\n"
    )
    assert found == expected
