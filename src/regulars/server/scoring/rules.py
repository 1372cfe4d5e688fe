"""What is published of a run, and how a company's particulars become the engine's basis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from regulars.engine import BANK, RETAIL, Basis

# Column of the published score -> column of the run's frame. Eight: the list sorts and
# filters by these; everything else is read from the run's own file.
PUBLISHED = {
    "value": "value",
    "stake": "value_at_stake",
    "clv": "clv_36",
    "contribution": "contribution_12",
    "p_alive": "p_alive",
    "stage": "stage",
    "rfm": "rfm",
    "rfm_type": "rfm_type",
}
STAGES = ("new", "active", "loyal", "at_risk", "dormant", "lost", "reactivated")
CHURN_DAYS = 91  # the horizon of churn and ranking where the company set none
NOT_NOW_MONTHS = 6  # how long a "not now" counts where nobody said otherwise
KEEP_PUBLISHED = 3  # versions of scores that stay in PostgreSQL


def basis(
    kind: str,
    *,
    margins: Mapping[str, float],
    loans: Iterable[str],
    settings: Mapping[str, Any],
) -> Basis:
    """Return how this company earns: the preset of its kind with its own figures."""
    chosen = BANK if kind == "bank" else RETAIL
    changes: dict[str, Any] = {}
    if kind == "bank":
        changes["balance_margins"] = dict(margins)
        changes["aum_weights"] = dict.fromkeys(loans, 0.0)
    for name in ("margin_rate", "yearly_cost", "discount_rate", "new_days", "large_movement"):
        if name in settings:
            changes[name] = type(getattr(chosen, name))(settings[name])
    return replace(chosen, **changes)


def referral_worth(settings: Mapping[str, Any]) -> dict[str, float]:
    """What the company set about referrals: who came by them alone, and what that saves."""
    own = settings.get("referrals", {})
    return {
        "type_1_share": int(own.get("share_percent", 50)) / 100,
        "saving": float(own.get("saving", 0)),
    }
