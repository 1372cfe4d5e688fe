"""What a form answers once it was saved."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

UNDO = "undo "


def undoable(request: Any, words: str, address: str) -> None:
    """Say on the next page what was done, with a button that posts to where it is undone."""
    messages.success(request, words, extra_tags=f"{UNDO}{address}")


def saved(request: Any, where: str, *, alone: str = "") -> HttpResponse:
    """Refresh the page beside the drawer; a form that stands alone gives way to `where`.

    Refreshed, such a form would show itself again, as if nothing had been saved. Where a form
    is sent to another address than it stands at, `alone` is the one it stands at.
    """
    if not request.htmx:
        return redirect(where)
    if urlsplit(request.htmx.current_url or "").path in {request.path, alone}:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})
