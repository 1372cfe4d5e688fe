"""What a customer could bring, not only what he brings: potential beside value and need.

Value is what stood over a long time; potential is what look-alikes bring, or what somebody
knows of money elsewhere; need is how much service the customer asks for. Three axes,
each with its own rule, make the class of a customer.
"""

from __future__ import annotations

from regulars.engine.potential.axes import (
    CLASSES,
    AxisRule,
    Matrix,
    classify,
    count_matrix,
)
from regulars.engine.potential.evidence import with_evidence
from regulars.engine.potential.lookalikes import (
    LookalikeReport,
    add_bands,
    find_potentials,
    lookalike_report,
)
from regulars.engine.potential.need import NeedRule, service_need
from regulars.engine.potential.prototypes import (
    Prototypes,
    assign_cells,
    find_prototypes,
)
from regulars.engine.potential.standing import standing_value
from regulars.engine.potential.wallet import own_by_category, share_of_wallet, wallet_gaps

__all__ = [
    "CLASSES",
    "AxisRule",
    "LookalikeReport",
    "Matrix",
    "NeedRule",
    "Prototypes",
    "add_bands",
    "assign_cells",
    "classify",
    "count_matrix",
    "find_potentials",
    "find_prototypes",
    "lookalike_report",
    "own_by_category",
    "service_need",
    "share_of_wallet",
    "standing_value",
    "wallet_gaps",
    "with_evidence",
]
