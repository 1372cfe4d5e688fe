"""The file that an address names, and the language of the page."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import get_language

from regulars.server.core.access import SignedIn
from regulars.server.intake import queries
from regulars.server.intake.models import Import


def found_or_404(request: SignedIn, key: str) -> Import:
    found = queries.one(request.user, key)
    if found is None:
        raise Http404
    return found


def language_of_page() -> str:
    return get_language() or "zh-hans"
