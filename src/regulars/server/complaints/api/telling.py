"""A complaint as other systems read it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.complaints import queries
from regulars.server.complaints.models import Case, Entry
from regulars.server.core.api import KeyedRequest
from regulars.server.core.models import Person
from regulars.server.customers.api import customer_ref


def now(request: KeyedRequest, by: Person, case: Case) -> dict[str, Any]:
    """The complaint as it is now, also where whoever gave it away sees it no more."""
    return shown(request, queries.one(by, case.public_id) or case)


def entry(which: str, code: str) -> Entry:
    found = queries.by_code(which, code)
    if found is None:
        said = _("There is no line “%(code)s” in the company's list.")
        raise BadInput(said % {"code": code})
    return found


def the_case(viewer: Person, public_id: str) -> Case:
    found = queries.one(viewer, public_id)
    if found is None:
        raise Http404
    return found


def shown(request: KeyedRequest, case: Case) -> dict[str, Any]:
    same = (
        "number", "reference", "who", "channel", "severity", "state", "received_at",
        "acknowledge_by", "answer_by", "resolve_by", "acknowledged_at", "answered_at",
        "closed_at", "result", "call_by", "called_at", "rounds",
    )  # fmt: skip
    return {name: getattr(case, name) for name in same} | {
        "id": case.public_id,
        "words": case.said,
        "content": case.is_content,
        "customer": customer_ref(request, case.customer) if case.customer else None,
        "type": case.type.code,
        "handler": case.handler.username if case.handler else "",
        "waiting": case.is_waiting,
    }
