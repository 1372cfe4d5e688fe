"""A sender takes messages into its hand, as far as the policy lets them go.

The customers are held first and the messages after them, as everybody does who touches both;
so a merge and a sender never wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.server.channels import actions as channels
from regulars.server.channels.actions import Checked
from regulars.server.channels.rules.policy import Ask, Deny
from regulars.server.core import queries as core
from regulars.server.core.audit import WORKER
from regulars.server.delivery import queries
from regulars.server.delivery.kinds import Allowance
from regulars.server.delivery.models import Delivery, Line, Mailing

State = Delivery.State
# Who answers first keeps the message; what somebody else has taken meanwhile stays with them.
ANSWER = """
update delivery_delivery d
   set state = a.state, worker = a.worker, decision_id = a.decision, rule = a.rule,
       reason = a.reason, due_at = coalesce(a.due, d.due_at), ended_at = a.ended
  from unnest(%(id)s::bigint[], %(state)s::text[], %(worker)s::int[], %(decision)s::bigint[],
              %(rule)s::text[], %(reason)s::text[], %(due)s::timestamptz[],
              %(ended)s::timestamptz[])
       as a(id, state, worker, decision, rule, reason, due, ended)
 where d.id = a.id and d.state = 'waiting'
returning d.id
"""


@dataclass(frozen=True)
class Taken:
    """Messages of one mailing in our hand, each with what its decision needs to begin."""

    mailing: Mailing
    rows: Sequence[Delivery]
    enough: Mapping[int, Sequence[str]]  # by decision
    kept: int = 0  # that the policy refused, or put off


def take(
    line: Line, *, worker: int, most: int, at: datetime, allowance: Allowance | None = None
) -> list[Taken]:
    """Take up to `most` messages of a line: a fair part of each mailing, urgent ones first.

    Who has had all that the provider's `allowance` lets a customer have waits for the next.
    """
    mailings = queries.running(line, at)
    found: list[Taken] = []
    left = most
    for place, mailing in enumerate(mailings):
        share = left if mailing.urgent else max(1, left // (len(mailings) - place))
        taken = _take(mailing, worker=worker, most=share, at=at, allowance=allowance)
        left -= len(taken.rows) + taken.kept
        if taken.rows or taken.kept:
            found.append(taken)
        if left <= 0:
            break
    return found


@transaction.atomic
def _take(
    mailing: Mailing, *, worker: int, most: int, at: datetime, allowance: Allowance | None
) -> Taken:
    due = Delivery.objects.filter(mailing=mailing, state=State.WAITING, due_at__lte=at)
    rows = list(due.order_by("due_at", "pk")[:most])
    if not rows:
        return Taken(mailing, (), {})
    ask = _ask(mailing, at=at)
    people = [row.customer_id for row in rows]
    full = queries.full(mailing.line_id, people, allowance) if allowance else set()
    asked = [pk for pk in people if pk not in full]
    checked = channels.check_many(asked, ask, by=WORKER, at=at)
    for row in rows:
        if allowance and row.customer_id in full:
            _put_off(row, mailing, core.midnight(allowance.stop), at=at)
            row.rule, row.reason = "health", "allowance"
        else:
            _answered(row, mailing, checked[row.customer_id], worker=worker, at=at)
    ours = _written(rows)
    for row in rows:
        if row.pk not in ours and row.decision is not None:
            channels.give_back(row.decision, at=at)
    going = [row for row in rows if row.pk in ours and row.state == State.LEASED]
    return Taken(mailing, going, _enough(going, at=at), len(ours) - len(going))


def _ask(mailing: Mailing, *, at: datetime) -> Ask:
    return Ask(
        channel=mailing.line.channel,
        purpose=mailing.purpose,
        at=at,
        urgent=mailing.urgent,
        personal=mailing.personal,
        product_risk=mailing.product_risk,
        approved=mailing.approved,
        valid_until=mailing.valid_until,
    )


def _answered(
    row: Delivery, mailing: Mailing, checked: Checked, *, worker: int, at: datetime
) -> None:
    """Put the policy's answer into a row."""
    row.decision, no = checked.decision, checked.verdict
    if not isinstance(no, Deny):
        row.state, row.worker, row.rule, row.reason = State.LEASED, worker, "", ""
        return
    row.rule, row.reason = no.rule_id, no.reason
    if no.retry_at is None:
        row.state, row.ended_at = State.KEPT, at
    else:
        _put_off(row, mailing, no.retry_at, at=at)


def _put_off(row: Delivery, mailing: Mailing, until: datetime, *, at: datetime) -> None:
    if until >= mailing.valid_until:
        row.state, row.ended_at = State.EXPIRED, at
    else:
        row.due_at = until


def _written(rows: Sequence[Delivery]) -> set[int]:
    """Write the answers; gives which of the messages nobody had taken before us."""
    given: dict[str, Any] = {
        "id": [row.pk for row in rows],
        "state": [str(row.state) for row in rows],
        "worker": [row.worker for row in rows],
        "decision": [row.decision_id for row in rows],
        "rule": [row.rule for row in rows],
        "reason": [row.reason for row in rows],
        "due": [row.due_at for row in rows],
        "ended": [row.ended_at for row in rows],
    }
    with connection.cursor() as db:
        db.execute(ANSWER, given)
        return {pk for (pk,) in db.fetchall()}


def _enough(rows: Sequence[Delivery], *, at: datetime) -> dict[int, Sequence[str]]:
    """By decision what has to stand in the ledger when it begins; equal for one pack."""
    packs: dict[str, Sequence[str]] = {}
    found: dict[int, Sequence[str]] = {}
    for row in rows:
        decision = row.decision
        if decision is not None:
            if decision.pack not in packs:
                packs[decision.pack] = channels.enough_for(decision, at=at)
            found[decision.pk] = packs[decision.pack]
    return found
