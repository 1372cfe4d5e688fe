from typing import Any

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class Experiments(AppConfig):
    name = "regulars.server.experiments"
    label = "experiments"

    def ready(self) -> None:
        from regulars.server.core.rules import Permission
        from regulars.server.experiments.bricks import BRICKS
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        navigation.add(
            Page(
                key="experiments",
                label=pgettext_lazy("pages", "What worked"),
                url_name="experiments:index",
                icon="flask",
                permission=Permission.SEE_KPIS,
                group=navigation.FIGURES,
                order=53,
                count=_waiting,
                on_phone=False,
            )
        )


def _waiting(viewer: Any) -> Any:
    from regulars.server.experiments.bricks import count

    return count(viewer)
