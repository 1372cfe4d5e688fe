"""Reads the command line, runs one verb, turns errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import NoReturn

from regulars import __version__
from regulars.base.errors import BadInput, Outside, Refused, RegularsError, Unsupported

# In the order in which somebody needs them; each is a file beside this one.
VERBS = (
    "demo",
    "serve",
    "import_",
    "score",
    "plan",
    "export",
    "status",
    "doctor",
    "backup",
    "restore",
    "users",
    "migrate",
)
EXIT = {BadInput: 2, Refused: 3, Unsupported: 4, Outside: 5}
STORY = """
A first hour:
  regulars demo                         a living demo company in the browser
  regulars serve                        your own, empty home: set it up in the browser
  regulars import clients.xlsx --as customers
  regulars import orders.csv --as transactions --dry-run
  regulars score                        who is valuable, who is slipping
  regulars plan                         what everybody should do today

A home is one folder with everything of a company (default ./regulars-home).
DATABASE_URL uses a PostgreSQL of your own (17 or newer) instead of the embedded one.
"""


def parser() -> argparse.ArgumentParser:
    """Build the whole command line."""
    top = argparse.ArgumentParser(
        prog="regulars",
        description="Look after the customers you already have: "
        "who is valuable, who is slipping, what to do today.",
        epilog=STORY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"regulars {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home",
        metavar="DIR",
        default=None,
        help="the home folder (default: REGULARS_HOME, else ./regulars-home)",
    )
    top.add_argument("--home", metavar="DIR", dest="home_first", help=argparse.SUPPRESS)
    verbs = top.add_subparsers(title="commands", metavar="COMMAND", dest="verb")
    for name in VERBS:
        module = importlib.import_module(f"regulars.cli.{name}")
        verb = verbs.add_parser(
            name.rstrip("_"),
            parents=[common],
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(verb)
        verb.set_defaults(run=module.run)
    return top


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; the exit code tells the family of an error."""
    top = parser()
    given = top.parse_args(arguments)
    if given.verb is None:
        top.print_help()
        sys.exit(0)
    given.home = given.home or given.home_first
    try:
        sys.exit(given.run(given) or 0)
    except RegularsError as error:
        print(f"regulars: {error}", file=sys.stderr)
        sys.exit(next((code for family, code in EXIT.items() if isinstance(error, family)), 1))
    except KeyboardInterrupt:
        print("regulars: stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
