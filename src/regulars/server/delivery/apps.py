from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Delivery(AppConfig):
    name = "regulars.server.delivery"
    label = "delivery"

    def ready(self) -> None:
        from regulars.server.core import custody
        from regulars.server.core.rules import Permission
        from regulars.server.delivery.bricks import BRICKS, faulty, unknown
        from regulars.server.delivery.custody import KEPT
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        custody.keep(*KEPT)
        bricks.add(*BRICKS)
        navigation.add(
            Page(
                "outbox",
                _("Outbox"),
                "delivery:outbox",
                "send",
                Permission.SEE_MESSAGES,
                group=navigation.REACH,
                order=43,
                count=unknown,
                on_phone=False,
            ),
            Page(
                "lines",
                pgettext_lazy("delivery", "Lines"),
                "delivery:lines",
                "device-mobile-message",
                Permission.ADMINISTER,
                group=navigation.SYSTEM,
                order=833,
                count=faulty,
                on_phone=False,
            ),
        )
