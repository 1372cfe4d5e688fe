from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Communities(AppConfig):
    name = "regulars.server.communities"
    label = "communities"

    def ready(self) -> None:
        from regulars.server.communities import queries
        from regulars.server.communities.bricks import BRICKS
        from regulars.server.content.rules.message_fields import Field
        from regulars.server.content.rules.message_fields import add as add_field
        from regulars.server.content.rules.shape import Words
        from regulars.server.core.rules import Permission
        from regulars.server.outreach import queries as outreach
        from regulars.server.web import bricks, navigation
        from regulars.server.web.navigation import Page

        bricks.add(*BRICKS)
        outreach.add(queries.planned)
        add_field(
            Field("community.name", Words("社群名称", "Name of the community"), "茶友会"),
            Field(
                "community.link",
                Words("会员自己的页面", "The member's own page"),
                "https://crm.example.com/member/abc",
                "link",
            ),
            provider=_only_given,
        )
        navigation.add(
            Page(
                "communities",
                _("Communities"),
                "communities:index",
                "users-group",
                Permission.SEE_CUSTOMERS,
                group=navigation.REACH,
                order=41,
                count=_asked,
                on_phone=False,
            )
        )


def _only_given(customers: Any, situation: Any) -> Any:
    """Whoever sends knows these values; nobody else does."""
    return {}


def _asked(viewer: Any) -> Any:
    from regulars.server.communities.bricks import count

    return count(viewer)
