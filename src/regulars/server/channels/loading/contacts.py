"""Whole files of contacts at once: COPY beside the wall, then one statement.

Used by imports and by the demo. A contact that is on file already (same customer, moment
and channel) is not written twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from regulars.server.channels import rules
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_ids


@dataclass(frozen=True)
class Arrived:
    """One contact from a file; the customer by number, the person by user name."""

    number: str
    at: datetime
    channel: str
    outcome: str
    inbound: bool = False
    person: str = ""
    note: str = ""  # what the customer said
    need: str = ""
    next_step: str = ""
    topic: str = ""


@transaction.atomic
def load(rows: Iterable[Arrived], *, origin: str, by: Actor, at: datetime) -> int:
    """Write contacts of known customers; return how many were new.

    Needs a transaction of the system itself (`core.scope.everything`).
    """
    with connection.cursor() as db:
        db.execute(
            "create temp table arriving (public_id text, number text, at timestamptz, "
            "channel text, outcome text, inbound bool, two_way bool, person text, note text, "
            "need text, next_step text, topic text) on commit drop"
        )
        names = (
            "public_id, number, at, channel, outcome, inbound, two_way, person, note, need, "
            "next_step, topic"
        )
        with db.copy(f"copy arriving ({names}) from stdin") as copy:
            for row, key in zip(rows, public_ids(), strict=False):
                answered = row.inbound or rules.is_two_way(row.outcome)
                copy.write_row(
                    [key, row.number, row.at, row.channel, row.outcome, row.inbound,
                     answered, row.person, row.note, row.need, row.next_step, row.topic]
                )  # fmt: skip
        db.execute(INSERT)
        added: int = db.rowcount
        db.execute("drop table arriving")
    audit.record("channels.touches.loaded", origin, by=by, at=at, added=added)
    return added


INSERT = """
insert into channels_touch (public_id, customer_id, at, channel, inbound, two_way, outcome,
                            person_id, purpose, note, need, next_step, topic)
select a.public_id, c.id, a.at, a.channel, a.inbound, a.two_way, a.outcome, p.id, '', a.note,
       a.need, a.next_step, a.topic
from (select distinct on (number, at, channel) * from arriving
      order by number, at, channel, outcome) a
join customers_customer c on c.number = a.number
left join core_person p on p.username = a.person
where not exists (select 1 from channels_touch t where t.customer_id = c.id
                  and t.at = a.at and t.channel = a.channel)
order by a.at, c.id
"""
