from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Intake(AppConfig):
    name = "regulars.server.intake"
    label = "intake"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        navigation.add(
            Page(
                "imports",
                _("Imports"),
                "intake:index",
                "database-import",
                Permission.IMPORT,
                order=70,
            )
        )
