"""What the ledger shows on the customer page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.server.channels import queries
from regulars.server.channels.forms.words import CHANNELS, MARKS, STANDINGS
from regulars.server.channels.models import Consent
from regulars.server.channels.models.consents import Purpose
from regulars.server.channels.queries.consents import UNKNOWN, Stands
from regulars.server.channels.rules.consents import BY_CHANNEL, WHOLE
from regulars.server.channels.rules.consents import CHANNELS as WAYS
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick


@dataclass(frozen=True)
class Cell:
    """What stands for one purpose and way, as the page shows it."""

    purpose: str
    purpose_words: str
    channel: str
    words: str
    mark: str
    icon: str
    entry: Consent | None


@dataclass(frozen=True)
class Row:
    """One way and what stands for each purpose."""

    channel: str
    words: str
    preferred: bool
    blocked: bool
    cells: tuple[Cell, ...]


def consents(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    stands = queries.standing_consents(viewer, customer, at=at)
    return {
        "answered": len(stands),
        "purposes": [Purpose(one).label for one in BY_CHANNEL],
        "rows": [_row(customer, way, stands) for way in WAYS],
        "whole": [
            cell
            for one in WHOLE
            for cell in [_cell(one, "", stands)]
            if cell.entry or one == Purpose.PROFILING.value
        ],
        "may_say": viewer.may(Permission.RECORD_CONTACT),
        "stopped": bool(
            customer.deceased_on or customer.do_not_contact or customer.legal_block
        ),
        "customer": customer,
    }


def _row(customer: Customer, way: str, stands: dict[tuple[str, str], Stands]) -> Row:
    return Row(
        channel=way,
        words=str(CHANNELS[way]),
        preferred=customer.preferred_channel == way,
        blocked=way in customer.blocked_channels,
        cells=tuple(_cell(one, way, stands) for one in BY_CHANNEL),
    )


def _cell(purpose: str, channel: str, stands: dict[tuple[str, str], Stands]) -> Cell:
    found = stands.get((purpose, channel), UNKNOWN)
    mark, icon = MARKS[found.standing]
    return Cell(
        purpose=purpose,
        purpose_words=str(Purpose(purpose).label),
        channel=channel,
        words=str(STANDINGS[found.standing]),
        mark=mark,
        icon=icon,
        entry=found.entry,
    )


BRICKS = (Brick("customer.file", 50, "channels/_consents.html", consents),)
