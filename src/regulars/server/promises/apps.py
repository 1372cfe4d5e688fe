from typing import Any

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class Promises(AppConfig):
    name = "regulars.server.promises"
    label = "promises"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.promises.bricks import BRICKS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                key="promises",
                label=pgettext_lazy("ledger", "Promises"),
                url_name="promises:index",
                icon="heart-handshake",
                permission=Permission.RECORD_CONTACT,
                order=16,
                count=_pressing,
                on_phone=False,
            )
        )


def _pressing(viewer: Any) -> Any:
    from django.utils import timezone

    from regulars.server.promises.bricks import count

    return count(viewer, timezone.now())
