"""What is counted before somebody asks: of every book, by the statements of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from regulars.server.care.actions.keeping import Asked, keep, newest_entry
from regulars.server.care.models import Counting
from regulars.server.care.queries import kept, notes
from regulars.server.care.queries.day import current_plan
from regulars.server.care.queries.team import CARDS, STANDARD, contacted, of_cards
from regulars.server.core import queries as core
from regulars.server.core.models import Book
from regulars.server.coverage import rules
from regulars.server.coverage.queries.contacts import MIXED
from regulars.server.coverage.queries.ground import parameters
from regulars.server.coverage.queries.hours import HELD, MINUTES
from regulars.server.coverage.queries.reached import MET, ON_FILE
from regulars.server.coverage.queries.relations import BOUND
from regulars.server.coverage.queries.work import LAGGED, WORKED
from regulars.server.segments.queries import bonds

PAUSE = timedelta(minutes=10)  # between two counts at least
SHARE = 10  # ... and so many times what a count takes, so that it never fills the machine


def count(*, clock: Callable[[], datetime], only_if_due: bool = False) -> Counting | None:
    """Count every book anew; None where nothing is due, or nobody looks over so many."""
    at = clock()
    today, books = core.local_date(at), list(Book.objects.values_list("pk", flat=True))
    if len(books) <= kept.FEW or (only_if_due and not _due(at)):
        return None
    return keep(_wanted(books, at), day=today, clock=clock)


def _due(at: datetime) -> bool:
    """A new day, or a pause is over in which something changed: every change is audited."""
    last = Counting.objects.first()
    if last is None or last.day != core.local_date(at):
        return True
    pause = max(PAUSE, SHARE * timedelta(seconds=last.seconds))
    return at - last.at >= pause and newest_entry() > last.entry


def _wanted(books: list[int], at: datetime) -> Iterator[Asked]:
    today, made = core.local_date(at), current_plan(core.local_date(at))
    every = parameters(books, today, rules.period("", today))
    for shape in (HELD, ON_FILE):
        yield Asked(shape, "", every)
    yield Asked(BOUND, "", every | bonds.parameters(books, today))
    yield Asked(notes.NOTES, "", notes.of_notes(books, at))
    if (due := contacted(books, today)) is not None:
        yield Asked(STANDARD, "", due)
    if made is not None:
        yield Asked(CARDS, "", of_cards(books, made, today))
    for code in rules.PERIODS:
        within = parameters(books, today, rules.period(code, today))
        for shape in (WORKED, MET, LAGGED, MIXED, MINUTES):
            yield Asked(shape, code, within)
