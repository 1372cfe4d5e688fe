"""Value everybody: RFM, ABC, lifecycle, expected purchases and lifetime value, with a
back-test on your own history.

As of a date in the past the answer is stored and not shown to everybody, unless
--publish is given; without --as-of the last day of your facts is taken and published.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime

HELP = "value every customer as of a date"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD")
    verb.add_argument("--publish", action="store_true", help="show a past date to everybody")
    verb.add_argument(
        "--quick",
        action="store_true",
        help="scores and tiers only: no churn, ranking, next product or forecast",
    )
    verb.add_argument("--json", action="store_true", help="print the whole answer as JSON")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    with boot.at_work(find(given.home)):
        from regulars.server.core import scope
        from regulars.server.core.audit import COMMAND_LINE
        from regulars.server.scoring import actions
        from regulars.server.tiers import actions as tiers

        at = datetime.now(UTC)
        done = actions.run_scoring(
            by=COMMAND_LINE,
            at=at,
            as_of=given.as_of,
            publish=given.publish or given.as_of is None,
            progress=_quiet if given.json else _say,
        )
        with scope.everything():
            tiers.assign(done, by=COMMAND_LINE, at=at)
        if not given.quick:
            actions.learn(done, by=COMMAND_LINE, at=at, progress=_quiet if given.json else _say)
        if given.json:
            print(json.dumps(done.result, ensure_ascii=False, indent=1))
        else:
            _tell(done.result)
    return 0


def _quiet(step: str) -> None:
    """JSON alone goes to standard output."""


def _say(step: str) -> None:
    print(f"  {step} ...", file=sys.stderr, flush=True)


def _tell(result: dict[str, object]) -> None:
    print(f"Run {result['run']} as of {result['as_of']}")
    print(f"  customers      {result['customers']:>16,}")
    print(f"  orders         {result['orders']:>16,}")
    print(f"  revenue        {result['revenue']:>16,.2f}   net of refunds and cancellations")
    print(
        f"  best 20 %      {result['top20_share']:>16.2%}   "
        f"of the value, gini {result['gini']:.3f}"
    )
    print(f"  bought again   {result['repeat_rate']:>16.2%}")
    quality = result["quality"]
    if isinstance(quality, dict) and quality.get("verdict"):
        print(f"  back-test      {quality['verdict']}")
