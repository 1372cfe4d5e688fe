"""Reads behind the pages of keys and webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.core import events
from regulars.server.core.keys import queries as keys
from regulars.server.core.models import ApiKey, Delivery, Person, Webhook
from regulars.server.core.webhooks import queries as receivers

DELIVERY_STATES = Delivery.State.choices
PROBLEMS: dict[str, str | Promise] = {
    "private_address": _("The name leads to an address that is not public."),
    "not_allowed": _("The host is not on the list of receivers."),
    "no_such_host": _("Nobody knows this host."),
    "no_trust": _("Its certificate is not trusted."),
    "too_slow": _("It did not answer in time."),
    "no_answer": _("It did not answer."),
    "refused": _("It refused the event."),
}


@dataclass(frozen=True)
class KeyLine:
    """A key as the list shows it."""

    key: ApiKey
    state: str
    rights: list[Any]
    uses: int


@dataclass(frozen=True)
class Told:
    """A delivery with its event in words."""

    delivery: Delivery
    label: str | Promise
    tries: int
    status: int | None
    ms: int
    problem: str | Promise


def key_lines(viewer: Person, *, at: datetime) -> list[KeyLine]:
    """Keys that open something first, each with its use of the last day."""
    uses = keys.uses(viewer, at=at)
    names = dict(ApiKey.RIGHTS)
    lines = [
        KeyLine(
            each,
            each.state(at),
            [names.get(right, right) for right in each.rights],
            uses.get(each.pk, 0),
        )
        for each in keys.keys(viewer)
    ]
    return sorted(lines, key=lambda line: line.state != "valid")


def api_key(viewer: Person, key: str) -> ApiKey | None:
    return keys.key(viewer, key)


def webhooks(viewer: Person) -> QuerySet[Webhook]:
    return receivers.webhooks(viewer)


def webhook(viewer: Person, key: str) -> Webhook | None:
    return receivers.webhook(viewer, key)


def delivery_lines(viewer: Person, webhook: Webhook, *, state: str = "") -> QuerySet[Delivery]:
    return receivers.deliveries(viewer, webhook, state=state)


def delivery(viewer: Person, webhook: Webhook, key: str) -> Delivery | None:
    return receivers.delivery(viewer, webhook, key)


def allowed_hosts() -> list[str]:
    return list(receivers.allowed_hosts())


def told(delivery: Delivery) -> Told:
    """Put one delivery into words."""
    last = delivery.attempts[-1] if delivery.attempts else {}
    kind = events.kinds().get(delivery.event.type)
    problem = last.get("problem", "")
    return Told(
        delivery,
        kind.label if kind else delivery.event.type,
        len(delivery.attempts),
        last.get("status"),
        last.get("ms", 0),
        PROBLEMS.get(problem, problem),
    )
