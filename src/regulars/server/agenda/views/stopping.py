"""The way out of the morning mail. A look changes nothing: scanners of mail open every link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.server.agenda import actions


@csrf_exempt  # mail programmes send the RFC 8058 POST, without any cookie; the link is signed
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the morning mail of whoever the link is of, or take it up again."""
    again = request.POST.get("again") == "1"
    try:
        if request.method == "POST":
            person = actions.stop(token, at=timezone.now(), again=again)
        else:
            person = actions.whose(token)
    except actions.Unsigned as error:
        raise Http404 from error
    context = {"person": person, "done": request.method == "POST", "again": again}
    answer = render(request, "agenda/stop.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer
