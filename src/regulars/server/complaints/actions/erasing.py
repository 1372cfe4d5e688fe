"""An erased person's complaints stay as figures; what is old goes as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.complaints import queries
from regulars.server.complaints.actions.papers import shred_papers
from regulars.server.complaints.models import Case, Event, Extension
from regulars.server.core.audit import Actor

GONE = "—"
BLANK: Mapping[str, Any] = {
    "who": GONE, "phone": "", "words": GONE, "wish": "", "answer": "", "remedy": "",
    "reference": "",
}  # fmt: skip


@transaction.atomic
def blank_story(customer_id: int, *, by: Actor, at: datetime) -> dict[str, int]:
    """Take out of the story what was said of the person; returns how many lines and files."""
    cases = Case.objects.filter(customer=customer_id)
    told = Event.objects.filter(case__in=cases).exclude(note="", details={})
    lines = told.update(note="", details={})
    reasons = Extension.objects.filter(case__in=cases).update(reason=GONE)
    papers = shred_papers(cases.values_list("pk", flat=True))
    return {"complaints.Event.note": lines + reasons, "complaints.papers": papers}


@transaction.atomic
def drop_closed(before: datetime) -> int:
    """Delete what was closed before a moment, with its story; returns how many cases."""
    found = list(queries.closed_before(before).values_list("pk", flat=True))
    shred_papers(found)
    Case.objects.filter(pk__in=found).delete()
    return len(found)
