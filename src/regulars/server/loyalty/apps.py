from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Loyalty(AppConfig):
    name = "regulars.server.loyalty"
    label = "loyalty"

    def ready(self) -> None:
        from regulars.server.content.rules import message_fields
        from regulars.server.core.rules import Permission
        from regulars.server.loyalty import queries
        from regulars.server.loyalty.bricks import BRICKS
        from regulars.server.loyalty.queries.messages import MESSAGE_FIELDS, points_of
        from regulars.server.segments.queries import add_teller, offer
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        add_teller(queries.moments)
        offer(*queries.FIELDS)
        message_fields.add(*MESSAGE_FIELDS, provider=points_of)
        navigation.add(
            Page(
                key="loyalty",
                label=_("Loyalty"),
                url_name="loyalty:index",
                icon="coins",
                permission=Permission.SEE_CUSTOMERS,
                order=45,
                count=_waiting,
                on_phone=False,
            )
        )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.loyalty.bricks import count

    return count(viewer, timezone.now())
