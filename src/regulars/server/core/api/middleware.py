"""One request of another system: one key, one transaction, and a memory of writes."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from hashlib import sha256

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from regulars.server.core import scope
from regulars.server.core.api.access import KeyedRequest, arrive, body, meter
from regulars.server.core.api.document import LIMITS
from regulars.server.core.api.problems import MEDIA_TYPE, Problem, instead_of, respond
from regulars.server.core.idempotency import actions as idempotency
from regulars.server.core.idempotency.actions import Reply
from regulars.server.core.remembered import remembering
from regulars.server.core.rights import of_machines
from regulars.server.core.rules import NOBODY

log = logging.getLogger("regulars.api")
NAME = re.compile(r"[!-~]{1,255}")
READING = {"GET", "OPTIONS"}
# A load waits for the one before it, but not as long as a large file takes.
PATIENCE = "5s"
Answer = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Takes the requests below /api/; every other one passes by."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not of_machines(request.path):
            return self.get_response(request)
        if request.method != "HEAD":
            return self._told(request)
        request.method = "GET"  # whose answer it is, without the body
        answer = self._told(request)
        request.method = "HEAD"
        return _without_body(answer)

    def _told(self, request: HttpRequest) -> HttpResponse:
        try:
            answer = self._served(request)  # type: ignore[arg-type]  # `arrive` makes it one
        except Problem as problem:
            answer = respond(problem)
        if request.method == "GET" and answer.status_code == 200:
            answer = _unless_known(request, answer)
        if answer.status_code >= 400 and MEDIA_TYPE not in answer.get("Content-Type", ""):
            answer = instead_of(answer)
        answer.setdefault("Cache-Control", "no-store")
        return answer

    def _served(self, request: KeyedRequest) -> HttpResponse:
        limits: dict[str, str] = {}
        try:
            arrive(request, timezone.now())
            limits = meter(request.api_key, request.at) if request.api_key else {}
            with transaction.atomic(), remembering():
                scope.set_scope(request.api_key.scope if request.api_key else NOBODY)
                answer = self._remembered(request)
        except Problem as problem:
            answer = respond(problem)
        except DatabaseError as error:  # nobody knows whether it was done: ask again
            log.error("%s failed", request.path, exc_info=error)
            said = _("The database went away. Repeat the request with its Idempotency-Key.")
            answer = respond(Problem("broken", said))
        for name, value in limits.items():
            answer[name] = value
        return answer

    def _remembered(self, request: KeyedRequest) -> HttpResponse:
        """Answer a write that names a key from memory, or remember its answer."""
        name = request.headers.get("Idempotency-Key")
        if request.api_key is None or name is None or request.method in READING:
            return self._answered(request)
        if not NAME.fullmatch(name):
            raise Problem(
                "malformed", _("An Idempotency-Key is 1 to 255 plain characters, no blanks.")
            )
        print_ = idempotency.fingerprint(
            str(request.method), request.get_full_path(), body(request)
        )
        try:
            kept = idempotency.claim(request.api_key, name, of=print_, at=request.at)
        except idempotency.UnderWay as error:
            raise Problem("under-way", str(error), headers={"Retry-After": "1"}) from error
        except idempotency.AnotherRequest as error:
            raise Problem("key-reused", str(error)) from error
        if kept is not None:
            return _replayed(kept)
        answer = self._answered(request)
        if answer.status_code < 400:
            reply = Reply(answer.status_code, dict(answer.items()), answer.content)
            idempotency.keep(request.api_key, name, reply, of=print_, at=request.at)
        return answer

    def _answered(self, request: KeyedRequest) -> HttpResponse:
        with connection.cursor() as db:
            db.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
        answer = self.get_response(request)
        if answer.status_code >= 400:
            transaction.set_rollback(True)
        return answer


def _unless_known(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Name what was answered by a hash of it; 304 where the caller has just that."""
    etag = f'"{sha256(answer.content).hexdigest()[:32]}"'
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    same = get_conditional_response(request, etag=etag, response=answer)
    if same is None or same is answer:
        return answer
    for name in LIMITS:
        if name in answer:
            same[name] = answer[name]
    return HttpResponse(status=same.status_code, headers=dict(same.items()))


def _without_body(answer: HttpResponse) -> HttpResponse:
    answer.setdefault("Content-Length", str(len(answer.content)))
    answer.content = b""
    return answer


def _replayed(kept: Reply) -> HttpResponse:
    answer = HttpResponse(kept.body, status=kept.status, headers=dict(kept.headers))
    answer["Idempotency-Replayed"] = "true"
    return answer
