"""Does Today answer within 200 ms at a million customers and two thousand RMs?

A real server process, asked over HTTP by signed-in people one after the other: whole pages,
rendered and sent. Processor milliseconds of server and database per request stand beside the
wall's, for other work on the machine slows the wall clock only. The bank is that of
`mornings`, whose last morning is today's. `cold` asks each person's page once, right after
the database was started anew; `warm` asks again. The yardsticks of the same run are the page
that says that the server is well, and one customer read by key in the database.

    python -m benchmarks today --home DIR [--people 60] [--only /today] [--who leader]
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import care_home, mornings
from benchmarks.goals import Finding, Goal, found

CUSTOMERS = 1_000_000  # that the goal names
TODAY = Goal(
    "Today of an RM, whole request, p95 of those asked cold and warm", most=200, unit="ms"
)
ROWS = Goal("every other page of the day, the slowest p95", most=1_000, unit="ms")
GOALS = (TODAY, ROWS)
RM = (
    "/today/", "/today/rest", "/today/ahead", "/customers/{customer}/", "/contacts/new",
    "/alerts/", "/promises/", "/coverage/", "/coverage/channels", "/coverage/relations",
    "/coverage/hours", "/segments/", "/standards/",
)  # fmt: skip
HEADS = (
    "/today/", "/team/", "/team/notes", "/alerts/", "/promises/", "/coverage/",
    "/coverage/rows?show=late", "/coverage/channels", "/coverage/relations",
    "/coverage/people?bond=forgotten", "/coverage/hours", "/coverage/?period=quarter",
    "/coverage/relations?period=quarter", "/standards/",
)  # fmt: skip


@dataclass
class Visitor:
    """Somebody signed in, and what they are asked to open."""

    name: str
    cookie: str
    customer: str


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Fill where needed, serve, ask, print."""
    parser = argparse.ArgumentParser(prog="benchmarks today")
    care_home.options(parser)
    parser.add_argument("--people", type=int, default=60, help="RMs who ask")
    parser.add_argument("--only", default="", help="addresses that begin so")
    parser.add_argument("--who", default="", help="groups whose name holds this")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(asked.home or folder)
        cluster = care_home.opened(asked, str(root))
        try:
            if not _planned():
                for _ in mornings.measured(cluster):
                    pass
            yield from ask(cluster, root.resolve() / "home", asked)
        finally:
            cluster.stop()


def counted() -> None:
    from regulars.server.core import scope
    from regulars.server.coverage import actions

    with scope.everything():
        actions.count(clock=lambda: datetime.now(UTC))


