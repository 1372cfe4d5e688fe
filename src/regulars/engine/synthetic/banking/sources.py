"""Where money comes from and goes to: each source draws its own rows."""

from __future__ import annotations

import numpy as np

from regulars.engine.synthetic.banking import catalogue as c
from regulars.engine.synthetic.banking.holdings import OPEN, Wallet
from regulars.engine.synthetic.banking.moves import BALANCING, FIRST_DEPOSIT, Rows
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
        self.rows.add(
            bought.owner,
            time,
            -amount,
            kind=c.PURCHASE,
            category=category,
            channel=channel,
            product=c.CARD,
        )
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
        owner = self._poisson(0.75 * trait("inflows", self.kind), active)
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
        rate = 0.20 + 0.32 * trait("inflows", self.kind) + 0.30 * trait("payroll", self.kind)
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
        how: Ints = np.where(app & (chance < 0.9), c.MOBILE, offline)
        return how

    def _poisson(self, monthly: Floats, active: Ints) -> Ints:
        months = np.maximum(active - self.start + 1, 0) / 30.4
        return Ragged.of(self.rng.poisson(monthly * months)).owner

    def _moment(self, owner: Ints, active: Ints) -> Ints:
        span = np.maximum(active - self.start + 1, 1)[owner]
        day: Ints = self.start[owner] + (self.rng.random(len(owner)) * span).astype(np.int64)
        return day


def _shops(rng: np.random.Generator, amount: Ints) -> Ints:
    """Choose where a sum was spent: large ones rather on appliances than on a meal."""
    order = ("dining", "supermarket", "pharmacy", "online", "fuel", "clothing", "travel")
    codes = np.array([c.CATEGORY[name] for name in (*order, "appliances")])
    lean = np.log(amount) + rng.normal(0, 0.8, len(amount))
    place = np.argsort(np.argsort(lean)) / max(len(amount), 1)
    shops: Ints = codes[np.searchsorted([0.22, 0.52, 0.60, 0.76, 0.85, 0.93, 0.97], place)]
    return shops
