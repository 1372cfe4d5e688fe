"""The providers, as anymail knows them and as our settings name what they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KEY = "regulars_key"  # what a letter's metadata and a provider's events call our key


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
