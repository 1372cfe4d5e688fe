from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Outreach(AppConfig):
    name = "regulars.server.outreach"
    label = "outreach"

    def ready(self) -> None:
        from regulars.server.core import custody
        from regulars.server.core.rules import Permission
        from regulars.server.outreach.custody import KEPT
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        custody.keep(*KEPT)
        navigation.add(
            Page(
                "confirm",
                _("Messages to confirm"),
                "outreach:index",
                "user-check",
                Permission.RECORD_CONTACT,
                order=13,
                count=_waiting,
                short=_("Confirm"),
                on_phone=False,
            )
        )


def _waiting(viewer: Any) -> Any:
    """What waits for the viewer; red on the last day of the first of them."""
    from datetime import timedelta

    from django.utils import timezone

    from regulars.server.outreach import queries
    from regulars.server.web.navigation import Count

    at = timezone.now()
    found = queries.own(viewer, at)
    waits = found.count()
    if not waits:
        return None
    soon = found.filter(reach__mailing__valid_until__lte=at + timedelta(hours=24)).exists()
    return Count(waits, late=soon)
