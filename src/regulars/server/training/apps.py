from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Training(AppConfig):
    name = "regulars.server.training"
    label = "training"

    def ready(self) -> None:
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        navigation.add(
            Page(
                "training",
                _("Training"),
                "training:index",
                "bulb",
                group=navigation.SERVICE,
                order=64,
                count=_owed,
                on_phone=False,
            )
        )


def _owed(viewer: Any) -> Any:
    """The items that this person owes; red when one is overdue."""
    from django.utils import timezone

    from regulars.server.core import queries as core
    from regulars.server.training import queries
    from regulars.server.web.navigation import Count

    owed, late = queries.owed(viewer, core.local_date(timezone.now()))
    return Count(owed, late=late) if owed else None
