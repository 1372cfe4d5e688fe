from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Festivals(AppConfig):
    name = "regulars.server.festivals"
    label = "festivals"

    def ready(self) -> None:
        from regulars.server.care import queries as care
        from regulars.server.core.rules import Permission
        from regulars.server.festivals import queries
        from regulars.server.festivals.bricks import BRICKS
        from regulars.server.outreach import queries as outreach
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.share(
            queries.FESTIVAL, queries.of_plans, leave=queries.not_planned, stands=queries.STANDS
        )
        outreach.add(queries.source)
        see = Permission.SEE_CUSTOMERS
        navigation.add(
            Page(
                "marketing-calendar",
                _("Marketing calendar"),
                "festivals:calendar",
                "calendar-event",
                see,
                group=navigation.REACH,
                order=39,
                short=pgettext_lazy("pages", "Calendar"),
                on_phone=False,
            ),
            Page(
                "festivals",
                _("Festivals"),
                "festivals:index",
                "moon-stars",
                see,
                group=navigation.REACH,
                order=42,
                count=_lacking,
                on_phone=False,
            ),
        )


def _lacking(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.festivals.bricks import count

    return count(viewer, timezone.now())
