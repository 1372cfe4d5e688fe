from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Campaigns(AppConfig):
    name = "regulars.server.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from regulars.server.campaigns import actions, queries
        from regulars.server.campaigns.bricks import BRICKS
        from regulars.server.care import actions as care_actions
        from regulars.server.care import queries as care
        from regulars.server.core.rules import Permission, Role
        from regulars.server.outreach.queries import add
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.lay("campaign_call", queries.work, stands=queries.STANDS)
        care_actions.tie(
            "campaign_call", care_actions.Ties(actions.answered, actions.open_again)
        )
        add(queries.planned)
        same: dict[str, Any] = {
            "label": _("Campaigns"), "url_name": "campaigns:index", "icon": "speakerphone",
            "permission": Permission.SEE_MESSAGES, "count": _waiting,
        }  # fmt: skip
        others = tuple(role for role in Role if role != Role.MARKETER)
        navigation.add(
            # A marketer's home: the first of their pages.
            Page(key="campaigns-home", order=5, roles=(Role.MARKETER,), **same),
            Page(
                key="campaigns",
                group=navigation.REACH,
                order=38,
                roles=others,
                on_phone=False,
                **same,
            ),
        )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.campaigns.bricks import count

    return count(viewer, timezone.now())
