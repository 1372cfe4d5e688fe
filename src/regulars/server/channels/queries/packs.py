"""The packs that are delivered, and what the company set on top of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from regulars.server.channels.models import PolicyVersion
from regulars.server.channels.rules import packs as rules
from regulars.server.channels.rules.packs import Pack, Policy
from regulars.server.core import queries as core

FOLDER = Path(__file__).resolve().parents[1] / "packs"


@lru_cache(maxsize=1)
def all_packs() -> tuple[Pack, ...]:
    """Every pack, by code."""
    found = (
        rules.read_pack(tomllib.loads(path.read_text("utf-8")))
        for path in FOLDER.glob("*.toml")
    )
    return tuple(sorted(found, key=lambda pack: pack.code))


def pack(code: str) -> Pack | None:
    """A pack as it is delivered."""
    return next((one for one in all_packs() if one.code == code), None)


def pack_for(country: str, policy: Policy) -> Pack | None:
    """The pack of a customer's country, as the company tightened it.

    Of a customer without a country it is the company's own.
    """
    found = rules.choose(all_packs(), country=country, trade=_trade(), home=policy.home)
    return policy.over(found) if found else None


def choices() -> tuple[Pack, ...]:
    """The packs among which head office may choose."""
    return rules.choices(all_packs(), trade=_trade())


def company_policy(*, on: date) -> Policy:
    """What the company set for a day; the defaults before it set anything."""
    found = PolicyVersion.objects.filter(effective_on__lte=on).order_by("-version").first()
    return rules.read_policy(found.body, found.version) if found else Policy()


def _trade() -> str:
    company = core.company()
    return company.kind if company else ""


def delivered(home: str) -> Pack | None:
    """The pack of customers without a country, as it is delivered."""
    return rules.choose(all_packs(), country="", trade=_trade(), home=home)


def loosened(body: Mapping[str, Any]) -> dict[str, str]:
    """What of a policy is less than its pack asks for; see `rules.packs.loosened`."""
    policy = rules.read_policy(body, 0)
    found = delivered(policy.home)
    return rules.loosened(policy, found) if found else {}


def policy_versions(*, on: date) -> list[tuple[PolicyVersion, str]]:
    """The last versions, each with what it is on a day: planned, in force or over."""
    current = company_policy(on=on).version
    last = PolicyVersion.objects.order_by("-version")[:20]
    return [(one, _state(one, current)) for one in last]


def _state(one: PolicyVersion, current: int) -> str:
    if one.version == current:
        return "in_force"
    return "planned" if one.version > current else "over"
