"""How long does another system wait for a batch of 100 rows, over HTTP, from a running server?

Serves a home of customers, then sends customers and transactions one batch after another
and reads pages of changed customers. Prints the median, the slowest twentieth, and each as
so many times of the yardstick: an answer of the same server that does nothing.

    python -m benchmarks api [--customers 20000] [--batches 40]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import intake

PORT, ROWS = 8793, 100
GIVE_UP = 120  # seconds until the server answers


def main(arguments: list[str] | None = None) -> None:
    """Fill, serve, send, print."""
    parser = argparse.ArgumentParser(prog="benchmarks api", description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--batches", type=int, default=40)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as root, intake.home(Path(root)):
        intake.places()
        path = intake.written(Path(root) / "customers.csv", asked.customers)
        intake.measure("loaded", path, day=0, statements=False)
        token = key()
        with serving(Path(root) / "home"):
            send(token, customers=asked.customers, batches=asked.batches)


def key() -> str:
    """A key that may do everything, as often as it likes."""
    from django.utils import timezone

    from regulars.server.core import scope
    from regulars.server.core.audit import COMMAND_LINE as by
    from regulars.server.core.keys import actions as keys
    from regulars.server.core.rights import Right

    with scope.everything():
        _key, token = keys.make_key(
            name="bench", rights=set(Right), per_minute=60_000, by=by, at=timezone.now()
        )
        return token


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Run the server on the home until the block ends."""
    program = [sys.executable, "-W", "ignore", "-m", "regulars", "serve"]
    server = subprocess.Popen(
        [*program, "--home", str(home), "--port", str(PORT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        began = time.monotonic()
        while not alive():
            if time.monotonic() - began > GIVE_UP or server.poll() is not None:
                raise SystemExit("The server did not begin to answer.")
            time.sleep(0.5)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def alive() -> bool:
    try:
        return ask("GET", "/healthz", "", None)[0] == 200
    except OSError:
        return False


def ask(method: str, path: str, token: str, body: Any) -> tuple[int, bytes]:
    """Ask once, over a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    line.request(method, path, json.dumps(body) if body else None, headers)
    answer = line.getresponse()
    return answer.status, answer.read()


def send(token: str, *, customers: int, batches: int) -> None:
    """Send the batches, each kind after its yardstick, and print."""

    def people(n: int) -> Any:
        rows = [
            {"number": f"{(n * 137 + i * 7919) % customers:08}", "phone": f"139{n:04}{i:04}"}
            for i in range(ROWS)
        ]
        return ask("POST", "/api/v1/customers", token, {"rows": rows})

    def facts(n: int) -> Any:
        rows = [
            {
                "customer_id": f"{(n * 137 + i * 7919) % customers:08}",
                "occurred_at": "2026-11-20T10:00:00+08:00",
                "amount": 12.5,
                "external_id": f"x{n}-{i}",
            }
            for i in range(ROWS)
        ]
        return ask("POST", "/api/v1/facts", token, {"kind": "transactions", "rows": rows})

    def changed(n: int) -> Any:
        path = "/api/v1/customers?updated_since=2026-01-01T00:00:00Z&limit=100"
        return ask("GET", path, token, None)

    def nothing(n: int) -> Any:
        return ask("GET", "/healthz", "", None)

    yard = times(nothing, batches)[batches // 2]
    for name, work in (("customers", people), ("facts", facts), ("changed", changed)):
        spent = times(work, batches)
        middle, late = spent[batches // 2], spent[batches * 19 // 20]
        print(
            f"{name:10} median {middle:6.0f} ms ({middle / yard:.0f} x nothing), "
            f"95 of 100 within {late:6.0f} ms",
            flush=True,
        )


def times(work: Callable[[int], tuple[int, bytes]], batches: int) -> list[float]:
    """Milliseconds of each call, sorted; the first two do not count."""
    spent = []
    for n in range(batches + 2):
        began = time.perf_counter()
        code, said = work(n)
        if code != 200:
            raise SystemExit(f"{code}: {said[:300]!r}")
        spent.append(1000 * (time.perf_counter() - began))
    return sorted(spent[2:])
