"""How providers are spoken to: one folder or file per kind, each found by its entry point."""

from regulars.server.delivery.kinds.base import (
    Allowance,
    Answer,
    Call,
    Capabilities,
    Carrier,
    End,
    Event,
    Field,
    Forged,
    Happened,
    Kind,
    Message,
    Receipt,
    Size,
    Twice,
    World,
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
