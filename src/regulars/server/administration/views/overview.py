"""How the system is, and what wants attention."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from regulars.server.administration import queries
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_safe
@needs(Permission.ADMINISTER)
def index(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    context = {"health": queries.health(request.user, at=at), "at": at}
    return render(request, "administration/index.html", context)
