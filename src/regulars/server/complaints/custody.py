"""What becomes of complaints at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case
from regulars.server.core.custody import BLANKED, Duty, Rows
from regulars.server.core.retention import DataClass

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Case,
        title=_("Complaints"),
        copied=(
            *("received_at", "channel", "words", "wish", "severity", "state"),
            *("acknowledged_at", "answered_at", "answer", "result", "remedy", "closed_at"),
            *("called_at", "is_content"),
        ),
        erased=BLANKED,
        blanked=actions.BLANK,
        because=_("Complaints are counted for years; what the person said is taken out."),
    ),
    Duty(
        "complaints.story",
        copy=lambda customer: {
            str(_("What happened to complaints")): queries.told_of(customer)
        },
        erase=actions.blank_story,
    ),
)
PERIODS = (
    DataClass(
        "complaints.closed",
        title=_("Closed complaints"),
        about=_("What was said, what happened, and what came of it."),
        reason=_(
            "Claims lapse after three years as a rule, so that nobody may set fewer; five let "
            "years be compared."
        ),
        days=5 * 365,
        least=3 * 365,
        older=lambda before: queries.closed_before(before).count(),
        drop=actions.drop_closed,
    ),
)
