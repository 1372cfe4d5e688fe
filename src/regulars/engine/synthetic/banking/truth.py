"""The truth about each customer, which no real bank has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.banking import catalogue as c
from regulars.engine.synthetic.banking.archetypes import NAMES
from regulars.engine.synthetic.banking.facts import Keys
from regulars.engine.synthetic.banking.flows import Ledger
from regulars.engine.synthetic.banking.holdings import OPEN, Wallet
from regulars.engine.synthetic.banking.population import TIERS_YUAN, Population
from regulars.engine.synthetic.banking.stories import TOP
from regulars.engine.synthetic.btyd import WEEK, Habits, expected_purchases
from regulars.engine.synthetic.columns import DAY_US, Bools, Ints, stamps, strings, words
from regulars.engine.synthetic.schema import PLANTED, SCHEMAS

# Cost to serve in fen: a visit to the counter, a contact, the account itself for a year.
VISIT_COST, CONTACT_COST, ACCOUNT_COST = 900, 1_500, 200
_NEVER = -1


def block_truth(
    people: Population, members: Ints, wallet: Wallet, ledger: Ledger, keys: Keys, *, last: int
) -> pa.Table:
    """Return the truth of one block of customers; `parameters` tell what the habits mean."""
    buys = people.uses_card[members]
    first_at = _first_purchase(ledger, len(members))
    left = people.card_since[members] + ledger.purchases.left_week * WEEK
    dropped = np.isfinite(left) & buys
    left_at = np.where(dropped, np.where(dropped, left, 0) * DAY_US, _NEVER).astype(np.int64)
    margin = _margin(people, members, wallet, ledger)
    habits = _habits(people, members)
    return pa.table(
        [
            keys.customers.take(pa.array(members)),
            pa.array(habits.rate, mask=~buys),
            pa.array(habits.dropout, mask=~buys),
            pa.array(ledger.purchases.alive),
            strings(words(NAMES)[people.archetype[members]]),
            stamps(first_at, missing=_NEVER),
            stamps(left_at, missing=_NEVER),
            pa.array(habits.mean_spend, mask=~buys),
            pa.array(margin),
            _planted(people, members, wallet, ledger, last),
        ],
        schema=SCHEMAS["truth"],
    )


def _habits(people: Population, members: Ints) -> Habits:
    habits = people.habits
    return Habits(habits.rate[members], habits.dropout[members], habits.mean_spend[members])


def _first_purchase(ledger: Ledger, size: int) -> Ints:
    rows = np.flatnonzero(ledger.rows["kind"] == c.PURCHASE)
    owner = ledger.rows["owner"][rows]
    found = np.full(size, _NEVER, dtype=np.int64)
    # Rows are in order of time, so writing backwards leaves the first.
    found[owner[::-1]] = ledger.rows["time"][rows[::-1]]
    return found


def closing(wallet: Wallet, ledger: Ledger) -> tuple[Ints, Ints]:
    """Return the last balance of the current account and all assets, in fen."""
    size = len(wallet.current)
    current = ledger.opening.copy()
    current[ledger.rows["owner"]] = ledger.after
    held = np.zeros(size, dtype=np.int64)
    for pieces in (wallet.savings, wallet.funds):
        live = pieces.closed == OPEN
        np.add.at(held, pieces.owner[live], pieces.amount[live])
    return current, current + held


def _margin(people: Population, members: Ints, wallet: Wallet, ledger: Ledger) -> Ints:
    rate = np.array(c.MARGIN)
    current, _ = closing(wallet, ledger)
    earned = current * rate[c.CURRENT]
    for pieces in (wallet.savings, wallet.funds, wallet.loans):
        live = pieces.closed == OPEN
        np.add.at(earned, pieces.owner[live], pieces.amount[live] * rate[pieces.product[live]])
    bought = expected_purchases(_habits(people, members), ledger.purchases.alive, 52.0)
    earned += bought * people.habits.mean_spend[members] * rate[c.CARD]
    paid = (people.pay_day[members] > 0) * people.income[members] * 12
    contacts = np.where(people.managed[members], 6.0, 0.15)
    cost = people.visits[members] * 12 * VISIT_COST + contacts * CONTACT_COST + ACCOUNT_COST
    margin: Ints = np.rint(earned + paid * rate[c.PAYROLL] - cost).astype(np.int64)
    return margin


def _planted(
    people: Population, members: Ints, wallet: Wallet, ledger: Ledger, last: int
) -> pa.Array:
    managed = people.managed[members]
    _, assets = closing(wallet, ledger)
    marks: dict[str, Bools] = {
        "large_outflow": people.outflow[members] > 0,
        "maturity": managed & _maturing(wallet, last),
        "payroll_stopped": people.pay_stop[members] <= last,
        "tier_threshold": managed & _under_threshold(assets),
        "birthday": people.planted_birthday[members] != 0,
        "became_dormant": managed & _gone_quiet(people, members, ledger, last),
        "contact_overdue": people.forgotten[members] & (people.wealth[members] >= TOP),
    }
    grid = np.stack([marks[name] for name in PLANTED], axis=1)
    ends = np.r_[0, np.cumsum(grid.sum(axis=1))].astype(np.int32)
    values = strings(words(PLANTED)[np.nonzero(grid)[1]])
    return pa.ListArray.from_arrays(pa.array(ends), values)


def _maturing(wallet: Wallet, last: int) -> Bools:
    pieces = wallet.savings
    soon = (pieces.closed == OPEN) & (pieces.matures > last) & (pieces.matures <= last + 14)
    found = np.zeros(len(wallet.current), dtype=bool)
    found[pieces.owner[soon]] = True
    return found


def _under_threshold(assets: Ints) -> Bools:
    found = np.zeros(len(assets), dtype=bool)
    for yuan in TIERS_YUAN[1:]:
        found |= (assets >= yuan * 93) & (assets < yuan * 100)
    return found


def _gone_quiet(people: Population, members: Ints, ledger: Ledger, last: int) -> Bools:
    left = people.card_since[members] + ledger.purchases.left_week * WEEK
    recent = (left >= last - 170) & (left <= last - 15)
    regular = people.habits.rate[members] >= 0.10
    return np.asarray(recent & regular & (ledger.active_until < last - 14), dtype=bool)
