"""Check a home: database, wall, fact files, scores, jobs, disk. Exit code 1 if one is ill."""

from __future__ import annotations

import argparse

HELP = "check that the home is healthy, and say what to do"


def arguments(verb: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    home = find(given.home)
    with boot.at_work(home):
        from regulars.server.site import state

        findings = state.examine(home)
    for finding in findings:
        print(f"  {'ok ' if finding.healthy else 'ILL'}  {finding.name:<12} {finding.says}")
    return 0 if all(finding.healthy for finding in findings) else 1
