"""The parts of promise 25, each a program in a process of its own: the house that publishes,
people who read lists while it does, people who save customers."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import timezone

from regulars.server.channels import actions as channels
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.audit import System
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.facts import actions as facts
from regulars.server.scoring import actions as scoring
from regulars.server.scoring import bridge
from regulars.server.scoring import queries as scores
from regulars.server.scoring.actions.publishing import publish as make_current
from regulars.server.scoring.models import Run
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import asking, saved
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules.tree import Condition, Group
from regulars.server.tiers import actions as tiers

BY, NOON = System("drill"), datetime(2026, 11, 23, 4, tzinfo=UTC)
STATES = {"A": date(2026, 6, 30), "B": date(2026, 11, 20)}  # two days, two sets of scores
STAGES = ("dormant", "lost")
VIEWERS = ("ana", "wei")  # all customers, and those of one branch
BRANCHES, BOOKS = 10, 5
WAYS = ("phone", "note", "consent", "contact")
# What is not the first customer's own in the copies of them.
CUSTOMERS = {
    "public_id": "substr(md5('c' || n), 1, 12)",
    "number": "lpad(n::text, 7, '0')",
    "phone": "'101' || lpad(n::text, 8, '0')",
    "book_id": f"(select min(id) from core_book) + mod(n, {BRANCHES * BOOKS})",
}
KEYS = "insert into customers_factkey (fact_key, customer_id) select id, id from ({rest}) r"
SEARCH = """
insert into customers_customersearch (customer_id, book_id, grams, text)
select id, book_id, array['王', '小', '明', '王小', '小明', '~' || right(phone, 4)]
  || (select array_agg(left(number, k)) from generate_series(1, 7) k), name from ({rest}) r
"""
REST = "select * from customers_customer where number <> '0000001'"
# Purchases over 23 months; a third of the customers stopped early.
PURCHASES = """
select (k + {first})::bigint as fact_key, d::timestamp + interval 2 hour as occurred_at,
       d::date as local_date, (1000 + hash(k, n, 1) % 90000)::bigint as amount,
       null::double as quantity, null::bigint as cost, k || '-' || n as order_id,
       'P' || (hash(k, n, 2) % 40) as product_id, 'C' || (hash(k, n, 3) % 8) as category,
       'pos' as channel, null::varchar as branch, 'purchase' as kind,
       null::varchar as external_id, k || '-' || n as row_key,
       d::timestamp + interval 3 hour as known_at
from (select k, n, date '2025-01-01' + (hash(k, n) % case when k % 3 = 0 then 300 else 690 end
      )::int as d from range({people}) c(k), range(3) p(n))
