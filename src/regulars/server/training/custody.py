"""What becomes of samples at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.training.models import Sample

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Sample,
        title=_("Samples of contacts"),
        because=_("A sample judges how somebody here worked; it says nothing of the customer."),
    ),
)
