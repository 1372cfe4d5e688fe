"""One case as its page reads it: what was said, what happened, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars.server.alerts import queries as alerts
from regulars.server.complaints.models import Case, Event, Extension, Paper
from regulars.server.complaints.queries.clocks import bar, may_call
from regulars.server.complaints.queries.desk import Shown, seen, shown
from regulars.server.complaints.queries.wording import BARS, told_changes
from regulars.server.complaints.rules import EXTENSION
from regulars.server.core import scope
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Permission, Role
from regulars.server.customers.models import Customer
from regulars.server.segments.queries import Told

ICONS = {
    "opened": "message-exclamation", "linked": "user-check", "handed": "arrows-left-right",
    "taken": "check", "noted": "pencil", "changed": "pencil", "waits": "clock",
    "goes_on": "clock", "rose": "alarm", "stayed": "alarm", "asked": "calendar-time",
    "granted": "check", "refused": "x", "answered": "message-exclamation", "closed": "check",
    "reopened": "message-exclamation", "called": "phone-check", "undone": "x",
}  # fmt: skip
LOOKS = {"rose": "d", "stayed": "d", "closed": "a", "called": "a", "taken": "a"}


class Next(StrEnum):
    """The next step of a case, one at a time."""

    LINK = "link"
    TAKE = "take"  # nobody handles it
    ACKNOWLEDGE = "acknowledge"
    GO_ON = "go_on"  # it waits for the customer
    ANSWER = "answer"
    CLOSE = "close"
    CALL = "call"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Line:
    """One line of the story."""

    event: Event
    icon: str
    look: str

    @property
    def words(self) -> str:
        """What was written, or what was changed, in the reader's words."""
        event = self.event
        if event.what in {Event.What.OPENED, Event.What.ANSWERED}:
            return ""  # they stand on the page in full
        return event.note or told_changes(event.details.get("changed", {}))


@dataclass(frozen=True)
class Story:
    """A case with everything that its page shows."""

    shown: Shown
    lines: tuple[Line, ...]
    next: Next
    barred: str  # why the viewer may not handle it; empty where they may
    may_act: bool
    may_call: bool
    asked: Extension | None  # more time that waits for a decision
    may_decide: bool
    may_ask: bool
    on_time: bool | None  # of a closed one: in time in each of its rounds
    sees_customer: bool
    papers: tuple[Paper, ...] = ()

    @property
    def case(self) -> Case:
        return self.shown.case


def story(viewer: Person, case: Case, at: datetime) -> Story:
    """Read one case for one viewer."""
    found = events(viewer, case)
    why = bar(case, viewer)
    acts = viewer.may(Permission.RECORD_CONTACT)
    asked = case.extensions.filter(decided_at__isnull=True).select_related("asked_by").first()
    leads = viewer.may(Permission.SEE_TEAM)
    return Story(
        shown=shown([case], at)[0],
        lines=tuple(Line(e, ICONS[e.what], LOOKS.get(e.what, "")) for e in found),
        next=_next(case, viewer),
        barred=str(BARS[why]) if why and case.is_open else "",
        may_act=acts and why is None,
        may_call=acts and may_call(case, viewer),
        asked=asked,
        may_decide=leads
        and asked is not None
        and why is None
        and viewer.pk not in {asked.asked_by_id, case.handler_id},
        may_ask=acts and case.is_complex and asked is None and case.extended < EXTENSION,
        on_time=case.late_rounds == 0 if case.closed_at else None,
        sees_customer=case.customer is not None,
        papers=tuple(papers(viewer, case)),
    )


def events(viewer: Person, case: Case) -> list[Event]:
    """What happened to a case, from the beginning."""
    found = Event.objects.filter(case__in=Case.objects.visible_to(viewer), case=case)
    return list(found.select_related("by", "to").order_by("pk"))


