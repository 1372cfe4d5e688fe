"""Everything that can go wrong, as RFC 9457 problem details."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MEDIA_TYPE = "application/problem+json"
HELP = "/api/v1/docs#problem-{}"
# code: status, title. The code is the stable name that programs compare.
KINDS: Mapping[str, tuple[int, Any]] = {
    "malformed": (400, gettext_lazy("The request cannot be read")),
    "unauthorized": (401, gettext_lazy("No valid key")),
    "forbidden": (403, gettext_lazy("The key may not do this")),
    "not-found": (404, gettext_lazy("There is nothing here")),
    "method-not-allowed": (405, gettext_lazy("Not with this method")),
    "refused": (409, gettext_lazy("A rule forbids this now")),
    "under-way": (409, gettext_lazy("The same request is being worked on")),
    "too-large": (413, gettext_lazy("The request is too large")),
    "unsupported-media-type": (415, gettext_lazy("The body is not JSON")),
    "invalid": (422, gettext_lazy("The request says something impossible")),
    "key-reused": (422, gettext_lazy("The Idempotency-Key belongs to another request")),
    "too-many-requests": (429, gettext_lazy("Too many requests")),
    "broken": (500, gettext_lazy("Something went wrong on our side")),
    "unsupported": (501, gettext_lazy("This installation cannot do that")),
    "busy": (503, gettext_lazy("A large load is being stored")),
}
OF_STATUS = {status: code for code, (status, _title) in reversed([*KINDS.items()])}


class Problem(Exception):
    """An answer that says what went wrong, raised anywhere below an operation."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail, self.errors = code, detail, list(errors)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return KINDS[self.code][0]


def respond(problem: Problem) -> HttpResponse:
    """Write a problem down."""
    told: dict[str, Any] = {
        "type": HELP.format(problem.code),
        "title": str(KINDS[problem.code][1]),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.errors:
        told["errors"] = problem.errors
    # A name that was sent may hold half a pair of UTF-16, which fits into no answer.
    body = json.dumps(told, ensure_ascii=False).encode(errors="replace")
    return HttpResponse(
        body, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers
    )


def instead_of(answer: HttpResponse) -> HttpResponse:
    """Say as a problem what Django answered with a page: wrong address, method, size."""
    code = OF_STATUS.get(answer.status_code)
    if code is None:
        code = "malformed" if answer.status_code < 500 else "broken"
    kept = {name: answer[name] for name in ("Allow", "Retry-After") if name in answer}
    return respond(Problem(code, _sentences()[code], headers=kept))


def _sentences() -> Mapping[str, str]:
    return {
        **dict.fromkeys(KINDS, _("The request was not carried out.")),
        "malformed": _("The request cannot be read. Send UTF-8 and JSON."),
        "not-found": _("There is nothing at this address. See the list of addresses."),
        "method-not-allowed": _("This address does not know that method. See Allow."),
        "too-large": _("The body is larger than 10 MB. Send fewer rows at once."),
        "broken": _("Something went wrong on our side and nothing was changed. Try again."),
    }
