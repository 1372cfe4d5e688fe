from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Books(AppConfig):
    name = "regulars.server.books"
    label = "books"

    def ready(self) -> None:
        from regulars.server.books.bricks import BRICKS
        from regulars.server.core.rules import Permission, Role
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                "books",
                _("Books and hand-over"),
                "books:index",
                "briefcase",
                Permission.ASSIGN_BOOKS,
                group=navigation.CUSTOMERS,
                order=28,
                short=_("Books"),
                on_phone=False,
            ),
            Page(
                "duties",
                _("Who leads what"),
                "books:duties",
                "users",
                Permission.SEE_CUSTOMERS,
                group=navigation.CUSTOMERS,
                order=30,
                short=_("Duties"),
                on_phone=False,
            ),
            Page(
                "pool",
                _("Pool"),
                "books:pool",
                "user-question",
                Permission.CLAIM,
                group=navigation.CUSTOMERS,
                order=27,
                roles=(Role.RM, Role.MANAGER),
                on_phone=False,
            ),
        )
