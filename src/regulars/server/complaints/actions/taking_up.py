"""Complaints that other systems told of in files become cases of the register."""

from __future__ import annotations

from datetime import datetime

from regulars.server.complaints import queries
from regulars.server.complaints.actions.lists import bring_lists
from regulars.server.complaints.actions.opening import open_case
from regulars.server.complaints.models import Case
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer

TAKE_UP = "complaints.take_up"


def take_up(*, by: Actor, at: datetime) -> int:
    """Open a case for each complaint that arrived lately and is none; returns how many."""
    with scope.everything():
        bring_lists(by=by, at=at)
        other = queries.type_of_files()
        opened = 0
        for one in queries.arrived(at):
            gone = one.customer.state in {Customer.State.MERGED, Customer.State.ERASED}
            if other is None or gone:
                continue
            open_case(
                customer=one.customer,
                words="",  # which a reader sees as a sentence of their language
                type=other,
                channel=Case.Channel.OTHER,
                received_at=one.at,
                source=Case.Source.FILE,
                reference=one.reference,
                by=by,
                at=at,
            )
            opened += 1
    return opened
