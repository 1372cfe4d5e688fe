from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Referrals(AppConfig):
    name = "regulars.server.referrals"
    label = "referrals"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.core.events import listen
        from regulars.server.loyalty.queries import add_use
        from regulars.server.referrals import actions, handlers, queries
        from regulars.server.rewards.events import NotGiven
        from regulars.server.segments.queries import add_teller, offer

        for way in (actions.POINTS, actions.COUPON, actions.GIFT):
            actions.add_way(way)
        care.share(
            queries.RECEIVED,
            queries.received,
            leave=queries.not_received,
            stands=queries.RECEIVED_STANDS,
        )
        care.share(
            queries.FEEDBACK,
            queries.feedback,
            leave=queries.not_given,
            stands=queries.FEEDBACK_STANDS,
        )
        work.tie(queries.RECEIVED, work.Ties(actions.spoken_with, actions.not_spoken_with))
        work.tie(queries.FEEDBACK, work.Ties(actions.heard, actions.not_heard))
        add_teller(queries.moments)
        offer(*queries.FIELDS)
        add_use(queries.THANKED)
        listen(NotGiven, handlers.not_given)
        _show()


def _show() -> None:
    from regulars.server.core.rules import Permission
    from regulars.server.referrals.bricks import BRICKS
    from regulars.server.web import bricks, navigation
    from regulars.server.web.navigation import Page

    bricks.add(*BRICKS)
    navigation.place("refer", "referrals:link", Permission.RECORD_CONTACT)
    navigation.add(
        Page(
            key="referrals",
            label=pgettext_lazy("pages", "Referrals"),
            url_name="referrals:index",
            icon="user-plus",
            permission=Permission.SEE_CUSTOMERS,
            order=17,
            count=_waiting,
            on_phone=False,
        ),
        Page(
            key="referral-rules",
            label=_("Rule of referrals"),
            url_name="referrals:rules",
            icon="user-plus",
            permission=Permission.EDIT_LOYALTY,
            group=navigation.SYSTEM,
            order=835,
            on_phone=False,
        ),
    )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.referrals.bricks import count

    return count(viewer, timezone.now())
