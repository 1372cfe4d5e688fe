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
        blanked={"words": "", "answer": _("Erased")},
        because=_("That somebody asked and was answered must be shown; the words go."),
    ),
)
PERIODS = (
    DataClass(
        "privacy.copies",
        title=_("Copies made for people"),
        about=_("Files with everything on one person, made on request."),
        days=30,
        older=queries.old_copies,
        drop=actions.drop_old_copies,
    ),
)
