"""An import whose worker is killed again and again ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from regulars.server.site import boot
from regulars.server.site.home import OWN, Home
from regulars.server.site.postgres import Postgres

ROWS, CUSTOMERS, KILLS = 1_000_000, 20_000, 20
SET_UP = """
from datetime import UTC, datetime
from pathlib import Path
from regulars.server.core.audit import COMMAND_LINE as by
from regulars.server.core import actions as core
from regulars.server.intake import actions
at = datetime(2026, 11, 1, tzinfo=UTC)
actions.ensure_company(name="drill", by=by, at=at)
found = actions.begin(Path({file!r}), kind="transactions", by=by, at=at)
job = core.ask_job("import", at=at, subject=f"{{found._meta.label}}:{{found.public_id}}")
found.job, found.state = job, "loading"
found.save()
print(job.pk)
"""
WORK = """
from regulars.server.intake import jobs
jobs.load_file({job})
"""
DIGEST = """
import json
from django.db import connection
from regulars.server.core import scope
from regulars.server.facts import lake, queries
from regulars.server.intake.models import Import
told = {}
with scope.everything(), connection.cursor() as db:
    for name, sql in {
        "customers": "select number, x.state, x.name, c.code from customers_customer x "
        "join core_book c on c.id = x.book_id",
        "keys": "select number from customers_factkey k "
        "join customers_customer x on x.id = k.customer_id",
        "search": "select number, grams::text from customers_customersearch s "
        "join customers_customer x on x.id = s.customer_id",
        "products": "select code, name, kind from products_product",
        "books": "select code, name from core_book",
        "imports": "select state, rows, accepted, added, known, refused, "
        "(report - 'seconds' - 'loaded_at')::text from intake_import",
        "loads": "select action, (details - 'source')::text from core_auditentry "
        "where action in ('intake.file.loaded', 'facts.file.added')",
    }.items():
        db.execute("select count(*), md5(string_agg(t::text, '|' order by t::text)) "
                   f"from ({sql}) t")
        told[name] = db.fetchone()
    db.execute("select k.fact_key, x.number from customers_factkey k "
               "join customers_customer x on x.id = k.customer_id")
    import pyarrow as pa
    pairs = db.fetchall()
    numbers = pa.table({"fact_key": [a for a, _ in pairs], "number": [b for _, b in pairs]})
    session = lake.session()
    session.register("numbers", numbers)
    table = lake.source(queries.living("transactions"), "transactions")
    told["facts"] = session.execute(
        "select count(*), count(distinct row_key), sum(amount)::varchar, "
        "sum(hash(t) % 1000000007)::varchar from (select n.number, "
        f"f.* exclude (fact_key, known_at) from {table} f join numbers n using (fact_key)) t"
    ).fetchone()
    told["files"] = len(queries.living("transactions"))
print(json.dumps(told))
"""


@pytest.mark.drill
def test_a_worker_killed_twenty_times_ends_as_one_that_was_not(tmp_path: Path) -> None:
    file = written(tmp_path / "orders.csv")
    with home(tmp_path / "straight") as straight:
        job = said(straight, SET_UP.format(file=str(file)))
        began = time.time()
        said(straight, WORK.format(job=job))
        took = time.time() - began
        reading = read_at(straight) - began
        expected = json.loads(said(straight, DIGEST))

    kills: list[float] = []
    with home(tmp_path / "killed") as killed:
        job = said(killed, SET_UP.format(file=str(file)))
        moments = random.Random(4)
        began = time.monotonic()
        while len(kills) < KILLS:
            # What was read stays read, so a worker that begins after that has less to do.
            left = 0.7 * (took - reading) + 1 if read_at(killed) else took
            kills.append(moments.uniform(0.05, 0.95) * left)
            worker = start(killed, WORK.format(job=job))
            time.sleep(kills[-1])
            if worker.poll() is not None:
                pytest.fail(f"The worker was done before kill {len(kills)}.")
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            if loaded(killed):
                break
        said(killed, WORK.format(job=job))
        all_in_all = time.monotonic() - began
        found = json.loads(said(killed, DIGEST))

    sys.stdout.write(
        f"\n{ROWS:,} rows: {took:.1f} s undisturbed ({reading:.1f} s to read); "
        f"{len(kills)} kills between {min(kills):.1f} and {max(kills):.1f} s, "
        f"{all_in_all:.0f} s in all; equal: {found == expected}; "
        f"{found['facts'][0]:,} facts\n"
    )
    assert len(kills) == KILLS
    assert found == expected


def written(path: Path) -> Path:
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write("客户号,交易时间,金额,订单号,产品代码\n")
        for row in range(ROWS):
            number = chance.randrange(CUSTOMERS)
            day = f"2026-{1 + row % 10:02}-{1 + row % 28:02} {row % 24:02}:{row % 60:02}"
            amount = "?" if row % 50_000 == 7 else f"{chance.randrange(100, 90_000) / 100}"
            out.write(f"{number:08},{day},{amount},D{row // 3},P{row % 200}\n")
    return path


class home:
    """A home of its own with a running database."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)

    def __enter__(self) -> Home:
        self.home.create(OWN)
        self.cluster = Postgres(self.home)
        self.cluster.start()
        boot.bring_up_to_date(self.home)
        return self.home

    def __exit__(self, *_: object) -> None:
        self.cluster.stop()


def start(at: Home, program: str) -> subprocess.Popen[str]:
    lines = (
        "from regulars.server.site import boot\nfrom regulars.server.site.home import Home\n"
    )
    lines += f"from pathlib import Path\nboot.set_up(Home(Path({str(at.root)!r})))\n{program}"
    return subprocess.Popen(
        [sys.executable, "-c", lines],
        env=boot.environment(at),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def said(at: Home, program: str) -> str:
    process = start(at, program)
    out, _ = process.communicate()
    assert process.returncode == 0, out
    return out.strip()


def read_at(at: Home) -> float:
    """When every row had been read and typed; 0 before that."""
    return max(
        (path.stat().st_mtime for path in at.imports.glob("*/read/done.json")), default=0.0
    )


def loaded(at: Home) -> bool:
    program = (
        "from regulars.server.intake.models import Import\nprint(Import.objects.get().state)"
    )
    return said(at, program) == "done"
