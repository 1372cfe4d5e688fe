"""What becomes of requests at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import BLANKED, Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.privacy import actions, queries
from regulars.server.privacy.models import Request

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Request,
        title=_("Requests"),
        copied=("received_on", "kind", "state", "words", "answer", "due_on", "closed_at"),
        erased=BLANKED,
        blanked={"words": "", "answer": "—"},
        because=_("That somebody asked and was answered must be shown; the words go."),
    ),
    Duty("privacy.copies", shred=actions.shred_copies),
)
PERIODS = (
    DataClass(
        "privacy.copies",
        title=_("Copies made for people"),
        about=_("Files with everything on one person, made on request."),
        reason=_("A month to fetch it; then it is made anew, as things are then."),
        days=30,
        older=queries.old_copies,
        drop=actions.drop_old_copies,
    ),
    DataClass(
        "privacy.requests",
        title=_("Requests that were answered"),
        about=_("What people asked for, how they proved who they are, and the answer."),
        reason=_("Three years: so long somebody may claim that we did not answer."),
        days=3 * 365,
        least=180,
        older=queries.old_requests,
        drop=actions.drop_old_requests,
    ),
)
