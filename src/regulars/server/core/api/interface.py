"""django-ninja in our manners: strict JSON, problem details, a document that tells all."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from regulars.base.errors import BadInput, Outside, Refused, RegularsError, Unsupported
from regulars.server.core.api import document
from regulars.server.core.api.problems import OF_STATUS, Problem, respond
from regulars.server.core.api.wrong import in_words

log = logging.getLogger("regulars.api")
MOST_ERRORS = 100
MOST_DIGITS = 1_000  # Python refuses to read a whole number of more than 4,300
FAMILIES = ((BadInput, "invalid"), (Refused, "refused"), (Unsupported, "unsupported"))
LOCK_NOT_AVAILABLE = "55P03"


class Strict(Parser):
    """JSON as the standard has it, and each name once; numbers keep every digit sent."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(
            request.body.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_no_number,
            object_pairs_hook=_each_once,
        )

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> Any:
        """:raises Problem: a name that takes one value stands there twice"""
        for name, values in data.lists():
            if len(values) > 1 and name not in list_fields:
                said = _("“%(name)s” stands twice in the address. Send it once.")
                raise wrong_parameter(name, said % {"name": name})
        return super().parse_querydict(data, list_fields, request)


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


def demand_known(request: HttpRequest, known: Collection[str]) -> None:
    """Refuse a slip of the pen in the address, which would ask for more than was meant.

    :raises Problem: a parameter has a name that the operation does not know
    """
    for name in request.GET:
        if name not in known:
            said = _("There is no parameter “%(name)s”. Use: %(known)s.")
            raise wrong_parameter(name, said % {"name": name, "known": ", ".join(known)})


def wrong_parameter(name: str, said: str) -> Problem:
    return Problem("invalid", said, errors=[{"parameter": name, "detail": said}])


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MOST_DIGITS else Decimal(digits)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """:raises Problem: of two values of one name nobody knows which was meant"""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((name, _times),) = Counter(name for name, _value in pairs).most_common(1)
        said = _("“%(name)s” stands twice in one object of the body. Send it once.")
        raise Problem("malformed", said % {"name": name})
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return respond(error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Name each wrong place by its JSON pointer, or its parameter."""
    named = error.errors[:MOST_ERRORS]
    sent = _sent(request) if any(one["loc"][0] == "body" for one in named) else None
    errors = [{**_place(one, sent), "detail": in_words(one)} for one in named]
    count = len(error.errors)
    said = ngettext(
        "%(n)s place of the request is wrong; nothing was done.",
        "%(n)s places of the request are wrong; nothing was done.",
        count,
    )
    return respond(Problem("invalid", said % {"n": count}, errors=errors))


def _place(one: Mapping[str, Any], sent: Any) -> dict[str, str]:
    loc: Sequence[Any] = one["loc"]
    where, _argument, *rest = (*loc, "")
    if where != "body":
        return {"parameter": ".".join(map(str, loc[1:]))}
    steps = _steps(rest[:-1], sent, missing=one["type"] == "missing")
    return {"pointer": "".join(f"/{_escaped(part)}" for part in steps)}


def _escaped(part: Any) -> str:
    """A name as RFC 6901 writes it."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _steps(rest: Sequence[Any], found: Any, *, missing: bool) -> Iterator[Any]:
    """Leave out the names of models that pydantic puts between the names of the body."""
    for at, part in enumerate(rest):
        last = missing and at == len(rest) - 1  # it is in nothing that was sent
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
    if isinstance(error.__cause__, Problem):  # of the parser, which knows more
        return respond(error.__cause__)
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
