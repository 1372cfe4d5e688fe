"""A home of its own with a crowd of customers, a mail server that outlives its senders, and
senders in processes of their own that may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.alike import home, said, start

from regulars.server.site.home import Home
from regulars.server.site.postgres import Postgres
from regulars.testing.providers.sink import taken

# Noon in Shanghai, whatever the hour of the drill: every program adds the same to its clock.
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
CLOCK = """
from datetime import datetime, timedelta, UTC
OFFSET = timedelta(seconds={offset!r})
def clock():
    return datetime.now(UTC) + OFFSET
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""
CROWD = """
from regulars.server.channels.models import Consent
from regulars.server.core import actions as core, scope
from regulars.server.core.audit import COMMAND_LINE
from regulars.server.core.models import Book, OrgUnit
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
told = {{"by": COMMAND_LINE, "at": NOON}}
before = NOON - timedelta(days=30)
with scope.everything():
    core.set_up_company(name="Bank", kind="bank", **told)
    book = core.add_book(code="K", name="K", org_unit=OrgUnit.objects.get(), **told)
for begin in range(0, {people}, 10_000):
    with scope.everything():
        made = Customer.objects.bulk_create(
            Customer(number=f"{{n:07d}}", name="王小明", book=book,
                     email=f"c{{n}}@customers.example", created_at=before, updated_at=before)
            for n in range(begin, min(begin + 10_000, {people})))
        Consent.objects.bulk_create(
            Consent(customer=one, purpose="marketing", channel="email", said="given",
                    source="form", evidence="F", actor="x", at=before, recorded_at=before)
            for one in made)
with scope.everything():
    for n in range({lines}):
        actions.add_line(name=f"mail {{n}}", kind_code="smtp", connections=8, given={{
            "host": "127.0.0.1", "port": "{port}", "way": "plain",
            "sender": "Bank <news@bank.example>"}}, **told)
"""
LAY = """
from regulars.server.core import scope
from regulars.server.core.audit import COMMAND_LINE
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
from regulars.server.delivery.models import Line
told = {{"by": COMMAND_LINE, "at": clock()}}
with scope.everything():
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    lines = list(Line.objects.order_by("pk"))
    for n in range({mailings}):
        mailing = actions.make_mailing(
            f"{key}-{{n}}", name=f"mailing {{n}}", line=lines[n % len(lines)],
            purpose="marketing", not_before=clock() - timedelta(hours=1),
            valid_until=clock() + timedelta(hours={hours}), **told)
        actions.lay(mailing, [
            actions.Draft(one, "尊敬的客户，您好。" * 10, subject="十一月的消息",
                          html="<p>您好</p>" * 20) for one in ids], at=clock())
        actions.complete(mailing, **told)
"""
SEND = """
from regulars.server.core import scope
from regulars.server.delivery import actions
from regulars.server.delivery.models import Line
with scope.everything():
    line = list(Line.objects.order_by("pk"))[{line}]
ends = actions.send(line, clock=clock, until=clock() + timedelta(hours=1))
print(dict(ends))
"""
STATES = """
import json
from django.db.models import Count
from regulars.server.core import scope
from regulars.server.delivery.models import Delivery
with scope.everything():
    print(json.dumps(dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))))
"""
UNKNOWN = """
import json
from regulars.server.core import scope
from regulars.server.delivery.models import Delivery
with scope.everything():
    print(json.dumps(list(Delivery.objects.filter(state="unknown")
                          .values_list("public_id", flat=True))))
"""


@dataclass
class Crowd:
    """The home, the log of its mail server, and the programs that run in it."""

    home: Home
    log: Path
    offset: float

    def program(self, text: str, **given: Any) -> str:
        return CLOCK.format(offset=self.offset) + text.format(**given)

    def lay(self, *, mailings: int = 1, key: str = "m", hours: int = 8) -> None:
        said(self.home, self.program(LAY, mailings=mailings, key=key, hours=hours))

    def send(self, line: int = 0) -> subprocess.Popen[str]:
        return start(self.home, self.program(SEND, line=line))

    def ask(self, text: str, **given: Any) -> Any:
        return json.loads(said(self.home, self.program(text, **given)))

    def crash_database(self) -> None:
        """Let PostgreSQL fall without a word, and bring it up again."""
        cluster = Postgres(self.home)
        postmaster = (cluster.data / "postmaster.pid").read_text().split()[0]
        os.kill(int(postmaster), signal.SIGQUIT)
        while cluster.running():
            time.sleep(0.05)
        cluster.start()

    def got(self) -> Counter[str]:
        """How often the server took a letter, by its message."""
        return Counter(id.partition("@")[0] for id, _to in taken(self.log))

    @property
    def count(self) -> int:
        """How many letters the server took so far."""
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0


@contextmanager
def crowd(
    place: Path, monkeypatch: pytest.MonkeyPatch, *, people: int, lines: int = 1
) -> Iterator[Crowd]:
    monkeypatch.setenv("REGULARS_ORIGINS", "https://crm.example.com")
    monkeypatch.setenv("REGULARS_WEBHOOK_NETWORKS", "127.0.0.0/8")
    log = place / "taken.log"
    sink = subprocess.Popen(
        [sys.executable, "-m", "regulars.testing.providers.sink", "0", str(log)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        with home(place / "bank") as bank:
            offset = (NOON - datetime.now(UTC)).total_seconds()
            made = Crowd(bank, log, offset)
            said(bank, made.program(CROWD, people=people, lines=lines, port=port))
            yield made
    finally:
        sink.kill()
        sink.wait()
