"""E-mail by a provider's API, through django-anymail, which knows their dialects.

Its HTTP goes our way: the address is checked, the mark is asked when the line stands. What
providers tell us is read by anymail's own views, which check their signatures, too.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import requests
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.message import AnymailMessage
from django.core.handlers.wsgi import WSGIRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from regulars.base.errors import BadInput
from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import letters, wire
from regulars.server.delivery.kinds.base import (
    Answer,
    Call,
    Capabilities,
    Carrier,
    End,
    Event,
    Field,
    Forged,
    Happened,
    Kind,
    Message,
    Receipt,
    Twice,
    World,
)

KEY = "regulars_key"
SENT = {"queued", "sent", "unknown"}
DAY = 86_400


@dataclass(frozen=True)
class Provider:
    """How anymail calls a provider, and what its settings are called there."""

    name: str
    backend: str
    view: str
    settings: Mapping[str, str]  # anymail's name: ours
    signed: str = ""  # anymail's name for the key that signs webhooks
    keyed: bool = False  # it sends once for an Idempotency-Key, within a day


PROVIDERS = {
    "mailgun": Provider(
        "Mailgun", "mailgun", "Mailgun", {"api_key": "api_key", "sender_domain": "domain"},
        signed="webhook_signing_key",
    ),
    "postmark": Provider("Postmark", "postmark", "Postmark", {"server_token": "api_key"}),
    "brevo": Provider("Brevo", "brevo", "Brevo", {"api_key": "api_key"}),
    "mailjet": Provider(
        "Mailjet", "mailjet", "Mailjet", {"api_key": "api_key", "secret_key": "api_secret"},
    ),
    "sparkpost": Provider("SparkPost", "sparkpost", "SparkPost", {"api_key": "api_key"}),
    "resend": Provider("Resend", "resend", "Resend", {"api_key": "api_key"}, keyed=True),
}  # fmt: skip


class Anymail(Kind):
    """E-mail by one of the providers that anymail knows."""

    code = "anymail"
    channel = "email"
    name = gettext_lazy("E-mail: a provider's API")
    can = Capabilities(subject=True, html=True, receipts=True, clicks=True)
    fields = (
        Field(
            "provider",
            gettext_lazy("Provider"),
            choices=tuple((code, each.name) for code, each in PROVIDERS.items()),
        ),
        Field("api_key", gettext_lazy("API key"), secret=True),
        Field(
            "api_secret",
            gettext_lazy("Second key"),
            gettext_lazy("Mailjet's secret key."),
            required=False,
            secret=True,
        ),
        Field(
            "domain",
            gettext_lazy("Sending domain"),
            gettext_lazy("Mailgun only."),
            required=False,
        ),
        *letters.OWED,
        Field(
            "hook",
            gettext_lazy("Login of webhooks"),
            gettext_lazy("name:password, entered at the provider as https://name:password@..."),
            required=False,
            secret=True,
        ),
        Field("signing", gettext_lazy("Key that signs webhooks"), required=False, secret=True),
        Field(
            "url",
            gettext_lazy("Address"),
            gettext_lazy("Only where it is not the usual one, such as Mailgun's in the EU."),
            required=False,
        ),
    )

    def __init__(self, settings: Mapping[str, str], world: World | None = None) -> None:
        super().__init__(settings, world)
        provider = PROVIDERS.get(self.settings.get("provider", ""))
        if provider is not None and provider.keyed:
            self.can = replace(type(self).can, twice=Twice.WHILE, known_for=DAY)

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.settings["provider"]]

    def check(self) -> None:
        letters.sender(self.settings)
        if self.settings.get("provider") not in PROVIDERS:
            raise BadInput(_("Choose a provider."))
        for ours in self.provider.settings.values():
            if not self.settings.get(ours):
                field = next(each for each in self.fields if each.name == ours)
                raise BadInput(_("“%(setting)s” is empty.") % {"setting": field.label})
        if self.settings.get("hook") and ":" not in self.settings["hook"]:
            raise BadInput(_("Write the login of webhooks as name:password."))

    def open(self) -> Carrier:
        return _Api(self)

    def words(self, message: Message) -> Message:
        return letters.words(message, advert=self.settings["advert"] == "yes")

    def refusal(self, message: Message) -> str:
        return letters.refusal(message)

    def hear(self, call: Call, *, at: datetime) -> Answer:
        path = (
            f"anymail.webhooks.{self.provider.backend}.{self.provider.view}TrackingWebhookView"
        )
        unsigned = self.provider.signed and not self.settings.get("signing")
        if not self.settings.get("hook") or unsigned:
            raise Forged("This line has no login or no key for webhooks.")
        more = {"webhook_secret": self.settings["hook"]}
        if self.provider.signed:
            more[self.provider.signed] = self.settings["signing"]
        try:
            view, request = import_string(path)(**more), _request(call)
            view.run_validators(request)
            found = view.parse_events(request)
        except AnymailWebhookValidationFailure as error:
            raise Forged(wire.brief(error)) from error
        except (AnymailError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise Forged("The call cannot be read: " + wire.brief(error)) from error
        return Answer(tuple(event for each in found if (event := _event(each)) is not None))


class _Api(Carrier):
    def __init__(self, kind: Anymail) -> None:
        self.kind = kind
        given: dict[str, Any] = {
            name: kind.settings[ours] for name, ours in kind.provider.settings.items()
        }
        if kind.settings.get("url"):
            given["api_url"] = kind.settings["url"].rstrip("/") + "/"
        backend = f"anymail.backends.{kind.provider.backend}.EmailBackend"
        self.backend = import_string(backend)(**given)
        self.backend.open()
        self.backend.session.trust_env = False

    def send(self, message: Message, mark: Callable[[], bool]) -> Receipt:
        way = _Way(self.kind.world, mark, message.key if self.kind.provider.keyed else "")
        for scheme in ("https://", "http://"):
            self.backend.session.mount(scheme, way)
        letter = self._letter(self.kind.words(message))
        try:
            self.backend.send_messages([letter])
        except (AnymailError, ValueError, TypeError) as error:
            return self._failed(letter, way, error)
        return _receipt(letter, Receipt(End.UNKNOWN, said="The provider named no recipient."))

    def _letter(self, message: Message) -> AnymailMessage:
        letter = AnymailMessage(
            subject=message.subject,
            body=message.text,
            from_email=str(letters.sender(self.kind.settings)),
            to=[message.to],
            reply_to=[self.kind.settings["reply_to"]]
            if self.kind.settings.get("reply_to")
            else [],
            headers=letters.headers(message, reply_to=self.kind.settings.get("reply_to", "")),
            metadata={KEY: message.key},
        )
        if message.html:
            letter.attach_alternative(message.html, "text/html")
        return letter

    def _failed(self, letter: AnymailMessage, way: _Way, error: Exception) -> Receipt:
        outcome = way.outcome
        if (
            outcome is None
        ):  # nothing was asked: the letter is one that the provider cannot take
            return Receipt(End.REFUSED, code="letter", said=wire.brief(error))
        otherwise = Receipt(End.UNKNOWN, said=wire.brief(error))  # nobody understood the answer
        if not outcome.arrived:
            otherwise = wire.lost(outcome) or wire.by_status(outcome)
        return _receipt(letter, otherwise)  # what it said of the one recipient goes first

    def close(self) -> None:
        self.backend.close()


class _Way(BaseAdapter):
    """Lets requests call the way that our own calls go."""

    def __init__(self, world: World, mark: Callable[[], bool], key: str) -> None:
        super().__init__()
        self.world, self.mark, self.key = world, mark, key
        self.outcome: Outcome | None = None

    def send(  # what requests adds (proxies, patience, trust) is not for others to say
        self, request: requests.PreparedRequest, *_given: Any, **_more: Any
    ) -> requests.Response:
        if self.outcome is not None:
            raise requests.ConnectionError("One call a message.")
        headers = {name: str(value) for name, value in request.headers.items()}
        if self.key:
            headers["Idempotency-Key"] = self.key
        self.outcome = wire.call(
            self.world,
            str(request.url),
            method=str(request.method),
            body=_bytes(request.body),
            headers=headers,
            mark=self.mark,
        )
        if self.outcome.status is None:
            raise requests.ConnectionError(self.outcome.problem)
        return _response(self.outcome, request)

    def close(self) -> None:
        pass


def _bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b""


def _response(outcome: Outcome, request: requests.PreparedRequest) -> requests.Response:
    answer = requests.Response()
    answer.status_code = outcome.status or 0
    answer.headers = CaseInsensitiveDict(outcome.headers)
    answer.raw, answer.request, answer.url = (
        io.BytesIO(outcome.body),
        request,
        request.url or "",
    )
    answer.encoding = "utf-8"
    return answer


def _receipt(letter: AnymailMessage, otherwise: Receipt) -> Receipt:
    """What anymail understood of the one recipient."""
    states = list((letter.anymail_status.recipients or {}).values())
    if not states or states[0].status is None:
        return otherwise
    status, id = states[0].status, str(states[0].message_id or "").strip("<>")
    if status in SENT:
        return Receipt(End.SENT, id=id, code=status)
    return Receipt(End.REFUSED, id=id, code=status, dead=status == "invalid")


def _request(call: Call) -> WSGIRequest:
    environ: dict[str, Any] = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in call.headers.items()
    }
    return WSGIRequest(
        environ
        | {
            "REQUEST_METHOD": call.method,
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443",
            "CONTENT_TYPE": call.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(call.body)),
            "wsgi.input": io.BytesIO(call.body),
            "wsgi.url_scheme": "https",
        }
    )


def _event(told: Any) -> Event | None:
    what = _happened(told)
    if what is None:
        return None
    id = str(told.message_id or "").strip("<>")
    once = (
        _own_id(told.esp_event)
        or told.event_id
        or f"{told.event_type}:{id}:{told.recipient}:{told.timestamp}"
    )
    return Event(
        what,
        once=str(once)[:200],
        id=id,
        key=str((told.metadata or {}).get(KEY, "")),
        address=told.recipient or "",
        at=told.timestamp,
        code=str(told.reject_reason or told.event_type),
        said=wire.brief(told.mta_response or told.description or ""),
    )


def _own_id(event: Any) -> str:
    """Mailgun's own id of an event; anymail gives the token of the call, which may differ."""
    inner = event.get("event-data") if isinstance(event, Mapping) else None
    return str(inner.get("id", "")) if isinstance(inner, Mapping) else ""


def _happened(told: Any) -> Happened | None:
    if told.event_type in ("bounced", "rejected"):
        if told.reject_reason in ("unsubscribed", "spam"):
            return Happened.STOPPED
        gone = told.reject_reason in ("bounced", "invalid") and not _soft(told.esp_event)
        return Happened.BOUNCED if gone else Happened.FAILED
    return {
        "delivered": Happened.DELIVERED,
        "failed": Happened.FAILED,
        "complained": Happened.COMPLAINED,
        "unsubscribed": Happened.STOPPED,
        "clicked": Happened.CLICKED,
    }.get(told.event_type)


def _soft(event: Any) -> bool:
    """A full mailbox and the like, which anymail does not tell from one that is not there."""
    if not isinstance(event, Mapping):
        return False
    words = {str(event.get(name, "")).lower() for name in ("Type", "event", "hard_bounce")}
    return bool(words & {"softbounce", "soft_bounce", "false"})
