"""Links that members and strangers open; they carry the company's own address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from regulars.server.communities.models import Community


def page_link(token: str) -> str:
    """The address of a member's own page, by their token."""
    return _origin() + reverse("communities:member", args=[token])


def door_link(community: Community, friend: str = "") -> str:
    """The public address of a community; `friend` is the word that a member passes on."""
    asked = f"?{urlencode({'by': friend})}" if friend else ""
    return _origin() + reverse("communities:door", args=[community.public_id]) + asked


def _origin() -> str:
    """Nothing where the server does not know its name: whoever asked knows it then."""
    origins: list[str] = settings.CSRF_TRUSTED_ORIGINS
    return origins[0].rstrip("/") if origins else ""
