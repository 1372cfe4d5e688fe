"""What becomes of arrivals at a merge, in a copy, at an erasure."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.reception.models import Arrival, Knock

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Arrival,
        title=_("How they came"),
        copied=("at", "way", "occasion", "note", "met_by__name"),
    ),
)


def _old(before: datetime) -> int:
    return Knock.objects.filter(at__lt=before).count()


def _drop(before: datetime) -> int:
    return Knock.objects.filter(at__lt=before).delete()[0]


PERIODS = (
    DataClass(
        "reception.knocks",
        title=_("Traces of who filled in a form"),
        about=_("Hashes of addresses, kept for the limit on forms only."),
        days=2,
        older=_old,
        drop=_drop,
    ),
)
