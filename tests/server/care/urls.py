"""All addresses; signing in has its own names, which a feature's pages need too."""

from __future__ import annotations

from django.urls import include, path

from regulars.server.site.urls import urlpatterns as wired

urlpatterns = [*wired, path("", include("regulars.server.administration.urls.front"))]
