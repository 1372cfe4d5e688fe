"""The rest between surveys, the panel, the days: as the company sets them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from regulars.server.core import actions as core
from regulars.server.core.audit import Actor
from regulars.server.voice.rules import KEY, Policy


def set_policy(policy: Policy, *, by: Actor, at: datetime) -> None:
    """Keep the settings; waves of before keep theirs."""
    core.change_settings(by=by, at=at, **{KEY: asdict(policy)})
