"""How a company earns: what counts as activity, what value means, what serving costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ValueOf = Literal["net_spend", "aum"]
# What a transaction can be.
KINDS = (
    "purchase",
    "refund",
    "fee",
    "inflow",
    "outflow",
    "payroll",
    "interest",
    "adjustment",
)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """State how a company earns; every amount is in the reporting currency.

    Attributes
    ----------
    activity
        Kinds of transaction that the customer starts. Interest, fees and adjustments
        never prove that somebody is still there.
    value
        What ABC, Pareto and value at stake look at: `net_spend` (sales less refunds, all
        known history) or `aum` (balances on the day).
    margin_rate
        Share of a purchase that is margin, 0-1, where the row names no cost.
    balance_margins, default_balance_margin
        Yearly margin on one unit of balance, by product id, and for all other products.
    aum_weights
        Weight of a product's balance in `aum`, by product id; 1 for all other products,
        0 for what is not a managed asset (loans).
    fee_kinds
        Kinds of transaction that are income as a whole.
    contact_costs
        Cost of one contact by channel, where the touch names no cost.
    yearly_cost
        Cost of keeping one customer for a year, apart from contacts.
    discount_rate
        Yearly, for lifetime value.
    new_days
        A customer is new, and a returned one `reactivated`, for so many days.
    loyal_purchases
        Orders that make an active customer loyal.
    shortest_rhythm
        Days. A customer who comes daily is not at risk after two days of silence.
    resting_balance
        A customer who leaves more than this with us is at most dormant, never lost.
    large_movement, large_movement_share
        A movement is large from this amount and this share of the 90-day average balance.
    """

    activity: tuple[str, ...] = ("purchase",)
    value: ValueOf = "net_spend"
    margin_rate: float = 0.30
    balance_margins: Mapping[str, float] = field(default_factory=dict)
    default_balance_margin: float = 0.0
    aum_weights: Mapping[str, float] = field(default_factory=dict)
    fee_kinds: tuple[str, ...] = ("fee",)
    contact_costs: Mapping[str, float] = field(default_factory=dict)
    yearly_cost: float = 0.0
    discount_rate: float = 0.10
    new_days: int = 90
    loyal_purchases: int = 5
    shortest_rhythm: int = 7
    resting_balance: float = 100.0
    large_movement: float = 50_000.0
    large_movement_share: float = 0.20


RETAIL = Basis()

# 2 % on deposits is the order of a rural commercial bank's transfer-price margin, 0.3 % of
# a card payment that of interchange; a company puts its own figures in their place.
BANK = Basis(
    activity=("purchase", "inflow", "outflow"),
    value="aum",
    margin_rate=0.003,
    default_balance_margin=0.02,
    contact_costs={"sms": 0.05, "wecom": 0.1, "call": 5.0, "visit": 80.0, "branch": 15.0},
    yearly_cost=60.0,
    shortest_rhythm=30,
)
