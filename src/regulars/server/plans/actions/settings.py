"""Who needs a plan, and what makes a level, as the company sets it."""

from __future__ import annotations

from datetime import datetime

from regulars.server.core import actions as core
from regulars.server.core.audit import Actor
from regulars.server.plans.rules import KEY, Policy


def set_policy(policy: Policy, *, by: Actor, at: datetime) -> None:
    """Keep the settings; judgements of before keep their level."""
    told = {
        "from_level": policy.from_level,
        "review_days": policy.review_days,
        "ask_days": policy.ask_days,
        "bond_days": policy.bond_days,
        "needs": {str(int(step)): n for step, n in policy.needs.items()},
    }
    core.change_settings(by=by, at=at, **{KEY: told})
