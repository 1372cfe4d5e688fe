from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Trade(AppConfig):
    name = "regulars.server.trade"
    label = "trade"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.trade.bricks import BRICKS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                "trade-due",
                _("Terms and invoices"),
                "trade:due",
                "file-text",
                Permission.SEE_CUSTOMERS,
                group=navigation.CUSTOMERS,
                order=34,
                short=_("Terms"),
                on_phone=False,
            )
        )
