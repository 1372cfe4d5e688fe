"""Write customers, scores or tiers into a file: CSV, XLSX or Parquet by its ending.

Numbers and ids of customers are text, cells that could run as formulas are made harmless,
and the export stands in the audit trail.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

HELP = "write customers, scores or tiers into a file"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("what", choices=["customers", "scores", "tiers"])
    verb.add_argument("--to", type=Path, required=True, metavar="FILE.csv|xlsx|parquet")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    with boot.at_work(find(given.home)):
        from regulars.server.core import scope
        from regulars.server.core.audit import COMMAND_LINE
        from regulars.server.site import exports

        with scope.everything():
            rows = exports.write(given.what, given.to, by=COMMAND_LINE, at=datetime.now(UTC))
    print(f"{given.to}: {rows:,} rows.")
    return 0
