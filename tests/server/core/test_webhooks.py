"""Events go out signed, to named hosts only, never to an address that is not public."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.server.site.api import Api

from regulars.server.core import audit, events
from regulars.server.core.models import Delivery, Event, Webhook
from regulars.server.core.webhooks import actions, rules, sending
from regulars.server.core.webhooks.rules import BadAddress, Target
from regulars.server.customers.events import CustomerCreated
from regulars.testing.cast import NOON, TESTS, Cast

LOCAL = [ipaddress.ip_network("127.0.0.1/32")]


@dataclass
class Receiver:
    """Another system that listens on this machine."""

    port: int = 0
    status: int = 204
    location: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.heard.append((dict(self.headers), body))
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *given: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def webhook(as_system: Cast, receiver: Receiver, settings: Any) -> Webhook:
    """A receiver that is on the list and switched on."""
    settings.WEBHOOK_HOSTS = [f"http://localhost:{receiver.port}"]
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    made = actions.add_webhook(
        name="ERP",
        url=f"http://localhost:{receiver.port}/hook?x=1",
        types=["customer.created.v1", "import.finished.v1"],
        by=TESTS,
        at=NOON,
    )
    actions.change_webhook(made, is_active=True, by=TESTS, at=NOON)
    return made


def to_here(host: str, port: int) -> list[Any]:
    """A name that leads to this machine, in the old way of writing only."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def post(*given: Any, **more: Any) -> sending.Outcome:
    return sending.post(*given, look_up=to_here, **more)


def deliver(at: datetime = NOON) -> int:
    return actions.deliver_due(clock=lambda: at, post=post)


def emit(number: int = 1) -> None:
    for n in range(number):
        events.emit(CustomerCreated(customer=f"abcdefgh{n:04}"), at=NOON)


