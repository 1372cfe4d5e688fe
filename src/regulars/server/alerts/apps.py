from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Alerts(AppConfig):
    name = "regulars.server.alerts"
    label = "alerts"

    def ready(self) -> None:
        from regulars.server.alerts.bricks import BRICKS
        from regulars.server.core.rules import Permission
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                key="alerts",
                label=_("Alerts"),
                url_name="alerts:index",
                icon="bell",
                permission=Permission.RECORD_CONTACT,
                order=14,
                count=_waiting,
            ),
            Page(
                key="alert-rules",
                label=_("Alerts and working hours"),
                url_name="alerts:rules",
                icon="bell",
                permission=Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=832,
                on_phone=False,
            ),
        )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.alerts.bricks import count

    return count(viewer, timezone.now())
