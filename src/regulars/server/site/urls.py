"""Every address of the application."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("regulars.server.web.urls")),
]
