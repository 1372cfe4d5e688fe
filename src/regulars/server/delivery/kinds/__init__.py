"""How providers are spoken to: one folder or file per kind, each found by its entry point."""

from regulars.server.delivery.kinds.base import (
    Allowance,
    Capabilities,
    Carrier,
    End,
    Field,
    Kind,
    Message,
    Receipt,
    Size,
    Twice,
    World,
)
from regulars.server.delivery.kinds.heard import (
    Answer,
    Call,
    Event,
    Forged,
    Happened,
)

__all__ = [
    "Allowance",
    "Answer",
    "Call",
    "Capabilities",
    "Carrier",
    "End",
    "Event",
    "Field",
    "Forged",
    "Happened",
    "Kind",
    "Message",
    "Receipt",
    "Size",
    "Twice",
    "World",
]
