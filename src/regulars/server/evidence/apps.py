from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceApp(AppConfig):
    name = "regulars.server.evidence"
    label = "evidence"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.evidence.bricks import BRICKS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                "rivals",
                _("Rivals and losses"),
                "evidence:rivals",
                "swords",
                Permission.SEE_KPIS,
                group=navigation.FIGURES,
                order=53,
                short=_("Rivals"),
            )
        )
