"""The morning mail: written down once for each person and day, and handed over at most once."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.base.errors import BadInput
from regulars.server.agenda import queries
from regulars.server.agenda.actions.stopping import signed
from regulars.server.agenda.models import Letter
from regulars.server.agenda.rules import hours
from regulars.server.care import queries as care
from regulars.server.core import audit, mail, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import WORKER, Actor
from regulars.server.core.mail import End, Outcome
from regulars.server.core.models import Person

# A letter whose hand-over began so long ago lost its sender: nobody knows whether it went.
LOST = timedelta(minutes=10)
State = Letter.State


@transaction.atomic
def write_letters(*, at: datetime) -> int:
    """Write down who gets a letter today, if it is the time; returns how many were added.

    Nothing on a day that is not worked, outside of the hours, and where no mail can go.
    """
    if queries.why_not() or not _is_time(at):
        return 0
    today = core.local_date(at)
    done = queries.written_to(today)
    fresh = [one for one in queries.readers() if one.pk not in done]
    made = Letter.objects.bulk_create(
        [Letter(person=one, day=today, made_at=at, next_try_at=at) for one in fresh],
        ignore_conflicts=True,
    )
    return len(made)


def post(letter: Letter, *, at: datetime) -> Letter:
    """Try to send one letter, written with the eyes of its person as they see now."""
    if letter.person not in queries.readers():  # left, or said no, since it was written down
        letter.delete()
        return letter
    try:
        by, base = mail.post(), mail.links()
    except BadInput as error:
        return _ended(letter, Outcome(End.LATER, str(error)), at=at)
    with scope.looking(letter.person):
        written = _written(letter.person, at=at, base=base, by=by, name=letter.public_id)
    outcome = mail.send(by, written, to=letter.person.email, mark=partial(begin, letter, at=at))
    return _ended(letter, outcome, at=at)


def begin(letter: Letter, *, at: datetime) -> bool:
    """Set the mark: from here on nobody sends this letter again. False: somebody did before."""
    waiting = Letter.objects.filter(pk=letter.pk, state=State.WAITING)
    return bool(waiting.update(state=State.SENDING, begun_at=at, next_try_at=None))


@transaction.atomic
def give_up_late(*, by: Actor, at: datetime) -> int:
    """Close letters whose sender died with them in its hands, and those nobody needs now."""
    lost = Letter.objects.filter(state=State.SENDING, begun_at__lt=at - LOST)
    closed = lost.update(state=State.UNKNOWN, ended_at=at)
    late = Letter.objects.filter(state=State.WAITING)
    if _is_time(at):
        late = late.filter(day__lt=core.local_date(at))
    closed += late.update(state=State.FAILED, ended_at=at, next_try_at=None)
    if closed:
        audit.record("agenda.letters.given_up", "agenda", by=by, at=at, count=closed)
    return closed


def send_sample(person: Person, *, at: datetime) -> Outcome:
    """Send somebody the mail as it would be now, to see whether mail arrives at all.

    :raises NoPost: mail is not set up.
    :raises BadInput: the person has no address.
    """
    by, base = mail.post(), mail.links()
    if not person.email:
        raise BadInput(_("There is no e-mail address on your account. Ask an administrator."))
    name = f"sample-{person.public_id}-{int(at.timestamp())}"
    with scope.restored():
        scope.set_scope(person.scope)
        written = _written(person, at=at, base=base, by=by, name=name)
    return mail.send(by, written, to=person.email)


@transaction.atomic
def drop_letters(before: datetime) -> int:
    """Delete letters that were written down before a moment."""
    return Letter.objects.filter(made_at__lt=before).delete()[0]


def _is_time(at: datetime) -> bool:
    """Working days only, from the hour on; for an hour it waits for the day's list."""
    now, hour = at.astimezone(core.time_zone()), queries.hour()
    today = now.date()
    if not hours.may_go(now, hour) or not core.work_calendar().is_workday(today):
        return False
    made = care.current_plan(today)
    return (made is not None and made.day == today) or not hours.waits(now, hour)


@transaction.atomic
def _ended(letter: Letter, outcome: Outcome, *, at: datetime) -> Letter:
    if outcome.end is End.TAKEN:
        return letter
    letter.attempts += 1
    again = hours.next_try(letter.attempts, at) if outcome.end is End.LATER else None
    states = {
        End.SENT: State.SENT,
        End.UNKNOWN: State.UNKNOWN,
        End.REFUSED: State.FAILED,
        End.LATER: State.WAITING if again else State.FAILED,
    }
    letter.state, letter.next_try_at = states[outcome.end], again
    letter.ended_at = None if letter.state == State.WAITING else at
    letter.problem = outcome.said[:200]
    letter.save(update_fields=["state", "attempts", "next_try_at", "ended_at", "problem"])
    if letter.state in {State.FAILED, State.UNKNOWN}:
        person = letter.person_id
        audit.record("agenda.letter.failed", letter, by=WORKER, at=at, person=person)
    return letter


def _written(
    person: Person, *, at: datetime, base: str, by: mail.Post, name: str
) -> EmailMessage:
    """The letter in its person's language, as text and as a page."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        found = queries.morning(person, at, base=base)
        stop = base + reverse("agenda:stop", args=[signed(person)])
        context = {
            "morning": found,
            "base": base,
            "stop": stop,
            "settings": base + reverse("agenda:mine"),
            "today": base + reverse("care:today"),
            "company": core.company(),
        }
        letter = EmailMessage()
        letter["Subject"] = subject(found)
        letter.set_content(_text(render_to_string("agenda/mail/morning.txt", context)))
        letter.add_alternative(
            render_to_string("agenda/mail/morning.html", context), subtype="html"
        )
    letter["From"], letter["To"] = by.sender, person.email
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{name}@{by.sender.domain}>"
    letter["List-Unsubscribe"] = f"<{stop}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter["Auto-Submitted"] = "auto-generated"
    return letter


def subject(morning: queries.Morning) -> str:
    """One line: how many wait, and whether something is late; no name ever."""
    count, late = morning.cards.count, morning.cards.late
    if not count:
        return _("Today: your morning mail")
    told = ngettext("Today: %(n)d customer", "Today: %(n)d customers", count)
    if late:
        told = ngettext(
            "Today: %(n)d customer, %(late)d late",
            "Today: %(n)d customers, %(late)d late",
            count,
        )
    return told % {"n": count, "late": late}


def _text(rendered: str) -> str:
    """Leave out the blank lines that a template leaves behind: one between parts is enough."""
    lines: list[str] = []
    for line in (each.rstrip() for each in rendered.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"
