"""The answer to the customer: checked for what it must tell, then written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.complaints import queries
from regulars.server.complaints.actions.handling import run_on
from regulars.server.complaints.actions.held import (
    clear,
    come_down,
    keep,
    opened,
    refuse_involved,
    tell,
)
from regulars.server.complaints.models import Case, Event
from regulars.server.complaints.rules import lacking
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core.models import Person


class NotComplete(BadInput):
    """The answer lacks what it must tell, or says what nobody may say."""


def check(text: str) -> None:
    """Look at an answer before it goes out.

    :raises NotComplete: it says nothing, does not name the ways that stay open to the
        customer (C-63), or holds a word that must not be said.
    """
    if not text.strip():
        raise NotComplete(_("Write what the customer is told."))
    if missing := lacking(text):
        ways = _(", ").join(queries.route_names()[way] for way in missing)
        told = _("The answer must name these ways that stay open to the customer: %(ways)s.")
        raise NotComplete(told % {"ways": ways})
    refused = [each for each in content.findings_in(text) if each.refused]
    if refused:
        said = refused[0]
        told = _("“%(word)s” must not be said to a customer. Word it in another way.")
        raise NotComplete(told % {"word": said.word})


@transaction.atomic
def answer(case: Case, *, text: str, by: Person, at: datetime) -> Case:
    """Write down what the customer was told in the matter; it acknowledges the case, too.

    The same answer that comes again is written once.

    :raises NotComplete: the text lacks a way or holds a forbidden word.
    :raises ClosedAlready: it is closed.
    :raises Involved: it is about whoever answers.
    """
    found = opened(case)
    refuse_involved(found, by)
    check(text)
    if found.answered_at is not None and found.answer == text.strip():
        return found
    run_on(found, at)
    found.handler = found.handler or by
    found.acknowledged_at = found.acknowledged_at or at
    found.answered_at = found.answered_at or at
    found.first_answered_at = found.first_answered_at or at
    found.answer = text.strip()
    come_down(found)
    keep(found)
    due = found.answer_by if found.answered_at == at else None  # of the first word only
    tell(found, Event.What.ANSWERED, by=by, at=at, note=found.answer, due=due)
    audit.record("complaints.answered", found, by=by, at=at)
    clear(found, at=at)
    return found