@pytest.mark.django_db
def test_an_event_arrives_signed_as_a_cloud_event(webhook: Webhook, receiver: Receiver) -> None:
    emit()

    assert deliver() == 1
    headers, body = receiver.heard[0]
    told = json.loads(body)
    event = Event.objects.get()
    assert told == {
        "specversion": "1.0",
        "id": str(event.uid),
        "source": actions.source(),
        "type": "org.regulars.customer.created.v1",
        "subject": "customers/abcdefgh0000",
        "time": "2026-11-23T04:00:00Z",
        "datacontenttype": "application/json",
        "data": {"customer": "abcdefgh0000"},
    }
    key = base64.b64decode(actions.secret_of(webhook).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == told["id"]
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.django_db
def test_what_the_api_does_is_told(webhook: Webhook, receiver: Receiver) -> None:
    api = Api()

    told = api.post("/customers", {"rows": [{"number": "N1", "name": "王芳"}]}).json()
    deliver(NOON + timedelta(days=3000))

    kinds = {json.loads(body)["type"]: json.loads(body) for _headers, body in receiver.heard}
    assert set(kinds) == {"org.regulars.customer.created.v1", "org.regulars.import.finished.v1"}
    created = kinds["org.regulars.customer.created.v1"]
    assert created["subject"] == f"customers/{told['verdicts'][0]['id']}"
    assert "王芳" not in str(kinds)


@pytest.mark.django_db
def test_what_nobody_asked_for_is_not_kept(
    webhook: Webhook, receiver: Receiver, settings: Any
) -> None:
    actions.change_webhook(webhook, is_active=False, by=TESTS, at=NOON)
    emit()
    actions.change_webhook(webhook, is_active=True, by=TESTS, at=NOON)
    settings.WEBHOOK_HOSTS = []
    emit()

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_receiver_that_fails_is_asked_again_later_and_given_up_in_the_end(
    webhook: Webhook, receiver: Receiver
) -> None:
    receiver.status = 500
    emit()
    at, tried = NOON, 0

    while Delivery.objects.filter(state="waiting").exists():
        tried += deliver(at)
        assert deliver(at) == 0  # not twice at the same moment
        at = Delivery.objects.get().next_try_at or at

    found = Delivery.objects.get()
    assert (found.state, tried, len(found.attempts)) == ("dead", 8, 8)
    assert found.attempts[0]["status"] == 500
    assert timedelta(days=1) < at - NOON < timedelta(days=3)


@pytest.mark.django_db
def test_what_was_given_up_can_be_sent_again_with_the_same_id(
    webhook: Webhook, receiver: Receiver
) -> None:
    receiver.status = 410
    emit()
    deliver()
    receiver.status = 200

    actions.try_again(Delivery.objects.get(), by=TESTS, at=NOON)
    deliver()

    first, second = (json.loads(body)["id"] for _headers, body in receiver.heard)
    assert first == second
    assert Delivery.objects.get().state == "delivered"
    with pytest.raises(actions.NotWaiting):
        actions.try_again(Delivery.objects.get(), by=TESTS, at=NOON)


@pytest.mark.django_db
def test_a_receiver_that_fails_does_not_keep_others_waiting(
    webhook: Webhook, receiver: Receiver, settings: Any
) -> None:
    other = Receiver()
    settings.WEBHOOK_HOSTS = [*settings.WEBHOOK_HOSTS, "http://localhost:1"]
    dead = actions.add_webhook(
        name="gone", url="http://localhost:1/", types=["customer.created.v1"], by=TESTS, at=NOON
    )
    actions.change_webhook(dead, is_active=True, by=TESTS, at=NOON)
    emit(3)

    assert deliver() == 4  # one attempt at the dead one, three that arrive
    assert len(receiver.heard) == 3
    assert other.heard == []


@pytest.mark.django_db
def test_a_redirect_is_not_followed(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, f"http://localhost:{receiver.port}/secrets"
    emit()

    deliver()

    assert len(receiver.heard) == 1
    assert Delivery.objects.get().attempts[0]["status"] == 302
    assert Delivery.objects.get().state == "waiting"


@pytest.mark.django_db
def test_a_host_that_left_the_list_is_told_nothing_more(
    webhook: Webhook, receiver: Receiver, settings: Any
) -> None:
    emit()
    settings.WEBHOOK_HOSTS = ["elsewhere.example"]

    deliver()

    assert receiver.heard == []
    assert Delivery.objects.get().attempts[0]["problem"] == "not_allowed"


@pytest.mark.django_db
def test_a_webhook_is_off_until_it_is_switched_on(as_system: Cast, settings: Any) -> None:
    given = {"name": "a", "types": ["customer.created.v1"], "by": TESTS, "at": NOON}
    with pytest.raises(BadAddress, match="not on the list"):
        actions.add_webhook(url="https://hooks.example.com/", **given)

    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    made = actions.add_webhook(url="https://hooks.example.com/", **given)

    assert not made.is_active
    assert made.salt not in actions.secret_of(made)


@pytest.mark.django_db(transaction=True)
def test_an_event_lives_and_dies_with_its_change() -> None:
    audit_before = Event.objects.count()
    events.listen(CustomerCreated, lambda uid, data, at: heard.append(uid))
    heard: list[Any] = []
    try:
        events.emit(CustomerCreated(customer="abcdefgh2222"), at=NOON)
        with pytest.raises(ZeroDivisionError):
            _fail_after_emitting()

        assert Event.objects.count() == audit_before + 1
        assert events.handle(at=NOON) == 1
        assert events.handle(at=NOON) == 0
        assert len(heard) == 1
    finally:
        from regulars.server.core.events import declared

        declared._handlers[CustomerCreated.type].pop()
        Event.objects.all().delete()


def _fail_after_emitting() -> None:
    from django.db import transaction

    with transaction.atomic():
        events.emit(CustomerCreated(customer="abcdefgh3333"), at=NOON)
        audit.record("tests.nothing", "x", by=TESTS, at=NOON)
        raise ZeroDivisionError


# 33c. Addresses that must never be reached, in the ways they are written to get past a check.
HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.0.0.1",
    "0177.0.0.1", "017700000001", "127.0.0.1.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1%25eth0]", "[fc00::1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00:ec2::254]", "10.0.0.1", "172.16.0.1",
    "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "2852039166",
    "0xa9fea9fe", "169.254.43518", "224.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①",
    "127。0。0。1", "user@127.0.0.1", "hooks.example.com@127.0.0.1",
    "127.0.0.1#@hooks.example.com",
    "hooks.example.com\\@127.0.0.1", "hooks.example.com%2f@127.0.0.1",
    "hooks.example.com%00.evil",
    "hooks.example.com:443@127.0.0.1", "127.0.0.1:80\\@hooks.example.com",
    "hooks.example.com\t",
    "hooks.example.com\r\nHost: 127.0.0.1", " 127.0.0.1", "localhost%", "hooks.example.com:0",
    "hooks.example.com:99999", "hooks.example.com:22x",
]  # fmt: skip
SCHEMES = [
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://hooks.example.com/",
    "//127.0.0.1/",
    "https:127.0.0.1", "https:///127.0.0.1", "javascript:alert(1)", "dict://127.0.0.1:11211/",
    "unix:/var/run/docker.sock", "https://",
]  # fmt: skip
URLS = [f"https://{host}/" for host in HOSTS] + SCHEMES
# What a harmless name on the list may lead to, when its owner changes his mind.
NUMBERS = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.31.255.255", "192.168.0.1",
    "100.64.0.1", "100.127.255.254", "100.100.100.200", "169.254.169.254", "192.0.0.192",
    "198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.251", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::1", "2001:0:1::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
]  # fmt: skip


