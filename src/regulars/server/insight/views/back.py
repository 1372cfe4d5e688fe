"""Where a form leads back to."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme

from regulars.server.core.access import SignedIn


def back_to(request: SignedIn, usual: str) -> str:
    """The page that a form names as `next`, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if ours else usual
