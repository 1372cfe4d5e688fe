"""`regulars import`, in this process on the test's home, and killed as a process of its own."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from regulars.cli.import_ import FIELDS
from regulars.cli.main import main
from regulars.server.core import scope
from regulars.server.core.models import Company, Person
from regulars.server.facts.models import FactFile
from regulars.server.intake.models import Import
from regulars.server.intake.reader import KINDS
from regulars.server.site.home import Home
from regulars.server.site.postgres import OWNER, Postgres
from regulars.server.site.versions import fingerprint

ORDERS = """客户号,交易时间,金额,订单号
0001,2026-10-01 10:00,120.50,D1
0001,2026-10-05 11:00,-20.50,D1
0009,2026-10-06 12:00,80,D2
,2026-10-07 12:00,10,D3
0003,2026-13-40,5,D4
"""


@pytest.fixture
def regulars(
    db: None, home: Home, tmp_path: Path, capsys: Any
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process; answers exit code, output, complaints."""
    home.note(schema=fingerprint())

    def run(text: str | bytes, *arguments: str) -> tuple[int, str, str]:
        path = tmp_path / "orders.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(SystemExit) as ended:
            main(["import", str(path), "--home", str(home.root), *arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_the_help_names_every_field():
    assert {kind: tuple(names.split()) for kind, names in FIELDS.items()} == {
        name: spec.names for name, spec in KINDS.items()
    }


def test_the_report_has_stable_keys(regulars):
    code, out, _ = regulars(ORDERS, "--as", "transactions", "--json")

    report = json.loads(out)
    assert code == 0
    assert {
        *("file", "kind", "rows", "accepted", "added", "known", "refused", "reasons"),
        *("customers_new", "detected", "mapping", "totals", "seconds", "dry_run"),
    } <= set(report)
    assert (report["rows"], report["accepted"], report["added"]) == (5, 3, 3)
    assert report["reasons"] == {"no_customer": 1, "impossible_date": 1}
    assert report["totals"] == {
        "purchase": {"rows": 2, "amount": 200.5},
        "refund": {"rows": 1, "amount": -20.5},
    }
    assert report["mapping"]["amount"] == {"column": "金额", "how": "name"}
    assert report["customers_new"] == 2


def test_a_home_that_nobody_set_up_gets_a_company_that_can_still_be_named(regulars, home):
    regulars(ORDERS, "--as", "transactions")

    company = Company.objects.get()
    assert (company.name, company.kind) == (home.root.name, "retail")
    assert not Person.objects.exists()  # so the set-up link stays valid


def test_the_same_file_twice_adds_nothing(regulars):
    regulars(ORDERS, "--as", "transactions")

    _, out, _ = regulars(ORDERS, "--as", "transactions", "--json")

    report = json.loads(out)
    assert (report["added"], report["known"], report["customers_new"]) == (0, 3, 0)


def test_a_dry_run_leaves_nothing(regulars, home):
    before = set(home.imports.iterdir())

    code, out, _ = regulars(ORDERS, "--as", "transactions", "--dry-run", "--json")

    report = json.loads(out)
    assert (code, report["dry_run"], report["added"]) == (0, True, 3)
    assert not Import.objects.exists()
    assert not FactFile.objects.exists()
    assert not Company.objects.exists()
    assert len(set(home.imports.iterdir()) - before) <= 1  # goes when the transaction ends


def test_words_for_people_show_what_was_understood(regulars):
    _, out, _ = regulars(ORDERS, "--as", "transactions")

    assert "customer_id    <- 客户号  (synonym)" in out
    assert "no_customer: 1" in out
    assert "line 6, 交易时间: '2026-13-40'" in out
    assert "purchase" in out
    assert "200.50" in out


def test_a_missing_field_is_an_error_that_says_how_to_map(regulars):
    code, _, err = regulars("a,b\n1,2\n", "--as", "transactions")

    assert code == 2
    assert "--map customer_id=COLUMN" in err
    assert "The columns of the file are: a, b." in err


def test_columns_are_mapped_by_name_or_number(regulars):
    code, out, _ = regulars(
        "a,b,c,d\nK1,2026-01-02,5,9\n", "--as", "transactions", "--json",
        "--map", "customer_id=a", "occurred_at=2", "amount=c",
    )  # fmt: skip

    assert code == 0
    assert json.loads(out)["added"] == 1


def test_refused_rows_are_written_to_be_mended(regulars, tmp_path):
    path = tmp_path / "refused.csv"

    regulars(ORDERS, "--as", "transactions", "--errors", str(path))

    mended = path.read_text("utf-8-sig").replace("2026-13-40", "2026-10-30")
    _, out, _ = regulars(mended, "--as", "transactions", "--json")
    assert json.loads(out)["added"] == 1


def test_unknown_customers_are_refused_when_asked(regulars):
    _, out, _ = regulars(ORDERS, "--as", "transactions", "--unknown", "refuse", "--json")

    report = json.loads(out)
    assert report["reasons"]["unknown_customer"] == 3
    assert (report["added"], report["customers_new"]) == (0, 0)


def test_the_demo_refuses_unless_told(regulars, settings):
    settings.IS_DEMO = True

    code, _, err = regulars(ORDERS, "--as", "transactions")
    assert code == 3
    assert "demo" in err

    assert regulars(ORDERS, "--as", "transactions", "--into-demo")[0] == 0


@pytest.mark.parametrize("kind", ["transactions", "customers", "events", "people", "products"])
def test_no_file_however_broken_ends_in_a_traceback(regulars, kind):
    seeded = random.Random(f"import {kind}")
    whole = ORDERS.encode("gb18030")
    for _ in range(12):
        text = bytearray(whole)
        for _ in range(seeded.randrange(1, 12)):
            place = seeded.randrange(len(text))
            text[place : place + seeded.randrange(3)] = seeded.randbytes(seeded.randrange(4))
        with scope.everything():
            code, _, err = regulars(bytes(text), "--as", kind)

        assert code in {0, 2, 3}, err
        assert "Traceback" not in err


def test_cdnow_is_read_by_the_numbers_of_its_columns(regulars, public_data):
    text = (public_data / "cdnow/CDNOW_sample.txt").read_bytes()
    mapped = ("--map", "customer_id=2", "occurred_at=3", "quantity=4", "amount=5")

    _, out, _ = regulars(text, "--as", "transactions", "--json", *mapped)

    report = json.loads(out)
    assert (report["rows"], report["customers_new"], report["refused"]) == (6919, 2357, 0)
    assert report["totals"]["purchase"]["amount"] == 244091.94


def test_online_retail_tells_sales_refunds_and_rows_without_a_customer(
    regulars, public_data, tmp_path
):
    pyreadr = pytest.importorskip("pyreadr", reason="pyreadr reads the original file.")
    frames = pyreadr.read_r(str(public_data / "online_retail/onlineretail.rda"))
    path = tmp_path / "retail.csv"
    next(iter(frames.values())).to_csv(path, index=False)

    _, out, _ = regulars(path.read_bytes(), "--as", "transactions", "--json")

    report = json.loads(out)
    assert (report["rows"], report["reasons"]) == (541_909, {"no_customer": 135_080})
    assert report["customers_new"] == 4_372
    assert report["totals"]["purchase"] == {"rows": 397_884, "amount": 8_911_407.90}
    assert report["sales"] == {"customers": 4_338, "spent": 8_911_407.90, "net": 8_310_477.05}


class Apart:
    """A home of its own, worked on by real processes that may be killed."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}

    def start(self, path: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "regulars", "import", str(path), "--json"),
                *("--as", "transactions", "--home", str(self.home.root)),
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, path: Path) -> dict[str, Any]:
        process = self.start(path)
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 0, out.decode()
        report: dict[str, Any] = json.loads(out[out.index(b"{") :])
        return report

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        given = Postgres(self.home).connection(OWNER)
        with psycopg.connect(**given, autocommit=True) as db:  # type: ignore[arg-type]
            db.execute("select set_config('app.scope', 'all', false)")
            return db.execute(sql).fetchall()

    def facts(self) -> tuple[Any, ...]:
        """A fingerprint of the living facts, by customer number."""
        paths = self.ask("select path from facts_factfile where replaced_at is null")
        listed = [str(self.home.facts / path) for (path,) in paths]
        numbers = self.ask(
            "select k.fact_key, c.number from customers_factkey k "
            "join customers_customer c on c.id = k.customer_id"
        )
        with duckdb.connect() as db:
            db.execute("create table n (fact_key bigint, number text)")
            db.executemany("insert into n values (?, ?)", numbers or [(-1, "")])
            if not listed:
                return (0, None, None)
            return (
                db.execute(
                    "select count(*), sum(amount), "
                    "bit_xor(hash(number, local_date, amount, order_id)) "
                    "from read_parquet(?) f join n using (fact_key)",
                    [listed],
                ).fetchone()
                or ()
            )


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    root = Path(tempfile.mkdtemp(prefix="regulars-kill-"))
    root.chmod(0o755)
    made = Apart(root)
    made.run(_one_row(root))  # the home, the database, the company
    Postgres(made.home).start()  # stays up, so that the test can ask
    yield made
    Postgres(made.home).stop()
    shutil.rmtree(root, ignore_errors=True)


def orders(path: Path, *, rows: int, month: int) -> tuple[Any, ...]:
    """Write a file and return the fingerprint that its facts must have."""
    with path.open("w") as out:
        out.write("客户号,交易时间,金额,订单号\n")
        for n in range(rows):
            day, money = n % 28 + 1, f"{n % 900 + 1}.{n % 100:02}"
            out.write(f"C{n % 500:04},2026-{month:02}-{day:02} 09:00,{money},M{month}O{n}\n")
    with duckdb.connect() as db:
        return (
            db.execute(
                'select count(*), sum(("金额" * 100)::hugeint), '
                'bit_xor(hash("客户号", "交易时间"::date, ("金额" * 100)::bigint, "订单号")) '
                "from read_csv(?, types = {'金额': 'decimal(18,2)', '交易时间': 'timestamp'})",
                [str(path)],
            ).fetchone()
            or ()
        )


def until(true: Callable[[], Any], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.01)  # another process is at work; there is nothing else to wait on


def test_a_killed_import_is_as_if_it_had_not_been_and_the_next_one_is_whole(apart, tmp_path):
    path = tmp_path / "orders.csv"
    before = apart.facts()
    customers = apart.ask("select count(*) from customers_customer")
    wanted = orders(path, rows=120_000, month=3)

    # In the middle of reading.
    first = apart.start(path)
    until(lambda: any(apart.home.imports.glob("*/read/accepted.parquet")) and _grown(apart))
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert apart.facts() == before
    assert apart.ask("select count(*) from customers_customer") == customers

    # In the middle of the transaction: its customers are written, and it waits for its turn
    # to add facts, which this test has.
    given = Postgres(apart.home).connection(OWNER)
    with psycopg.connect(**given, autocommit=True) as db:  # type: ignore[arg-type]
        db.execute("select pg_advisory_lock(hashtext('facts:transactions'))")
        second = apart.start(path)
        waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        until(lambda: db.execute(waiting).fetchone() != (0,))
        second.send_signal(signal.SIGKILL)
        second.communicate()
        db.execute("select pg_advisory_unlock(hashtext('facts:transactions'))")
    until(lambda: apart.ask(waiting) == [(0,)])  # PostgreSQL has noticed the death
    assert apart.facts() == before
    assert apart.ask("select count(*) from customers_customer") == customers

    report = apart.run(path)

    assert (report["rows"], report["added"]) == (120_000, 120_000)
    count, total, digest = apart.facts()
    assert (count, total, digest) == (
        before[0] + wanted[0], before[1] + wanted[1], before[2] ^ wanted[2]
    )  # fmt: skip
    assert apart.ask("select count(*) from customers_customer") == [(501,)]
    states = apart.ask("select state, message from intake_import order by id")
    assert states == [
        ("done", ""), ("failed", "interrupted"), ("failed", "interrupted"), ("done", ""),
    ]  # fmt: skip

    again = apart.run(path)
    assert (again["added"], again["known"]) == (0, 120_000)
    assert apart.facts() == (count, total, digest)


def _one_row(folder: Path) -> Path:
    path = folder / "one.csv"
    path.write_text("客户号,交易时间,金额,订单号\nFIRST,2026-01-01,1,D0\n")
    return path


def _grown(apart: Apart) -> bool:
    """Tell whether an import that is under way has rows on disk."""
    found = apart.ask("select public_id from intake_import where state = 'loading'")
    paths = [apart.home.imports / key / "read/accepted.parquet" for (key,) in found]
    return any(path.exists() for path in paths)
