from typing import Any

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class Posts(AppConfig):
    name = "regulars.server.posts"
    label = "posts"

    def ready(self) -> None:
        from regulars.server.content.rules import message_fields
        from regulars.server.core import custody
        from regulars.server.core.rules import Permission, Role
        from regulars.server.outreach import queries as outreach
        from regulars.server.posts import queries
        from regulars.server.posts.bricks import BRICKS
        from regulars.server.posts.custody import KEPT
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        custody.keep(*KEPT)
        bricks.add(*BRICKS)
        message_fields.add(*queries.FIELDS, provider=queries.provided)
        outreach.add(queries.planned)
        navigation.add(
            Page(
                "posts",
                pgettext_lazy("page", "Daily posts"),
                "posts:index",
                "calendar-event",
                Permission.SEE_MESSAGES,
                group=navigation.REACH,
                order=43,
                count=_waits,
                on_phone=False,
            ),
            Page(
                "to-post",
                pgettext_lazy("page", "To post"),
                "posts:mine",
                "share",
                Permission.RECORD_CONTACT,
                order=14,
                count=_to_post,
                short=pgettext_lazy("page", "Post"),
                roles=(Role.RM,),
                on_phone=False,
            ),
        )


def _waits(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.posts.bricks import waits

    return waits(viewer, timezone.now())


def _to_post(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.posts.bricks import to_post

    return to_post(viewer, timezone.now())
