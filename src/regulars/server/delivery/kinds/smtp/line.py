"""The settings of a mail server, and the line to it."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds import letters, wire
from regulars.server.delivery.kinds.base import (
    Capabilities,
    Carrier,
    End,
    Field,
    Kind,
    Message,
    Receipt,
)
from regulars.server.delivery.kinds.heard import Answer, Call
from regulars.server.delivery.kinds.smtp import bounces, session
from regulars.server.delivery.kinds.smtp.letter import return_path, written

WAYS = {"starttls": 587, "tls": 465, "plain": 25}


class Smtp(Kind):
    """E-mail by SMTP."""

    code = "smtp"
    channel = "email"
    name = gettext_lazy("E-mail: the company's own server")
    can = Capabilities(subject=True, html=True, receipts=True)
    fields = (
        Field("host", gettext_lazy("Server")),
        Field(
            "port", gettext_lazy("Port"), gettext_lazy("Empty: the usual one."), required=False
        ),
        Field(
            "way",
            gettext_lazy("Secrecy of the line"),
            default="starttls",
            choices=(
                ("starttls", gettext_lazy("STARTTLS (587)")),
                ("tls", gettext_lazy("TLS from the start (465)")),
                ("plain", gettext_lazy("None, inside the house only (25)")),
            ),
        ),
        Field("user", gettext_lazy("User name"), required=False),
        Field("password", gettext_lazy("Password"), required=False, secret=True),
        *letters.OWED,
        Field(
            "bounces",
            gettext_lazy("Address for returned mail"),
            gettext_lazy(
                "Each letter gets its own: bounces@example.com becomes bounces+KEY@..."
            ),
            required=False,
        ),
        Field(
            "token",
            gettext_lazy("Token for returned mail"),
            gettext_lazy("Who hands returned mail to us names it (?token=...)."),
            required=False,
            secret=True,
        ),
    )

    def check(self) -> None:
        letters.sender(self.settings)
        if not self.settings.get("host"):
            raise BadInput(_("“%(setting)s” is empty.") % {"setting": self.fields[0].label})
        if self.settings["way"] not in WAYS or not 0 < self.port < 65536:
            raise BadInput(_("The port must be a number such as 587."))
        if self.settings["way"] == "plain" and self.settings.get("password"):
            raise BadInput(_("A password may not go over an open line. Choose TLS."))
        for name in ("bounces", "reply_to"):
            if self.settings.get(name) and "@" not in self.settings[name]:
                raise BadInput(_("“%(value)s” is no address.") % {"value": self.settings[name]})

    @property
    def port(self) -> int:
        port = self.settings.get("port") or str(WAYS.get(self.settings["way"], 0))
        return int(port) if port.isdecimal() else 0

    def open(self) -> Carrier:
        return _Line(self)

    def words(self, message: Message) -> Message:
        return letters.words(message, advert=self.settings["advert"] == "yes")

    def refusal(self, message: Message) -> str:
        return letters.refusal(message)

    def hear(self, call: Call, *, at: datetime) -> Answer:
        wire.demand_token(call, self.settings.get("token", ""))
        return Answer(bounces.read(call.body, verp=self.settings.get("bounces", "")))


class _Line(Carrier):
    """Keeps its connection for many letters; a stale one is replaced before the mark."""

    def __init__(self, kind: Smtp) -> None:
        self.kind = kind
        self.link: session.Session | None = None

    def send(self, message: Message, mark: Callable[[], bool]) -> Receipt:
        settings = self.kind.settings
        try:
            letter = written(self.kind.words(message), settings, at=self.kind.world.clock())
        except (ValueError, LookupError) as error:  # a header that no mail may have
            return Receipt(End.REFUSED, code="letter", said=wire.brief(error))
        envelope = session.Envelope(return_path(message.key, settings), message.to, letter)
        receipt = self._stale(envelope, mark) or self._fresh(envelope, mark)
        if receipt.end is not End.SENT:
            return receipt
        return replace(receipt, id=f"{message.key}@{letters.sender(settings).domain}")

    def _stale(self, envelope: session.Envelope, mark: Callable[[], bool]) -> Receipt | None:
        """Try the line that stands; None where there is none, or it fell before the mark."""
        if self.link is None:
            return None
        try:
            return self._handed_over(self.link, envelope, mark)
        except session.Fallen:
            self.close()
            return None

    def _fresh(self, envelope: session.Envelope, mark: Callable[[], bool]) -> Receipt:
        try:
            self.link = session.connected(self.kind.settings, self.kind.port, self.kind.world)
            return self._handed_over(self.link, envelope, mark)
        except session.Fallen as error:
            self.close()
            return error.receipt

    def _handed_over(
        self, link: session.Session, envelope: session.Envelope, mark: Callable[[], bool]
    ) -> Receipt:
        usable = False
        try:
            receipt, usable = link.hand_over(envelope, mark)
        finally:
            if not usable:  # in the middle of a letter no word is understood: hang up
                self.link = None
                link.close()
        return receipt

    def close(self) -> None:
        link, self.link = self.link, None
        if link is not None:
            with suppress(OSError, smtplib.SMTPException):
                link.quit()
            link.close()
