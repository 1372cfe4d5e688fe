"""A promise is made: by itself, or together with the contact in which it was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.functional import Promise as Lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.alerts import queries as alerts
from regulars.server.channels.models import Touch
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.promises.models import Promise
from regulars.server.promises.rules import Wrong, fault

FARTHEST = timedelta(days=366)


class NoPromise(BadInput):
    """The words promise nothing that could be checked, or what may not be promised."""


class WrongDue(BadInput):
    """The day or hour is over, too far, or not one on which anybody works."""


SAID: Mapping[Wrong, Lazy] = {
    Wrong.SHORT: gettext_lazy("“%(words)s” does not say what will be there. Name it."),
    Wrong.CONDITIONAL: gettext_lazy(
        "“%(words)s” makes it depend on something. Promise what will be done in any case; the "
        "rest is a next step."
    ),
    Wrong.VAGUE: gettext_lazy(
        "“%(words)s” cannot be checked afterwards. Say what, or how many, such as “send the "
        "written quote” or “three working days”."
    ),
    Wrong.UNCHECKABLE: gettext_lazy(
        "Nobody could see afterwards whether this was kept. Say what will be done, or how "
        "many, such as “send the written quote” or “three working days”."
    ),
}


@transaction.atomic
def make(
    customer: Customer,
    *,
    text: str,
    due_on: date,
    by: Actor,
    at: datetime,
    due_hour: time | None = None,
    to_whom: str = "",
    touch: Touch | None = None,
    owner: Person | None = None,
) -> Promise:
    """Write a promise down. Its owner is who looks after the customer, unless told.

    Without an hour it is due at the end of that working day. The same promise that comes
    again while it is open (a form sent twice) is the one that stands.

    :raises NoPromise: the text says nothing that could be checked, or nothing lawful.
    :raises WrongDue: the day or hour is over, too far, or outside working time.
    """
    due_at, text, to_whom = (
        check_due(due_on, due_hour, at=at),
        check_text(text),
        to_whom.strip(),
    )
    # Of two that arrive at once the second one waits, and finds what the first one wrote.
    Customer.objects.select_for_update().get(pk=customer.pk)
    same = Promise.objects.open().filter(customer=customer, text=text, to_whom=to_whom)
    if stands := same.filter(due_at=due_at).first():
        return stands
    line = alerts.line(customer.book_id, day=core.local_date(at))
    keeper = line[0].person_id if line else None
    made = Promise.objects.create(
        customer=customer,
        text=text,
        to_whom=to_whom,
        due_at=due_at,
        has_hour=due_hour is not None,
        owner_id=owner.pk if owner else keeper,
        made_by=by if isinstance(by, Person) else None,
        made_at=at,
        touch=touch,
    )
    audit.record("promises.made", made, by=by, at=at, owner=made.owner_id)
    return made


def check_text(text: str) -> str:
    """Return the text as it is kept.

    :raises NoPromise: it says nothing that could be checked, or nothing lawful.
    """
    if found := fault(text):
        raise NoPromise(str(SAID[found.wrong]) % {"words": found.words})
    for finding in content.findings_in(text):
        if finding.refused:
            told = _("“%(word)s” may not be promised: %(reason)s")
            reason = finding.reason.of(get_language() or "zh")
            raise NoPromise(told % {"word": finding.word, "reason": reason})
    return " ".join(text.split())


def check_due(day: date, hour: time | None, *, at: datetime) -> datetime:
    """Return the moment at which the clock of a promise ends.

    :raises WrongDue: it is over, more than a year ahead, or outside working time.
    """
    work = core.work_hours()
    if not work.calendar.is_workday(day):
        before, after = day, work.calendar.add_workdays(day, 0)
        while not work.calendar.is_workday(before):
            before -= timedelta(days=1)
        told = _("%(day)s is no working day. Choose %(before)s or %(after)s.")
        raise WrongDue(told % {"day": day, "before": before, "after": after})
    due = datetime.combine(day, hour, work.zone) if hour else work.closes(day)
    if hour and not work.is_open(due):
        told = _("%(hour)s is outside of working hours: %(hours)s.")
        hours = ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in work.spans)
        raise WrongDue(told % {"hour": f"{hour:%H:%M}", "hours": hours})
    if due <= at:
        raise WrongDue(_("%(day)s is over. Choose a time ahead.") % {"day": day})
    if due > at + FARTHEST:
        raise WrongDue(_("%(day)s is more than a year ahead.") % {"day": day})
    return due
