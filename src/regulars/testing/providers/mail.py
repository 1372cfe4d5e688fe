"""A mail server as they are: it refuses, puts off, drops the line, and returns mail."""

from __future__ import annotations

import asyncio
import ssl
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from regulars.server.delivery.kinds import Call, Message, Receipt
from regulars.testing.providers.standing import (
    DROP,
    LATER,
    LINE,
    NOBODY,
    REFUSE,
    StandIn,
    Took,
    call,
)

TOKEN = "mail-token"
USER, PASSWORD = "regulars", "mail-password"
AT_RCPT = {NOBODY: "550 5.1.1 <li@customers.example>: Recipient address rejected: User unknown",
           LATER: "451 4.7.1 Greylisting in action, please come back later"}  # fmt: skip
AFTER_DATA = {REFUSE: "554 5.7.1 Message refused as spam"}
AT_MAIL = {LINE: "553 5.7.1 Sender address rejected: not owned by user"}
GREETING = "Regulars test server"


class MailServer(StandIn):
    """Takes letters; `took[n].more["letter"]` is the parsed letter, "sender" its envelope's.

    With `trust` it offers STARTTLS and takes nothing without, or speaks TLS from the first byte
    (`at_once`); with `login` it demands one. With `pipelining` it takes commands that come
    together (RFC 2920).
    """

    def __init__(
        self,
        *,
        trust: ssl.SSLContext | None = None,
        at_once: bool = False,
        login: bool = False,
        pipelining: bool = False,
    ) -> None:
        super().__init__()
        self.pipelining = pipelining
        self.trust, self.at_once, self.login = trust, at_once, login
        self.port = 0
        self.connections = 0
        self.speaking: list[Any] = []

    def settings(self) -> dict[str, str]:
        login = {"user": USER, "password": PASSWORD} if self.login else {}
        secret = "tls" if self.at_once else "starttls"
        return login | {
            "host": "127.0.0.1",
            "port": str(self.port),
            "way": secret if self.trust else "plain",
            "sender": "Yunshan Bank <news@yunshan.example>",
            "reply_to": "no@yunshan.example",
            "bounces": "bounces@yunshan.example",
            "token": TOKEN,
        }

    def message(self, key: str) -> Message:
        return Message(
            key, "li@customers.example", f"您好，{key}。\n.\n..两点\n", subject="年末活动",
            html=f"<p>您好，{key}。</p>", stop=f"https://us.example/stop/{key}",
        )  # fmt: skip

    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        serving = self.loop.create_server(
            self._speak, "127.0.0.1", self.port, ssl=self.trust if self.at_once else None
        )
        self.server = asyncio.run_coroutine_threadsafe(serving, self.loop).result()
        self.port = self.server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _close(self) -> None:
        self.server.close()
        self._abort()
        await asyncio.sleep(0)  # let conversations notice

    def hang_up(self) -> None:
        """Close all connections, as servers do with those that are idle."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(self._abort)
        self.loop.call_soon_threadsafe(done.set)
        done.wait()

    def _abort(self) -> None:
        for each in self.speaking:
            if each.transport is not None:
                each.transport.abort()
        self.speaking.clear()

    def _speak(self) -> SMTP:
        made = SMTP(
            _Handler(self),
            hostname="mx.customers.example",
            ident=GREETING,
            tls_context=None if self.at_once else self.trust,
            require_starttls=self.trust is not None and not self.at_once,
            auth_required=self.login,
            auth_require_tls=self.trust is not None and not self.at_once,
            authenticator=_authenticated if self.login else None,
            loop=self.loop,
        )
        self.connections += 1
        self.speaking.append(made)
        return made

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        returned = self.returned(message, receipt, "5.1.1", "550 5.1.1 User unknown")
        return returned, self.complained(message, receipt)

    def returned(self, message: Message, receipt: Receipt, status: str, said: str) -> Call:
        """What a server returns of a letter that it could not deliver (RFC 3464)."""
        rows = f"""Reporting-MTA: dns; mx.customers.example

Final-Recipient: rfc822; {message.to}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said}
"""
        return _report(message, receipt, "delivery-status", rows)

    def complained(self, message: Message, receipt: Receipt) -> Call:
        """What a provider passes on when a customer called it spam (RFC 5965)."""
        rows = f"""Feedback-Type: abuse
User-Agent: Mailer/1.0
Version: 1
Original-Rcpt-To: <{message.to}>
"""
        return _report(message, receipt, "feedback-report", rows)


def _authenticated(
    server: Any, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
) -> AuthResult:
    good = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good, message=None if good else "535 5.7.8 wrong")


class _Handler:
    def __init__(self, of: MailServer) -> None:
        self.of = of

    def _order(self, *known: str) -> str:
        if self.of.orders and self.of.orders[0] in known:
            return self.of.orders.popleft()
        return ""

    async def handle_EHLO(
        self,
        server: Any,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        more = ["250-PIPELINING"] if self.of.pipelining else []
        return [*responses[:-1], *more, responses[-1]]

    async def handle_MAIL(
        self,
        server: Any,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        order = self._order(*AT_MAIL)
        if order:
            return AT_MAIL[order]
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self,
        server: Any,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        order = self._order(*AT_RCPT)
        if order:
            return AT_RCPT[order]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        order = self._order(DROP, *AFTER_DATA)
        if order in AFTER_DATA:
            return AFTER_DATA[order]
        letter = message_from_bytes(envelope.original_content or b"", policy=SMTP_POLICY)
        body = letter.get_body(("plain",)) if isinstance(letter, EmailMessage) else None
        text = body.get_content() if body is not None else ""
        more = {"letter": letter, "sender": envelope.mail_from, "raw": envelope.content}
        self.of.took.append(Took(envelope.rcpt_tos[0], text, str(letter["Message-ID"]), more))
        if order == DROP:  # it has the letter, and nobody hears so
            server.transport.abort()
        return "250 2.0.0 Ok: queued as 4XyZ"


def _report(message: Message, receipt: Receipt, kind: str, rows: str) -> Call:
    letter = f"""From: MAILER-DAEMON@mx.customers.example
To: bounces+{message.key}@yunshan.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="B"

--B
Content-Type: text/plain

I am sorry to have to inform you.

--B
Content-Type: message/{kind}

{rows}
--B
Content-Type: text/rfc822-headers

Message-ID: <{receipt.id}>
Subject: x

--B--
"""
    return call(letter.replace("\n", "\r\n"), token=TOKEN)
