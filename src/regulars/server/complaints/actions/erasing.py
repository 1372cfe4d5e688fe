"""An erased person's complaints stay as figures: nobody is recognised in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.complaints.models import Case, Event, Extension
from regulars.server.core.audit import Actor

GONE = "—"
BLANK: Mapping[str, Any] = {
    "who": GONE, "phone": "", "words": GONE, "wish": "", "answer": "", "remedy": "",
    "reference": "",
}  # fmt: skip


@transaction.atomic
def blank_story(customer_id: int, *, by: Actor, at: datetime) -> dict[str, int]:
    """Take out of the story what was said of the person; returns how many lines."""
    cases = Case.objects.filter(customer=customer_id)
    lines = Event.objects.filter(case__in=cases).exclude(note="").update(note="")
    reasons = Extension.objects.filter(case__in=cases).update(reason=GONE)
    return {"complaints.Event.note": lines + reasons}
