"""What referrals hear of other features: a gift or a coupon that was not given after all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.server.core.audit import WORKER
from regulars.server.referrals import actions


def not_given(uid: UUID, data: Mapping[str, Any], at: datetime) -> None:
    """What thanked somebody for a referral is to be decided on again."""
    actions.not_given(str(data["what"]), str(data["benefit"]), by=WORKER, at=at)
