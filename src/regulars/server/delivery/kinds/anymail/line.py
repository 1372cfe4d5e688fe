"""The settings of a provider, and the line to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.message import AnymailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds import letters, wire
from regulars.server.delivery.kinds.anymail import told
from regulars.server.delivery.kinds.anymail.providers import KEY, PROVIDERS, Provider
from regulars.server.delivery.kinds.anymail.way import Way
from regulars.server.delivery.kinds.base import (
    Capabilities,
    Carrier,
    End,
    Field,
    Kind,
    Message,
    Receipt,
    Twice,
    World,
)
from regulars.server.delivery.kinds.heard import Answer, Call, Forged

SENT = {"queued", "sent", "unknown"}
DAY = 86_400


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
            view, request = import_string(path)(**more), told.request(call)
            view.run_validators(request)
            found = view.parse_events(request)
        except AnymailWebhookValidationFailure as error:
            raise Forged(wire.brief(error)) from error
        except (AnymailError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise Forged("The call cannot be read: " + wire.brief(error)) from error
        return Answer(tuple(event for each in found if (event := told.event(each)) is not None))


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
        way = Way(self.kind.world, mark, message.key if self.kind.provider.keyed else "")
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

    def _failed(self, letter: AnymailMessage, way: Way, error: Exception) -> Receipt:
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


def _receipt(letter: AnymailMessage, otherwise: Receipt) -> Receipt:
    """What anymail understood of the one recipient."""
    states = list((letter.anymail_status.recipients or {}).values())
    if not states or states[0].status is None:
        return otherwise
    status, id = states[0].status, str(states[0].message_id or "").strip("<>")
    if status in SENT:
        return Receipt(End.SENT, id=id, code=status)
    return Receipt(End.REFUSED, id=id, code=status, dead=status == "invalid")
