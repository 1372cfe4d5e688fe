"""Where a message to a customer goes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from regulars.server.channels.rules import addresses as plain
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.models import Customer

FIELDS = {"sms": "phone", "email": "email", "wecom": "wecom_id"}
PURPOSE = "delivery.address"


@dataclass(frozen=True)
class Address:
    """Where one customer is reached by one channel; `to` is empty where nowhere."""

    to: str
    key: str
    hint: str
    name: str = ""
    country: str = ""


def addresses_of(channel: str, customers: Collection[int]) -> dict[int, Address]:
    """The addresses of many customers by one channel."""
    field = FIELDS[channel]
    rows = Customer.objects.filter(pk__in=customers).values_list("pk", field, "name", "country")
    return {pk: _address(channel, value, name, country) for pk, value, name, country in rows}


def key_of(channel: str, value: str) -> str:
    """The keyed hash of an address as a provider names it; empty where it is none."""
    return _address(channel, value, "", "").key


def _address(channel: str, value: str, name: str, country: str) -> Address:
    if not value:
        return Address("", "", "", name, country)
    if channel == "wecom":
        return Address(
            value, keyed_hash(value, purpose=PURPOSE), f"{value[:4]}…", name, country
        )
    try:
        kind, one_way = plain.plainly(value, region=country or "CN")
    except plain.Unreadable:
        return Address("", "", "", name, country)
    to = f"+{one_way}" if kind == "phone" else one_way
    key = keyed_hash(one_way, purpose=PURPOSE)
    return Address(to, key, plain.hint(kind, one_way), name, country)
