"""The clock of journeys is killed again and again, and two run at once: each step once."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.alike import home, said, start

from regulars.server.site.home import Home

SET_UP = """
from datetime import UTC, datetime
from regulars.server.content import actions as content
from regulars.server.core import actions as core, scope
from regulars.server.core.audit import COMMAND_LINE
from regulars.server.core.models import OrgUnit
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.journeys import actions
from regulars.server.journeys.models import Version
from regulars.server.journeys.rules import Ask, Enter, Goal, How, Kind, Late, Route, Step
from regulars.server.segments import actions as segments
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
told = {{"by": COMMAND_LINE, "at": NOON}}
with scope.everything():
    core.set_up_company(name="Bank", kind="bank", **told)
    top = OrgUnit.objects.get()
    max_, lin = (core.add_person(username=role, name=role, role=role, org_unit=top, **told)
                 for role in ("marketer", "leader"))
    book = core.add_book(code="K", name="K", org_unit=top, **told)
    delivery.add_line(name="f", kind_code="console", channel="sms", given={{}}, **told)
    made = content.save_draft("message", {{
        "title": {{"zh": "问候"}}, "channel": "sms", "purpose": "marketing",
        "wordings": [{{"subject": {{}}, "html": {{}}, "text": {{
            "zh": "{{{{ customer.salutation }}}}，您好。", "en": "Hello."}}}}]}},
        by=max_, at=NOON)
    content.submit(made, by=max_, at=NOON)
    content.approve(made, by=lin, at=NOON)
    Customer.objects.bulk_create(
        Customer(number=f"{{n:07d}}", name="王小明", book=book, phone=f"101{{n:08d}}",
                 created_at=NOON, updated_at=NOON) for n in range({people}))
    group = segments.make_group(name="all", by=max_, at=NOON)
    segments.add_members(
        group, Customer.objects.values_list("pk", flat=True), by=max_, at=NOON)
    code = made.text.code
    route = Route(Enter(group.public_id), Goal(), Late.RESUME, 0.0, 60, (
        Step("a", Kind.SEND, message=code, days=3),
        Step("b", Kind.WAIT, days=1),
        Step("c", Kind.BRANCH, ask=Ask.ANSWERED, yes=(Step("y", Kind.EXIT),)),
        Step("d", Kind.TASK, text="call", days=1),
        Step("e", Kind.SEND, message=code, days=3),
        Step("f", Kind.REPEAT, to="b", times=1),
        Step("z", Kind.EXIT)))
    journey = actions.make("j", route, by=max_, at=NOON)
    version = Version.objects.get()
    actions.submit(version, moves={{}}, by=max_, at=NOON)
    actions.approve(version, by=lin, at=NOON)
    actions.start(journey, by=max_, at=NOON)
"""
WORK = """
from datetime import UTC, datetime, timedelta
from regulars.server.core import scope
from regulars.server.journeys import actions
from regulars.server.journeys.models import Journey
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
print("ready", flush=True)
for day in range(12):
    at = NOON + timedelta(days=day)
    with scope.everything():
        journey = Journey.objects.get()
    with scope.everything():
        actions.take_in(journey, at=at)
    moved = 1
    while moved:
        with scope.everything():
            moved = actions.advance(at=at, most={most})
"""
FOUND = """
import json
from django.db.models import Count
from regulars.server.core import scope
from regulars.server.delivery.models import Delivery
from regulars.server.journeys.models import Errand, Happened, Journey, Traveller
with scope.everything():
    def counted(rows, *by):
        found = rows.order_by().values_list(*by).annotate(n=Count("pk"))
        return {{":".join(map(str, row[:-1])): row[-1] for row in found}}
    print(json.dumps({{
        "state": Journey.objects.get().state,
        "travellers": counted(Traveller.objects.all(), "state"),
        "happened": counted(Happened.objects.all(), "step", "turn"),
        "errands": counted(Errand.objects.all(), "turn"),
        "messages": counted(Delivery.objects.all(), "mailing__key"),
        "of_one": max(counted(Delivery.objects.all(), "customer").values(), default=0),
    }}))
"""


def drilled(bank: Home, *, people: int, kills: int, most: int) -> int:
    """Kill one of two workers again and again, then let both come to the end."""
    said(bank, SET_UP.format(people=people))
    moments, done, work = random.Random(7), 0, WORK.format(most=most)
    other = start(bank, work)
    while done < kills:
        worker = start(bank, work)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.6))
        if worker.poll() is not None:
            break
        for one in (worker, other):
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        done += 1
        other = start(bank, work)
    last = start(bank, work)
    for one in (other, last):
        one.communicate()
    said(bank, work)
    return done


def judged(bank: Home, people: int) -> None:
    found = json.loads(said(bank, FOUND.format()))
    assert found["state"] == "running"
    assert found["travellers"] == {"exited": people}
    # Twice round but for the first message and the end; going back is told each time.
    again = {f"{step}:{turn}" for step in "bcdef" for turn in (1, 2)}
    assert found["happened"] == dict.fromkeys({"a:1", "z:2", *again}, people)
    assert found["errands"] == {"1": people, "2": people}
    assert sum(found["messages"].values()) == 3 * people
    assert found["of_one"] == 3


@pytest.mark.parametrize(
    ("people", "kills", "most"),
    [
        pytest.param(60, 2, 10, id="small"),
        pytest.param(3_000, 60, 100, id="drill", marks=pytest.mark.drill),
    ],
)
def test_a_clock_that_is_killed_neither_repeats_nor_skips_a_step(
    tmp_path: Path, people: int, kills: int, most: int
) -> None:
    began = time.monotonic()
    with home(tmp_path / "bank") as bank:
        done = drilled(bank, people=people, kills=kills, most=most)
        judged(bank, people)
    took = time.monotonic() - began
    sys.stdout.write(
        f"\n{people:,} travellers, 12 steps each, {done} x kill -9, two workers: "
        f"each step once; {took:.0f} s\n"
    )
    assert done >= max(1, kills // 3)
