"""A company is twelve tables and the parameters that made them.

Money is int64 minor units (fen); identifiers are strings a company would use (customer
numbers, usernames, product codes), never database ids; times are UTC, dates are local.
Tables come sorted by customer and time, so the same seed gives the same bytes. The large
ones hold `customer` and codes as Arrow dictionaries to stay small; `write` and
`transactions_csv` decode them, so files hold plain strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

# 11 digits as a mobile number has, but no carrier was ever given 1010: it reaches nobody.
DEMO_PHONE_PREFIX = "1010"

TABLES = (
    "org_units",
    "people",
    "books",
    "products",
    "customers",
    "relations",
    "transactions",
    "balances",
    "holdings",
    "interactions",
    "events",
    "truth",
)

_text = pa.string()
_stamp = pa.timestamp("us", tz="UTC")
_code = pa.dictionary(pa.int16(), _text)
_key = pa.dictionary(pa.int32(), _text)

SCHEMAS: Mapping[str, pa.Schema] = {
    # kind: head_office | branch; parent is null for the head office
    "org_units": pa.schema(
        {"code": _text, "name": _text, "name_en": _text, "parent": _text, "kind": _text}
    ),
    # role: rm manager leader lobby_manager marketer analyst administrator auditor
    "people": pa.schema(
        {"username": _text, "name": _text, "name_en": _text, "role": _text, "org_unit": _text}
    ),
    # owner and backup are usernames; both null for a pool book
    "books": pa.schema(
        {"code": _text, "name": _text, "org_unit": _text, "owner": _text, "backup": _text}
    ),
    # rate and yearly_margin are fractions a year (0.0155 = 1.55 %): of the balance, or, for
    # cards, payroll and goods, of the amount spent. risk_level R1..R5 or null.
    "products": pa.schema(
        {
            "code": _text,
            "name": _text,
            "name_en": _text,
            "category": _text,
            "kind": _text,
            "term_days": pa.int32(),
            "rate": pa.float64(),
            "risk_level": _text,
            "yearly_margin": pa.float64(),
        }
    ),
    # lunar_birthday: "month-day" where the customer celebrates the lunar one, else null
    "customers": pa.schema(
        {
            "number": _text,
            "kind": _text,
            "name": _text,
            "name_en": _text,
            "gender": _text,
            "birth_date": pa.date32(),
            "lunar_birthday": _text,
            "phone": _text,
            "email": _text,
            "id_number": _text,
            "address": _text,
            "district": _text,
            "occupation": _text,
            "org_unit": _text,
            "book": _text,
            "since": pa.date32(),
            "source": _text,
            "preferred_channel": _text,
            "blocked_channels": pa.list_(_text),
            "consent_sms": pa.bool_(),
            "consent_call": pa.bool_(),
            "consent_wecom": pa.bool_(),
            "risk_tolerance": _text,
            "credit_code": _text,
            "member_tier": _text,
        }
    ),
    # customer is the <kind> of other: spouse | child | key_person | guarantor | referrer
    "relations": pa.schema({"customer": _text, "other": _text, "kind": _text}),
    # kind: purchase refund fee inflow outflow payroll interest. Amounts are positive
    # magnitudes, refunds negative. Only card spending (bank) or goods (retail) is `purchase`.
    # A bank's own products bought or paid back are outflow/inflow with category `own_product`
    # and the product's code: money moved, but not out of the bank.
    "transactions": pa.schema(
        {
            "customer": _key,
            "occurred_at": _stamp,
            "amount": pa.int64(),
            "order_id": _text,
            "product": _code,
            "category": _code,
            "channel": _code,
            "branch": _code,
            "kind": _code,
            "external_id": _text,
        }
    ),
    # One row per change at the end of a local day; it holds until the next row.
    # Loans are the amount owed, as a positive number.
    "balances": pa.schema(
        {
            "customer": _key,
            "on": pa.date32(),
            "account": _text,
            "product": _code,
            "balance": pa.int64(),
        }
    ),
    # Versions: one when opened and one when closed; the latest known_at wins
    "holdings": pa.schema(
        {
            "customer": _key,
            "holding": _text,
            "product": _code,
            "opened_on": pa.date32(),
            "matures_on": pa.date32(),
            "closed_on": pa.date32(),
            "amount": pa.int64(),
            "known_at": _stamp,
        }
    ),
    # channel: call visit wecom sms branch; direction: out in; person is a username.
    # outcome: reached interested done no_answer wrong_number refused_offer
    # refused_marketing not_suitable
    "interactions": pa.schema(
        {
            "customer": _key,
            "occurred_at": _stamp,
            "channel": _code,
            "direction": _code,
            "person": _code,
            "outcome": _code,
            "note": _text,
        }
    ),
    # kind: activation login branch_visit rate_view salon complaint
    "events": pa.schema(
        {
            "customer": _key,
            "occurred_at": _stamp,
            "kind": _code,
            "ref": _code,
            "value": pa.int64(),
        }
    ),
    # lambda_: purchases a week while active. dropout: chance to end after each repeat
    # purchase. first_purchase_at starts the process (null: never bought). mean_spend: fen.
    # true_margin_12: fen expected over the 12 months after `until`, cost to serve deducted.
    # planted: the stories of this customer; see `PLANTED`
    "truth": pa.schema(
        {
            "customer": _text,
            "lambda_": pa.float64(),
            "dropout": pa.float64(),
            "alive": pa.bool_(),
            "archetype": _text,
            "first_purchase_at": _stamp,
            "dropped_at": _stamp,
            "mean_spend": pa.float64(),
            "true_margin_12": pa.int64(),
            "planted": pa.list_(_text),
        }
    ),
}

PLANTED = (
    "large_outflow",
    "maturity",
    "payroll_stopped",
    "tier_threshold",
    "birthday",
    "became_dormant",
    "contact_overdue",
)


@dataclass(frozen=True)
class Company:
    """A synthetic company: tables as in `SCHEMAS`, and the truth behind them.

    `parameters` names the process that made the purchases: `r alpha a b` of BG/NBD (Fader,
    Hardie, Lee 2005) with time in weeks, `p q gamma` of gamma-gamma with spend in fen.
    Facts lie in `[start, until]`, both local days included.
    """

    name: str
    name_en: str
    kind: str
    start: date
    until: date
    seed: int
    parameters: Mapping[str, float]
    org_units: pa.Table
    people: pa.Table
    books: pa.Table
    products: pa.Table
    customers: pa.Table
    relations: pa.Table
    transactions: pa.Table
    balances: pa.Table
    holdings: pa.Table
    interactions: pa.Table
    events: pa.Table
    truth: pa.Table
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"

    def table(self, name: str) -> pa.Table:
        """Return one of `TABLES` by its name."""
        table: pa.Table = getattr(self, name)
        return table

    def write(self, folder: Path | str) -> dict[str, Path]:
        """Write every table as `<folder>/<table>.parquet` and return the paths by name."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        return {name: _write_parquet(self.table(name), target / name) for name in TABLES}

    def transactions_csv(self, path: Path | str, *, rows: int | None = None) -> Path:
        """Write transactions as a CSV that `regulars import` can read.

        Header of the import fields, amounts in yuan with two decimals, local time without
        a zone: what a core system would export. `rows` keeps only the first so many.
        """
        target = Path(path)
        with target.open("wb") as sink:
            sink.write(",".join(_CSV_HEADER).encode() + b"\n")
            for batch in _batches(self.transactions.slice(0, rows)):
                pa_csv.write_csv(
                    _as_exported(batch), sink, pa_csv.WriteOptions(include_header=False)
                )
        return target


