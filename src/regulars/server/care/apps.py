from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Care(AppConfig):
    name = "regulars.server.care"
    label = "care"

    def ready(self) -> None:
        from regulars.server.care import bricks, handlers, queries
        from regulars.server.care.rules.shape import FIELDS
        from regulars.server.content.rules.fields import offer
        from regulars.server.content.rules.shape import Words as Named
        from regulars.server.core.events import listen
        from regulars.server.core.rules import Permission
        from regulars.server.intake.events import ImportFinished
        from regulars.server.segments.queries import add_teller
        from regulars.server.web import navigation
        from regulars.server.web.bricks import Brick, add
        from regulars.server.web.navigation import Page

        # What cards fill in, and the reasons that a script may be written for.
        offer(
            FIELDS,
            triggers=lambda: {
                code: Named(found.name.zh, found.name.en)
                for code, found in queries.catalogue().items()
            },
        )
        add_teller(queries.moments)
        listen(ImportFinished, handlers.imported)
        navigation.add(
            Page(
                key="today",
                label=_("Today"),
                url_name="care:today",
                icon="checklist",
                permission=Permission.SEE_TODAY,
                order=10,
                count=_waiting,
            ),
            Page(
                key="team",
                label=_("Team"),
                url_name="care:team",
                icon="users-group",
                permission=Permission.SEE_TEAM,
                order=12,
            ),
        )
        navigation.add(
            Page(
                key="triggers",
                label=_("Triggers"),
                url_name="care:triggers",
                icon="bell",
                permission=Permission.SEE_TRIGGERS,
                group=navigation.SERVICE,
                order=62,
                on_phone=False,
            )
        )
        navigation.place("record", "care:contact", Permission.RECORD_CONTACT)
        add(
            Brick(
                place="customer.head",
                order=20,
                template="care/_tasks_brick.html",
                context=bricks.open_tasks,
                permission=Permission.SEE_CUSTOMERS,
            ),
            Brick(
                place="customer.side",
                order=9,
                template="care/_visits_brick.html",
                context=bricks.visits,
                permission=Permission.RECORD_CONTACT,
            ),
            Brick(
                place="customer.side",
                order=28,
                template="care/_answers_brick.html",
                context=bricks.answers,
                permission=Permission.SEE_CUSTOMERS,
            ),
            Brick(
                place="customer.preferences",
                order=10,
                template="care/_habit.html",
                context=bricks.habit,
                permission=Permission.SEE_CUSTOMERS,
            ),
        )


def _waiting(viewer: Any) -> Any:
    """What stands beside Today: the cards that wait, red when one is late."""
    from django.utils import timezone

    from regulars.server.care import queries
    from regulars.server.web.navigation import Count

    waiting, late = queries.open_count(viewer, timezone.now())
    return Count(waiting, late=late) if waiting else None