def extension(viewer: Person, case: Case, public_id: str) -> Extension | None:
    found = Extension.objects.filter(case__in=Case.objects.visible_to(viewer), case=case)
    return found.select_related("case", "asked_by").filter(public_id=public_id).first()


def papers(viewer: Person, case: Case) -> QuerySet[Paper]:
    """The files of a case, the newest first."""
    found = Paper.objects.filter(case__in=Case.objects.visible_to(viewer), case=case)
    return found.select_related("case", "added_by")


def paper(viewer: Person, case: Case, public_id: str) -> Paper | None:
    return papers(viewer, case).filter(public_id=public_id).first()


def able(case: Case) -> list[Person]:
    """Who may be given a case: those about its place, without those whom it is about."""
    with scope.beyond():
        book = case.placed or Book.objects.filter(customers=case.customer_id).first()
    if book is None:
        return []
    able = alerts.may_hold(book)
    return [one for one in able if one.pk != case.handler_id and bar(case, one) is None]


def colleagues(viewer: Person) -> QuerySet[Person]:
    """Whom a complaint may name: those of the viewer's place, or of all where all is seen."""
    found = Person.objects.filter(is_active=True)
    if not viewer.scope.everything:
        found = found.filter(org_unit__path__startswith=viewer.org_unit.path)
    return found.exclude(role__in=[Role.AUDITOR, Role.ADMINISTRATOR]).order_by("username")


def person(username: str) -> Person | None:
    """Somebody by their user name, wherever they work."""
    return Person.objects.filter(username__iexact=username.strip(), is_active=True).first()


def place_of(viewer: Person) -> Book | None:
    """The book under which a stranger's complaint stands: the own one, else of the place."""
    own = Book.objects.filter(owner=viewer).order_by("pk").first()
    if own is not None:
        return own
    near = Book.objects.filter(org_unit__path__startswith=viewer.org_unit.path)
    pools = near.filter(owner__isnull=True).order_by("org_unit__path", "pk")
    found = pools.first() or near.order_by("org_unit__path", "pk").first()
    return found or (Book.objects.order_by("pk").first() if viewer.scope.everything else None)


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Complaints on the customer's timeline: taken in, answered, closed; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [one for one in _moments(viewer, customer) if one.at < until]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _moments(viewer: Person, customer: Customer) -> Iterator[Told]:
    tells = viewer.may(Permission.RECORD_CONTACT)
    for case in seen(viewer).filter(customer=customer):
        number = {"number": case.number}
        about = f"{case.type} · {case.said}" if tells else str(case.type)
        icon = "message-exclamation"
        yield Told(case.received_at, icon, _("Complaint %(number)s") % number, about, "d")
        if case.first_answered_at:
            told = _("Complaint %(number)s answered") % number
            yield Told(case.first_answered_at, icon, told)
        if case.closed_at:
            told = _("Complaint %(number)s closed") % number
            remedy = case.remedy if tells else ""
            words = " · ".join(filter(None, (case.get_result_display(), remedy)))
            yield Told(case.closed_at, "check", told, words, "a")
        if case.called_at:
            told = _("Called back about complaint %(number)s") % number
            yield Told(case.called_at, "phone-check", told)


def _next(case: Case, viewer: Person) -> Next:
    if not case.is_open:
        waits = case.call_by is not None and case.called_at is None
        return Next.CALL if waits else Next.NOTHING
    if case.acknowledged_at is None:
        return Next.ACKNOWLEDGE
    if case.is_waiting:
        return Next.GO_ON
    if case.customer_id is None and case.answered_at is None:
        return Next.LINK
    return Next.CLOSE if case.answered_at else Next.ANSWER


def told_of(customer_id: int) -> list[dict[str, Any]]:
    """The story of a person's complaints, for the copy that they ask for."""
    found = Event.objects.filter(case__customer=customer_id).order_by("case", "pk")
    return [
        {
            "at": event.at,
            "what": event.get_what_display(),
            "note": event.note or told_changes(event.details.get("changed", {})),
        }
        for event in found
    ]
