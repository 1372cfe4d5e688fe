"""Consents of a whole file: each row says who, what, when, and where the proof lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.loading.gone import SURVIVORS


class NoEvidence(BadInput):
    """A file that says yes for customers must say where the proof lies."""


@dataclass(frozen=True)
class Said:
    """One row: the customer by number, and what was said. `at` empty: with the file."""

    number: str
    purpose: str
    channel: str
    yes: bool
    at: datetime | None = None
    evidence: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Brought:
    """What became of a file's rows.

    Attributes
    ----------
    added
        Entries that were written.
    known
        Rows that say what the ledger holds already.
    held
        A yes without a date of its own from somebody whose no is on file: the no stands.
    strangers
        Rows whose customer number is not on file.
    """

    added: int
    known: int
    held: int
    strangers: int


@transaction.atomic
def bring_consents(
    rows: Iterable[Said], *, origin: str, by: Actor, at: datetime, evidence: str = ""
) -> Brought:
    """Write the consents of a file into the ledger, set-wise.

    `evidence` holds for rows that bring none of their own. A later no is kept: a yes
    overrides it only where its own date is later. Needs a transaction of the system
    itself (`core.scope.everything`).

    :raises NoEvidence: a row says yes and neither it nor the file names a proof.
    """
    with connection.cursor() as db:
        db.execute(
            "create temp table saying (n bigint, number text, purpose text, channel text, "
            "said text, at timestamptz, dated bool, evidence text, expires_at timestamptz) "
            "on commit drop"
        )
        columns = "n, number, purpose, channel, said, at, dated, evidence, expires_at"
        with db.copy(f"copy saying ({columns}) from stdin") as copy:
            for n, row in enumerate(rows):
                proof = (row.evidence or evidence).strip()[:300]
                if row.yes and not proof:
                    raise NoEvidence(
                        f"Row {n + 1} of {origin} says that customer {row.number!r} agrees, "
                        "without evidence. Map a column with it, or name it for the whole file."
                    )
                copy.write_row(
                    [n, row.number, row.purpose, row.channel,
                     "given" if row.yes else "refused", min(row.at or at, at),
                     row.at is not None, proof, row.expires_at if row.yes else None]
                )  # fmt: skip
        found = _write(db, by=by, at=at)
        db.execute("drop table saying")
    audit.record(
        "channels.consents.loaded", origin, by=by, at=at, added=found.added, held=found.held
    )
    return found


def _write(db: Any, *, by: Actor, at: datetime) -> Brought:
    db.execute("analyze saying")
    db.execute(SORTED)
    db.execute("analyze sorted_saying")
    db.execute("select fate, count(*) from sorted_saying group by 1")
    counts = dict(db.fetchall())
    db.execute(WRITE, [audit.label(by), at])
    db.execute("drop table sorted_saying")
    return Brought(
        added=counts.get("added", 0),
        known=counts.get("known", 0),
        held=counts.get("held", 0),
        strangers=counts.get("stranger", 0),
    )


# The last row of a file about the same question counts; then each row meets what stands.
# The number of a file that was merged speaks of the one it went into: where a file asks both,
# the stricter answer counts, as in the merge itself.
SORTED = f"""
create temp table sorted_saying on commit drop as with recursive {SURVIVORS},
latest as (select distinct on (number, purpose, channel) * from saying
           order by number, purpose, channel, at desc, n desc),
led as (select l.*, c.id as customer_id from latest l
        left join customers_customer k on k.number = l.number
        left join survivor v on v.id = k.id
        left join customers_customer c on c.id = coalesce(v.root, k.id)
          and c.state not in ('merged', 'erased')),
strictest as (select distinct on (customer_id, nobody, purpose, channel) *
              from (select *, case when customer_id is null then number end as nobody
                    from led) asked
              order by customer_id, nobody, purpose, channel, said = 'given', expires_at,
                at desc, n desc)
select s.*,
  case when s.customer_id is null then 'stranger'
       when e.said = s.said and e.at >= s.at and (s.said <> 'given'
            or (e.evidence = s.evidence and e.expires_at is not distinct from s.expires_at))
         then 'known'
       when s.said = 'given' and e.said in ('refused', 'withdrawn')
            and (not s.dated or e.at >= s.at) then 'held'
       else 'added' end as fate
from strictest s
left join lateral (select said, at, evidence, expires_at from channels_consent e
                   where e.customer_id = s.customer_id and e.purpose = s.purpose
                     and e.channel = s.channel
                   order by e.at desc, e.id desc limit 1) e on true
"""
WRITE = """
insert into channels_consent (customer_id, purpose, channel, said, source, evidence, actor,
                              at, recorded_at, expires_at)
select customer_id, purpose, channel, said, 'import', evidence, %s, at, %s, expires_at
from sorted_saying where fate = 'added' order by n
"""
