"""The clock, bursts and worth of referrals as the company sets them; what leaves the house."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.referrals.rules import KEY, Policy


def set_policy(policy: Policy, *, by: Actor, at: datetime) -> None:
    """Keep the settings; clocks that run keep theirs."""
    core.change_settings(by=by, at=at, **{KEY: asdict(policy)})


def exported(count: int, *, by: Person, at: datetime) -> None:
    """Somebody took a list along."""
    audit.record("referrals.exported", "referrals.Referral", by=by, at=at, rows=count)
