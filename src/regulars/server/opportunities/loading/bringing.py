"""Rows become opportunities; a row that cannot is told with its line and its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.models.stages import Kind
from regulars.server.products.models import Product

COLUMNS = (
    "number", "kind", "product", "what", "amount", "margin", "expected_on", "stage",
    "next_step", "next_on",
)  # fmt: skip
# Both languages of the kinds, for files that people make.
KINDS = {
    "trade_in": "trade_in", "replace": "trade_in", "置换": "trade_in",
    "add_on": "add_on", "add": "add_on", "增购": "add_on", "": "add_on",
    "referral": "referral", "recommend": "referral", "推介": "referral",
}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """One row that was not taken: its line in the file, and why."""

    line: int
    number: str
    why: str


@dataclass
class Brought:
    """What became of a file: how many were made, were open already, were refused."""

    added: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


def bring(
    rows: Iterable[Mapping[str, str]], *, origin: str, by: Person, at: datetime
) -> Brought:
    """Make an opportunity of each row, as `by` may see its customer.

    A file that comes twice makes nothing twice, while what it made is open.
    """
    told = Brought()
    products = {each.code.lower(): each for each in Product.objects.all()}
    for line, row in enumerate(rows, start=2):
        try:
            with transaction.atomic():
                _one(row, products, origin=origin, by=by, at=at)
                told.added += 1
        except actions.Exists:
            told.known += 1
        except RegularsError as error:
            told.refused.append(Refusal(line, row.get("number", ""), str(error)))
    audit.record(
        "opportunities.brought", "opportunities", by=by, at=at, added=told.added,
        known=told.known, refused=len(told.refused),
    )  # fmt: skip
    return told


def _one(
    row: Mapping[str, str],
    products: Mapping[str, Product],
    *,
    origin: str,
    by: Person,
    at: datetime,
) -> Opportunity:
    customer = (
        Customer.objects.visible_to(by)
        .exclude(state__in=["merged", "erased"])
        .filter(number=row.get("number", ""))
        .select_related("book__owner")
        .first()
    )
    if customer is None:
        raise BadInput(_("No customer of yours has this number."))
    code = row.get("product", "").lower()
    if code and code not in products:
        raise BadInput(_("The catalogue has no product “%(code)s”.") % {"code": code})
    stage = queries.stage(row["stage"].lower()) if row.get("stage") else None
    if row.get("stage") and stage is None:
        raise BadInput(_("There is no stage “%(stage)s”.") % {"stage": row["stage"]})
    return actions.make(
        customer,
        actions.About(product=products.get(code), what=row.get("what", "")[:120]),
        kind=_kind(row.get("kind", "")), amount=_amount(row.get("amount", "")),
        margin=_amount(row.get("margin", "")), expected_on=_day(row.get("expected_on", "")),
        next_step=row.get("next_step", "")[:200], next_on=_day(row.get("next_on", "")),
        stage=stage, by=by, at=at,
        signal=actions.Signal(Opportunity.Source.FILE, because=origin),
    )  # fmt: skip


def _kind(told: str) -> str:
    found = KINDS.get(told.lower())
    if found is None or found not in Kind.values:
        said = _("“%(kind)s” is no kind: trade_in, add_on or referral.")
        raise BadInput(said % {"kind": told})
    return found


def _amount(told: str) -> Decimal | None:
    if not told:
        return None
    try:
        found = Decimal(told.replace(",", "").replace(" ", "")).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise BadInput(_("“%(text)s” is no amount.") % {"text": told}) from error
    if found < 0 or found >= Decimal(10) ** 15:
        raise BadInput(_("“%(text)s” is no amount.") % {"text": told})
    return found


def _day(told: str) -> date | None:
    if not told:
        return None
    try:
        return date.fromisoformat(told[:10].replace("/", "-"))
    except ValueError as error:
        said = _("“%(text)s” is no day. Write it as 2026-12-31.")
        raise BadInput(said % {"text": told}) from error
