"""The columns of `windows`, each with its meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from regulars.engine.ledger import Ledger

WINDOWS = (14, 30, 60, 90, 180, 365)
# Days after which the past counts half: windows have hard edges, these have none.
HALF_LIVES = (30, 90, 180)
VARIETY_WINDOWS = (180, 365)
CONTACT_WINDOWS = (30, 90, 365)
BALANCE_BACK = (30, 90, 365)
# A movement of this age still says something about the customer's plans for his money.
HOLDING_DAYS = 90
# By the column they are counted from.
VARIETIES: Mapping[str, str] = {
    "product_id": "products",
    "category": "categories",
    "channel": "channels",
}

Unit = Literal["days", "count", "money", "ratio", "share"]


@dataclass(frozen=True)
class Feature:
    """One column of `windows`: what it says, for people and for the texts shown to them.

    Attributes
    ----------
    name
        Of the column.
    meaning
        Key of the meaning, the same for all windows: `spend`, `spend_change`, `gap_ratio`.
    days
        Length of the window, or the half-life of what fades; None where the column looks at
        all known time or at the day.
    unit
        `days`, `count`, `money` (reporting currency), `ratio` or `share` (0-1, changes -1
        to 1).
    """

    name: str
    meaning: str
    days: int | None
    unit: Unit


def _windowed(meaning: str, unit: Unit, lengths: tuple[int, ...]) -> Iterator[Feature]:
    return (Feature(f"{meaning}_{length}", meaning, length, unit) for length in lengths)


def _plain(unit: Unit, *meanings: str) -> Iterator[Feature]:
    return (Feature(meaning, meaning, None, unit) for meaning in meanings)


ACTIVITY = (
    *_windowed("days_active", "count", WINDOWS),
    *_windowed("lines", "count", WINDOWS),
    *_windowed("spend", "money", WINDOWS),
    *_windowed("refunds", "money", WINDOWS),
    *_windowed("days_active_change", "share", WINDOWS),
    *_windowed("spend_change", "share", WINDOWS),
    *_windowed("recent_share", "share", WINDOWS),
    *_windowed("spend_faded", "money", HALF_LIVES),
    *_windowed("days_faded", "ratio", HALF_LIVES),
    *_plain("days", "days_since_last", "tenure_days", "mean_gap", "median_gap", "longest_gap"),
    *_plain("ratio", "gap_ratio", "median_gap_ratio", "pace"),
    *_plain("share", "silence"),
    *_plain("count", "purchase_days"),
    *_plain("money", "net_spend", "spend_pace", "mean_basket", "first_basket", "last_basket"),
)
VARIETY = tuple(
    feature
    for meaning in VARIETIES.values()
    for feature in _windowed(meaning, "count", VARIETY_WINDOWS)
)
BALANCES = (
    *_plain("money", "aum"),
    *_windowed("aum_before", "money", BALANCE_BACK),
    *_windowed("aum_change", "share", BALANCE_BACK),
    *_windowed("aum_mean", "money", (90, 365)),
    *_windowed("aum_volatility", "money", (365,)),
)
HOLDINGS = (
    *_plain("count", "holdings", "products_held"),
    *_windowed("opened", "count", (HOLDING_DAYS,)),
    *_windowed("matured", "count", (HOLDING_DAYS,)),
)
EVENTS = tuple(_windowed("events", "count", CONTACT_WINDOWS))
TOUCHES = tuple(_windowed("touches", "count", CONTACT_WINDOWS))
# All that `windows` can return, in the order of its columns.
FEATURES = (*ACTIVITY, *VARIETY, *BALANCES, *HOLDINGS, *EVENTS, *TOUCHES)


def features_of(ledger: Ledger) -> tuple[Feature, ...]:
    """List the columns that `windows` returns for a ledger, in their order.

    Parameters
    ----------
    ledger
        Its optional tables and columns decide.

    Returns
    -------
    tuple of Feature
        Those of transactions always; of products, categories, channels, balances, holdings,
        events and touches where the ledger has them.

    Examples
    --------
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> bought = ibis.memtable({"customer_id": [1], "local_date": ["2025-01-01"],
    ...                         "amount": [9.0]})
    >>> names = [feature.name for feature in features_of(Ledger(bought))]
    >>> names[:2], "aum" in names
    (['days_active_14', 'days_active_30'], False)
    """
    columns = ledger.transactions.columns
    lacking = {name for column, name in VARIETIES.items() if column not in columns}
    return (
        *ACTIVITY,
        *(feature for feature in VARIETY if feature.meaning not in lacking),
        *(BALANCES if ledger.balances is not None else ()),
        *(HOLDINGS if ledger.holdings is not None else ()),
        *(EVENTS if ledger.events is not None else ()),
        *(TOUCHES if ledger.touches is not None else ()),
    )
