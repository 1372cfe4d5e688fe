"""Money that moves: every transaction of a block of customers, signed and in order.

Each source of money (card, pay-roll, transfers, own products, ...) draws its own rows.
*Balancing* transfers then keep an account from drifting: such a row moves on most of what
came in since the last one, or tops the account up. The opening balance is set so that the
account ends at the planned sum and is never overdrawn on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from regulars.engine.synthetic.banking import catalogue as c
from regulars.engine.synthetic.banking.holdings import OPEN, Wallet
from regulars.engine.synthetic.banking.population import PARAMETERS, Population, trait
from regulars.engine.synthetic.btyd import WEEK, Habits, Purchases, draw_amounts, draw_purchases
from regulars.engine.synthetic.calendar import (
    harvests,
    month_of,
    month_starts,
    spring_festivals,
)
from regulars.engine.synthetic.columns import DAY_US, Floats, Ints, Ragged

HOUR_US = 3_600_000_000


@dataclass
class Rows:
    """Transactions as they are drawn; `balances` marks those the balancing rows look at."""

    parts: list[dict[str, Ints]] = field(default_factory=list)

    def add(
        self,
        owner: Ints,
        time: Ints,
        signed: Ints,
        *,
        kind: int,
        category: Ints | int,
        channel: Ints | int,
        product: Ints | int = -1,
        balanced: int = 1,
    ) -> None:
        """Add rows; a single number stands for all of them."""
        size = len(owner)
        values = {
            "owner": owner,
            "time": time,
            "signed": signed,
            "kind": kind,
            "category": category,
            "channel": channel,
            "product": product,
            "balanced": balanced,
        }
        self.parts.append(
            {name: np.broadcast_to(np.asarray(v, np.int64), size) for name, v in values.items()}
        )

    def sorted(self) -> dict[str, Ints]:
        """Return all rows by owner and time."""
        joined = {
            name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]
        }
        order = np.lexsort((joined["time"], joined["owner"]))
        return {name: values[order] for name, values in joined.items()}


@dataclass(frozen=True)
class Ledger:
    """What a block of customers did, with the balance of the current account after it."""

    rows: dict[str, Ints]
    after: Ints
    opening: Ints
    purchases: Purchases
    active_until: Ints


def draw_ledger(
    rng: np.random.Generator,
    population: Population,
    members: Ints,
    wallet: Wallet,
    *,
    first: int,
    last: int,
) -> Ledger:
    """Draw all transactions of the customers `members` from `first` to `last`."""
    block = Block(rng, population, members, first, last)
    purchases = block.card()
    active = block.active_until(purchases)
    block.pay(active)
    block.transfers(active)
    block.balancing(active)
    block.interest_and_fees(wallet)
    block.own_products(wallet)
    block.outflows()
    block.first_deposit()
    rows = block.rows.sorted()
    _settle(rows, rng)
    opening, after = _balance(rows, wallet.current, rng, len(members))
    keep = np.flatnonzero(rows["signed"] != 0)
    # A drawn reversal keeps its sign apart, because amounts are magnitudes.
    return Ledger(
        {name: values[keep] for name, values in rows.items()},
        after[keep],
        opening,
        purchases,
        active,
    )


class Block:
    """The sources of money of one block of customers."""

    def __init__(
        self,
        rng: np.random.Generator,
        population: Population,
        members: Ints,
        first: int,
        last: int,
    ) -> None:
        self.rng, self.population, self.members = rng, population, members
        self.first, self.last = first, last
        self.kind = population.archetype[members]
        self.income = population.income[members]
        self.start = np.maximum(first, population.since[members]) + 1
        self.rows = Rows()

    def clock(self, size: int) -> Ints:
        """Draw times of day from seven to ten in the evening, in microseconds."""
        seconds = self.rng.triangular(7 * 3600, 13 * 3600, 22 * 3600, size)
        return seconds.astype(np.int64) * 1_000_000

    def card(self) -> Purchases:
        """Card spending: the purchases of the BTYD process, and the odd refund."""
        people, rng = self.population, self.rng
        since = people.card_since[self.members]
        weeks = np.where(people.uses_card[self.members], (self.last + 1 - since) / WEEK, -1)
        habits = Habits(
            people.habits.rate[self.members],
            people.habits.dropout[self.members],
            people.habits.mean_spend[self.members],
        )
        bought = draw_purchases(rng, habits, weeks)
        moment = since[bought.owner] + bought.week * WEEK
        day = np.minimum(np.floor(moment).astype(np.int64), self.last)
        amount = draw_amounts(rng, PARAMETERS, habits.mean_spend[bought.owner])
        size = len(amount)
        category = _shops(rng, amount)
        online = np.where(category == c.CATEGORY["online"], c.ONLINE, c.POS)
        channel = np.where(rng.random(size) < 0.35, c.MOBILE, online)
        time = day * DAY_US + self.clock(size)
        shared = {"category": category, "channel": channel, "product": c.CARD}
        self.rows.add(bought.owner, time, -amount, kind=c.PURCHASE, **shared)
        back = np.flatnonzero((rng.random(size) < 0.008) & (day < self.last - 4))
        self.rows.add(
            bought.owner[back],
            time[back] + rng.integers(1, 4, len(back)) * DAY_US,
            amount[back],
            kind=c.REFUND,
            category=category[back],
            channel=channel[back],
            product=c.CARD,
        )
        return bought

    def active_until(self, purchases: Purchases) -> Ints:
        """Return the last day of own initiative: most who leave take the rest along."""
        since = self.population.card_since[self.members]
        left = np.minimum(since + purchases.left_week * WEEK, 1e9)
        left = left + self.rng.exponential(8, len(self.members))
        goes = (self.rng.random(len(self.members)) < 0.75) & np.isfinite(purchases.left_week)
        day = np.where(goes, np.minimum(left, self.last), self.last)
        return np.asarray(day).astype(np.int64)

    def pay(self, active: Ints) -> None:
        """Salary or pension each month, a bonus before the Spring Festival."""
        people, rng = self.population, self.rng
        paid = np.flatnonzero(people.pay_day[self.members] > 0)
        starts = month_starts(self.first - 31, self.last)
        owner = np.repeat(paid, len(starts))
        day = np.tile(starts, len(paid)) + people.pay_day[self.members[owner]] - 1
        stop = np.minimum(people.pay_stop[self.members[owner]], active[owner] + 45)
        kept = (day >= self.start[owner]) & (day <= self.last) & (day < stop)
        owner, day = owner[kept], day[kept]
        retired = self.kind[owner] == 1
        january = np.isin(
            day - people.pay_day[self.members[owner]] + 1, starts[month_of(starts) == 1]
        )
        bonus = np.where(january & ~retired, rng.uniform(1.4, 2.6, len(owner)), 1.0)
        wobble = np.where(retired, 1.0, rng.normal(1, 0.05, len(owner)).clip(0.8, 1.2))
        amount = np.rint(self.income[owner] * bonus * wobble / 100).astype(np.int64) * 100
        self.rows.add(
            owner,
            day * DAY_US + 9 * HOUR_US + rng.integers(0, 3600, len(owner)) * 1_000_000,
            amount,
            kind=c.PAY,
            category=np.where(retired, c.CATEGORY["pension"], c.CATEGORY["salary"]),
            channel=c.SYSTEM,
            product=c.PAYROLL,
        )

    def transfers(self, active: Ints) -> None:
        """Money from outside, in the seasons of farmers and of those working away."""
        owner = self._poisson(trait("inflows", self.kind), active)
        day = self._moment(owner, active)
        rng, size = self.rng, len(owner)
        farmer, away = self.kind[owner] == 4, self.kind[owner] == 5
        seasons = harvests(self.first, self.last)
        day = np.where(farmer, seasons[rng.integers(0, len(seasons), size)], day)
        feasts = spring_festivals(self.first, self.last)
        home = away & (rng.random(size) < 0.4) & (len(feasts) > 0)
        if len(feasts):
            feast = feasts[rng.integers(0, len(feasts), size)]
            day = np.where(home, feast - rng.integers(2, 28, size), day)
        kept = (day >= self.start[owner]) & (day <= active[owner])
        owner, day, farmer, away = owner[kept], day[kept], farmer[kept], away[kept]
        size = len(owner)
        merchant = (self.kind[owner] == 2) | (self.kind[owner] == 7)
        factor = np.where(merchant, 0.5, np.where(farmer, 2.4, np.where(away, 0.9, 0.35)))
        amount = self.income[owner] * factor * np.exp(rng.normal(0, 0.6, size))
        category = np.full(size, c.CATEGORY["transfer_in"])
        category[rng.random(size) < 0.3] = c.CATEGORY["cash_deposit"]
        category[merchant] = c.CATEGORY["merchant_receipt"]
        category[farmer] = c.CATEGORY["crop_sale"]
        category[away] = c.CATEGORY["remittance"]
        cash = category == c.CATEGORY["cash_deposit"]
        self.rows.add(
            owner,
            day * DAY_US + self.clock(size),
            np.maximum(np.rint(amount / 1000), 1).astype(np.int64) * 1000,
            kind=c.INFLOW,
            category=category,
            channel=np.where(cash, c.COUNTER, c.MOBILE),
        )

    def balancing(self, active: Ints) -> None:
        """Mark the moments at which an account is cleared or topped up."""
        rate = 0.28 + 0.45 * trait("inflows", self.kind) + 0.42 * trait("payroll", self.kind)
        owner = self._poisson(rate, active)
        day = self._moment(owner, active)
        self.rows.add(
            owner,
            day * DAY_US + self.clock(len(owner)),
            np.zeros(len(owner), dtype=np.int64),
            kind=BALANCING,
            category=c.CATEGORY["transfer_out"],
            channel=self._how(owner),
        )

    def interest_and_fees(self, wallet: Wallet) -> None:
        """Interest on the 21st of the last month of a quarter; now and then a fee."""
        quarters = month_starts(self.first, self.last)
        quarters = quarters[month_of(quarters) % 3 == 0] + 20
        everyone = np.arange(len(self.members))
        owner, day = np.repeat(everyone, len(quarters)), np.tile(quarters, len(everyone))
        level = np.maximum(wallet.current, 0)[owner] * self.rng.uniform(0.7, 1.2, len(owner))
        amount = np.rint(level * c.RATE[c.CURRENT] / 4).astype(np.int64)
        kept = (day > self.start[owner] + 20) & (day <= self.last) & (amount > 0)
        self.rows.add(
            owner[kept],
            day[kept] * DAY_US + 5 * HOUR_US,
            amount[kept],
            kind=c.INTEREST,
            category=c.CATEGORY["interest"],
            channel=c.SYSTEM,
            product=c.CURRENT,
        )
        payer = self._poisson(np.full(len(everyone), 0.07), np.full(len(everyone), self.last))
        self.rows.add(
            payer,
            self._moment(payer, np.full(len(everyone), self.last)) * DAY_US + 6 * HOUR_US,
            -np.array([200, 500, 1000, 300])[self.rng.integers(0, 4, len(payer))],
            kind=c.FEE,
            category=c.CATEGORY["service_fee"],
            channel=c.SYSTEM,
        )

    def own_products(self, wallet: Wallet) -> None:
        """Money into and back from the bank's own products, with their interest."""
        for pieces in (wallet.savings, wallet.funds):
            new = pieces.only(np.flatnonzero(pieces.opened > self.first))
            self._own(new.owner, new.opened, 10 * HOUR_US, -new.amount, new.product)
            # New money arrives an hour before it is put away.
            fresh = new.only(np.flatnonzero(new.fresh == 1))
            self.rows.add(
                fresh.owner,
                fresh.opened * DAY_US + 9 * HOUR_US,
                fresh.amount,
                kind=c.INFLOW,
                category=c.CATEGORY["transfer_in"],
                channel=c.COUNTER,
                balanced=0,
            )
            paid = pieces.only(np.flatnonzero(pieces.closed != OPEN))
            self._own(paid.owner, paid.closed, 8 * HOUR_US, paid.amount, paid.product)
            self._yield(paid.owner, paid.closed, paid.amount, paid.product)
        lent = wallet.loans.only(np.flatnonzero(wallet.loans.opened > self.first))
        self._own(lent.owner, lent.opened, 9 * HOUR_US, lent.amount, lent.product)
        self.rows.add(
            lent.owner,
            lent.opened * DAY_US + 15 * HOUR_US,
            -lent.amount,
            kind=c.OUTFLOW,
            category=c.CATEGORY["supplier_payment"],
            channel=c.COUNTER,
            balanced=0,
        )

    def outflows(self) -> None:
        """The planted large sums that left to another bank in the last days."""
        moved = self.population.outflow[self.members]
        owner = np.flatnonzero(moved > 0)
        day = self.population.outflow_day[self.members[owner]]
        self.rows.add(
            owner,
            day * DAY_US + self.clock(len(owner)),
            -moved[owner],
            kind=c.OUTFLOW,
            category=c.CATEGORY["transfer_out"],
            channel=self._how(owner, cash=False),
            balanced=0,
        )

    def first_deposit(self) -> None:
        """A new customer opens the account with money; the sum is settled at the end."""
        since = self.population.since[self.members]
        owner = np.flatnonzero(since > self.first)
        self.rows.add(
            owner,
            since[owner] * DAY_US + 7 * HOUR_US,
            np.zeros(len(owner), dtype=np.int64),
            kind=FIRST_DEPOSIT,
            category=c.CATEGORY["cash_deposit"],
            channel=c.COUNTER,
            balanced=0,
        )

    def _own(self, owner: Ints, day: Ints, hour: int, signed: Ints, product: Ints) -> None:
        self.rows.add(
            owner,
            day * DAY_US + hour + self.rng.integers(0, 1800, len(owner)) * 1_000_000,
            signed,
            kind=c.INFLOW if hour < 10 * HOUR_US else c.OUTFLOW,
            category=c.CATEGORY["own_product"],
            channel=self._how(owner, cash=False),
            product=product,
            balanced=0,
        )

    def _yield(self, owner: Ints, day: Ints, amount: Ints, product: Ints) -> None:
        rate, term = np.array(c.RATE)[product], np.array(c.TERM)[product]
        self.rows.add(
            owner,
            day * DAY_US + 8 * HOUR_US + 1_860_000_000,
            np.maximum(np.rint(amount * rate * term / 365), 1).astype(np.int64),
            kind=c.INTEREST,
            category=c.CATEGORY["interest"],
            channel=c.SYSTEM,
            product=product,
            balanced=0,
        )

    def _how(self, owner: Ints, *, cash: bool = True) -> Ints:
        app = self.population.uses_app[self.members[owner]]
        chance = self.rng.random(len(owner))
        offline = np.where((chance < 0.7) | (not cash), c.COUNTER, c.ATM)
        return np.where(app & (chance < 0.9), c.MOBILE, offline)

    def _poisson(self, monthly: Floats, active: Ints) -> Ints:
        months = np.maximum(active - self.start + 1, 0) / 30.4
        return Ragged.of(self.rng.poisson(monthly * months)).owner

    def _moment(self, owner: Ints, active: Ints) -> Ints:
        span = np.maximum(active - self.start + 1, 1)[owner]
        return self.start[owner] + (self.rng.random(len(owner)) * span).astype(np.int64)


