"""What a file may tell us: one KindSpec per kind of file, one FieldSpec per field.

This is data. A column is recognised by any name here, in Chinese or English, whatever its
case, spaces, underscores or unit in brackets. The page of templates, the mapping page and
the documentation are all drawn from it.
"""

from regulars.server.intake.reader.fields.facts import BALANCES, EVENTS, HOLDINGS, TRANSACTIONS
from regulars.server.intake.reader.fields.records import CUSTOMERS, PEOPLE, PRODUCTS
from regulars.server.intake.reader.fields.spec import FieldSpec, KindSpec

KINDS: dict[str, KindSpec] = {
    kind.name: kind
    for kind in (CUSTOMERS, TRANSACTIONS, BALANCES, HOLDINGS, EVENTS, PRODUCTS, PEOPLE)
}

__all__ = ["KINDS", "FieldSpec", "KindSpec"]
