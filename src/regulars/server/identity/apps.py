from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Identity(AppConfig):
    name = "regulars.server.identity"
    label = "identity"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.identity.bricks import BRICKS, waiting
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                "duplicates",
                _("Duplicates"),
                "identity:index",
                "copy",
                Permission.MERGE,
                group=navigation.DATA,
                order=72,
                count=waiting,
                on_phone=False,
            )
        )
