from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Insight(AppConfig):
    name = "regulars.server.insight"
    label = "insight"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.customers.queries import measuring
        from regulars.server.insight.bricks import BRICKS
        from regulars.server.insight.queries.trust import LEVELS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        measuring.know_levels(LEVELS)
        navigation.add(
            Page(
                "base",
                _("Base at a date"),
                "insight:base",
                "database",
                Permission.SEE_BASE,
                group=navigation.FIGURES,
                order=50,
                short=_("Base"),
            ),
            Page(
                "kpis",
                _("Key figures"),
                "insight:kpis",
                "chart-line",
                Permission.SEE_KPIS,
                group=navigation.FIGURES,
                order=52,
                short=_("Figures"),
            ),
            Page(
                "scores",
                _("Scores and back-test"),
                "insight:scores",
                "gauge",
                Permission.SEE_SCORES,
                group=navigation.FIGURES,
                order=54,
                short=_("Scores"),
            ),
            Page(
                "trust",
                _("Data quality"),
                "insight:trust",
                "shield-check",
                Permission.SEE_BASE,
                group=navigation.FIGURES,
                order=56,
                short=_("Quality"),
                on_phone=False,
            ),
        )
