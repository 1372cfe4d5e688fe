"""Every address of the application."""

from __future__ import annotations

from django.urls import include, path

from regulars.server.site.api import api, pages

# In the order of the house, from the door down to the records.
FEATURES = (
    "administration",
    "privacy",
    "insight",
    "agenda",
    "training",
    "festivals",
    "topics",
    "posts",
    "communities",
    "salons",
    "journeys",
    "campaigns",
    "referrals",
    "opportunities",
    "plans",
    "voice",
    "books",
    "coverage",
    "complaints",
    "rewards",
    "care",
    "loyalty",
    "promises",
    "alerts",
    "standards",
    "outreach",
    "content",
    "segments",
    "tiers",
    "scoring",
    "identity",
    "reception",
    "intake",
    "delivery",
    "channels",
    "experiments",
    "trade",
    "evidence",
    "customers",
    "web",
)

urlpatterns = [
    path("api/v1/", include((pages, "api_pages"))),
    path("api/v1/", api.urls),
    *(path("", include(f"regulars.server.{name}.urls")) for name in FEATURES),
]
handler400 = "regulars.server.web.views.bad_request"
handler403 = "regulars.server.web.views.forbidden"
handler404 = "regulars.server.web.views.not_found"
handler500 = "regulars.server.web.views.broken"
