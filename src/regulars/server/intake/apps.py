from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Intake(AppConfig):
    name = "regulars.server.intake"
    label = "intake"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.customers.queries import origins
        from regulars.server.experiments import queries as experiments
        from regulars.server.intake import forms
        from regulars.server.intake.reader.small import read_small
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        origins.name_sources("import", forms.names_of_imports)
        experiments.tables_from(read_small)
        navigation.add(
            Page(
                "imports",
                _("Imports"),
                "intake:index",
                "database-import",
                Permission.IMPORT,
                group=navigation.DATA,
                order=70,
            )
        )