def test_there_are_sixty_ways_to_write_a_forbidden_address() -> None:
    assert len(URLS) >= 60


@pytest.mark.parametrize("url", URLS)
def test_a_forbidden_address_cannot_be_entered_whatever_is_on_the_list(url: str) -> None:
    """The list is as careless as can be: it names the very host that is asked for."""
    careless = ["hooks.example.com", url, url.removeprefix("https://").strip("/")]

    with pytest.raises(BadAddress):
        rules.target(url, allowed=careless)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_name_that_leads_inside_is_not_called(number: str, monkeypatch: Any) -> None:
    called: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *given: called.append(given))
    good = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))

    for found in ([number], ["93.184.215.14", number]):

        def look_up(host: str, port: int, found: list[str] = found) -> list[Any]:
            return [good if each[0] == "9" else (0, 0, 0, "", (each, port)) for each in found]

        target = Target("https", "hooks.example.com", 443, "/")
        outcome = sending.post(target, b"{}", {}, look_up=look_up)
        assert outcome.problem == "private_address"
    assert called == []


def test_the_connection_goes_to_the_number_that_was_checked(monkeypatch: Any) -> None:
    """A name that answers differently the second time is asked once only."""
    asked: list[str] = []
    called: list[Any] = []

    def look_up(host: str, port: int) -> list[Any]:
        asked.append(host)
        number = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    def connect(address: Any, patience: float) -> Any:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)

    sending.post(Target("https", "hooks.example.com", 443, "/"), b"{}", {}, look_up=look_up)

    assert asked == ["hooks.example.com"]
    assert called == [("93.184.215.14", 443)]


@pytest.mark.parametrize("number", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254"])
def test_no_list_of_own_networks_opens_the_secrets_of_the_machine(number: str) -> None:
    own = [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]

    assert not rules.open_to_all(ipaddress.ip_address(number), own=own)
    assert rules.open_to_all(ipaddress.ip_address("10.1.2.3"), own=own)
    assert rules.open_to_all(ipaddress.ip_address("93.184.215.14"))


def test_the_allowed_receiver_is_reached(receiver: Receiver) -> None:
    url = f"http://localhost:{receiver.port}/in"
    target = rules.target(url, allowed=[f"http://localhost:{receiver.port}"])

    refused = sending.post(target, b"{}", {}, look_up=to_here)
    reached = sending.post(target, b"{}", {}, own=LOCAL, look_up=to_here)

    assert (refused.problem, refused.arrived) == ("private_address", False)
    assert (reached.status, reached.arrived) == (204, True)
    assert len(receiver.heard) == 1
