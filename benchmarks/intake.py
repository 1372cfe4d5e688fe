"""How long do a million customers take: into an empty home, again, and with 200,000 changes?

The files go the way of the browser and the worker: kept, read in a child of its own, stored
in one transaction through the walled role. Each load stands beside a yardstick of the same
minute: the same rows copied into a bare table that has a key and nothing else. On a busy
machine the seconds of processor say more than the clock.

    python -m benchmarks intake [--customers 1000000] [--home DIR] [--statements]

With `--home` the home is kept, and opened with `regulars serve --home DIR`. `--statements`
prints the processor's seconds of the dearest statements of every load; what they do not hold
is copying and the commit.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.goals import Finding, Goal, found

CUSTOMERS = 1_000_000  # that the goals name
FIRST = Goal("1,000,000 customers loaded into an empty home", most=120, unit="s")
AGAIN = Goal("the same file again, which changes nothing", most=60, unit="s")
GOALS = (FIRST, AGAIN)
CHANGED = 5  # every fifth row
BRANCHES, BOOKS = 40, 10
NOON = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
HEAD = (
    "客户号,姓名,性别,出生日期,手机号,邮箱,地址,职业,客户经理,开户日期,"
    "短信同意,电话同意,同意依据\n"
)
SURNAMES, GIVEN = (
    "张王李赵陈林钱孙周吴郑冯褚卫蒋沈韩杨",
    "美建振晓文志秀国海玉凤华平燕强英军福兰",
)


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Write the files, load them, print."""
    asked = read(arguments)
    kept = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory()
    with kept as root, tempfile.TemporaryDirectory() as files, home(Path(root).resolve()):
        places()
        plain = written(Path(files) / "customers.csv", asked.customers)
        other = written(Path(files) / "changed.csv", asked.customers, changed=True)
        loads = (
            ("into an empty home", plain, FIRST),
            ("again, nothing changed", plain, AGAIN),
            (f"every {CHANGED}th phone changed", other, None),
        )
        for turn, (name, path, goal) in enumerate(loads):
            spent = measure(name, path, day=turn, statements=asked.statements)
            if goal:
                yield found(goal, spent, f"{asked.customers:,} customers")


def read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks intake", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--home", help="keep the home in this folder")
    parser.add_argument("--statements", action="store_true", help="print the slowest ones")
    return parser.parse_args(arguments)


@contextmanager
def home(root: Path) -> Iterator[None]:
    """A home whose database runs; this process works on it as the worker does."""
    from regulars.server.site import boot
    from regulars.server.site.home import OWN, Home

    root.chmod(0o755)
    found = Home(root / "home" if not (root / "postgres").exists() else root)
    found.create(OWN)
    with boot.at_work(found):
        yield


def places() -> None:
    """A bank of 40 branches and 400 books."""
    from regulars.server.core import actions as core
    from regulars.server.core import scope
    from regulars.server.core.models import Book, OrgUnit
    from regulars.testing import cast

    with scope.everything():
        if OrgUnit.objects.exists():
            return
        core.set_up_company(name="大湖银行", kind="bank", by=cast.TESTS, at=NOON)
        head = OrgUnit.objects.get(code="HQ")
        cast.person("ana", "程一鸣", "", "analyst", head)
        for branch in range(BRANCHES):
            unit = cast.unit(f"B{branch:03}", f"支行 {branch}", "", head)
            Book.objects.bulk_create(
                Book(code=f"B{branch:03}-{n}", name=f"{branch}-{n}", org_unit=unit)
                for n in range(BOOKS)
            )


def written(path: Path, customers: int, *, changed: bool = False) -> Path:
    """A file of customers; with `changed` every fifth has another phone."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        for n in range(customers):
            name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=1 + (n % 3 > 0)))
            born = f"{1940 + n % 65}-{1 + n % 12:02}-{1 + n % 28:02}"
            phone = 13_000_000_000 + (chance.randrange(10**9) + (changed and n % CHANGED == 0))
            book = f"B{n % BRANCHES:03}-{n // BRANCHES % BOOKS}"
            since = f"{2005 + n % 20}-{1 + n % 12:02}-{1 + n % 27:02}"
            said = ("否", "否", "")[n % 3], ("否", "", "")[n % 3]
            out.write(
                f"{n:08},{name},{'男女'[n % 2]},{born},{phone},u{n}@example.com,"
                f"湖滨路{n % 900}号,{('教师', '工程师', '店主')[n % 3]},{book},{since},"
                f"{said[0]},{said[1]},{f'CF-{n}' if '是' in said else ''}\n"
            )
    return path


def measure(name: str, path: Path, *, day: int, statements: bool) -> float:
    """Load one file; print where the seconds went and the yardstick beside them."""
    from regulars.server.core.audit import COMMAND_LINE as by
    from regulars.server.intake import actions

    at = NOON + timedelta(days=day)
    found = actions.begin(path, kind="customers", by=by, at=at)
    checking = timed(lambda: actions.check(found, by=by, at=at))
    with listening() as heard:
        before = processor()
        loading = timed(lambda: actions.load(found, by=by, at=at))
        ours, database = (now - then for now, then in zip(processor(), before, strict=True))
    began = sum(processor())
    yardstick(path)
    bare = sum(processor()) - began
    print(
        f"{name:32} read and checked {checking:6.1f} s, loaded {loading:6.1f} s "
        f"({found.rows / loading:,.0f} rows a second); processor {ours:.1f} s here and "
        f"{database:.1f} s in the database, {(ours + database) / bare:.0f} x a bare copy; "
        f"added {found.added:,}, changed {found.report['changed']:,}",
        flush=True,
    )
    if statements:
        for sql, spent in sorted(heard.items(), key=lambda one: -one[1])[:18]:
            print(f"    {spent:7.2f} s  {sql}")
        print(
            f"    {loading - sum(heard.values()):7.2f} s  (outside of statements)", flush=True
        )
    return checking + loading


def yardstick(path: Path) -> None:
    """Copy the file's rows into a bare table with a key."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as db, path.open("rb") as rows:
        columns = ", ".join(f"c{n} text" for n in range(1, HEAD.count(",") + 1))
        db.execute(
            f"create temp table bare (number text primary key, {columns}) on commit drop"
        )
        with db.copy("copy bare from stdin with (format csv, header)") as copy:
            while block := rows.read(1 << 20):
                copy.write(block)


def processor() -> tuple[float, float]:
    """Seconds that this process and the database's process for it have computed."""
    from django.db import connection

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    spent = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    ticks = int(spent[11]) + int(spent[12])
    return time.process_time(), ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def listening() -> Iterator[dict[str, float]]:
    """Yield the database's seconds of processor for every statement, by its beginning."""
    from django.db import connection

    heard: dict[str, float] = defaultdict(float)

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        began = processor()[1]
        try:
            return execute(sql, *rest)
        finally:
            heard[" ".join(sql.split())[:110]] += processor()[1] - began

    with connection.execute_wrapper(wrapper):
        yield heard


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
