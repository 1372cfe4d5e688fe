"""What becomes of answers, comments and loops at a merge, in a copy, at an erasure."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from regulars.server.core import leftovers
from regulars.server.core.custody import BLANKED, Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.voice import actions
from regulars.server.voice.models import Answer, Comment, Invitation, Loop, Reply

NUMBERS = _("The numbers stay in the sums of their survey; whose they were is gone.")
KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Invitation,
        title=_("Invitations to surveys"),
        copied=("made_at", "wave__name", "state", "channel", "handed_at", "answered_at"),
    ),
    Rows(
        Answer,
        title=_("Answers to surveys"),
        copied=("at", "version__title", "mode"),
        erased=BLANKED,
        blanked={"customer": None, "key": "", "language": ""},
        because=NUMBERS,
    ),
    Rows(
        Reply,
        title=_("What was answered"),
        copied=("answer__at", "question__text", "value"),
        erased=BLANKED,
        blanked={"customer": None},
        because=NUMBERS,
    ),
    Rows(
        Comment,
        title=_("Comments"),
        copied=("at", "source", "text", "stars"),
    ),
    Rows(
        Loop,
        title=_("What followed a score"),
        copied=("opened_at", "kind", "score", "state", "found", "action", "closed_at"),
    ),
)


def _old(before: datetime) -> int:
    return len(leftovers.older(actions.folder().iterdir(), before))


def _drop(before: datetime) -> int:
    return leftovers.delete(leftovers.older(actions.folder().iterdir(), before))


PERIODS = (
    DataClass(
        "voice.files",
        title=_("Files of answers and comments"),
        about=_("Files that were chosen and never taken in; taken ones go at once."),
        days=2,
        reason=_("They hold answers of people, and nothing needs them."),
        older=_old,
        drop=_drop,
    ),
)
