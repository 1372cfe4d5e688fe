"""Customers for other systems: pages of the file, one customer, what changed since.

What higher features know of a customer (tier, scores) they lay beside by `beside`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from regulars.server.core import audit
from regulars.server.core.api import (
    PUBLIC_ID,
    Digits,
    Keyed,
    KeyedRequest,
    as_viewer,
    demand_known,
    strange,
)
from regulars.server.core.models import ApiKey, Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import pages

router = Router(tags=["customers"])
PERSONAL = ("phone", "email", "address", "birth_date", "lunar_birthday")


def _written(value: Any) -> Any:
    """Refuse a bare number, which would be taken for seconds since 1970."""
    if isinstance(value, str) and "T" not in value.upper():
        raise ValueError(_("Write a moment as 2026-11-22T00:00:00+08:00."))
    return value


class Tier(Schema):
    """The tier of the primary scheme in force."""

    code: str
    name: str
    level: int = Field(description="1 to 5; 5 is the top.")
    measure: str | None = Field(description="What decided, in the company's currency.")


class Scores(Schema):
    """The published scores of the current run."""

    as_of: date
    value: str = Field(description="Yearly value in the company's currency.")
    stake: str = Field(description="What would be lost with the customer.")
    clv: str | None = Field(description="Lifetime value over 36 months.")
    p_alive: float | None
    stage: str
    rfm: str


class CustomerOut(Schema):
    """One customer. Personal values are masked unless the key may read them in full."""

    id: str = Field(examples=["7hq2k9xw4mzt"])
    number: str = Field(examples=["C-000123"])
    kind: str = Field(examples=["person"])
    state: str = Field(examples=["active"])
    name: str = Field(examples=["李娜"])
    name_en: str
    gender: str
    birth_date: date | None
    lunar_birthday: str
    phone: str = Field(examples=["138****5678"])
    email: str
    address: str
    district: str
    occupation: str
    business_class: str = Field(description="Of organisations; may be empty.")
    since: date | None
    source: str
    preferred_channel: str
    blocked_channels: list[str]
    do_not_contact: bool
    no_profiling: bool
    tags: list[str]
    book: str = Field(description="Code of the book.", examples=["K01"])
    branch: str = Field(description="Code of the branch.", examples=["B01"])
    owner: str = Field(description="User name of who looks after the customer; may be empty.")
    merged_into: str | None = Field(description="Id of the customer that this one lives on in.")
    masked: bool = Field(description="Whether personal values are masked.")
    created_at: datetime
    updated_at: datetime
    tier: Tier | None = Field(description="With the right scores.read only.")
    scores: Scores | None = Field(description="With the right scores.read only.")


class CustomerRef(Schema):
    """Whom it is about. The name stands there for keys that may read customers."""

    id: str
    number: str = Field(examples=["C-000123"])
    name: str | None


class CustomerPage(Schema):
    """Some customers, and where to go on."""

    customers: list[CustomerOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class Wanted(Schema):
    """Which customers, and from where on."""

    updated_since: Annotated[AwareDatetime, BeforeValidator(_written)] | None = Field(
        None,
        description="Only customers changed at or after this moment, oldest change first.",
        examples=["2026-11-22T00:00:00+08:00"],
    )
    number: str | None = Field(
        None, max_length=60, pattern="^[^\\x00]*$", description="Only the one with this number."
    )
    limit: Digits = Field(100, ge=1, le=500)
    cursor: str | None = Field(
        None,
        max_length=200,
        pattern="^[0-9A-Za-z_=-]*$",
        description="`next` of the last page.",
    )


def customer_ref(request: KeyedRequest, customer: Customer) -> dict[str, Any]:
    """A customer as work names them: without the name for keys that may not read it."""
    named = request.api_key.has(Right.CUSTOMERS_READ)
    return {
        "id": customer.public_id,
        "number": customer.number,
        "name": customer.name if named else None,
    }


Known = Mapping[int, Mapping[str, Any]]
Reads = Callable[[Person, list[Customer]], Known]
_beside: dict[str, Reads] = {}


def beside(name: str, reads: Reads) -> None:
    """Let a higher feature fill `tier` or `scores` for some customers at once, by their pk."""
    _beside[name] = reads


@router.get(
    "",
    response=CustomerPage,
    auth=Keyed(Right.CUSTOMERS_READ),
    operation_id="list_customers",
    summary="List customers",
)
def listed(request: KeyedRequest, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """Go through the customers that the key reaches, page by page.

    With `updated_since` the pages follow the time of the last change, so that nothing that
    changes meanwhile is missed: it comes again at the end.
    """
    demand_known(request, Wanted.model_fields)
    viewer = as_viewer(request.api_key)
    rows = pages.changed(
        viewer,
        since=_utc(wanted.updated_since),
        number=wanted.number,
        after=_read(wanted.cursor, by_time=wanted.updated_since is not None),
        most=wanted.limit + 1,
    )
    page = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    told = _told(request, page)
    if not more:
        return {"customers": told, "next": None}
    moment = None if wanted.updated_since is None else page[-1].updated_at
    return {"customers": told, "next": _cursor(moment, page[-1].pk)}


@router.get(
    "/{public_id}",
    response=CustomerOut,
    auth=Keyed(Right.CUSTOMERS_READ),
    operation_id="get_customer",
    summary="Read one customer",
)
def one(request: KeyedRequest, public_id: Annotated[str, Field(**PUBLIC_ID)]) -> Any:
    """One customer by its id. A customer beyond the key's reach is as if it did not exist."""
    found = queries.one(as_viewer(request.api_key), public_id)
    if found is None:
        raise Http404
    return _told(request, [found])[0]


