"""Every address of every feature that has some, even before the site lists them."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from regulars.server.site.urls import urlpatterns as wired

FEATURES = ("customers", "intake", "scoring", "tiers", "care", "insight", "administration")

urlpatterns = [
    path("", include("regulars.server.administration.urls.front")),
    *(
        path(f"{name}/", include(f"regulars.server.{name}.urls"))
        for name in FEATURES
        if find_spec(f"regulars.server.{name}.urls")
    ),
    *wired,
]
