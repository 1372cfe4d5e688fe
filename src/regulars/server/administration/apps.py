from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from regulars.server.core.rules import Permission as P
from regulars.server.web import navigation
from regulars.server.web.navigation import Page


class Administration(AppConfig):
    name = "regulars.server.administration"
    label = "administration"

    def ready(self) -> None:
        navigation.place("sign_out", "logout")
        navigation.add(
            page("index", _("Overview"), "layout-dashboard", P.ADMINISTER, 800),
            page("people", _("People"), "users", P.ADMINISTER, 810),
            page(
                "branches", _("Branches and books"), "sitemap", P.ADMINISTER, 820, _("Branches")
            ),
            page("settings", _("Settings"), "settings", P.ADMINISTER, 830),
            page("keys", _("API and webhooks"), "api", P.ADMINISTER, 835, _("API")),
            page("jobs", _("Jobs"), "activity", P.SEE_JOBS, 840),
            page("audit", _("Audit trail"), "history", P.SEE_AUDIT, 850),
        )
        if settings.IS_DEMO:
            navigation.add(
                Page(
                    key="enter",
                    label=_("Switch role"),
                    url_name="enter",
                    icon="switch-horizontal",
                    group=navigation.DEMO,
                    order=990,
                    on_phone=False,
                )
            )


def page(
    name: str,
    label: navigation.Words,
    icon: str,
    permission: P,
    order: int,
    short: navigation.Words = "",
) -> Page:
    return Page(
        key=f"administration-{name}",
        label=label,
        url_name=f"administration:{name}",
        icon=icon,
        permission=permission,
        group=navigation.SYSTEM,
        order=order,
        short=short,
    )
