from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Opportunities(AppConfig):
    name = "regulars.server.opportunities"
    label = "opportunities"

    def ready(self) -> None:
        from regulars.server.care import actions as care_actions
        from regulars.server.care import queries as care
        from regulars.server.core.rules import Permission
        from regulars.server.opportunities import actions, queries
        from regulars.server.opportunities.bricks import BRICKS
        from regulars.server.segments.queries import add_teller, offer
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.lay("opportunity_step", queries.work, stands=queries.STANDS)
        care_actions.tie(
            "opportunity_step",
            care_actions.Ties(actions.do_steps, actions.reopen_steps),
        )
        add_teller(queries.moments)
        offer(*queries.FIELDS)
        navigation.add(
            Page(
                key="opportunities",
                label=_("Opportunities"),
                url_name="opportunities:index",
                icon="briefcase",
                permission=Permission.SEE_CUSTOMERS,
                order=16,
                count=_waiting,
                on_phone=False,
            ),
            Page(
                key="opportunity-rules",
                label=_("Stages, signals and bundles"),
                url_name="opportunities:rules",
                icon="briefcase",
                permission=Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=834,
                on_phone=False,
            ),
        )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.opportunities.bricks import count

    return count(viewer, timezone.now())
