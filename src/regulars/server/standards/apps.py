from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Standards(AppConfig):
    name = "regulars.server.standards"
    label = "standards"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.standards.bricks import BRICKS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        navigation.add(
            Page(
                "standards",
                _("Service standard"),
                "standards:index",
                "list-check",
                Permission.SEE_TIERS,
                group=navigation.SERVICE,
                order=61,
                short=_("Standard"),
                on_phone=False,
            )
        )
        bricks.add(*BRICKS)
