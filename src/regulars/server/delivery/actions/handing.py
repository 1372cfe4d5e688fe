"""Handing over: one connection to the provider and one to the database for each thread.

A message is marked at the provider's last moment, and its end is written at once. Messages of
one text go together where the provider takes them so.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.delivery.actions import marking
from regulars.server.delivery.actions.contacts import write_contacts
from regulars.server.delivery.actions.hearing import told_at_once
from regulars.server.delivery.actions.laying import message_of
from regulars.server.delivery.actions.lines import fail_line
from regulars.server.delivery.actions.pace import Pace
from regulars.server.delivery.actions.stopping import link_of
from regulars.server.delivery.kinds import Carrier, End, Kind, Message, Receipt
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.delivery.queries import Address

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
    waiting: queue.Queue[list[Parcel] | None]
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


def hand(work: Work) -> None:
    """One connection: hands over what is laid before it, until it is told to end."""
    try:
        _look_at_everything()
        with work.kind.open() as carrier:
            while (bundle := work.waiting.get()) is not None:
                if not work.stop.is_set():
                    work.pace.wait()
                    _over(work, carrier, bundle)
    except BaseException as error:
        work.broken.append(error)
        work.stop.set()
        while work.waiting.get() is not None:  # let the feeder end
            pass
    finally:
        connection.close()


def bundles(parcels: Sequence[Parcel], *, together: int) -> list[list[Parcel]]:
    """Each message alone; or those of one text and sender together, up to so many."""
    if together == 1:
        return [[parcel] for parcel in parcels]
    alike: dict[tuple[int, str, str], list[Parcel]] = {}
    for parcel in parcels:
        row = parcel.row
        alike.setdefault((row.mailing_id, row.text, row.sender), []).append(parcel)
    return [
        same[begin : begin + together]
        for same in alike.values()
        for begin in range(0, len(same), together)
    ]


def _over(work: Work, carrier: Carrier, bundle: Sequence[Parcel]) -> None:
    """Hand a bundle over, and write down what became of each of it."""
    begun: set[str] = set()

    def mark() -> list[str]:
        for each in bundle:
            if marking.begin(each.row, worker=work.worker, enough=each.enough, at=work.clock()):
                begun.add(each.row.public_id)
        return sorted(begun)

    messages = [_message(each) for each in bundle]
    if work.kind.can.together == 1:
        receipts = {messages[0].key: carrier.send(messages[0], lambda: bool(mark()))}
    else:
        receipts = dict(carrier.send_together(messages, mark))
    for each in bundle:
        key = each.row.public_id
        silent = Receipt(End.UNKNOWN if key in begun else End.TAKEN)
        _ended(work, each, receipts.get(key, silent), begun=key in begun)


def _message(parcel: Parcel) -> Message:
    row, mailing = parcel.row, parcel.mailing
    return message_of(row, mailing, parcel.address, link_of(row, mailing))


def _ended(work: Work, parcel: Parcel, receipt: Receipt, *, begun: bool) -> None:
    row = parcel.row
    state = marking.settle(row, receipt, worker=work.worker, begun=begun, at=work.clock())
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
