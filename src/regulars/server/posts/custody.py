"""What becomes of belonging and of what was meant for a customer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Rows
from regulars.server.posts.models import Aimed, Belonging

KEPT = (
    Rows(
        Belonging,
        title=_("Persona of daily posts"),
        copied=("since",),
        stays=True,
        because=_("Sorted anew each hour, from what is known of the customer."),
    ),
    Rows(Aimed, title=_("Daily posts meant for the customer"), copied=("day",)),
)
