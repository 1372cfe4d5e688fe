"""The packs that are delivered, and what the company set on top of them."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

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
    return next((one for one in all_packs() if one.code == code), None)


def pack_for(country: str, policy: Policy) -> Pack | None:
    """The pack of a customer's country; of the company's where none is on file."""
    company = core.company()
    trade = company.kind if company else ""
    return rules.choose(all_packs(), country=country, trade=trade, home=policy.home)


def company_policy() -> Policy:
    """What the company set; the defaults before it set anything."""
    found = PolicyVersion.objects.order_by("-version").first()
    return rules.read_policy(found.body, found.version) if found else Policy()


def policy_versions() -> list[PolicyVersion]:
    return list(PolicyVersion.objects.order_by("-version")[:20])
