"""The site's addresses; this feature's are added where the site does not name it."""

from __future__ import annotations

from django.urls import include, path

from regulars.server.site import urls as site

handler400, handler403, handler404 = site.handler400, site.handler403, site.handler404
urlpatterns = list(site.urlpatterns)
if "channels" not in site.FEATURES:
    urlpatterns.append(path("", include("regulars.server.channels.urls")))
