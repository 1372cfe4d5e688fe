from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Salons(AppConfig):
    name = "regulars.server.salons"
    label = "salons"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.content.rules import message_fields
        from regulars.server.core.rules import Permission
        from regulars.server.experiments.rules import labels
        from regulars.server.opportunities import queries as opportunities
        from regulars.server.outreach import queries as calendar
        from regulars.server.salons import actions, queries
        from regulars.server.salons.bricks import BRICKS
        from regulars.server.segments.queries import add_teller
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.lay("salon_guest", queries.work, stands=queries.STANDS)
        work.tie("salon_guest", work.Ties(actions.finish, actions.reopen))
        message_fields.add(*queries.FIELDS, provider=queries.nothing)
        calendar.add(queries.planned)
        labels.add(queries.kind_words)
        add_teller(queries.moments)
        opportunities.add_origin("salon", queries.named)
        navigation.add(
            Page(
                key="salons",
                label=_("Salons and courses"),
                url_name="salons:index",
                icon="calendar-event",
                permission=Permission.SEE_CUSTOMERS,
                group=navigation.REACH,
                order=40,
                count=_today,
                short=pgettext_lazy("navigation", "Salons"),
                on_phone=False,
            ),
            Page(
                key="salon-kinds",
                label=_("Kinds of salon"),
                url_name="salons:kinds",
                icon="calendar-event",
                permission=Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=835,
                on_phone=False,
            ),
        )


def _today(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.salons.bricks import count

    return count(viewer, timezone.now())
