"""The sender: takes, asks, marks, hands over, writes down. One process, a few connections.

Messages are taken in small lots, so that little is in the hand when the sender dies. Every
connection has a thread of its own, with its own line to the provider and to the database.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.delivery import queries
from regulars.server.delivery.actions import claiming, leasing, marking, pulse
from regulars.server.delivery.actions.closing import close_over, expire
from regulars.server.delivery.actions.contacts import write_contacts, write_forgotten
from regulars.server.delivery.actions.hearing import told_at_once
from regulars.server.delivery.actions.laying import message_of
from regulars.server.delivery.actions.lines import fail_line
from regulars.server.delivery.actions.pace import Pace
from regulars.server.delivery.actions.stopping import link_of
from regulars.server.delivery.kinds import Carrier, End, Kind, Receipt
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.delivery.queries import Address

LOT = 100  # messages taken at once
TROUBLES = 20  # in a row, after which a line is left alone until the next run
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Parcel:
    """A message in the hand of the sender, with all that handing it over needs."""

    row: Delivery
    mailing: Mailing
    address: Address
    enough: Sequence[str]


@dataclass
class Work:
    """What the threads of one run share."""

    line: Line
    kind: Kind
    worker: int
    clock: Clock
    pace: Pace
    waiting: queue.Queue[Parcel | None]
    ends: Counter[str] = field(default_factory=Counter)
    gone: list[int] = field(default_factory=list)  # sent, and not yet written down as a contact
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    troubles: int = 0
    broken: list[BaseException] = field(default_factory=list)

    def count(self, message: int, state: str, receipt: Receipt) -> None:
        """Note an end; too many troubles in a row end the run."""
        with self.lock:
            self.ends[state] += 1
            if state == Delivery.State.SENT:
                self.gone.append(message)
            self.troubles = self.troubles + 1 if receipt.end is End.LATER else 0
            if self.troubles >= TROUBLES:
                self.stop.set()

    def contacts(self) -> None:
        """Write down the contacts of what went out so far."""
        with self.lock:
            gone, self.gone = self.gone, []
        if gone:
            with scope.everything():
                write_contacts(gone)


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
        threading.Thread(target=_hand, args=[work], name=f"line-{line.pk}-{n}", daemon=True)
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
    lot = LOT if work.line.per_second is None else max(1, min(LOT, int(work.line.per_second)))
    while not work.stop.is_set() and not ended():
        with scope.everything():
            if queries.line(work.line.pk) is None:  # switched off meanwhile
                return
            taken = claiming.take(work.line, worker=work.worker, most=lot, at=work.clock())
        if not taken:
            return
        pulse.beat()
        for lot_of in taken:
            work.ends["kept"] += lot_of.kept
            for parcel in _parcels(work.line, lot_of):
                work.waiting.put(parcel)
        work.contacts()


def _parcels(line: Line, taken: claiming.Taken) -> list[Parcel]:
    with scope.everything():
        to = queries.addresses_of(line.channel, [row.customer_id for row in taken.rows])
    return [
        Parcel(row, taken.mailing, to[row.customer_id], taken.enough[row.decision_id or 0])
        for row in taken.rows
    ]


def _hand(work: Work) -> None:
    """One connection: hands over what is laid before it, until it is told to end."""
    try:
        _look_at_everything()
        with work.kind.open() as carrier:
            while (parcel := work.waiting.get()) is not None:
                if not work.stop.is_set():
                    work.pace.wait()
                    _one(work, carrier, parcel)
    except BaseException as error:
        work.broken.append(error)
        work.stop.set()
        while work.waiting.get() is not None:  # let the feeder end
            pass
    finally:
        connection.close()


def _one(work: Work, carrier: Carrier, parcel: Parcel) -> None:
    row, asked = parcel.row, [False]

    def mark() -> bool:
        asked[0] = marking.begin(row, worker=work.worker, enough=parcel.enough, at=work.clock())
        return asked[0]

    message = message_of(row, parcel.mailing, parcel.address, link_of(row, parcel.mailing))
    receipt = carrier.send(message, mark)
    state = marking.settle(row, receipt, worker=work.worker, begun=asked[0], at=work.clock())
    work.count(row.pk, state, receipt)
    if receipt.dead or receipt.stopped:
        with scope.everything():
            told_at_once(row, receipt, at=work.clock())
    if receipt.line:
        fail_line(work.line, said=receipt.said, by=WORKER, at=work.clock())
        work.stop.set()


def _look_at_everything() -> None:
    """This thread's connection is the system's own until it is closed, and never lies about
    what is on disk."""
    with connection.cursor() as db:
        db.execute("select set_config('app.scope', 'all', false)")
        db.execute("set synchronous_commit = on")
