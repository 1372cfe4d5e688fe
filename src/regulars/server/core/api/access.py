"""Who comes: the key of a request, what it may do, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from regulars.server.core.api.problems import Problem
from regulars.server.core.keys import actions, queries
from regulars.server.core.models import ApiKey, Person
from regulars.server.core.rights import Right

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Regulars"'}
MINUTE = timedelta(minutes=1)
PIECE = 1 << 16


class KeyedRequest(HttpRequest):
    """A request of another system."""

    api_key: ApiKey
    api_refusal: Problem | None  # why the key that it brought opens nothing
    at: datetime


class Keyed:
    """Lets in whoever brings a valid key with a right; the API's document reads it too."""

    openapi_security_schema: dict[str, Any] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that an administrator made: `Authorization: Bearer rgk_...`",
    }

    def __init__(self, *rights: Right) -> None:
        self.rights = rights

    def __call__(self, request: KeyedRequest) -> ApiKey:
        key: ApiKey | None = request.api_key
        if key is None:
            raise request.api_refusal or _no_key()
        if self.rights and not any(key.has(right) for right in self.rights):
            raise Problem(
                "forbidden",
                _("The key lacks the right “%(right)s”. Make a key that has it.")
                % {"right": " / ".join(self.rights)},
            )
        if request.method in {"POST", "PUT", "PATCH"}:
            demand_json(request)
            body(request)
        return key


def demand_json(request: HttpRequest) -> None:
    """:raises Problem: the body is something else than UTF-8 JSON"""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() not in {"utf-8", "utf8"}:
        raise Problem(
            "unsupported-media-type",
            _("The body is “%(type)s”. Send UTF-8 with Content-Type: application/json.")
            % {"type": request.content_type or ""},
            headers={"Accept": "application/json"},
        )
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", ""}:
        raise Problem(
            "unsupported-media-type",
            _("The body is packed with “%(coding)s”. Send it as it is.") % {"coding": coding},
            headers={"Accept-Encoding": "identity"},
        )


def body(request: HttpRequest) -> bytes:
    """:raises Problem: it is too large, or the connection broke"""
    try:
        return request.body if _measured(request) else _in_pieces(request)
    except RequestDataTooBig as error:
        raise Problem(
            "too-large", _("The body is larger than 10 MB. Send fewer rows at once.")
        ) from error
    except UnreadablePostError as error:
        raise Problem("malformed", _("The connection broke in the middle.")) from error


def _measured(request: HttpRequest) -> bool:
    """Tell whether Django can read the body: it takes one without a length for none."""
    read = hasattr(request, "_body")
    ends = request.META.get("wsgi.input_terminated", False)
    return read or bool(request.META.get("CONTENT_LENGTH")) or not ends


def _in_pieces(request: HttpRequest) -> bytes:
    """A body whose sender did not know how long it would be (Transfer-Encoding: chunked)."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    source, read = request.META["wsgi.input"], BytesIO()
    while piece := source.read(PIECE):
        if read.tell() + len(piece) > most:
            raise RequestDataTooBig
        read.write(piece)
    request._body = read.getvalue()
    return request._body


def arrive(request: KeyedRequest, at: datetime) -> None:
    """Note on the request whose key it brings, if that key opens something."""
    request.at, request.api_refusal = at, None
    request.api_key = cast(ApiKey, None)
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return
    key = queries.of_token(token.strip())
    state = key.state(at) if key is not None else "unknown"
    if key is not None and state == "valid":
        request.api_key = key
    else:
        request.api_refusal = _refusal(state)


def meter(key: ApiKey, at: datetime) -> dict[str, str]:
    """Count a request and return the headers that say how much is left.

    :raises Problem: the key was used too often in this minute.
    """
    used = actions.count_use(key, at=at)
    wait = 60 - at.second
    headers = {
        "RateLimit-Limit": str(key.per_minute),
        "RateLimit-Remaining": str(max(key.per_minute - used, 0)),
        "RateLimit-Reset": str(wait),
    }
    if used > key.per_minute:
        raise Problem(
            "too-many-requests",
            _("The key may be used %(n)s times a minute. Go on in %(wait)s seconds.")
            % {"n": key.per_minute, "wait": wait},
            headers={**headers, "Retry-After": str(wait)},
        )
    return headers


def as_viewer(key: ApiKey) -> Person:
    """Lend a key's eyes to the queries, which ask a viewer for `scope` and `may` only."""
    return cast(Person, key)


def _no_key() -> Problem:
    return Problem(
        "unauthorized",
        _("Send a key: “Authorization: Bearer rgk_…”. An administrator makes keys."),
        headers=CHALLENGE,
    )


def _refusal(state: str) -> Problem:
    said = {
        "expired": _("The key is past its last day. An administrator makes a new one."),
        "revoked": _("The key was revoked. An administrator makes a new one."),
        "unknown": _("Nobody knows this key. Compare it with the one you were given."),
    }
    invalid = f'{CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'
    return Problem("unauthorized", said[state], headers={"WWW-Authenticate": invalid})
