from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Privacy(AppConfig):
    name = "regulars.server.privacy"
    label = "privacy"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.privacy.bricks import BRICKS, waiting
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                "privacy",
                _("Requests and retention"),
                "privacy:index",
                "shield-lock",
                Permission.HANDLE_RIGHTS,
                group=navigation.DATA,
                order=74,
                count=waiting,
                short=_("Requests"),
                on_phone=False,
            )
        )
