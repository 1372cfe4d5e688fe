"""Signing in, entering the demo, setting up a company, asking for a home of one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction

from regulars.base.calendar import chinese_holidays
from regulars.base.errors import Refused
from regulars.server.administration import queries, rules
from regulars.server.administration.models import SignInFailure
from regulars.server.care import actions as care
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import System
from regulars.server.core.models import OrgUnit, Person

FRONT_DOOR = System("front-door")
SET_UP = System("set-up")


class TooManyFailures(Refused):
    """Too many wrong passwords from one address for one name."""


class AlreadySetUp(Refused):
    """The company exists and has people."""


@dataclass(frozen=True)
class NewCompany:
    """What the set-up page asks for."""

    name: str
    kind: str
    language: str
    time_zone: str
    person: str
    username: str
    password: str


@transaction.atomic
def sign_in(username: str, password: str, *, address: str, at: datetime) -> Person | None:
    """Return whose name and password these are; a wrong pair is counted.

    :raises TooManyFailures: this address tried that name too often.
    """
    key = rules.failure_key(username, address)
    _one_at_a_time(key)
    if queries.failures(key, since=at - rules.WINDOW) >= rules.MOST_FAILURES:
        raise TooManyFailures("Too many wrong passwords. Wait a quarter of an hour.")
    person = authenticate(username=username, password=password)
    if not isinstance(person, Person):
        SignInFailure.objects.create(key=key, failed_at=at)
        SignInFailure.objects.filter(failed_at__lt=at - timedelta(days=1)).delete()
        return None
    SignInFailure.objects.filter(key=key).delete()
    audit.record("administration.signed_in", person, by=person, at=at)
    return person


@transaction.atomic
def enter_demo(person: Person, *, language: str, at: datetime) -> None:
    """Become one of the invented people, in the language the front page was read in."""
    if person.language and person.language != language:
        core.change_person(person, language=language, by=person, at=at)
    audit.record("administration.demo_entered", person, by=FRONT_DOOR, at=at)


@transaction.atomic
def set_up(wanted: NewCompany, *, at: datetime) -> Person:
    """Make the company with a first branch, its pool, its calendar and its administrator.

    :raises AlreadySetUp: somebody was faster.
    :raises WeakPassword: the password is too easy to guess.
    """
    _one_at_a_time("administration.set_up")
    if not queries.needs_set_up():
        raise AlreadySetUp("The company was set up already. Sign in instead.")
    kind, trades = rules.TRADES[wanted.kind]
    core.set_up_company(
        name=wanted.name, kind=kind, time_zone=wanted.time_zone, by=SET_UP, at=at
    )
    if trades:
        care.choose_packs(trades, by=SET_UP, at=at)
    head = OrgUnit.objects.get(code="HQ")
    administrator = core.add_person(
        username=wanted.username,
        name=wanted.person,
        role="administrator",
        org_unit=head,
        password=wanted.password,
        by=SET_UP,
        at=at,
    )
    core.change_person(administrator, language=wanted.language, by=SET_UP, at=at)
    _first_branch(head, english=wanted.language == "en", at=at)
    year = at.year
    days = chinese_holidays([year - 1, year, year + 1])
    core.load_calendar(days, by=SET_UP, at=at)
    # The supervisor prints the link at each start until the folder says this.
    transaction.on_commit(lambda: settings.HOME.note(set_up="done"))
    return administrator


def ask_for_own_home(root: Path, *, language: str, again: bool, at: datetime) -> None:
    """Leave a note for the supervisor, which starts a second, empty home.

    One that was started since the last start of the demo still runs, so its answer
    stays, unless somebody wants it started `again`.
    """
    if not again and queries.own_home_runs(root):
        return
    folder = root / queries.REQUESTS
    folder.mkdir(exist_ok=True)
    (folder / queries.ANSWER).unlink(missing_ok=True)
    note = {"asked_at": at.isoformat(), "language": language}
    scratch = folder / f"{queries.REQUEST}.new"
    scratch.write_text(json.dumps(note), "utf-8")
    scratch.replace(folder / queries.REQUEST)
    audit.record("administration.own_home_asked", "home", by=FRONT_DOOR, at=at)


def _first_branch(head: OrgUnit, *, english: bool, at: datetime) -> None:
    """Customers need a book to lie in before anybody thinks about branches."""
    branch = core.add_org_unit(
        code="B01",
        name="Main branch" if english else "营业部",
        name_en="Main branch",
        parent=head,
        by=SET_UP,
        at=at,
    )
    name = "Pool" if english else "公共池"
    core.add_book(code="POOL", name=name, name_en="Pool", org_unit=branch, by=SET_UP, at=at)


def _one_at_a_time(name: str) -> None:
    """Wait for whoever does the same thing now; released with the transaction."""
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
