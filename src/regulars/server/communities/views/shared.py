"""What the pages of communities have in common."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from regulars.server.communities import queries
from regulars.server.communities.models import Community
from regulars.server.core.access import SignedIn


def community(request: SignedIn, public_id: str) -> Community:
    found = queries.community(request.user, public_id)
    if found is None:
        raise Http404
    return found


def led(request: SignedIn, found: Community) -> Community:
    """The community, if the viewer leads it or writes for customers."""
    if not queries.may_lead(request.user, found):
        raise PermissionDenied
    return found


def shown(request: HttpRequest, link: str) -> str:
    """A link as people copy it: with the host they see, where the server knows no name."""
    return request.build_absolute_uri(link)
