"""What strangers may open: the way out of messages, and providers' calls.

A look changes nothing: scanners of mail open every link.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.server.core import scope
from regulars.server.delivery import actions, queries
from regulars.server.delivery.kinds import Call, Forged

LARGEST = 1_000_000  # bytes of a provider's call


@csrf_exempt  # mail programmes send the RFC 8058 POST, without any cookie; the link is signed
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End what a message was for, for whoever has its address."""
    done = request.method == "POST"
    try:
        with scope.everything():
            row = actions.whose(token)
            if done:
                actions.stop_by_link(token, at=timezone.now())
    except actions.Unsigned as error:
        raise Http404 from error
    answer = render(request, "delivery/stop.html", {"row": row, "done": done})
    answer["X-Robots-Tag"] = "noindex"
    return answer


@csrf_exempt  # a provider signs in its own way; see its kind
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, secret: str) -> HttpResponse:
    """Take in what a provider tells."""
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return HttpResponse(status=413)
    with scope.everything():
        line = queries.line_of_hook(secret)
        if line is None:
            raise Http404
        try:
            answer = actions.hear(line, _call(request), at=timezone.now())
        except Forged:
            return HttpResponse("forged", status=403, content_type="text/plain")
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _call(request: HttpRequest) -> Call:
    return Call(
        method=request.method or "",
        url=request.build_absolute_uri(),
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: str(value) for name, value in request.GET.items()},
        body=request.body,
    )
