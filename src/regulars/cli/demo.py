"""A living demo company: made if there is none, then served.

The people are invented, the company's truth is known, its phones reach nobody. Open the
printed address and enter with one click as a relationship manager, a branch manager, a
leader, a marketer, an analyst or an administrator.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HELP = "make a demo company if there is none, and serve it"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--company", choices=["bank", "retail"], default="bank")
    verb.add_argument("--customers", type=_count, default=20_000, metavar="N")
    verb.add_argument("--seed", type=int, default=1, metavar="N")
    verb.add_argument("--no-serve", action="store_true", help="make it only")
    verb.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    verb.add_argument("--port", type=int, default=8000, help="first port to try (8000)")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site.home import DEMO, find
    from regulars.server.site.supervisor import Supervisor

    home = find(given.home)
    steps = Steps()
    if home.read().get("demo") != "ready":
        make(given, steps)
    elif home.kind == DEMO:
        steps("Found the demo as you left it")
    if given.no_serve:
        print(f"The demo is ready in {home.root}.")
        return 0
    steps("Starting")
    Supervisor(
        home, host=given.host, port=given.port, say=lambda t: print(t, flush=True)
    ).serve()
    return 0


def make(given: argparse.Namespace, steps: Steps) -> None:
    """Make the demo home, or make it again where an earlier try was cut off."""
    import shutil

    from regulars.base.errors import Refused
    from regulars.server.site import boot
    from regulars.server.site.home import DEMO, find
    from regulars.server.site.postgres import Postgres

    home = find(given.home)
    if home.exists and home.kind != DEMO:
        raise Refused(
            f"{home.root} is a home of your own; the demo never touches it. "
            "Choose another folder with --home."
        )
    if home.exists and home.read().get("demo") != "ready":
        steps("An earlier try was cut off: beginning again")
        if boot.is_embedded():
            Postgres(home).stop()
        shutil.rmtree(home.root)
    home.create(DEMO)
    steps("Preparing PostgreSQL")
    at = datetime.now(UTC)
    with boot.at_work(home):
        from regulars.server.site import demo

        demo.fill(
            kind=given.company,
            customers=given.customers,
            seed=given.seed,
            today=at.astimezone(ZoneInfo("Asia/Shanghai")).date(),
            at=at,
            progress=steps,
        )
        home.note(demo="ready", company=given.company)
    steps("The company is ready")


class Steps:
    """Prints each step with the seconds since the start."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self, step: str) -> None:
        print(f"  {time.monotonic() - self.began:6.1f} s  {step}", flush=True)
        sys.stdout.flush()


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if not 500 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError("a demo company has 500 to 10,000,000 customers")
    return number
