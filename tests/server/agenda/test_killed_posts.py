"""The clock of the morning mail is killed again and again: nobody gets two letters."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.alike import home, said, start
from tests.server.agenda.conftest import BASE, PostOffice

PEOPLE, KILLS = 40, 20
SET_UP = f"""
from datetime import UTC, datetime
from regulars.server.core import actions as core, scope
from regulars.server.core.audit import COMMAND_LINE
from regulars.server.core.models import OrgUnit
from regulars.server.agenda import actions
from regulars.server.agenda.queries import AskedFor
from datetime import time
told = {{"by": COMMAND_LINE, "at": datetime(2026, 11, 22, tzinfo=UTC)}}
with scope.everything():
    core.set_up_company(name="Bank", kind="bank", **told)
    for n in range({PEOPLE}):
        core.add_person(username=f"p{{n}}", name=f"P{{n}}", role="rm",
                        org_unit=OrgUnit.objects.get(), email=f"p{{n}}@bank.example", **told)
    actions.set_rules(names=False, usual=AskedFor.EVERYBODY, hour=time(7, 30), **told)
"""
WORK = """
from datetime import UTC, datetime, timedelta
from django.conf import settings
settings.MAIL = {mail!r}
settings.CSRF_TRUSTED_ORIGINS = [{base!r}]
from regulars.server.agenda import actions, queries
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC) + timedelta(seconds={turn})
with scope.everything():
    actions.give_up_late(by=WORKER, at=at)
    actions.write_letters(at=at)
for letter in queries.waiting(at):
    actions.post(letter, at=at)
"""
HELD = """
from collections import Counter
from regulars.server.agenda.models import Letter
print(dict(Counter(Letter.objects.values_list("state", flat=True))))
"""


@pytest.mark.drill
def test_a_clock_killed_twenty_times_sends_nobody_two_letters(
    tmp_path: Path, office: PostOffice
) -> None:
    moments = random.Random(7)
    office.slow = 0.02  # seconds for each word, so that kills hit every moment of a talk
    mail = {
        "server": f"smtp+plain://127.0.0.1:{office.port}",
        "password_file": "",
        "sender": "Regulars <regulars@bank.example>",
    }
    with home(tmp_path / "bank") as bank:
        said(bank, SET_UP)
        kills = 0
        while kills < KILLS:
            worker = start(bank, WORK.format(mail=mail, base=BASE, turn=kills))
            talks, until = office.talks, time.monotonic() + 60
            while office.talks == talks and worker.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            if worker.poll() is not None:
                break  # all have theirs
            time.sleep(moments.uniform(0.0, 0.35))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            kills += 1
        said(bank, WORK.format(mail=mail, base=BASE, turn=KILLS))
        said(bank, WORK.format(mail=mail, base=BASE, turn=1200))
        states = said(bank, HELD).strip()
    counted = Counter(office.to)
    twice = [to for to, n in counted.items() if n > 1]
    sys.stdout.write(
        f"\n{PEOPLE} letters, {kills} kills, {len(office.got)} arrived, {len(twice)} twice; "
        f"states: {states}\n"
    )
    assert kills >= KILLS // 2
    assert twice == []
    # What did not arrive is known: its sender died between the mark and the handing over.
    assert PEOPLE - len(counted) <= kills
    assert "waiting" not in states
