from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.views import consents, policy
from regulars.server.core.rules import Permission
from regulars.server.web import navigation
from regulars.server.web.navigation import Page

app_name = "channels"
# Random ids have twelve letters, so a word such as "rows" is never taken for one.
ONE = r"^customers/(?P<public_id>[0-9a-z]{12})/consents"
urlpatterns = [
    re_path(ONE + r"$", consents.history, name="consents"),
    re_path(ONE + r"/say$", consents.say, name="say"),
    re_path(ONE + r"/stops$", consents.stops, name="stops"),
    path("may-we/", policy.ask, name="ask"),
    path("policy/", policy.policy, name="policy"),
    path("policy/notices", policy.wordings, name="wordings"),
    path("policy/do-not-contact", policy.suppressions, name="suppressions"),
    path("policy/do-not-contact/lift", policy.lift, name="lift"),
]

# Entries of the side bar come with the addresses that they lead to.
navigation.add(
    Page(
        "may-we",
        _("May we contact?"),
        "channels:ask",
        "shield-check",
        Permission.SEE_CUSTOMERS,
        group=navigation.CUSTOMERS,
        order=31,
        short=_("May we?"),
        on_phone=False,
    ),
    Page(
        "policy",
        _("Contact policy"),
        "channels:policy",
        "adjustments-horizontal",
        Permission.EDIT_POLICY,
        group=navigation.SYSTEM,
        order=832,
        on_phone=False,
    ),
)
