from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Segments(AppConfig):
    name = "regulars.server.segments"
    label = "segments"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission, Role
        from regulars.server.experiments import queries as experiments
        from regulars.server.segments.bricks import BRICKS
        from regulars.server.segments.queries.drawing import Lists
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        experiments.lists_from(Lists())
        own = Page(
            key="my-customers",
            label=_("My customers"),
            short=pgettext_lazy("page", "Customers"),
            url_name="segments:list",
            icon="users",
            permission=Permission.SEE_CUSTOMERS,
            group=navigation.CUSTOMERS,
            order=20,
            roles=(Role.RM,),
            count=_count,
        )
        everybody = Page(
            key="customers",
            label=pgettext_lazy("page", "Customers"),
            url_name="segments:list",
            icon="users",
            permission=Permission.SEE_CUSTOMERS,
            group=navigation.CUSTOMERS,
            order=20,
            roles=tuple(role for role in Role if role is not Role.RM),
            count=_count,
        )
        kept = Page(
            key="segments",
            label=_("Segments"),
            url_name="segments:index",
            icon="chart-pie-3",
            permission=Permission.SEE_CUSTOMERS,
            group=navigation.CUSTOMERS,
            order=25,
            on_phone=False,
        )
        navigation.add(own, everybody, kept)
        navigation.place("search", "segments:list", Permission.SEE_CUSTOMERS)
        navigation.place("suggest", "segments:suggest", Permission.SEE_CUSTOMERS)
        bricks.add(*BRICKS)


def _count(viewer: Any) -> int:
    from regulars.server.segments import queries

    return queries.how_many(viewer)
