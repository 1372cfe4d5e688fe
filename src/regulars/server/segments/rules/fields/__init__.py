"""What a condition may look at, which operators suit it, and what its values must be."""

from regulars.server.segments.rules.fields.beside import BESIDE
from regulars.server.segments.rules.fields.given import (
    GIVEN,
    INNER,
    KNOWN,
    SHARES,
    THEMES,
    TYPES,
    of_frame,
)
from regulars.server.segments.rules.fields.shape import (
    AMOUNT_OPS,
    CHOICE_OPS,
    DAY_OPS,
    MANY_VALUES,
    NO_VALUE,
    NUMERIC,
    OPS,
    RANKED_OPS,
    SHARE_OPS,
    TWO_VALUES,
    Field,
)
from regulars.server.segments.rules.fields.values import amount, plain, settled

__all__ = [
    "AMOUNT_OPS",
    "BESIDE",
    "CHOICE_OPS",
    "DAY_OPS",
    "GIVEN",
    "INNER",
    "KNOWN",
    "MANY_VALUES",
    "NO_VALUE",
    "NUMERIC",
    "OPS",
    "RANKED_OPS",
    "SHARES",
    "SHARE_OPS",
    "THEMES",
    "TWO_VALUES",
    "TYPES",
    "Field",
    "amount",
    "of_frame",
    "plain",
    "settled",
]
