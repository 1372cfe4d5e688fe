"""What a reason of the day's lists lets one hope for: that something is replaced, or more."""

from __future__ import annotations

# Something ends or grows old, and something takes its place.
TRADE_IN = frozenset({
    "deposit_maturity", "wealth_maturity", "fixed_rate_event", "loan_settled", "loan_prepay",
    "facility_expiry", "bill_maturity", "policy_maturity", "benefit_payable", "motor_renewal",
    "trade_in_window", "warranty_expiry", "lease_expiry", "second_home_window",
    "contract_renewal", "replenishment", "quote_expiring",
})  # fmt: skip
# They may speak of us to others.
REFERRAL = frozenset({
    "survey_promoter", "owner_referral", "referral_feedback", "referral_received",
})  # fmt: skip
# Reasons that speak of a need; others are care, and nothing to sell upon.
SIGNALS = frozenset({
    *TRADE_IN, *REFERRAL, "large_inflow", "payroll_first", "idle_balance", "second_product",
    "aum_drop", "cross_payroll", "card_unused", "usage_high", "order_gap", "policy_review",
    "second_purchase", "event_attended", "campaign_response", "tier_threshold",
    "tier_gap_amount", "new_account", "first_purchase", "stage_offered",
})  # fmt: skip


def kind_of(trigger: str) -> str:
    """The kind of opportunity that a reason speaks for."""
    if trigger in TRADE_IN:
        return "trade_in"
    return "referral" if trigger in REFERRAL else "add_on"
