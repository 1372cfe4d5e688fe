"""What a row may say, drawn from the same fields that files are read by.

A wrong shape (no text where one belongs, an unknown field) refuses the whole request; a
wrong value (no date, an unknown branch) refuses its row, by the rules of a file.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import (
    BeforeValidator,
    Field,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from regulars.server.core.api.shapes import PLAIN, Known
from regulars.server.intake.reader import KINDS, FieldSpec, KindSpec

MOST_ROWS = 10_000
LONGEST = 1_000  # characters of one value; what a record takes is less
FACTS = ("transactions", "balances", "holdings", "events")
NUMBERS = {"money", "number", "rate", "whole"}
EXAMPLES: dict[str, Any] = {
    "customer_id": "C-000123", "occurred_at": "2026-11-22T15:42:00+08:00", "amount": "129.90",
    "quantity": 2, "unit_price": "64.95", "order_id": "S20261122-0184", "product_id": "SKU-88",
    "category": "饮料", "channel": "pos", "branch": "B01", "kind": "purchase", "cost": "80.00",
    "external_id": "T-1", "on": "2026-11-21", "account_id": "6222-01", "balance": "52000.00",
    "holding_id": "H-77", "opened_on": "2026-01-15", "matures_on": "2027-01-15",
    "closed_on": None, "known_at": "2026-11-22T02:00:00+08:00", "ref": "A1", "value": 1,
    "number": "C-000123", "name": "李娜", "gender": "female", "birth_date": "1988-03-09",
    "lunar_birthday": "08-05", "phone": "13812345678", "email": "lina@shop.example",
    "book": "K01", "org_unit": "B01", "since": "2019-05-01", "consent_sms": True,
    "consent_evidence": "CF-2026-0184", "consent_at": "2026-11-02T10:15:00+08:00",
}  # fmt: skip
KIND_EXAMPLES = {"events": "login", "customers": "person"}


def text_of(value: Any) -> str | None:
    """Write a JSON value as a cell; the reader types it as it would a file's."""
    if value is None or isinstance(value, str):
        return _plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return _plain(str(value))
    if isinstance(value, Decimal):
        return _plain(format(value, "f") if abs(value.adjusted()) < 30 else str(value))
    raise PydanticCustomError("cell", _("Write one text, number or yes or no."))


def _plain(text: str | None) -> str | None:
    if text is not None and (len(text) > LONGEST or "\0" in text or not _encodable(text)):
        raise PydanticCustomError("cell", _("Write at most 1000 characters, none of them NUL."))
    return text


def _encodable(text: str) -> bool:
    """Half a pair of UTF-16, which JSON can spell and no text holds, is none."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _no_numbers(value: Any) -> Any:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise PydanticCustomError("cell", _("Write a text, between quotation marks."))
    return value


def _no_yes(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("cell", _("Write a text or a number, not true or false."))
    return value


def _no_null(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("cell", _("This field is needed in every row."))
    return value


def _cell(spec: FieldSpec, kind: str) -> Any:
    """The type of one field: what JSON it takes, and how the document shows it."""
    types = ["string"]
    if spec.type in NUMBERS:
        types.append("number")
    elif spec.type == "id":
        types.append("integer")
    elif spec.type == "yes_no":
        types.append("boolean")
    told = {
        "type": types if spec.required else [*types, "null"],
        "maxLength": LONGEST,
        "pattern": PLAIN,
        "title": spec.en,
        "description": spec.about_en or spec.en,
    }
    example = _example(spec.name, kind)
    if example is not None:
        told["examples"] = [example]
    checks = [BeforeValidator(text_of)]
    if spec.type != "yes_no":
        checks.append(BeforeValidator(_no_yes))
    if spec.type == "id":
        checks.append(BeforeValidator(_whole))
    elif spec.type not in NUMBERS:
        checks.append(BeforeValidator(_no_numbers))
    if spec.required:
        checks.append(BeforeValidator(_no_null))
    # Validators run from the last to the first: `text_of` has the last word.
    return Annotated[Any, *checks, WithJsonSchema(told)]


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 5.0 is the whole number 5."""
    if isinstance(value, Decimal):
        if value != value.to_integral_value() or abs(value.adjusted()) > 30:
            raise PydanticCustomError("cell", _("Write a text or a whole number."))
        return int(value)
    return value


