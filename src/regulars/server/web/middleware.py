"""What a rule forbids while a page is at work is an answer, not a failure of ours."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from regulars.base.errors import Refused
from regulars.server.web import views

Answer = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Says the sentence of a refusal that no view expected; nothing of the request stays.

    Two people at one record: the second is told that it changed meanwhile.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        answer = views.refused(request, error)  # while the page may still ask
        transaction.set_rollback(True)
        return answer
