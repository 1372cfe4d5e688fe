"""How long letters are remembered. No table here names a customer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from regulars.server.agenda import actions
from regulars.server.agenda.models import Letter
from regulars.server.core.retention import DataClass


def _old(before: datetime) -> int:
    return Letter.objects.filter(made_at__lt=before).count()


PERIODS = (
    DataClass(
        "agenda.letters",
        title=_("Morning mails"),
        about=_("To whom a mail went on which day, and whether it did; not what it said."),
        reason=_("Three months: so long somebody may ask where a mail went."),
        days=92,
        older=_old,
        drop=actions.drop_letters,
    ),
)
