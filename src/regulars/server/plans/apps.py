from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Plans(AppConfig):
    name = "regulars.server.plans"
    label = "plans"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.core.rules import Permission
        from regulars.server.plans import actions, queries
        from regulars.server.plans.bricks import BRICKS
        from regulars.server.segments.queries import add_teller, offer
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.lay("care_plan", queries.work, stands=queries.STANDS)
        work.tie("care_plan", work.Ties(actions.do_steps, actions.reopen_steps))
        add_teller(queries.moments)
        offer(*queries.FIELDS)
        navigation.add(
            Page(
                key="plans",
                label=_("Care plans"),
                url_name="plans:index",
                icon="target-arrow",
                permission=Permission.SEE_CUSTOMERS,
                order=17,
                count=_late,
                short=_("Plans"),
                on_phone=False,
            ),
            Page(
                key="plan-rules",
                label=_("Care plans and bonds"),
                url_name="plans:rules",
                icon="target-arrow",
                permission=Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=833,
                on_phone=False,
            ),
        )


def _late(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.plans.bricks import count

    return count(viewer, timezone.now())
