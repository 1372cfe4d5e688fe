"""People who may sign in: list them, add one, give a new password.

The password is asked for, or read from the first line of standard input.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import UTC, datetime

HELP = "people who may sign in: add, list, password"
ROLES = (
    *("rm", "manager", "leader", "lobby_manager"),
    *("marketer", "analyst", "administrator", "auditor"),
)


def arguments(verb: argparse.ArgumentParser) -> None:
    what = verb.add_subparsers(dest="what", required=True, metavar="add|list|password")
    listing = what.add_parser("list", help="everybody, with role and branch")
    listing.add_argument("--json", action="store_true")
    adding = what.add_parser("add", help="add somebody")
    adding.add_argument("username")
    adding.add_argument("--name", required=True, help="as it is shown")
    adding.add_argument("--role", required=True, choices=ROLES)
    adding.add_argument("--branch", metavar="CODE", help="code of the branch (head office)")
    changing = what.add_parser("password", help="give somebody a new password")
    changing.add_argument("username")
    for one in (listing, adding, changing):
        # After the last word too, as with every other command.
        one.add_argument(
            "--home", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import find

    with boot.at_work(find(given.home)):
        return {"list": _list, "add": _add, "password": _password}[given.what](given)


def _list(given: argparse.Namespace) -> int:
    from regulars.server.core.models import Person

    people = Person.objects.select_related("org_unit").order_by("username")
    rows = [
        {
            "username": p.username,
            "name": p.name,
            "role": p.role,
            "branch": p.org_unit.code,
            "active": p.is_active,
        }
        for p in people
    ]
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            off = "" if row["active"] else "  (off)"
            print(f"{row['username']:<24}{row['role']:<16}{row['branch']:<8}{row['name']}{off}")
    return 0


def _add(given: argparse.Namespace) -> int:
    from regulars.base.errors import BadInput
    from regulars.server.core import actions
    from regulars.server.core.audit import COMMAND_LINE
    from regulars.server.core.models import OrgUnit

    units = OrgUnit.objects.all()
    unit = (
        units.filter(code=given.branch).first()
        if given.branch
        else units.filter(kind=OrgUnit.Kind.HEAD_OFFICE).first()
    )
    if unit is None:
        known = ", ".join(units.values_list("code", flat=True)[:20]) or "none yet"
        raise BadInput(f"There is no branch {given.branch or ''!r}. Known codes: {known}.")
    actions.add_person(
        username=given.username,
        name=given.name,
        role=given.role,
        org_unit=unit,
        password=_ask(),
        by=COMMAND_LINE,
        at=datetime.now(UTC),
    )
    print(f"Added {given.username} as {given.role} of {unit.code}.")
    return 0


def _password(given: argparse.Namespace) -> int:
    from regulars.base.errors import BadInput
    from regulars.server.core import actions
    from regulars.server.core.audit import COMMAND_LINE
    from regulars.server.core.models import Person

    person = Person.objects.filter(username__iexact=given.username).first()
    if person is None:
        raise BadInput(f"There is nobody with the user name {given.username!r}.")
    actions.set_password(person, _ask(), by=COMMAND_LINE, at=datetime.now(UTC))
    print(f"{person.username} has a new password.")
    return 0


def _ask() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
