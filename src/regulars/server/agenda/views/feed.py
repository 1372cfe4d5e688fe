"""A calendar by its secret address: no session, no cookie, and nothing can be written."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regulars.server.agenda import actions

QUIET = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar as it is now, or 304 where the reader has it."""
    try:
        found = actions.read(
            secret,
            agent=request.headers.get("User-Agent", ""),
            base=f"{request.scheme}://{request.get_host()}",
            at=timezone.now(),
        )
    except actions.TooOften as error:
        return _without(429, str(error), {"Retry-After": str(error.wait)})
    if found is None:
        return _without(404, _("Nothing is here. Make a new address in Regulars."))
    answer = HttpResponse(found.body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="regulars.ics"'
    answer["ETag"] = found.etag
    same = get_conditional_response(request, etag=found.etag, response=answer) or answer
    for name, value in QUIET.items():
        same[name] = value
    return same


def _without(status: int, said: str, headers: Mapping[str, str] = QUIET) -> HttpResponse:
    answer = HttpResponse(f"{said}\n", status=status, content_type="text/plain; charset=utf-8")
    for name, value in {**QUIET, **headers}.items():
        answer[name] = value
    # Django writes the address of what it refuses into the log; this one is a secret.
    answer._has_been_logged = True  # type: ignore[attr-defined]  # read by log_response
    return answer
