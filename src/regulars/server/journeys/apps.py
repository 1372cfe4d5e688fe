from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class Journeys(AppConfig):
    name = "regulars.server.journeys"
    label = "journeys"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.core.rules import Permission
        from regulars.server.experiments.rules import labels
        from regulars.server.journeys import actions, queries
        from regulars.server.journeys.bricks import BRICKS
        from regulars.server.outreach import queries as outreach
        from regulars.server.segments.queries import add_teller
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.lay(queries.STEP, queries.work, stands=queries.STANDS)
        work.tie(queries.STEP, work.Ties(actions.do_errands, actions.reopen_errands))
        add_teller(queries.moments)
        outreach.add(queries.planned)
        labels.add(_label)
        navigation.add(
            Page(
                key="journeys",
                label=_("Journeys"),
                url_name="journeys:index",
                icon="map-pin",
                permission=Permission.SEE_MESSAGES,
                group=navigation.REACH,
                order=43,
                count=_waiting,
                on_phone=False,
            )
        )


def _label(code: str) -> str:
    return pgettext("experiment", "Journey") if code == "journey" else ""


def _waiting(viewer: Any) -> Any:
    from regulars.server.journeys.bricks import waiting

    return waiting(viewer)
