"""django-ninja in our manners: strict JSON, problem details, a document that tells all."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from regulars.base.errors import BadInput, Outside, Refused, RegularsError, Unsupported
from regulars.server.core.api import document
from regulars.server.core.api.problems import OF_STATUS, Problem, respond

log = logging.getLogger("regulars.api")
MOST_ERRORS = 100
FAMILIES = ((BadInput, "invalid"), (Refused, "refused"), (Unsupported, "unsupported"))
LOCK_NOT_AVAILABLE = "55P03"


class Strict(Parser):
    """JSON as the standard has it; numbers keep every digit that was sent."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_float=Decimal, parse_constant=_no_number)


class Api(NinjaAPI):
    """The interface of one version; routers of the features are added to it."""

    def __init__(self, **given: Any) -> None:
        super().__init__(parser=Strict(), docs_url=None, openapi_url=None, **given)
        # Any in the handlers: each is given the kind that it is entered for.
        self.add_exception_handler(Problem, _problem)
        self.add_exception_handler(ValidationError, _invalid)
        self.add_exception_handler(HttpError, _http)
        self.add_exception_handler(Http404, _missing)
        self.add_exception_handler(RegularsError, _ours)
        self.add_exception_handler(Exception, _broken)

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The OpenAPI 3.1 document, with every answer that this frame may give."""
        return document.complete(super().get_openapi_schema(*args, **kwargs), self)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return respond(error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Name each wrong place by its JSON pointer, or its parameter."""
    errors = [
        {**_place(one["loc"], request), "detail": str(one["msg"])}
        for one in error.errors[:MOST_ERRORS]
    ]
    count = len(error.errors)
    said = _("%(n)s places of the request are wrong; nothing was done.") % {"n": count}
    return respond(Problem("invalid", said, errors=errors))


def _place(loc: Sequence[Any], request: HttpRequest) -> dict[str, str]:
    where, _argument, *rest = (*loc, "")
    if where != "body":
        return {"parameter": ".".join(map(str, loc[1:]))}
    return {"pointer": "".join(f"/{part}" for part in _steps(rest[:-1], _sent(request)))}


def _steps(rest: Sequence[Any], found: Any) -> Iterator[Any]:
    """Leave out the names of models that pydantic puts between the names of the body."""
    for at, part in enumerate(rest):
        last = at == len(rest) - 1  # a field that is missing is in nothing that was sent
        if isinstance(found, dict) and (part in found or last):
            found = found.get(part)
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            continue
        yield part


def _sent(request: HttpRequest) -> Any:
    return Strict().parse_body(request) if request.body else None


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    code = OF_STATUS.get(error.status_code, "malformed")
    if code == "malformed":
        return respond(Problem(code, _("The body is no JSON. Send one object, in UTF-8.")))
    return respond(Problem(code, str(error)))


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return respond(
        Problem("not-found", _("There is nothing with this id, or not for this key."))
    )


def _ours(request: HttpRequest, error: Any) -> HttpResponse:
    for family, code in FAMILIES:
        if isinstance(error, family):
            return respond(Problem(code, str(error)))
    log.error("%s failed", request.path, exc_info=error)
    code = "busy" if isinstance(error, Outside) and not error.permanent else "broken"
    return respond(Problem(code, str(error), headers={"Retry-After": "30"}))


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, OperationalError) and _waited(error):
        said = _("A large load is being stored. Nothing was changed; ask again in a while.")
        return respond(Problem("busy", said, headers={"Retry-After": "10"}))
    log.error("%s failed", request.path, exc_info=error)
    said = _("Something went wrong on our side and nothing was changed. Try again.")
    return respond(Problem("broken", said))


def _waited(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE
