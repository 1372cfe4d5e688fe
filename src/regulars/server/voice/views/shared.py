"""What pages of this feature share: a drawer for forms, and what is not there for a viewer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from regulars.base.errors import BadInput
from regulars.server.complaints.models import Case
from regulars.server.core.access import SignedIn
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.voice import queries
from regulars.server.voice.models import Invitation, Survey, Version, Wave

Found = TypeVar("Found")
Row = TypeVar("Row")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def drawer(
    request: SignedIn, form: Any, *, title: str, words: str = "", button: str = "", **more: Any
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {"form": form, "title": title, "words": words, "button": button, "nav": "surveys"}
    status = 422 if form.is_bound else 200
    return render(request, "voice/form.html", context | more, status=status)


def kept(form: Any, act: Callable[[], object]) -> bool:
    """Whether a form was valid and could be acted on; what is wrong stands on the form."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        act()
    except BadInput as error:
        form.add_error(None, str(error))
        return False
    return True


@dataclass(frozen=True)
class Part(Generic[Row]):
    """Some rows of a list, and where in it they stand."""

    rows: tuple[Row, ...]
    page: int
    first: int
    last: int
    total: int

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def next(self) -> int:
        return self.page + 1 if self.last < self.total else 0


def part(request: SignedIn, found: QuerySet[Any, Row], most: int = 50) -> Part[Row]:
    """The part of a list that the address names; a page past its end is the last one."""
    total = found.count()
    given = request.GET.get("page", "")
    wanted = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1
    page = max(1, min(wanted, -(-total // most)))
    rows = tuple(found[(page - 1) * most : page * most])
    first = (page - 1) * most
    return Part(rows, page, first + 1, first + len(rows), total)


def go(request: SignedIn, where: str) -> HttpResponse:
    """On to another page, from a drawer too."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def complaints_page(
    request: SignedIn, found: QuerySet[Case], *, at: datetime, nav: str
) -> HttpResponse:
    """The complaints behind a figure; their words only for whoever may handle complaints."""
    some = part(request, found)
    plain = not request.user.may(Permission.RECORD_CONTACT)
    context = {"rows": some.rows, "part": some, "plain": plain, "at": at, "nav": nav}
    return render(request, "voice/complained.html", context)


def file_of(
    request: SignedIn, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """A table that leaves the house, in the format of the address."""
    format_ = request.GET.get("format") or request.POST.get("format") or "csv"
    if format_ not in ("csv", "xlsx"):
        raise Http404
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / f"table.{format_}"
        FORMATS[format_](to, head, iter(rows))
        answer = HttpResponse(to.read_bytes(), content_type=TYPES[format_])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{format_}"'
    return answer


def the_survey(request: SignedIn, public_id: str) -> Survey:
    return _there(queries.survey(request.user, public_id))


def the_draft(request: SignedIn, public_id: str) -> Version:
    return _there(queries.drafted(the_survey(request, public_id)))


def the_wave(request: SignedIn, public_id: str) -> Wave:
    return _there(queries.wave(request.user, public_id))


def the_invitation(request: SignedIn, public_id: str) -> Invitation:
    return _there(queries.invitation(request.user, public_id))


def the_customer(request: SignedIn, public_id: str) -> Customer:
    return _there(customers.one(request.user, public_id))


def edits(request: SignedIn) -> bool:
    return request.user.may(Permission.EDIT_SURVEYS)


def _there(found: Found | None) -> Found:
    """What is of another scope is as if it were not there."""
    if found is None:
        raise Http404
    return found