def _told(request: KeyedRequest, customers: list[Customer]) -> list[dict[str, Any]]:
    key = request.api_key
    viewer, masked = as_viewer(key), not key.may(Permission.SEE_PERSONAL)
    scored = key.has(Right.SCORES_READ) and bool(customers)
    known = {n: reads(viewer, customers) if scored else {} for n, reads in _beside.items()}
    if not masked and customers:
        _note(request.api_key, customers, at=request.at)
    return [
        _plain(each, masked=masked)
        | {name: known.get(name, {}).get(each.pk) for name in ("tier", "scores")}
        for each in customers
    ]


def _plain(customer: Customer, *, masked: bool) -> dict[str, Any]:
    plain = {
        name: getattr(customer, name)
        for name in CustomerOut.model_fields
        if hasattr(Customer, name) and name not in {"id", "tier", "scores", "book"}
    }
    if masked:
        plain |= {name: None if name == "birth_date" else "" for name in PERSONAL}
        plain |= {name: getattr(customer, f"masked_{name}") for name in PERSONAL[:3]}
    book = customer.book
    return plain | {
        "id": customer.public_id,
        "book": book.code,
        "branch": book.org_unit.code,
        "owner": book.owner.username if book.owner else "",
        "merged_into": customer.merged_into.public_id if customer.merged_into else None,
        "masked": masked,
    }


def _note(key: ApiKey, customers: Iterable[Customer], *, at: datetime) -> None:
    """One line of the trail for a page of personal values that went out."""
    ids = [customer.pk for customer in customers]
    audit.record("customers.personal.sent", key, by=key, at=at, ids=ids, fields=list(PERSONAL))


def _cursor(moment: datetime | None, pk: int) -> str:
    text = f"{moment.isoformat() if moment else ''}|{pk}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read(cursor: str | None, *, by_time: bool) -> tuple[datetime | None, int] | None:
    """:raises Problem: the cursor is not one of ours, or of another list"""
    if not cursor:
        return None
    try:
        moment, _bar, pk = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        found = (_utc(datetime.fromisoformat(moment)) if moment else None, int(pk))
    except (binascii.Error, ValueError) as error:
        raise strange(cursor) from error
    of_this_list = (found[0] is not None) == by_time and 0 < found[1] < 2**63
    if not of_this_list or _cursor(*found) != cursor:
        raise strange(cursor)
    return found


def _utc(moment: datetime | None) -> datetime | None:
    """PostgreSQL knows fewer offsets than ISO 8601; all of them are some moment in UTC."""
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # on the first or the last day of the calendar
        return moment.replace(tzinfo=UTC)