_CSV_HEADER = (
    "customer_id",
    "occurred_at",
    "amount",
    "order_id",
    "product_id",
    "category",
    "channel",
    "branch",
    "kind",
    "external_id",
)


def _write_parquet(table: pa.Table, stem: Path) -> Path:
    path = stem.with_suffix(".parquet")
    with pq.ParquetWriter(path, _plain_schema(table.schema)) as writer:
        for batch in _batches(table):
            writer.write_table(batch)
    return path


def _batches(table: pa.Table) -> Iterator[pa.Table]:
    # In steps, because decoding 50 million customer numbers at once doubles the memory.
    schema = _plain_schema(table.schema)
    for start in range(0, table.num_rows, 1_000_000):
        yield table.slice(start, 1_000_000).cast(schema)


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [
            pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
            for f in schema
        ]
    )


def _as_exported(batch: pa.Table) -> pa.Table:
    local = batch["occurred_at"].cast(pa.timestamp("us", tz="Asia/Shanghai"))
    text = pc.strftime(local, format="%Y-%m-%d %H:%M:%S")
    # "%S" prints fractions of a second; an export has none
    text = pc.utf8_slice_codeunits(text, 0, 19)
    yuan = batch["amount"].cast(pa.decimal128(19, 0))
    cents = pc.multiply(yuan, pa.scalar("0.01", pa.string()).cast(pa.decimal128(3, 2)))
    columns = {"occurred_at": text, "amount": cents.cast(pa.decimal128(19, 2))}
    return pa.table(
        [columns.get(name, batch[name]) for name in batch.column_names], names=_CSV_HEADER
    )
