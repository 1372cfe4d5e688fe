"""Who leads what: the people, the levels they look after, and what is done for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from regulars.server.books.queries.holding import books
from regulars.server.care.queries import catalogue
from regulars.server.care.rules import Trigger
from regulars.server.care.rules.shape import Pack
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role
from regulars.server.customers.models import Customer
from regulars.server.standards import queries as standards
from regulars.server.standards.queries import ServiceStandard
from regulars.server.standards.rules import PERSON, Standard
from regulars.server.tiers.models import Assignment, Scheme, SchemeVersion

NONE = 0  # customers without a tier


@dataclass(frozen=True)
class Member:
    """Somebody with customers: how many as owner, how many of each level, and stand-ins."""

    person: Person
    books: tuple[Book, ...]
    stands_in: tuple[Book, ...]
    customers: int
    levels: tuple[int, ...]  # in the order of `Duties.levels`


@dataclass(frozen=True)
class Rung:
    """One tier: who leads it by the scheme, how it is looked after, and who has nobody."""

    scheme: Scheme
    code: str
    name: str
    name_en: str
    level: int
    lead: str
    standard: Standard
    customers: int
    without: int  # who should have somebody by the scheme, and has nobody
    lower: int = 0  # who has somebody, and nobody of the rank that the scheme names


@dataclass(frozen=True)
class Work:
    """One kind of work that comes by itself, and within how many working days."""

    trigger: Trigger
    deadline: int
    is_off: bool


@dataclass(frozen=True)
class Duties:
    """Members, levels and contents, as far as the viewer sees; every customer stands once.

    `led + remote + without == customers`: those in somebody's book; those whom nobody holds
    because the scheme leaves their tier to the remote team; those who lack somebody.
    """

    members: tuple[Member, ...]
    levels: tuple[int, ...]
    rungs: tuple[Rung, ...]
    works: tuple[Work, ...]
    customers: int
    led: int
    remote: int
    without: int


# Ranks that a tier scheme may ask for; whoever else holds a book counts as none of them.
RANKS = {str(Role.MANAGER): 1, str(Role.LEADER): 2}


def ranks_of_books() -> dict[int, int]:
    """The highest rank among the owner and the backup of each book."""
    found: dict[int, int] = {}
    for book in Book.objects.select_related("owner", "backup").order_by("pk"):
        holders = [each for each in (book.owner, book.backup) if each and each.is_active]
        found[book.pk] = max((RANKS.get(each.role, 0) for each in holders), default=0)
    return found


def led_lower(viewer: Person, of: str) -> QuerySet[Assignment]:
    """Customers of a tier ("scheme:tier") in hands below the rank that leads it."""
    scheme, _colon, code = of.partition(":")
    version = SchemeVersion.objects.leading().filter(scheme__code=scheme).first()
    tiers = version.tiers if version else []
    lead = next((tier.get("lead", "") for tier in tiers if tier["code"] == code), "")
    below = [book for book, rank in ranks_of_books().items() if rank < RANKS.get(lead, 0)]
    found = Assignment.objects.standing().filter(
        scheme__code=scheme, tier=code, customer__book__in=below,
        customer__in=Customer.objects.visible_to(viewer), customer__book__owner__is_active=True,
    )  # fmt: skip
    ordered = found.select_related(
        "customer__book__org_unit", "customer__book__owner", "scheme"
    )
    return ordered.order_by("-value", "customer")


def duties(viewer: Person, *, on: date) -> Duties:
    """Who leads whom, by what standard, with which work."""
    known = catalogue()
    held = list(books(viewer))
    by_book = _by_book(viewer)
    at_work = {each.pk for each in held if each.owner is not None and each.owner.is_active}
    counts = {book: sum(levels.values()) for book, levels in by_book.items()}
    shown = tuple(sorted({n for levels in by_book.values() for n in levels}, reverse=True))
    led = sum(n for book, n in counts.items() if book in at_work)
    total = sum(counts.values())
    rungs = _rungs(viewer, standards.in_force(on), at_work)
    without = sum(each.without for each in rungs)
    return Duties(
        members=_members(held, by_book, shown),
        levels=shown,
        rungs=rungs,
        works=tuple(
            Work(t, t.deadline, t.code in known.policy.off | known.idle)
            for t in known.values()
            if t.pack == Pack.OWN or t.pack in known.policy.packs
        ),
        customers=total,
        led=led,
        remote=total - led - without,
        without=without,
    )


def _by_book(viewer: Person) -> dict[int, Counter[int]]:
    """Customers of each book by their level; those without a tier under NONE."""
    seen = Customer.objects.visible_to(viewer)
    ranked = Assignment.objects.standing().filter(customer__in=seen).order_by()
    found: dict[int, Counter[int]] = {}
    rows = ranked.values_list("customer__book", "level").annotate(n=Count("customer"))
    for book, level, n in rows:
        found.setdefault(book, Counter())[level] += n
    for book, n in seen.order_by().values_list("book").annotate(n=Count("pk")):
        known = found.setdefault(book, Counter())
        rest = n - sum(known.values())
        if rest > 0:
            known[NONE] += rest
    return found


def _members(
    held: list[Book], by_book: dict[int, Counter[int]], shown: tuple[int, ...]
) -> tuple[Member, ...]:
    people: dict[int, Person] = {}
    own: dict[int, list[Book]] = {}
    backs: dict[int, list[Book]] = {}
    for book in held:
        for person, of in ((book.owner, own), (book.backup, backs)):
            if person is not None and person.is_active:
                people[person.pk] = person
                of.setdefault(person.pk, []).append(book)
    found = []
    for key, person in people.items():
        levels: Counter[int] = Counter()
        for book in own.get(key, ()):
            levels.update(by_book.get(book.pk, Counter()))
        found.append(
            Member(
                person, tuple(own.get(key, ())), tuple(backs.get(key, ())),
                sum(levels.values()), tuple(levels[n] for n in shown),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda m: (-m.customers, m.person.username)))


def _rungs(viewer: Person, held: ServiceStandard, at_work: set[int]) -> tuple[Rung, ...]:
    seen = Customer.objects.visible_to(viewer)
    rows = Assignment.objects.standing().filter(customer__in=seen).order_by()
    counted: Counter[tuple[int, str]] = Counter()
    lost: Counter[tuple[int, str]] = Counter()
    each = rows.values_list("scheme", "tier", "customer__book").annotate(n=Count("customer"))
    ranks = ranks_of_books()
    by_book: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for scheme, tier, book, n in each:
        by_book.setdefault((scheme, tier), []).append((book, n))
        counted[scheme, tier] += n
        lost[scheme, tier] += 0 if book in at_work else n
    active = SchemeVersion.objects.leading()
    return tuple(
        Rung(
            version.scheme, tier["code"], tier["name"], tier.get("name_en", ""), tier["level"],
            tier.get("lead", ""), _standard(held, version.scheme, tier["level"]),
            counted[version.scheme_id, tier["code"]],
            lost[version.scheme_id, tier["code"]] if tier.get("lead") else 0,
            sum(
                n
                for book, n in by_book.get((version.scheme_id, tier["code"]), ())
                if book in at_work and ranks.get(book, 0) < RANKS.get(tier.get("lead", ""), 0)
            ),
        )
        for version in active.order_by("scheme_id")
        for tier in version.tiers
    )  # fmt: skip


def _standard(held: ServiceStandard, scheme: Scheme, level: int) -> Standard:
    return held.standard(level, kind=scheme.customer_kind or PERSON)
