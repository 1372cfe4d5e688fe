"""What happens in the customer's life, what is due about it, and what the file lets expect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries
from regulars.server.customers.forms import evidence_words, hint_words
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.customers.rules import Hint

SHOWN = 6


def life(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Events and hints; with neither, only who may note one is told so."""
    events = queries.life_events(viewer, customer)
    today = core.local_date(at)
    hints = queries.hints(customer, events, today=today)
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if not events and not may_edit:
        return None
    return {
        "events": [
            (event, evidence_words(event) if event.evidence else "") for event in events[:SHOWN]
        ],
        "hints": [_line(hint) for hint in hints] if may_edit else [],
        "may_edit": may_edit,
    }


def _line(hint: Hint) -> tuple[Hint, str, str]:
    return hint, str(LifeEvent.Kind(hint.kind).label), hint_words(hint)
