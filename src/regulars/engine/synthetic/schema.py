"""The columns of every table of a synthetic company.

Codes, customers and accounts of the large tables are Arrow dictionaries in memory.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

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
        {
            "code": _text,
            "name": _text,
            "name_en": _text,
            "org_unit": _text,
            "owner": _text,
            "backup": _text,
        }
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
            "account": _key,
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
