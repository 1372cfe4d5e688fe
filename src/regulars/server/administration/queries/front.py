"""Reads of the front door. Its visitor is a stranger, so nothing here takes a viewer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from regulars.server.administration import rules
from regulars.server.administration.models import SignInFailure
from regulars.server.care.models import Card
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.core.rules import NOBODY, Role
from regulars.server.customers.models import Customer
from regulars.server.web import navigation

REQUESTS, REQUEST, ANSWER = "requests", "own-home.json", "own-home.done.json"


@dataclass(frozen=True)
class Entry:
    """One of the demo's people, and what waits for them."""

    person: Person
    customers: int
    cards: int
    team: int = 0


@dataclass(frozen=True)
class Glance:
    """How large the company is."""

    customers: int
    people: int
    branches: int


@dataclass(frozen=True)
class OwnHome:
    """What the supervisor answered, if it did."""

    address: str = ""
    problem: str = ""


def is_demo() -> bool:
    """Tell whether both the folder and the company in it say that this is the demo."""
    company = core.company()
    return bool(settings.IS_DEMO and company and company.is_demo)


def needs_set_up() -> bool:
    return not Person.objects.exists() or core.company() is None


def set_up_token() -> str:
    """The secret part of the set-up link; whoever started the system can read it."""
    return str(settings.HOME.secret("set-up"))


def failures(key: str, *, since: datetime) -> int:
    return SignInFailure.objects.filter(key=key, failed_at__gt=since).count()


def home_url(viewer: Person) -> str:
    """Return where a person begins: the role's page, else the first page open to them."""
    pages = sorted(navigation.registry.pages.values(), key=lambda page: (page.order, page.key))
    mine = [
        page.url_name
        for page in pages
        if (not page.permission or viewer.may(page.permission))
        and (not page.roles or viewer.role in page.roles)
    ]
    wanted = [name for name in rules.BEGINNINGS.get(viewer.role, ()) if name in mine]
    found = (_reversed(name) for name in [*wanted, *mine])
    return next((address for address in found if address not in {"", "/"}), "")


def demo_entries(*, today: date) -> list[Entry]:
    """For each role of the front page, the person with the most open cards."""
    with _system():
        customers = _by_book(Customer.objects.all())
        cards = _by_book(Card.objects.waiting(today))
    people = Person.objects.filter(is_active=True, role__in=rules.DEMO_ROLES)
    books = list(Book.objects.select_related("org_unit").order_by("pk"))
    found: dict[str, list[Entry]] = {role: [] for role in rules.DEMO_ROLES}
    for person in people.select_related("org_unit").order_by("username"):
        held = [book for book in books if _holds(person, book)]
        found[person.role].append(
            Entry(
                person=person,
                customers=sum(customers.get(book.pk, 0) for book in held),
                cards=sum(cards.get(book.pk, 0) for book in held),
                team=len({book.owner_id for book in held if book.owner_id}),
            )
        )
    return [max(some, key=lambda e: (e.cards, e.customers)) for some in found.values() if some]


def glance() -> Glance:
    with _system():
        customers = Customer.objects.count()
    return Glance(
        customers=customers,
        people=Person.objects.filter(is_active=True).count(),
        branches=OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).count(),
    )


def own_home(root: Path) -> OwnHome | None:
    """Read the supervisor's answer; None while there is none."""
    path = root / REQUESTS / ANSWER
    try:
        answer = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    address = str(answer.get("address", ""))
    safe = address.startswith(("http://", "https://"))
    return OwnHome(address=address if safe else "", problem=str(answer.get("problem", "")))


def own_home_runs(root: Path) -> bool:
    """Tell whether the answer is younger than the demo's own start, which notes itself."""
    try:
        answered = (root / REQUESTS / ANSWER).stat().st_mtime
        return answered >= (root / "home.json").stat().st_mtime
    except FileNotFoundError:
        return False


def _holds(person: Person, book: Book) -> bool:
    if person.role == Role.RM:
        return book.owner_id == person.pk
    if person.role == Role.MANAGER:
        return book.org_unit.path.startswith(person.org_unit.path)
    return True


def _by_book(rows: object) -> dict[int, int]:
    counted = rows.order_by().values_list("book").annotate(n=Count("pk"))  # type: ignore[attr-defined]  # any QuerySet with a book
    return dict(counted)


def _reversed(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@contextmanager
def _system() -> Iterator[None]:
    """Count over the wall, then shut it again: the request's transaction goes on."""
    with scope.everything():
        yield
    scope.set_scope(NOBODY)