"""


def fill(people: int) -> None:
    """Make a company of ten branches with so many customers and their purchases, as owner."""
    with scope.everything():
        core.set_up_company(name="Shop", kind="retail", by=BY, at=NOON)
        head = OrgUnit.objects.get(code="HQ")
        units = [
            core.add_org_unit(code=f"B{n}", name=f"B{n}", parent=head, by=BY, at=NOON)
            for n in range(BRANCHES)
        ]
        for name, role, place in (("ana", "analyst", head), ("wei", "manager", units[0])):
            core.add_person(username=name, name=name, role=role, org_unit=place, by=BY, at=NOON)
        for n in range(BRANCHES * BOOKS):
            code = f"K{n}"
            core.add_book(code=code, name=code, org_unit=units[n // BOOKS], by=BY, at=NOON)
        first = customers.add_customer(
            number="0000001", name="王小明", book=Book.objects.order_by("pk")[0],
            phone="10100000001", by=BY, at=NOON,
        )  # fmt: skip
    columns = [f.column for f in Customer._meta.concrete_fields if not f.primary_key]
    chosen = ", ".join(CUSTOMERS.get(name, f"first.{name}") for name in columns)
    _run(
        f"insert into customers_customer ({', '.join(columns)}) select {chosen} "
        f"from customers_customer first, generate_series(2, {people}) n "
        "where first.number = '0000001'"
    )
    _run(KEYS.format(rest=REST))
    with connection.cursor() as db:
        db.execute("select pg_get_indexdef('customer_search_grams'::regclass)")
        (index,) = db.fetchone()
        db.execute("drop index customer_search_grams")
    _run(SEARCH.format(rest=REST))
    _run(index)
    with scope.everything():
        _run("update customers_factkey set fact_key = customer_id")
        select = PURCHASES.format(first=first.pk, people=people)
        facts.add("transactions", select, source="drill", by=BY, at=NOON, fresh=True)
    with connection.cursor() as db:
        db.execute("analyze customers_customer, customers_factkey, customers_customersearch")


def _run(sql: str) -> None:
    with scope.everything(), connection.cursor() as db:
        db.execute(sql)


def keep() -> None:
    """Let each viewer keep the segment that is read; its rule needs scores to be there."""
    rule = Group("all", (Condition("stage", "in", STAGES),))
    for name in VIEWERS:
        viewer = Person.objects.get(username=name)
        with scope.looking(viewer):
            segments.keep(rule, name="quiet", by=viewer, at=NOON)


# --- the house publishes ---


def rebuild(state: str, *, whole: bool = True) -> dict[str, float]:
    """Publish the scores of a day, the tiers and the board under the segments."""
    spent, begun = {}, time.time()
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("scores", lambda: _scores(state) if whole else _again(state)),
        ("tiers", _tiers),
        ("board", lambda: segments.make_board(at=timezone.now(), only_if_due=True)),
    )
    for name, work in steps:
        at = time.time()
        work()
        spent[name] = time.time() - at
    return {"begun": begun, "ended": time.time(), **spent}


def _scores(state: str) -> None:
    scoring.run_scoring(by=BY, at=timezone.now(), as_of=STATES[state])


def _again(state: str) -> None:
    """Publish what a day's first run found once more, as a run of its own.

    All that flips is made anew: the version in PostgreSQL with its indexes, then tiers and
    board. Only the engine, which computes outside any transaction, does not work again.
    """
    with scope.everything():
        known = Run.objects.filter(as_of=STATES[state]).order_by("pk")[0]
        found, at = scores.folder(known), timezone.now()
        run = Run.objects.create(
            as_of=known.as_of, known_to=at, started_at=at, customers=known.customers
        )
        folder = scores.folder(run)
        folder.mkdir(parents=True)
        for name in (bridge.FRAME, bridge.TIES, bridge.FILES):
            os.link(found / name, folder / name)
        run.result = known.result | {"run": run.public_id, scores.PARTS: {}}
        del run.result[scores.WHOLE]
        make_current(run, folder)
        run.state, run.ended_at = Run.State.DONE, at
        run.save()


def _tiers() -> None:
    run = scores.current_run()
    assert run is not None
    with scope.everything():
        tiers.assign(run, by=BY, at=timezone.now())


def publish(times: int, whole: int, idle: float) -> None:
    """Rebuild so often, the two states in turn, at peace for a while before each.

    The first ones score anew; the others publish again what was scored before.
    """
    for turn in range(times):
        time.sleep(idle)
        told = rebuild("AB"[turn % 2], whole=turn < whole)
        print(json.dumps(told), flush=True)  # noqa: T201 - to the drill


# --- people read ---


def pages() -> dict[str, str]:
    """What is read, by name: a segment's list, the same through the list's own filter."""
    with scope.everything():
        kept = {s.owner.username: s for s in Segment.objects.select_related("owner")}
    found = {}
    for name in VIEWERS:
        found[f"{name}: segment"] = f"/customers/?segment={kept[name].public_id}"
        found[f"{name}: stages"] = "/customers/?" + "&".join(f"stage={s}" for s in STAGES)
    return found


def counted() -> dict[str, int]:
    """The true sizes now, by counting rows of the scores beside the customers one sees."""
    found = {}
    for name in VIEWERS:
        with scope.looking(Person.objects.get(username=name)), connection.cursor() as db:
            db.execute(
                "select count(*) from scoring_score s join scoring_run r on r.id = s.run_id "
                "join customers_customer c on c.id = s.customer_id "
                "where r.is_current and s.stage = any(%s)",
                [list(STAGES)],
            )
            (found[f"{name}: stages"],) = db.fetchone()
        found[f"{name}: segment"] = found[f"{name}: stages"]
    return found


class Reader:
    """Somebody who opens lists, each page a request of its own."""

    def __init__(self) -> None:
        setup_test_environment()
        self.pages, self.clients = pages(), {}
        for name in VIEWERS:
            self.clients[name] = Client(SERVER_NAME="localhost")
            self.clients[name].force_login(Person.objects.get(username=name))

    def look(self, name: str) -> dict[str, Any]:
        """Open a page; say its size, its first rows, and whether each row belongs there."""
        client, path = self.clients[name[:3]], self.pages[name]
        begun = time.time()
        answer = client.get(path)
        spent = time.time() - begun
        found = answer.context.get("totals") if answer.context else None
        rows = answer.context.get("rows", ()) if answer.context else ()
        seen = {
            "page": name,
            "begun": begun,
            "spent": spent,
            "code": answer.status_code,
            "size": found.count if found else None,
            "rows": [row.customer.number for row in rows],
            "strangers": sum(row.stage not in STAGES for row in rows),
        }
        if found is None and answer.status_code == 200:  # asked apart, as the page does
            sums = client.get(path.replace("/customers/", "/customers/totals"))
            seen |= {"code": sums.status_code, "size": sums.context["totals"].count}
        return seen

    def count(self) -> dict[str, Any]:
        """How many are in the segment and who they are, as campaigns ask within one action."""
        with scope.looking(Person.objects.get(username="ana")):
            viewer = Person.objects.get(username="ana")
            kept = Segment.objects.get(owner=viewer)
            begun = time.time()
            of = ground(viewer, timezone.now())
            rule = asking.settle(saved.rule_of(kept), of)
            size, ids = asking.counted(viewer, rule, of).count, asking.ids(viewer, rule, of)
        spent = time.time() - begun
        odd = abs(len(ids) - size)
        return {
            "page": "ana: segment", "begun": begun, "spent": spent, "code": 200, "size": size,
            "rows": None, "strangers": odd,
        }  # fmt: skip


def truth() -> dict[str, Any]:
    """What every page says in peace, beside what was counted."""
    reader, sizes = Reader(), counted()
    told = {name: reader.look(name) for name in reader.pages}
    return {
        name: {"size": sizes[name], "said": seen["size"], "rows": seen["rows"]}
        for name, seen in told.items()
    }


def read(stop: Path, log: Path) -> None:
    """Open the pages over and over until somebody says stop."""
    reader = Reader()
    with log.open("w") as out:
        for name in _until(stop, tuple(reader.pages), pause=0.2):
            json.dump(_tried(lambda name=name: reader.look(name)), out)
            out.write("\n")
            json.dump(_tried(reader.count), out)
            out.write("\n")


# --- people save ---


def save(stop: Path, log: Path, part: int, parts: int) -> None:
    """Save one customer after the other, as managers do, until somebody says stop."""
    moments = random.Random(part)
    with scope.everything():
        first, last = (
            Customer.objects.order_by(order).values_list("pk", flat=True)[0]
            for order in ("pk", "-pk")
        )
    with log.open("w") as out:
        for way in _until(stop, WAYS, pause=0.05):
            # Each writer has customers of its own: two who wait for each other's lock on one
            # customer say nothing of rebuilding.
            who = moments.randrange(first + part, last + 1, parts)
            json.dump(_tried(lambda way=way, who=who: _save(who, way, moments)), out)
            out.write("\n")


def _save(who: int, way: str, moments: random.Random) -> dict[str, Any]:
    begun, at = time.time(), timezone.now()
    with scope.looking(Person.objects.get(username="ana")):
        one, by = Customer.objects.get(pk=who), Person.objects.get(username="ana")
        if way == "phone":
            phone = f"102{moments.randrange(10**8):08d}"
            customers.change_customer(one, phone=phone, by=by, at=at)
        elif way == "note":
            note = f"{moments.random()}"
            customers.change_customer(one, note=note, by=by, at=at)
        elif way == "consent":
            channels.record_consent(
                one, purpose="marketing", channel="sms", source="page", by=by, at=at,
                said=moments.choice(("given", "withdrawn")), evidence="form",
            )  # fmt: skip
        else:
            channels.record_touch(
                one, channel="call", outcome="reached", two_way=True, by=by, at=at
            )
    return {"way": way, "begun": begun, "spent": time.time() - begun}


def _until(stop: Path, things: tuple[str, ...], *, pause: float) -> Iterator[str]:
    while not stop.exists():
        for thing in things:
            yield thing
            time.sleep(pause)


def _tried(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    begun = time.time()
    try:
        return work()
    except Exception as error:  # the drill counts them
        return {"begun": begun, "spent": time.time() - begun, "error": repr(error)[:300]}


# --- PostgreSQL says ---


def deadlocks() -> int:
    with connection.cursor() as db:
        db.execute("select sum(deadlocks) from pg_stat_database")
        return int(db.fetchone()[0])
