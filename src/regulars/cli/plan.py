"""The morning run: every relationship manager's cards for a day, from the current scores.

The same day twice makes nothing twice.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime

HELP = "make everybody's list for a day"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--date", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD (today)"
    )
    verb.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    with boot.at_work(find(given.home)):
        from regulars.server.care import actions
        from regulars.server.core import queries, scope
        from regulars.server.core.audit import COMMAND_LINE

        at = datetime.now(UTC)
        with scope.everything():
            day = given.date or queries.local_date(at)
        made = actions.plan(day=day, by=COMMAND_LINE, at=at)
        answer = {"day": day.isoformat(), "seconds": made.seconds, **made.counts}
    if given.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for name, value in answer.items():
            print(f"  {name:<20} {value}")
    return 0
