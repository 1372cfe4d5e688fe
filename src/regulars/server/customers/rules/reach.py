"""Which ways to a customer are open, and which values are personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Shown in full only to those with the right, and only after asking.
REASONS = ("call", "write", "check", "asked", "edit", "card", "compare")
PERSONAL = ("phone", "email", "address")
CHANNELS = ("call", "wecom", "sms", "email", "visit")
# What carries marketing needs a word from the customer; a visit is agreed upon each time.
MARKETING = ("call", "wecom", "sms", "email")


@dataclass(frozen=True)
class Reach:
    """Whether a way to a customer is open: open, unasked, missing, blocked or refused."""

    channel: str
    state: str
    preferred: bool


def reaches(
    *,
    preferred: str,
    blocked: list[str],
    consents: Mapping[str, bool],
    addresses: Mapping[str, str],
) -> list[Reach]:
    """Judge every channel; the preferred one comes first, what is closed last.

    `addresses` holds what a channel needs (a phone for calls and SMS, an e-mail address).
    """
    ranks = {"open": 1, "unasked": 2, "missing": 3, "blocked": 4, "refused": 5}
    states = {
        channel: _reach(channel, blocked=blocked, consents=consents, addresses=addresses)
        for channel in CHANNELS
    }
    # Who preferred WeCom once and refuses it now prefers it no more.
    found = [
        Reach(channel, state, channel == preferred and state in {"open", "unasked"})
        for channel, state in states.items()
    ]
    return sorted(found, key=lambda r: (not r.preferred, ranks[r.state]))


def _reach(
    channel: str,
    *,
    blocked: list[str],
    consents: Mapping[str, bool],
    addresses: Mapping[str, str],
) -> str:
    if channel in blocked:
        return "blocked"
    if consents.get(channel) is False:
        return "refused"
    if channel in addresses and not addresses[channel]:
        return "missing"
    return "open" if consents.get(channel) or channel not in MARKETING else "unasked"
