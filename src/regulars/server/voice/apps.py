from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Voice(AppConfig):
    name = "regulars.server.voice"
    label = "voice"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.complaints import queries as complaints
        from regulars.server.core.rules import Permission
        from regulars.server.segments.queries import add_teller, offer
        from regulars.server.voice import actions, queries
        from regulars.server.voice.bricks import BRICKS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        ties = work.Ties(actions.talked, actions.not_talked)
        care.share(queries.LOW, queries.low, leave=queries.not_low, stands=queries.STANDS)
        care.share(queries.HIGH, queries.high, leave=queries.not_high, stands=queries.STANDS)
        work.tie(queries.LOW, ties)
        work.tie(queries.HIGH, ties)
        add_teller(queries.moments)
        complaints.read_words("answer", queries.words_of_answer)
        complaints.read_words("comment", queries.words_of_comment)
        offer(*queries.FIELDS)
        navigation.place("import-comments", "voice:bring-comments", Permission.EDIT_SURVEYS)
        see = Permission.SEE_CUSTOMERS
        navigation.add(
            Page(
                "loop",
                _("Closed loop"),
                "voice:board",
                "refresh",
                see,
                order=18,
                count=_waiting,
                on_phone=False,
            ),
            Page(
                "satisfaction",
                _("Satisfaction"),
                "voice:standing",
                "thumb-up",
                see,
                group=navigation.CUSTOMERS,
                order=35,
                on_phone=False,
            ),
            Page(
                "surveys",
                pgettext_lazy("pages", "Surveys"),
                "voice:index",
                "clipboard-text",
                see,
                group=navigation.CUSTOMERS,
                order=36,
                count=_panel_begins,
                on_phone=False,
            ),
            Page(
                "comments",
                pgettext_lazy("pages", "Comments"),
                "voice:topics",
                "messages",
                see,
                group=navigation.CUSTOMERS,
                order=37,
                on_phone=False,
            ),
            Page(
                "survey-rules",
                _("Rules of surveys"),
                "voice:rules",
                "adjustments-horizontal",
                Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=834,
                on_phone=False,
            ),
        )


def _waiting(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.voice.bricks import count

    return count(viewer, timezone.now())


def _panel_begins(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.voice.bricks import panel_begins

    return panel_begins(viewer, timezone.now())
