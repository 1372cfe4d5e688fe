"""Help among colleagues: cards that somebody else takes over, and what a day holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.care.actions import rows
from regulars.server.care.models import Capacity, Card
from regulars.server.care.queries.day import current_plan
from regulars.server.care.rules.policy import Policy
from regulars.server.core import actions as company
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Permission

LONGEST_HELP = 92  # days; whoever helps for longer is appointed as the book's backup
MOST_MINUTES = 960


class NothingToGive(Refused):
    """The cards were closed, or given to somebody, meanwhile."""


class NotTheirs(Refused):
    """A card goes only to somebody who may see its customer."""


class WrongHelp(BadInput):
    """A person, a number of days or a span that makes no sense."""


@transaction.atomic
def give(
    cards: Collection[int],
    book: Book,
    *,
    to: Person,
    by: Person,
    at: datetime,
    days: int | None = None,
) -> int:
    """Put open cards of a book on somebody's list; on its owner's list they go back.

    Who does not see the book is let in for `days` days, today among them; its customers
    close to them again afterwards, and what is left goes back to the owner.

    :raises WrongHelp: the person is not at work, or the days are none that help lasts.
    :raises NotTheirs: the person does not see the book, and no days were named.
    :raises NothingToGive: none of the cards is open any more.
    """
    _check(to)
    if to.pk != book.owner_id:
        _let_in(to, book, days, by=by, at=at)
    helper = None if to.pk == book.owner_id else to
    wanted = Card.objects.visible_to(by).filter(
        pk__in=list(cards), book=book, state=Card.State.OPEN, desk=Card.Desk.RM
    )
    found = list(wanted.exclude(helper=helper).select_for_update(of=("self",)))
    if not found:
        raise NothingToGive(
            _("These cards are closed or stand there already. Reload the page.")
        )
    people = {book.owner_id, to.pk, *(card.helper_id for card in found)} - {None}
    Card.objects.filter(pk__in=[card.pk for card in found]).update(helper=helper)
    audit.record(
        "care.cards.given", book, by=by, at=at,
        to=to.pk, cards=[card.pk for card in found], days=days,
    )  # fmt: skip
    _recut([each for each in people if each is not None], at)
    return len(found)


@transaction.atomic
def set_capacity(
    person: Person,
    *,
    first_on: date,
    last_on: date | None,
    minutes: int,
    reason: str,
    by: Person,
    at: datetime,
) -> Capacity:
    """Say how many minutes a day somebody has for cards in a span; 0 while away.

    What was said last counts. Today's list is cut anew.

    :raises WrongHelp: the span ends before it begins, or a day has no such minutes.
    """
    if last_on is not None and last_on < first_on:
        raise WrongHelp(_("The last day lies before the first one."))
    if not 0 <= minutes <= MOST_MINUTES:
        raise WrongHelp(
            _("A day has 0 to %(most)d minutes for cards, not %(given)d.")
            % {"most": MOST_MINUTES, "given": minutes}
        )
    made = Capacity.objects.create(
        person=person, first_on=first_on, last_on=last_on, minutes=minutes,
        reason=reason.strip(), set_by=by, set_at=at,
    )  # fmt: skip
    audit.record(
        "care.capacity.set", made, by=by, at=at,
        person=person.pk, first_on=str(first_on), last_on=str(last_on or ""), minutes=minutes,
    )  # fmt: skip
    _recut([person.pk], at)
    return made


def _check(to: Person) -> None:
    if not to.may(Permission.RECORD_CONTACT):
        raise WrongHelp(
            _("%(person)s is not at work with customers. Choose a colleague.") % {"person": to}
        )


def _let_in(to: Person, book: Book, days: int | None, *, by: Person, at: datetime) -> None:
    """Open the book to the helper, where they do not see it."""
    if days is not None and not 1 <= days <= LONGEST_HELP:
        raise WrongHelp(
            _("Help lasts 1 to %(most)d days. For longer, make them the book's backup.")
            % {"most": LONGEST_HELP}
        )
    if to.scope.everything or book.pk in to.scope.books:
        return
    if days is None:
        raise NotTheirs(
            _("%(person)s may not see these customers. Say for how many days they help.")
            % {"person": to}
        )
    last_on = core.local_date(at) + timedelta(days=days - 1)
    company.let_help(book, to, last_on=last_on, by=by, at=at)


def _recut(people: Collection[int], at: datetime) -> None:
    """Cut the lists of some people anew: their cards or their minutes changed."""
    made = current_plan(core.local_date(at))
    if made is None:
        return
    policy = Policy.of(core.settings_of_company())
    soon = core.work_calendar().add_workdays(made.day, policy.soon)
    with scope.beyond():  # a helper's own list counts whole, also where the giver sees less
        rows.cut(made.day, policy.minutes_a_day, soon=soon, people=people)
