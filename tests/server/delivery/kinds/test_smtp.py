"""A mail server: what the letter says, when the line falls, what returns."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds import End, Happened, Message, Receipt, World
from regulars.server.delivery.kinds.smtp import Smtp, session
from regulars.testing.channel import Marks
from regulars.testing.providers import LOCAL
from regulars.testing.providers.mail import LATER, LINE, MailServer

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WORLD = replace(LOCAL, clock=lambda: NOW)


def sent(server: MailServer, message: Message, **settings: str) -> EmailMessage:
    with Smtp(server.settings() | settings, WORLD).open() as line:
        assert line.send(message, Marks(server)).end is End.SENT
    return cast(EmailMessage, server.took[-1].more["letter"])


def text(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_marketing_letter_is_marked_and_has_ways_out() -> None:
    with MailServer() as server:
        letter = sent(server, server.message("k1"))
        envelope = server.took[-1]

    assert letter["Subject"] == "广告：年末活动"
    assert letter["List-Unsubscribe"] == (
        "<https://us.example/stop/k1>, <mailto:no@yunshan.example?subject=unsubscribe%20k1>"
    )
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Reply-To"] == "no@yunshan.example"
    assert letter["Message-ID"] == "<k1@yunshan.example>"
    assert letter["Date"].datetime == NOW
    assert (envelope.to, envelope.more["sender"]) == (
        "li@customers.example", "bounces+k1@yunshan.example",
    )  # fmt: skip
    assert "退订: https://us.example/stop/k1" in text(letter, "plain")
    assert '<a href="https://us.example/stop/k1">退订</a>' in text(letter, "html")


def test_a_notice_is_no_advertising() -> None:
    with MailServer() as server:
        letter = sent(server, replace(server.message("k1"), marketing=False, stop=""))

    assert letter["Subject"] == "年末活动"
    assert letter["List-Unsubscribe"] is None
    assert letter["Auto-Submitted"] == "auto-generated"


def test_abroad_the_mark_can_be_left_out_or_is_english() -> None:
    with MailServer() as server:
        english = replace(server.message("k1"), language="en", subject="Year's end")
        marked, plain = sent(server, english), sent(server, english, advert="no")

    assert (marked["Subject"], plain["Subject"]) == ("AD: Year's end", "Year's end")


def test_lines_that_begin_with_a_dot_arrive_as_they_are() -> None:
    raw = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\n"
    with MailServer() as server:
        link = session.connected(server.settings(), server.port, LOCAL)
        link.hand_over(session.Envelope("n@yunshan.example", "li@x.example", raw), lambda: True)
        link.close()

        assert server.took[0].more["raw"] == raw
        assert text(sent(server, server.message("k1")), "plain").startswith(
            "您好，k1。\n.\n..两点"
        )


def test_no_value_makes_a_header_of_its_own() -> None:
    with MailServer() as server:
        injected = replace(server.message("k1"), subject="a\r\nBcc: tao@customers.example")
        letter = sent(server, injected)

    assert letter["Bcc"] is None
    assert letter["Subject"] == "广告：a Bcc: tao@customers.example"


def test_many_letters_share_a_connection_and_a_stale_one_is_replaced() -> None:
    with MailServer() as server:
        with Smtp(server.settings(), WORLD).open() as line:
            for number in range(5):
                line.send(server.message(f"k{number}"), Marks(server))
            kept = server.connections
            server.hang_up()
            mark = Marks(server)
            receipt = line.send(server.message("k-late"), mark)

        assert (kept, server.connections) == (1, 2)
        assert (receipt.end, mark.seen) == (End.SENT, [5])
        assert len(server.took) == 6


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_letter_that_is_refused_leaves_the_line_as_it_was(pipelining: bool) -> None:
    with MailServer(pipelining=pipelining) as server:
        server.orders += ["nobody", LATER, "refuse"]
        with Smtp(server.settings(), WORLD).open() as line:
            ends = [line.send(server.message(f"k{n}"), Marks(server)) for n in range(4)]

        assert [each.end for each in ends] == [End.REFUSED, End.LATER, End.REFUSED, End.SENT]
        assert [each.dead for each in ends] == [True, False, False, False]
        assert ends[1].wait == 300
        assert (server.connections, len(server.took)) == (1, 1)


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_sender_that_is_refused_speaks_for_the_whole_line(pipelining: bool) -> None:
    with MailServer(pipelining=pipelining) as server:
        server.orders += [LINE]
        with Smtp(server.settings(), WORLD).open() as line:
            mark = Marks(server)
            receipt = line.send(server.message("k1"), mark)

        assert (receipt.end, receipt.line, receipt.code) == (End.LATER, True, "553")
        assert (mark.seen, server.took) == ([], [])


def _spoken(answers: list[bytes]) -> tuple[Receipt, list[int], int]:
    """What becomes of a letter when a server with PIPELINING answers so, and how often the
    letter was marked, and how many lines there were after a second letter."""
    marks: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        seen: list[bytes] = []

        def serve() -> None:
            for _each in range(2):
                try:
                    with listening.accept()[0] as talk:
                        seen.append(b"line")
                        talk.sendall(b"220 sink ESMTP\r\n")
                        talk.recv(1024)
                        talk.sendall(b"250-sink\r\n250 PIPELINING\r\n")
                        talk.recv(1024)
                        talk.sendall(b"".join(answers))
                        talk.recv(1024)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        port = str(listening.getsockname()[1])
        settings = {"host": "127.0.0.1", "port": port, "way": "plain", "sender": "n@y.example"}
        with Smtp(settings, WORLD).open() as line:
            letter = Message("k1", "li@customers.example", "您好。", subject="x")
            receipt = line.send(letter, lambda: bool(marks.append(1)) or True)
            line.send(letter, lambda: False)
        thread.join()
    return receipt, marks, len(seen)


def test_a_server_that_wants_the_letter_of_nobody_is_hung_up_on() -> None:
    """RFC 2920: some say 354 although they refused the only address."""
    receipt, marks, lines = _spoken([b"250 Ok\r\n", b"550 5.1.1 who?\r\n", b"354 go on\r\n"])

    assert (receipt.end, receipt.dead, marks) == (End.REFUSED, True, [])
    assert lines == 2


def test_a_server_that_is_busy_has_said_all_that_it_says() -> None:
    receipt, marks, lines = _spoken([b"421 4.3.2 closing\r\n"])

    assert (receipt.end, receipt.code, marks) == (End.LATER, "421", [])
    assert lines == 2


def test_a_name_that_leads_inside_is_not_called() -> None:
    with MailServer() as server:
        with Smtp(server.settings(), World()).open() as line:
            receipt = line.send(server.message("k1"), Marks(server))

        assert (receipt.end, receipt.code, receipt.line) == (End.LATER, "private_address", True)
        assert server.connections == 0


@pytest.fixture
def trust(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate, and the file that makes it trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.customers.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "trust.pem"
    form = serialization.Encoding.PEM
    file.write_bytes(made.public_bytes(form))
    both = tmp_path / "both.pem"
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    both.write_bytes(made.public_bytes(form) + key.private_bytes(form, *plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, file


@pytest.mark.parametrize("at_once", [False, True])
def test_over_tls_it_logs_in_and_sends(
    at_once: bool, trust: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = trust
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with MailServer(trust=context, at_once=at_once, login=True) as server:
        with Smtp(server.settings(), WORLD).open() as line:
            good = line.send(server.message("k1"), Marks(server))
        with Smtp(server.settings() | {"password": "wrong"}, WORLD).open() as line:
            bad = line.send(server.message("k2"), Marks(server))

        assert good.end is End.SENT
        assert (bad.end, bad.code, bad.line) == (End.LATER, "535", True)
        assert len(server.took) == 1


def test_a_server_that_nobody_vouches_for_gets_no_password_and_no_letter(
    trust: tuple[ssl.SSLContext, Path],
) -> None:
    with MailServer(trust=trust[0], login=True) as server:
        with Smtp(server.settings(), WORLD).open() as line:
            receipt = line.send(server.message("k1"), Marks(server))

        assert (receipt.end, receipt.code, receipt.line) == (End.LATER, "no_trust", True)
        assert server.took == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "secret"}, "open line"),
        ({"sender": "Yunshan"}, "who mail is from"),
        ({"port": "0"}, "number such as 587"),
        ({"host": ""}, "is empty"),
        ({"bounces": "nowhere"}, "no address"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str], words: str) -> None:
    settings = MailServer().settings() | {"port": "25"} | wrong

    with pytest.raises(BadInput, match=words):
        Smtp(settings, WORLD).check()


def test_a_marketing_letter_without_a_way_out_is_refused() -> None:
    server = MailServer()
    kind = Smtp(server.settings(), WORLD)

    assert kind.refusal(replace(server.message("k1"), stop=""))
    assert kind.refusal(replace(server.message("k1"), stop="http://us.example/stop"))
    assert not kind.refusal(replace(server.message("k1"), stop="", marketing=False))


def test_returned_mail_names_its_message_and_says_whether_the_address_is_gone() -> None:
    with MailServer() as server:
        kind, message = Smtp(server.settings(), WORLD), server.message("k1")
        with kind.open() as line:
            receipt = line.send(message, Marks(server))

        [gone] = kind.hear(server.told(message, receipt)[0], at=NOW).events
        full = server.returned(message, receipt, "5.2.2", "552 5.2.2 Mailbox full")
        [for_now] = kind.hear(full, at=NOW).events
        [spam] = kind.hear(server.complained(message, receipt), at=NOW).events

    assert (gone.what, gone.key, gone.code) == (Happened.BOUNCED, "k1", "5.1.1")
    assert (gone.id, gone.address) == (receipt.id, "li@customers.example")
    assert (for_now.what, for_now.code) == (Happened.FAILED, "5.2.2")
    assert (spam.what, spam.key, spam.address) == (
        Happened.COMPLAINED, "k1", "li@customers.example",
    )  # fmt: skip
