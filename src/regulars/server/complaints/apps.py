from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Complaints(AppConfig):
    name = "regulars.server.complaints"
    label = "complaints"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.complaints import actions, handlers, queries
        from regulars.server.core.events import listen
        from regulars.server.intake.events import ImportFinished
        from regulars.server.segments.queries import add_teller

        care.share(
            queries.OPENED,
            queries.opened,
            leave=queries.not_opened,
            stands=queries.OPENED_STANDS,
        )
        care.share(
            queries.CLOSED,
            queries.called,
            leave=queries.not_closed,
            stands=queries.CLOSED_STANDS,
        )
        work.tie(
            queries.OPENED,
            work.Ties(actions.acknowledged_by, actions.unacknowledged, queries.undealt),
        )
        work.tie(
            queries.CLOSED,
            work.Ties(actions.calls_made, actions.calls_undone, queries.undealt),
        )
        care.lay(queries.DUE, queries.due, stands=queries.DUE_STANDS)
        work.tie(queries.DUE, work.Ties(actions.leave, actions.leave, queries.still_due))
        add_teller(queries.moments)
        listen(ImportFinished, handlers.imported)
        _show()


def _show() -> None:
    from regulars.server.complaints.bricks import BRICKS
    from regulars.server.core.rules import Permission
    from regulars.server.web import bricks, navigation
    from regulars.server.web.navigation import Page

    bricks.add(*BRICKS)
    navigation.place("complaint", "complaints:new", Permission.RECORD_CONTACT)
    navigation.place("import-complaints", "complaints:bring", Permission.IMPORT)
    navigation.add(
        Page(
            key="complaints",
            label=_("Complaints"),
            url_name="complaints:index",
            icon="message-exclamation",
            permission=Permission.SEE_CUSTOMERS,
            order=15,
            count=_pressing,
            on_phone=False,
        ),
        Page(
            key="complaint-rules",
            label=_("Complaints: clocks and lists"),
            url_name="complaints:rules",
            icon="message-exclamation",
            permission=Permission.ADMINISTER,
            group=navigation.SYSTEM,
            order=834,
            on_phone=False,
        ),
    )


def _pressing(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.complaints.bricks import count

    return count(viewer, timezone.now())
