"""What becomes of talks about topics at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Rows
from regulars.server.topics.models import Talk

KEPT = (Rows(Talk, title=_("Talks about topics"), copied=("state", "answered_at")),)
