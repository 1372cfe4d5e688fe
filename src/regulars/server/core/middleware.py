"""One request, one transaction, one pair of eyes."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import translation

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.core.remembered import remembering
from regulars.server.core.rights import of_machines
from regulars.server.core.rules import NOBODY

Answer = Callable[[HttpRequest], HttpResponse]


class ViewerMiddleware:
    """Wraps each request in a transaction that sees what the signed-in person may see."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            return HttpResponseBadRequest()
        if of_machines(request.path):  # core.api opened the wall for the key it brings
            return self.get_response(request)
        with transaction.atomic(), remembering():
            viewer = request.user if isinstance(request.user, Person) else None
            scope.set_scope(viewer.scope if viewer else NOBODY)
            if viewer and viewer.language:
                translation.activate(viewer.language)
                request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _holds_nul(request: HttpRequest) -> bool:
    """PostgreSQL knows no NUL in a text; nobody types one."""
    values = (value for _name, given in request.GET.lists() for value in given)
    return "\0" in request.path or any("\0" in value for value in values)
