from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Coverage(AppConfig):
    name = "regulars.server.coverage"
    label = "coverage"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission, Role
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        navigation.add(
            Page(
                "coverage",
                _("Coverage"),
                "coverage:work",
                "target",
                Permission.SEE_CUSTOMERS,
                group=navigation.FIGURES,
                order=49,
                roles=(Role.RM, Role.MANAGER, Role.LEADER),
                on_phone=False,
            )
        )
