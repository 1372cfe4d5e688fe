"""The mark before a message goes out, and what is written of its end.

Each is one short transaction of one message. The mark is fenced: it holds only while the
message is in this sender's hand, its mailing runs, its time is not over and the customer did
not say no. What is marked is never marked again by a machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from regulars.server.channels import actions as channels
from regulars.server.delivery.kinds import End, Receipt
from regulars.server.delivery.models import Delivery
from regulars.server.delivery.rules import again

State = Delivery.State
SETTLE = """
update delivery_delivery
   set state = %(state)s, worker = null, provider_id = %(id)s, code = %(code)s,
       said = %(said)s, ended_at = %(at)s
 where id = %(delivery)s and attempts = %(attempt)s and state in ('begun', 'unknown')
"""
# That it went need not wait for the disk: after a crash of the database it would be one more of
# unknown end, and the next mark takes it there anyway. The mark itself always waits.
SENT = SETTLE.replace(
    " where id",
    "  from (select set_config('synchronous_commit', 'off', true)) as soon (so)\n where id",
)
# What comes back into the queue gives up its place in the caps.
BACK = """
update delivery_delivery
   set state = 'waiting', worker = null, due_at = %(due)s, attempts = %(tried)s,
       code = %(code)s, said = %(said)s
 where id = %(delivery)s and worker = %(worker)s and state in ('leased', 'begun')
"""
FAIL = """
update delivery_delivery
   set state = 'failed', worker = null, code = %(code)s, said = %(said)s, ended_at = %(at)s
 where id = %(delivery)s and worker = %(worker)s and state = 'leased'
"""
ENDS = {
    End.SENT: State.SENT,
    End.CREATED: State.CREATED,
    End.UNKNOWN: State.UNKNOWN,
    End.REFUSED: State.FAILED,
}


# What was not ours to send a moment ago is asked about anew, not at once.
SOON = timedelta(seconds=5)


def begin(row: Delivery, *, worker: int, enough: Sequence[str], at: datetime) -> bool:
    """Set the mark; False where the message must not go out, or is not ours any more."""
    with connection.cursor() as db:
        db.execute(
            "select regulars_delivery_begin(%s, %s, %s, %s)",
            [row.pk, worker, at, list(enough)],
        )
        begun: bool = db.fetchone()[0]
    row.attempts += begun
    return begun


def settle(row: Delivery, receipt: Receipt, *, worker: int, begun: bool, at: datetime) -> str:
    """Write down the end of one attempt; gives the state that the message is in now."""
    tried = row.attempts if begun else row.attempts + 1
    if receipt.end is End.TAKEN or (receipt.end is End.LATER and not again.is_over(tried)):
        return _back(row, receipt, worker=worker, tried=tried, at=at)
    state = ENDS.get(receipt.end, State.FAILED)
    given = {
        "delivery": row.pk, "attempt": row.attempts, "state": state, "id": receipt.id[:120],
        "code": receipt.code[:60], "said": receipt.said[:200], "at": at,
    }  # fmt: skip
    if begun and state != State.FAILED:
        _run(SENT, given)
        return state
    with transaction.atomic():
        if row.decision_id:
            channels.take_back(row.decision_id, at=at)
        if not begun:  # refused before the mark, for good
            _run(FAIL, {**given, "worker": worker})
        else:
            _run(SETTLE, given)
    return State.FAILED


def _back(row: Delivery, receipt: Receipt, *, worker: int, tried: int, at: datetime) -> str:
    taken = receipt.end is End.TAKEN
    given = {
        "delivery": row.pk, "worker": worker, "tried": row.attempts if taken else tried,
        "due": at + (SOON if taken else again.wait_after(tried, receipt.wait)),
        "code": receipt.code[:60], "said": receipt.said[:200],
    }  # fmt: skip
    with transaction.atomic():
        if row.decision_id:
            channels.take_back(row.decision_id, at=at)
        _run(BACK, given)
    return State.WAITING


def _run(statement: str, given: dict[str, Any]) -> None:
    with connection.cursor() as db:
        db.execute(statement, given)
