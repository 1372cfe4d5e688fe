from typing import Any

from django.apps import AppConfig
from django.utils.translation import pgettext, pgettext_lazy


class Topics(AppConfig):
    name = "regulars.server.topics"
    label = "topics"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.core import custody
        from regulars.server.experiments.rules import labels
        from regulars.server.outreach import queries as outreach
        from regulars.server.topics import actions, queries
        from regulars.server.topics.custody import KEPT
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        custody.keep(*KEPT)
        care.lay("topic_talk", queries.work, stands=queries.STANDS)
        work.tie("topic_talk", work.Ties(actions.answer, actions.reopen))
        outreach.add(queries.planned)
        labels.add(_label)
        navigation.add(
            Page(
                "topics",
                pgettext_lazy("page", "News and topics"),
                "topics:index",
                "speakerphone",
                group=navigation.REACH,
                order=43,
                count=_needing,
                short=pgettext_lazy("page", "Topics"),
                on_phone=False,
            )
        )


def _label(code: str) -> str:
    return pgettext("experiment", "News topic") if code == "topic" else ""


def _needing(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.topics import queries
    from regulars.server.web.navigation import Count

    waits, late = queries.needing(viewer, at=timezone.now())
    return Count(waits, late=late) if waits else None
