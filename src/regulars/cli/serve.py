"""Serve a home: pages, jobs and the embedded PostgreSQL under one supervisor.

A home that does not exist is made, empty; the set-up link is printed here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "serve a home in the browser (makes an empty one if there is none)"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    verb.add_argument("--port", type=int, default=8000, help="first port to try (8000)")
    # The demo's supervisor asks to be told where the second home is.
    verb.add_argument("--told", type=Path, help=argparse.SUPPRESS)


def run(given: argparse.Namespace) -> int:
    from regulars.server.site.home import OWN, find
    from regulars.server.site.supervisor import Supervisor

    home = find(given.home)
    home.create(OWN)
    Supervisor(home, host=given.host, port=given.port, told=given.told, say=_say).serve()
    return 0


def _say(text: str) -> None:
    print(text, flush=True)