def ask(cluster: Any, home: Path, asked: argparse.Namespace) -> Iterator[Finding]:
    from django.db import connection

    rms = visitors("rm", asked.people)
    groups = {
        "RM": (rms, RM),
        "branch manager": (visitors("manager", min(12, asked.people)), HEADS),
        "region's leader": (visitors("leader", 4, name="region"), HEADS),
        "bank's leader": (visitors("leader", 1, name="leader"), HEADS),
    }
    yardstick(cluster, rms)
    # As the worker does every few minutes, for those who look over many books.
    mornings.base.timed("counted", counted)
    connection.close()
    cluster.stop()
    cluster.start()  # nothing of it is in the database's own memory now
    print(f"\n{'':18}{'page':38}asked    p50    p95    max   processors, ms each")
    worst, today = 0.0, 0.0
    with serving(home) as (port, server):
        clock = Processors(cluster, server)
        line(
            "yardstick",
            "/healthz",
            clock,
            (spent(port, rms[0], "/healthz") for _ in range(20)),
        )
        for who, (people, pages) in groups.items():
            again = max(1, 20 // len(people))
            for page in pages:
                if not page.startswith(asked.only) or asked.who not in who:
                    continue
                cold = line(
                    who,
                    f"{page} cold",
                    clock,
                    (spent(port, each, page) for each in people),
                )
                warm = line(
                    who,
                    f"{page} warm",
                    clock,
                    (spent(port, each, page) for each in people * again),
                )
                if (who, page) == ("RM", "/today/"):
                    today = percentile([*cold, *warm], 0.95)
                elif warm:
                    worst = max(worst, percentile(cold, 0.95), percentile(warm, 0.95))
    yield found(TODAY, today, f"{len(rms)} RMs, load {os.getloadavg()[0]:.1f}")
    yield found(ROWS, worst)


def _planned() -> bool:
    from regulars.server.care.models import PlanRun
    from regulars.server.core import queries as core
    from regulars.server.core import scope

    with scope.everything():
        made = PlanRun.objects.first()
        return made is not None and made.day >= core.local_date(core.database_time())


def visitors(role: str, most: int, *, name: str = "") -> list[Visitor]:
    """Sign so many people in, spread over all of a role; each with a customer of theirs."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from regulars.server.care.models import Card
    from regulars.server.core import scope
    from regulars.server.core.models import Person
    from regulars.server.customers.models import Customer

    store = importlib.import_module(settings.SESSION_ENGINE).SessionStore
    found_: list[Visitor] = []
    with scope.everything():
        people = Person.objects.filter(role=role, username__startswith=name or role)
        people = people.select_related("org_unit").order_by("username")
        for person in list(people)[:: max(1, people.count() // most)][:most]:
            session = store()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.set_expiry(timedelta(hours=2))
            session.save()
            card = Card.objects.visible_to(person).filter(state="open").first()
            customer = card.customer if card else Customer.objects.visible_to(person).first()
            found_.append(
                Visitor(
                    person.username,
                    f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
                    customer.public_id if customer else "",
                )
            )
    return found_


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, int]]:
    """A web process of the product on a free port: the port, and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if name != "REGULARS_ROLE"}
    environment |= {
        "REGULARS_HOME": str(home), "REGULARS_PART": "web",
        "REGULARS_ADDRESS": "127.0.0.1", "REGULARS_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "regulars.server.site.settings.embedded",
    }  # fmt: skip
    program = [sys.executable, "-m", "regulars.server.site.processes", "web"]
    server = subprocess.Popen(program, env=environment)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def spent(port: int, who: Visitor, page: str) -> float:
    """Milliseconds from the request to the last byte of the answer."""
    address = page.format(customer=who.customer)
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", address, headers={"Cookie": who.cookie, "Host": "localhost"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status not in (200, 403):
        raise RuntimeError(f"{who.name} asked {address}: {answer.status}")
    return 1000 * (time.perf_counter() - began) if answer.status == 200 else float("nan")


def yardstick(cluster: Any, people: Sequence[Visitor]) -> None:
    """What the database takes at least: nothing, and one customer by its key."""
    from django.db import connection

    from regulars.server.core import scope
    from regulars.server.core.models import Person

    person = Person.objects.get(username=people[0].name)
    for name, statement, values in (
        ("select 1", "select 1", []),
        ("one customer by key", "select * from customers_customer where public_id = %s",
         [people[0].customer]),
    ):  # fmt: skip
        times = []
        for _ in range(200):
            with scope.looking(person), connection.cursor() as db:
                began = time.perf_counter()
                db.execute(statement, values)
                db.fetchall()
                times.append(1000 * (time.perf_counter() - began))
        print(f"yardstick: {name}: p50 {statistics.median(times):.2f} ms, "
              f"p95 {percentile(times, 0.95):.2f} ms")  # fmt: skip


class Processors:
    """Seconds that the server's processes and the database's took so far."""

    def __init__(self, cluster: Any, server: int) -> None:
        self.cluster, self.server = cluster, server

    def seconds(self) -> float:
        total = mornings.database_seconds(self.cluster)
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if self.server in (int(folder.name), int(words[1])):
                total += sum(map(int, words[11:13])) / mornings.TICK
        return total


def line(who: str, page: str, clock: Processors, asking: Iterable[float]) -> list[float]:
    """Ask, and print one row of the table; returns the milliseconds of those answered."""
    before = clock.seconds()
    asked = list(asking)
    each = 1000 * (clock.seconds() - before) / len(asked)
    known = [took for took in asked if took == took]
    if known:
        figures = (statistics.median(known), percentile(known, 0.95), max(known), each)
        told = "".join(f"{figure:7.0f}" for figure in figures)
        print(f"{who:18}{page:38}{len(known):5}{told}", flush=True)
    return known


def percentile(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
