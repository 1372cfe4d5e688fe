"""The sender: takes, asks, marks, hands over, writes down. One process, a few connections.

Messages are taken in small lots, so that little is in the hand when the sender dies. Every
connection has a thread of its own, with its own line to the provider and to the database.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.delivery import queries
from regulars.server.delivery.actions import claiming, handing, leasing, pulse
from regulars.server.delivery.actions.closing import close_over, expire
from regulars.server.delivery.actions.contacts import write_forgotten
from regulars.server.delivery.actions.handing import Clock, Parcel, Work
from regulars.server.delivery.actions.pace import Pace
from regulars.server.delivery.models import Line

LOT = 400  # messages taken at once
MANY = 1_000  # the same of a kind that takes many in one call


def send(
    line: Line, *, clock: Clock, until: datetime, ended: Callable[[], bool] = lambda: False
) -> Counter[str]:
    """Send what is due by a line, until nothing is, the time is over, or `ended` says so.

    Gives how many messages came to which state. Safe beside others that do the same: the
    database gives each message to one of them.
    """
    with leasing.lease() as worker:
        with scope.everything():
            leasing.rescue(at=clock())
            pulse.compare(at=clock())
            write_forgotten(line, at=clock())
            expire(at=clock())
        try:
            return _send(line, worker, clock=clock, ended=lambda: ended() or clock() >= until)
        finally:
            with scope.everything():
                leasing.give_up(worker, at=clock())
                expire(at=clock())
                close_over(line, at=clock())
            pulse.beat()


def _send(line: Line, worker: int, *, clock: Clock, ended: Callable[[], bool]) -> Counter[str]:
    work = Work(
        line=line,
        kind=queries.set_up(line),
        worker=worker,
        clock=clock,
        pace=Pace(line.per_second, clock=time.monotonic, sleep=time.sleep),
        waiting=queue.Queue(maxsize=2 * LOT),
    )
    hands = [
        threading.Thread(
            target=handing.hand, args=[work], name=f"line-{line.pk}-{n}", daemon=True
        )
        for n in range(line.connections)
    ]
    for hand in hands:
        hand.start()
    try:
        _feed(work, ended)
    finally:
        for _each in hands:
            work.waiting.put(None)
        for hand in hands:
            hand.join()
        work.contacts()
    if work.broken:
        raise work.broken[0]
    return work.ends


def _feed(work: Work, ended: Callable[[], bool]) -> None:
    """Take lots and lay them before the threads, until nothing is due."""
    lot = max(LOT, min(work.kind.can.together, MANY))
    if work.line.per_second is not None:
        lot = max(1, min(lot, int(work.line.per_second)))
    while not work.stop.is_set() and not ended():
        with scope.everything():
            if queries.line(work.line.pk) is None:  # switched off meanwhile
                return
            at = work.clock()
            taken = claiming.take(
                work.line, worker=work.worker, most=lot, at=at,
                allowance=work.kind.allowance(core.local_date(at)),
            )  # fmt: skip
        if not taken:
            return
        pulse.beat()
        for lot_of in taken:
            work.ends["kept"] += lot_of.kept
            parcels = _parcels(work.line, lot_of)
            for bundle in handing.bundles(parcels, together=work.kind.can.together):
                work.waiting.put(bundle)
        work.contacts()


def _parcels(line: Line, taken: claiming.Taken) -> list[Parcel]:
    with scope.everything():
        to = queries.addresses_of(line.channel, [row.customer_id for row in taken.rows])
    return [
        Parcel(row, taken.mailing, to[row.customer_id], taken.enough[row.decision_id or 0])
        for row in taken.rows
    ]
