"""A test message to whoever looks after a line: past the queue, with words of its own."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.channels.rules import addresses
from regulars.server.core import audit
from regulars.server.core.models import Person, public_id
from regulars.server.delivery import queries
from regulars.server.delivery.kinds import End, Message, Receipt
from regulars.server.delivery.models import Line


class NoAddress(BadInput):
    """There is nowhere to send the test to."""


def try_line(line: Line, *, to: str, by: Person, at: datetime) -> Receipt:
    """Send one test message by a line and say what its provider said.

    :raises NoAddress: `to` is no address of the line's channel.
    """
    address, hint = _address(line, to)
    kind = queries.set_up(line)
    message = _message(address, by)
    if refusal := kind.refusal(message):
        receipt = Receipt(End.REFUSED, said=refusal[:200])
    else:
        with kind.open() as carrier:
            receipt = carrier.send(message, lambda: True)
    audit.record(
        "delivery.line.tried", line, by=by, at=at, end=str(receipt.end), to=hint,
        code=receipt.code,
    )  # fmt: skip
    return receipt


def _address(line: Line, to: str) -> tuple[str, str]:
    if line.channel == "wecom" and to.strip():
        return to.strip(), f"{to.strip()[:4]}…"
    try:
        kind, plain = addresses.plainly(to)
    except addresses.Unreadable as error:
        raise NoAddress(_("This address cannot be read. Write it in full.")) from error
    if (kind == "phone") != (line.channel == "sms"):
        raise NoAddress(_("This address is not of the line's channel."))
    return (f"+{plain}" if kind == "phone" else plain), addresses.hint(kind, plain)


def _message(to: str, person: Person) -> Message:
    return Message(
        key=public_id(),
        to=to,
        subject=_("Test of a line"),
        text=_("This is a test message from Regulars. The line works."),
        marketing=False,
        language="zh" if (get_language() or "").startswith("zh") else "en",
        name=str(person),
    )
