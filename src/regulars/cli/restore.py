"""Make a home from a backup file. The home must not exist yet, or be empty."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "make a home from a backup file"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", type=Path, metavar="FILE", help="a file that `backup` wrote")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import archive
    from regulars.server.site.home import find

    home = find(given.home)
    archive.restore(home, given.file)
    print(f"{home.root} is back. Start it with `regulars serve --home {home.root}`.")
    return 0
