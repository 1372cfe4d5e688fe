from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Content(AppConfig):
    name = "regulars.server.content"
    label = "content"

    def ready(self) -> None:
        from regulars.server.content.queries import filling
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        filling.register()
        navigation.add(
            Page(
                "content",
                _("Scripts and playbooks"),
                "content:index",
                "quote",
                group=navigation.SERVICE,
                order=62,
                count=_waiting,
                short=_("Scripts"),
                on_phone=False,
            )
        )


def _waiting(viewer: Any) -> int | None:
    """The versions that wait for this person's approval."""
    from regulars.server.content import queries

    return queries.waiting(viewer) or None
