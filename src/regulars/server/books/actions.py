"""Every change of who looks after whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.alerts import actions as alerts
from regulars.server.books import queries, rules
from regulars.server.books.models import Handover
from regulars.server.books.rules import Split
from regulars.server.care import actions as care
from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core import queries as company
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.promises import actions as promises


class NotInThePool(Refused):
    """Somebody claimed the customer before, or it never was in the pool."""


class Moved(Refused):
    """The customer went to another book meanwhile."""


class NoBookYet(Refused):
    """Who has no book cannot claim into one."""


class EnoughToday(Refused):
    """So many claims are enough for a day."""


class NobodyToTakeOver(BadInput):
    """A hand-over needs somebody at work who takes the customers."""


class NobodyToHandOver(Refused):
    """The book is empty: somebody handed it over before."""


@transaction.atomic
def claim(public_id: str, *, by: Person, at: datetime) -> Customer:
    """Take a customer out of the branch's pool into one's own book.

    :raises NotInThePool: somebody was quicker.
    :raises NoBookYet: the person owns no book.
    :raises EnoughToday: the day's claims are used up.
    """
    # Held, so that two claims of one person at once are counted one after the other.
    book = queries.own_books(by).select_for_update(of=("self",), no_key=True).first()
    if book is None:
        raise NoBookYet(_("You have no book yet. Ask your branch manager for one."))
    _refuse_too_many(by, at)
    with scope.beyond():
        found = queries.free(by).select_for_update(of=("self",)).filter(public_id=public_id)
        customer = found.first()
        if customer is None:
            raise NotInThePool(_("Somebody else has claimed this customer. Choose another."))
        _move([customer.pk], book, by=by, at=at)
        audit.record("books.customer.claimed", customer, by=by, at=at, book=book.pk)
    return Customer.objects.get(pk=customer.pk)


@transaction.atomic
def release(customer: Customer, *, reason: str, by: Actor, at: datetime) -> Book:
    """Give a customer back to the pool of the book's branch.

    :raises BadInput: no reason was given.
    :raises Moved: somebody else has the customer by now.
    """
    if not reason.strip():
        raise BadInput(_("Say why the customer goes back to the pool."))
    pool = Book.objects.filter(org_unit=customer.book.org_unit, owner__isnull=True)
    into = pool.order_by("code").first()
    if into is None:
        raise BadInput(_("This branch has no pool. Ask an administrator to open one."))
    with scope.beyond():
        if not _move([customer.pk], into, out_of=customer.book, by=by, at=at):
            raise Moved(_("The customer went to another book meanwhile. Reload the page."))
        audit.record("books.customer.released", customer, by=by, at=at, reason=reason)
    return into


@transaction.atomic
def give(ids: Collection[int], book: Book, *, by: Actor, at: datetime) -> int:
    """Give customers to a book; their open cards go along."""
    with scope.beyond():
        moved = _move(ids, book, by=by, at=at)
        audit.record("books.customers.given", book, by=by, at=at, customers=moved)
    return moved


@transaction.atomic
def change_book(
    book: Book,
    *,
    name: str,
    name_en: str,
    owner: Person | None,
    backup: Person | None,
    by: Actor,
    at: datetime,
) -> Book:
    """Give a book other names, another owner or backup: what its page offers at once.

    :raises BadInput: the backup is the owner.
    """
    found = core.rename_book(book, name=name, name_en=name_en, by=by, at=at)
    appoint(found, owner=owner, backup=backup, by=by, at=at)
    return found


@transaction.atomic
def appoint(
    book: Book, *, owner: Person | None, backup: Person | None, by: Actor, at: datetime
) -> None:
    """Give a book another owner or backup; both are kept in the history of owners.

    :raises BadInput: the backup is the owner.
    """
    if owner is not None and owner == backup:
        raise BadInput(_("The backup must be somebody else than the owner."))
    core.assign_book(book, owner=owner, backup=backup, by=by, at=at)
    with scope.beyond():
        alerts.follow_book(book, by=by, at=at)
        promises.follow_book(book, by=by, at=at)


@transaction.atomic
def hand_over(
    book: Book,
    split: Split,
    *,
    note: str,
    greets: bool,
    by: Actor,
    at: datetime,
    message: str = "",
) -> Handover:
    """Give the customers of a book to others: notes, promises and dates stay with each.

    Where all go to one book of the same owner-less kind, use `appoint` instead: the book
    itself then changes hands. A `message` is what each successor tells the customers in
    introducing themselves; {name} in it is the customer's name.

    :raises NobodyToTakeOver: a book that takes over has nobody at work, or is the same.
    """
    into = _taking(book, split)
    with scope.beyond():
        customers.lock_book(book.pk)
        counted = queries.levels(book)
        if not counted:
            raise NobodyToHandOver(_("Nobody is in this book any more. Reload the page."))
        shares = rules.shares(counted, split)
        for key, ids in sorted(shares.items()):
            _move(ids, into[key], by=by, at=at)
            if greets:
                _ask_to_greet(ids, into[key], book, message=message, by=by, at=at)
    made = Handover.objects.create(
        book=book,
        leaver=book.owner,
        note=note,
        greets=greets,
        message=message if greets else "",
        shares=[
            {"book": key, "person": into[key].owner_id, "customers": len(ids)}
            for key, ids in sorted(shares.items())
        ],
        counts={"customers": len(counted)},
        made_at=at,
        made_by=by if isinstance(by, Person) else None,
    )
    audit.record("books.book.handed_over", made, by=by, at=at, shares=made.shares)
    return made


def _taking(book: Book, split: Split) -> dict[int, Book]:
    wanted = {split.rest, *split.by_level.values()}
    found = {
        each.pk: each
        for each in Book.objects.filter(pk__in=wanted, owner__is_active=True).exclude(
            pk=book.pk
        )
    }
    if set(found) != wanted:
        raise NobodyToTakeOver(
            _("Choose for every share a book of somebody who is at work here.")
        )
    return found


def _move(
    ids: Collection[int], book: Book, *, by: Actor, at: datetime, out_of: Book | None = None
) -> int:
    moved = customers.move_many(ids, book, out_of=out_of, by=by, at=at)
    care.follow_customers(ids, book, at=at)
    alerts.follow_customers(ids, by=by, at=at)
    promises.follow_customers(ids, by=by, at=at)
    return moved


def greets_by(at: datetime) -> date:
    """The day by which a successor has introduced themselves."""
    return company.work_calendar().add_workdays(company.local_date(at), 5)


def _ask_to_greet(
    ids: Collection[int],
    book: Book,
    before: Book,
    *,
    message: str,
    by: Actor,
    at: datetime,
) -> None:
    told = _("Taken over from %(name)s") % {"name": before.owner or before.name}
    customers.ask_for_action(
        ids,
        note=told,
        action=_("Introduce yourself"),
        due_on=greets_by(at),
        owner=book.owner,
        words=message,
        by=by,
        at=at,
    )


def _refuse_too_many(person: Person, at: datetime) -> None:
    most = int(company.settings_of_company().get("claims_a_day", rules.CLAIMS_A_DAY))
    zone = company.time_zone()
    start = datetime.combine(at.astimezone(zone).date(), time.min, zone)
    if queries.claimed_since(person, start) >= most:
        told = _("You have claimed %(most)d customers today. Go on tomorrow.")
        raise EnoughToday(told % {"most": most})
