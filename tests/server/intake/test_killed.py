"""An import whose worker is killed again and again ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.alike import held, home, said, start

from regulars.server.site.home import Home

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


@pytest.mark.drill
def test_a_worker_killed_twenty_times_ends_as_one_that_was_not(tmp_path: Path) -> None:
    file = written(tmp_path / "orders.csv")
    with home(tmp_path / "straight") as straight:
        job = said(straight, SET_UP.format(file=str(file)))
        began = time.time()
        said(straight, WORK.format(job=job))
        took = time.time() - began
        reading = read_at(straight) - began
        expected = held(straight)

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
        found = held(killed)

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
