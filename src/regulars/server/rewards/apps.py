from typing import Any

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class Rewards(AppConfig):
    name = "regulars.server.rewards"
    label = "rewards"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.core.rules import Permission
        from regulars.server.loyalty.queries import add_use
        from regulars.server.rewards import actions, queries
        from regulars.server.rewards.bricks import BRICKS
        from regulars.server.segments.queries import add_teller, offer
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        care.lay(queries.GIFT, queries.gifts_of_day, stands=queries.GIFT_STANDS)
        care.lay(queries.UNUSED, queries.unused, stands=queries.UNUSED_STANDS)
        care.share(
            queries.COUPON,
            queries.coupons_of_day,
            leave=queries.not_ours,
            stands=queries.COUPON_STANDS,
        )
        work.tie("points_expiring", work.Ties(actions.told_of_points, actions.untold_of_points))
        add_teller(queries.moments)
        add_use(queries.COUPON_BOUGHT)
        add_use(queries.GIFT_BOUGHT)
        offer(*queries.FIELDS)
        navigation.add(
            Page(
                key="rewards",
                label=pgettext_lazy("pages", "Benefits"),
                url_name="rewards:index",
                icon="gift",
                permission=Permission.SEE_CUSTOMERS,
                order=44,
                count=_waiting,
                on_phone=False,
            )
        )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.rewards.bricks import count

    return count(viewer, timezone.now())
