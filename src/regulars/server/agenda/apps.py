from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Agenda(AppConfig):
    name = "regulars.server.agenda"
    label = "agenda"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        navigation.place("out", "agenda:mine", Permission.RECORD_CONTACT)
        navigation.add(
            Page(
                key="agenda-rules",
                label=_("Calendars and morning mail"),
                url_name="agenda:rules",
                icon="calendar",
                permission=Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=833,
                on_phone=False,
                count=_failed,
            )
        )


def _failed(viewer: Any) -> Any:
    """Mails that did not go since yesterday: somebody must look at the server."""
    from django.utils import timezone

    from regulars.server.agenda import queries
    from regulars.server.web.navigation import Count

    failed = queries.failed(timezone.now())
    return Count(failed, late=True) if failed else None
