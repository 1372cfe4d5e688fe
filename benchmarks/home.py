"""A whole home of ten million customers: scored, published, counted, exported, browsed.

Fills a home set-wise (customers, pseudonyms, search entries, two years of purchases), then
does what a night and a day do: a scoring run, its publication while somebody reads, what is
learned, tiers, segment counts, an export; then asks pages as three people, each the median
of five. Prints seconds and milliseconds beside their goals.

    python -m benchmarks home [--customers 1000000] [--purchases 10] [--home DIR] [--skip-run]

With `--home` everything is kept there: call again with `--skip-run` to measure pages only,
or open it with `regulars serve --home DIR/home`.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import customer_list as base
from benchmarks import valuation as purchases
from benchmarks.goals import Finding, Goal, found

CUSTOMERS = 10_000_000  # that the goals name
PUBLICATION = Goal("scores published to PostgreSQL", most=60, unit="s")
WAIT = Goal(
    "a reader's longest wait while a run is scored and published", most=1_000, unit="ms"
)
GOALS = (PUBLICATION, WAIT)

KEYS = """
insert into customers_factkey (fact_key, customer_id) select id, id from customers_customer
"""
FACTS = """
select customer_id + {first} as fact_key, occurred_at, local_date, amount,
       null::double as quantity, null::bigint as cost, order_id::varchar as order_id,
       'P' || (hash(order_id) % 400)::varchar as product_id,
       'C' || (hash(order_id) % 40)::varchar as category,
       case when hash(order_id * 7) % 3 = 0 then 'app' else 'store' end as channel,
       null::varchar as branch, kind, null::varchar as external_id,
       order_id::varchar as row_key, occurred_at as known_at
from read_parquet('{path}')
"""
PAGES = (
    "/", "/base/", "/kpis/", "/scores/", "/customers/", "/customers/?stage=lost",
    "/customers/?sort=-stake", "/tiers/", "/segments/", "/rivals/",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Fill, run, measure, print."""
    logging.disable(logging.WARNING)  # a page that a role may not open answers 403
    asked = read(arguments)
    if asked.home:
        Path(asked.home).mkdir(parents=True, exist_ok=True)
    kept = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory()
    with kept as root:
        cluster = base.start(Path(root).resolve() / "home")
        try:
            if not base.filled():
                base.timed("fill", lambda: fill(asked, Path(root)))
            base.as_application(cluster)
            if not asked.skip_run:
                yield from night()
            pages()
        finally:
            cluster.stop()


def read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks home", description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--purchases", type=float, default=10.0, help="mean per customer")
    parser.add_argument("--home", help="keep everything in this folder")
    parser.add_argument("--skip-run", action="store_true", help="measure pages only")
    return parser.parse_args(arguments)


def fill(asked: argparse.Namespace, root: Path) -> None:
    """Write the records in a few statements and the facts as one file."""
    from django.db import connection

    from regulars.server.core import scope
    from regulars.server.core.models import Company

    with scope.everything():
        base.people_and_places()
        Company.objects.update(kind="retail")
    books = base.BRANCHES * base.BOOKS_EACH
    base.step("drop index customer_search_grams")
    base.step(base.CUSTOMERS, [books, base.NOON, base.NOON, asked.customers])
    base.step("analyze customers_customer")
    base.step(KEYS)
    base.step(base.SEARCH.replace("%%", "%"))
    base.step(
        "create index customer_search_grams on customers_customersearch "
        "using gin (grams) with (fastupdate = off)"
    )
    base.step(base.TOUCHES, [base.NOON])
    with connection.cursor() as db:
        db.execute("vacuum analyze")
    base.timed("facts", lambda: facts(asked, root))


def facts(asked: argparse.Namespace, root: Path) -> None:
    from regulars.server.core import scope
    from regulars.server.core.audit import System
    from regulars.server.customers.models import Customer
    from regulars.server.facts import actions

    path = root / "purchases.parquet"
    rows = purchases.make(
        path, customers=asked.customers, mean_purchases=asked.purchases, seed=20_260_101
    )
    print(f"{asked.customers:,} customers, {rows:,} transactions", flush=True)
    with scope.everything():
        first = Customer.objects.order_by("pk").values_list("pk", flat=True)[0]
        select = FACTS.format(first=first, path=path)
        actions.add(
            "transactions", select, source="bench", by=System("bench"), at=base.NOON, fresh=True
        )
    path.unlink()


def night() -> Iterator[Finding]:
    """Score twice, so that the second publication flips while somebody reads; then tiers."""
    from regulars.server.core import scope
    from regulars.server.core.audit import System
    from regulars.server.scoring import actions as scoring
    from regulars.server.tiers import actions as tiers

    by = System("bench")
    as_of = purchases.START + timedelta(days=purchases.DAYS)
    publishing, waiting = [], []
    for turn in ("first", "second"):
        with reading() as waits:
            begun = time.perf_counter()
            run = scoring.run_scoring(by=by, at=base.NOON, as_of=as_of, publish=True)
            spent = time.perf_counter() - begun
        print(f"{turn} run {spent:.1f} s, of that", flush=True)
        for step, seconds in run.result["seconds"].items():
            print(f"  {step:12} {seconds:7.2f} s", flush=True)
        publishing.append(run.result["seconds"]["publish"])
        waiting.append(1000 * max(waits, default=0.0))
        print(f"  a reader's longest wait meanwhile {waiting[-1]:.0f} ms")
    yield found(PUBLICATION, max(publishing), "the slower of two")
    yield found(WAIT, waiting[-1], "the best fifty customers read over and over")
    base.timed("learn", lambda: scoring.learn(run, by=by, at=base.NOON))
    for step, seconds in run.result["learned"]["seconds"].items():
        print(f"  {step:12} {seconds:7.2f} s")
    with scope.everything():
        base.timed("tiers", lambda: tiers.assign(run, by=by, at=base.NOON))


@contextmanager
def reading() -> Iterator[list[float]]:
    """Read the best customers over and over in another thread; yields how long each took."""
    waits: list[float] = []
    stop = threading.Event()
    thread = threading.Thread(target=_read, args=(waits, stop))
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


def _read(waits: list[float], stop: threading.Event) -> None:
    from django.db import connection

    from regulars.server.core import scope
    from regulars.server.scoring import queries
    from regulars.server.scoring.models import Score

    while not stop.is_set():
        begun = time.perf_counter()
        with scope.everything():
            run = queries.current_run()
            list(Score.objects.filter(run=run).order_by("-value")[:50])
        waits.append(time.perf_counter() - begun)
        stop.wait(0.2)  # a few readers, not a load of its own
    connection.close()


def pages() -> None:
    """Ask pages as an analyst, a branch manager and an RM."""
    from django.core.cache import cache
    from django.test import Client

    from regulars.server.core.models import Person

    for name in ("ana", "wei", "mei"):
        person = Person.objects.get(username=name)
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        print(f"\n{person.get_role_display()}: first and median of five, in ms")
        for page in PAGES:
            spent = [ask(client, page, cache.clear) for _ in range(6)]
            code, first = spent[0]
            median = statistics.median(each for _code, each in spent[1:])
            print(f"  {page:28} {first:7.0f} {median:7.0f}   {code}")


def ask(client: Any, page: str, before: Callable[[], None]) -> tuple[int, float]:
    before()
    begun = time.perf_counter()
    answer = client.get(page)
    return answer.status_code, 1000 * (time.perf_counter() - begun)