def _example(name: str, kind: str) -> Any:
    return KIND_EXAMPLES.get(kind, EXAMPLES["kind"]) if name == "kind" else EXAMPLES.get(name)


class Row(Known):
    """One row."""

    def cells(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in type(self).model_fields}


@cache
def row_of(kind: str) -> type[Row]:
    """The model of a row of one kind, with every field that its files may have."""
    spec: KindSpec = KINDS[kind]
    fields: dict[str, Any] = {
        one.name: (_cell(one, kind), ... if one.required else None) for one in spec.fields
    }
    name = f"{kind.capitalize().removesuffix('s')}Row"
    return create_model(name, __base__=Row, __doc__=f"One row of {kind}.", **fields)


def _rows(kind: str) -> Any:
    return Annotated[
        list[row_of(kind)],  # type: ignore[misc]  # made at run time from the table of fields
        Field(min_length=1, max_length=MOST_ROWS, description="At most 10,000 rows."),
    ]


def _batch(kind: str) -> Any:
    return create_model(
        kind.capitalize(),
        __base__=Batch,
        __doc__=f"A batch of {kind}.",
        kind=(Literal[kind], ...),  # type: ignore[arg-type]  # a literal made at run time
        rows=(_rows(kind), ...),
    )


class Batch(Known):
    """Facts of one kind."""

    kind: str
    rows: list[Any]
    unknown: Literal["open", "refuse"] = Field(
        "open",
        description="What becomes of rows whose customer is not on file: a file without "
        "particulars is opened, or the row is refused.",
    )


if TYPE_CHECKING:
    FactsIn = Batch
else:
    FactsIn = Annotated[Union[tuple(map(_batch, FACTS))], Field(discriminator="kind")]  # noqa: UP007


class CustomersIn(Known):
    """Customers to open or to change, by their number."""

    if TYPE_CHECKING:
        rows: list[Row]
    else:
        rows: _rows("customers")


# What an example shows of each kind; no more than a sender would begin with.
SHOWN = {
    "transactions": ("customer_id", "occurred_at", "amount", "kind", "channel", "external_id"),
    "balances": ("customer_id", "on", "account_id", "balance"),
    "holdings": ("customer_id", "holding_id", "product_id", "opened_on", "matures_on"),
    "events": ("customer_id", "occurred_at", "kind", "ref"),
    "customers": (
        "number",
        "name",
        "gender",
        "phone",
        "birth_date",
        "consent_sms",
        "consent_evidence",
    ),
}


def shown(*kinds: str) -> dict[str, Any]:
    """Examples of a body for the document of an operation."""
    examples = {}
    for kind in kinds:
        row = {name: _example(name, kind) for name in SHOWN[kind]}
        named = {"kind": kind} if kind in FACTS else {}
        examples[kind] = {"summary": KINDS[kind].en, "value": {**named, "rows": [row]}}
    return {"requestBody": {"content": {"application/json": {"examples": examples}}}}


class Refusal(Schema):
    """Why a row was not taken."""

    row: int = Field(description="Its place in the request, counted from 0.")
    field: str
    code: str = Field(examples=["not_a_number"])
    message: str


class Received(Schema):
    """What became of a batch: rows are taken whole or refused whole."""

    import_id: str | None = Field(description="Of the import in the history.")
    kind: str
    rows: int
    accepted: int
    added: int = Field(description="Rows that were new, or customers that were opened.")
    known: int = Field(description="Rows that lay there already, and changed nothing.")
    changed: int
    refused: int
    customers_opened: int
    refusals: list[Refusal]


class Verdict(Schema):
    """What became of one customer."""

    row: int
    number: str
    verdict: Literal["created", "changed", "unchanged", "refused"]
    id: str | None = Field(description="The customer's id; null where the row was refused.")


class ReceivedCustomers(Received):
    verdicts: list[Verdict]


class Asked(Schema):
    """Long work that was asked for."""

    job: str
    state: str


class JobOut(Schema):
    """Long work: how far it is, and what came of it."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed"]
    step: str
    done: int
    total: int | None
    message: str
    asked_at: datetime
    ended_at: datetime | None
    result: Received | None = Field(description="When it is done.")
