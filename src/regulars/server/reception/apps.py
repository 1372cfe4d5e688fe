from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Reception(AppConfig):
    name = "regulars.server.reception"
    label = "reception"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.customers.queries import origins
        from regulars.server.reception import queries
        from regulars.server.web import navigation
        from regulars.server.web.navigation import Page

        for way in ("card", "event", "visit", "spotted"):
            origins.name_sources(way, queries.named_sources(way))
        navigation.add(
            Page(
                "met",
                _("Met and spotted"),
                "reception:met",
                "user-plus",
                Permission.RECORD_CONTACT,
                group=navigation.CUSTOMERS,
                order=21,
                short=_("Met"),
                on_phone=False,
            ),
            Page(
                "forms",
                _("Web forms"),
                "reception:index",
                "forms",
                Permission.EDIT_FORMS,
                group=navigation.DATA,
                order=71,
                on_phone=False,
            ),
        )