# Rows whose amount is not drawn but follows from the others.
BALANCING, FIRST_DEPOSIT = 90, 91


def _shops(rng: np.random.Generator, amount: Ints) -> Ints:
    """Choose where a sum was spent: large ones rather on appliances than on a meal."""
    order = ("dining", "supermarket", "pharmacy", "online", "fuel", "clothing", "travel")
    codes = np.array([c.CATEGORY[name] for name in (*order, "appliances")])
    lean = np.log(amount) + rng.normal(0, 0.8, len(amount))
    place = np.argsort(np.argsort(lean)) / max(len(amount), 1)
    return codes[np.searchsorted([0.22, 0.52, 0.60, 0.76, 0.85, 0.93, 0.97], place)]


def _settle(rows: dict[str, Ints], rng: np.random.Generator) -> None:
    """Give each balancing row most of what came in or went out since the last one."""
    owner = rows["owner"]
    flow = np.cumsum(rows["signed"] * rows["balanced"])
    at = np.flatnonzero(rows["kind"] == BALANCING)
    before = flow[np.searchsorted(owner, owner[at]) - 1]
    before[np.searchsorted(owner, owner[at]) == 0] = 0
    same = np.r_[False, owner[at][1:] == owner[at][:-1]] if len(at) else np.zeros(0, bool)
    previous = np.where(same, np.r_[0, flow[at][:-1]], before)
    amount = (flow[at] - previous) * rng.uniform(0.85, 1.1, len(at))
    step = np.where(np.abs(amount) >= 100_000, 10_000, 100)
    amount = np.rint(amount / step).astype(np.int64) * step
    amount[np.abs(amount) < 5_000] = 0
    rows["signed"][at] = -amount
    incoming = amount < 0
    cash = ~incoming & (rows["channel"][at] != c.MOBILE)
    # A machine gives at most 20,000 yuan a day.
    bulky = (np.abs(amount) > 2_000_000) & (rows["channel"][at] == c.ATM)
    rows["channel"][at[bulky]] = c.COUNTER
    rows["kind"][at] = np.where(incoming, c.INFLOW, c.OUTFLOW)
    rows["category"][at] = np.where(
        incoming,
        c.CATEGORY["transfer_in"],
        np.where(cash, c.CATEGORY["cash_withdrawal"], c.CATEGORY["transfer_out"]),
    )


def _balance(
    rows: dict[str, Ints], ends: Ints, rng: np.random.Generator, size: int
) -> tuple[Ints, Ints]:
    """Return the opening balance of each customer and the balance after each row."""
    owner, signed = rows["owner"], rows["signed"]
    total = np.cumsum(signed)
    starts = np.searchsorted(owner, np.arange(size))
    base = np.where(starts > 0, total[np.maximum(starts - 1, 0)], 0)
    running = total - base[owner]
    lowest = np.zeros(size, dtype=np.int64)
    np.minimum.at(lowest, owner, running)
    moved = np.zeros(size, dtype=np.int64)
    np.add.at(moved, owner, signed)
    floor = rng.integers(100, 8_000, size)
    opening = np.maximum(ends - moved, floor - lowest)
    new = np.flatnonzero(rows["kind"] == FIRST_DEPOSIT)
    signed[new] = opening[owner[new]]
    rows["kind"][new] = c.INFLOW
    brought = signed[new] > 5_000_000
    rows["category"][new[brought]] = c.CATEGORY["transfer_in"]
    after = running + opening[owner]
    opening[owner[new]] = 0
    return opening, after
