"""Bring the database to this version. `serve` does it by itself."""

from __future__ import annotations

import argparse

HELP = "bring the database to this version"


def arguments(verb: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    with boot.at_work(find(given.home), role=boot.OWNER):
        from regulars.server.site import database, versions

        database.prepare()
        find(given.home).note(schema=versions.fingerprint())
    print("The database is at this version.")
    return 0
