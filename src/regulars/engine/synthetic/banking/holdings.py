"""Deposits, wealth products, funds and loans: what is held, since when, until when.

Every deposit or wealth product is a chain: before the piece held today stood another of
nearly the same amount, paid back a few days earlier, back to the start of the window or
to the moment the money was new.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.synthetic.banking.archetypes import ARCHETYPES, NAMES
from regulars.engine.synthetic.banking.catalogue import CODES, TERM
from regulars.engine.synthetic.banking.population import Population, trait
from regulars.engine.synthetic.columns import Floats, Ints, Ragged, pick

OPEN = -1
THOUSAND_YUAN = 100_000
_DEPOSITS = [CODES.index(code) for code in ("DQ03", "DQ06", "DQ12", "DQ24", "DQ36")]
_WEALTH = [CODES.index(code) for code in ("LC09", "LC18", "LC36")]
_CD = [CODES.index(code) for code in ("CD12", "CD36")]
_FUNDS = [CODES.index(code) for code in ("JJ01", "JJ02")]


@dataclass(frozen=True)
class Pieces:
    """Holdings; days since 1970, OPEN where there is no day, amounts in fen.

    `fresh` marks money that came from outside the bank when the piece was opened.
    """

    owner: Ints
    product: Ints
    opened: Ints
    matures: Ints
    closed: Ints
    amount: Ints
    fresh: Ints

    def __len__(self) -> int:
        return len(self.owner)

    def only(self, rows: Ints) -> Pieces:
        """Return these rows."""
        return Pieces(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Wallet:
    """All pieces of a block of customers, and what remains on the current account."""

    savings: Pieces
    funds: Pieces
    loans: Pieces
    current: Ints


def draw_wallet(
    rng: np.random.Generator, population: Population, rows: Ints, *, first: int, last: int
) -> Wallet:
    """Split the wealth of the customers `rows`; owners count from 0 within `rows`."""
    kind, wealth = population.archetype[rows], population.wealth[rows]
    since = population.since[rows]
    spread = rng.uniform(0.6, 1.4, len(rows))
    share = np.clip(trait("current_share", kind) * spread, 0.02, 1)
    # Rich customers keep less of it idle, and small sums stay on the account.
    share = np.where(wealth > 20_000_000, share * 0.55, share)
    put_away = np.where(wealth < 800_000, 0, wealth * (1 - share))
    invests = rng.random(len(rows)) < np.minimum(trait("wealth_share", kind) * 1.6, 0.9)
    in_wealth = np.where(
        invests & (wealth > 5_000_000), put_away * rng.uniform(0.2, 0.7, len(rows)), 0
    )
    funded = (rng.random(len(rows)) < 0.35) & (in_wealth > 0)
    in_funds = np.where(funded, in_wealth * rng.uniform(0.15, 0.5, len(rows)), 0)
    deposits = _split(rng, put_away - in_wealth, _DEPOSITS, large=_CD)
    products = _split(rng, in_wealth - in_funds, _WEALTH, large=_WEALTH)
    owner, product, amount = (np.r_[a, b] for a, b in zip(deposits, products, strict=True))
    live = _live(rng, owner, product, amount, since, last)
    funds = _funds(rng, in_funds, since, first, last)
    held = np.bincount(live.owner, live.amount, len(rows)).astype(np.int64)
    held += np.bincount(funds.owner, funds.amount, len(rows)).astype(np.int64)
    savings = _with_past(rng, live, since, first)
    loans = _loans(rng, kind, population.income[rows], since, last)
    return Wallet(savings, funds, loans, wealth - held)


def _split(
    rng: np.random.Generator, money: Floats, products: list[int], *, large: list[int]
) -> tuple[Ints, Ints, Ints]:
    """Cut each sum into one to four pieces of whole thousands."""
    most = np.digitize(money, [500_000, 10_000_000, 40_000_000, 150_000_000])
    counts = np.where(most > 0, 1 + rng.integers(0, np.maximum(most, 1)), 0)
    pieces = Ragged.of(counts)
    weight = rng.uniform(0.4, 1.6, len(pieces.owner))
    total = np.bincount(pieces.owner, weight, len(money))
    amount = money[pieces.owner] * weight / total[pieces.owner]
    whole = (amount // THOUSAND_YUAN).astype(np.int64) * THOUSAND_YUAN
    product = np.array(products)[pick(rng, [3, 2, 5, 2, 3][: len(products)], len(amount))]
    special = (whole >= 20_000_000) & (rng.random(len(whole)) < 0.5)
    product = np.where(
        special, np.array(large)[rng.integers(0, len(large), len(amount))], product
    )
    some = whole > 0
    return pieces.owner[some], product[some], whole[some]


def _live(
    rng: np.random.Generator, owner: Ints, product: Ints, amount: Ints, since: Ints, last: int
) -> Pieces:
    term = np.array(TERM)[product]
    age = (rng.random(len(owner)) * term).astype(np.int64)
    opened = np.maximum(last - age, np.minimum(since[owner] + 2, last - 1))
    return Pieces(
        owner=owner,
        product=product,
        opened=opened,
        matures=opened + term,
        closed=np.full(len(owner), OPEN),
        amount=amount,
        fresh=(rng.random(len(owner)) < 0.6).astype(np.int64),
    )


def _with_past(rng: np.random.Generator, live: Pieces, since: Ints, first: int) -> Pieces:
    chain = [live]
    while True:
        now = chain[-1]
        term = np.array(TERM)[now.product]
        closed = now.opened - rng.integers(0, 6, len(now))
        opened = closed - term
        renewed = (
            (rng.random(len(now)) < 0.82)
            & (now.opened > first + 8)
            & (closed > first + 1)
            & (opened > since[now.owner] + 1)
        )
        rows = np.flatnonzero(renewed)
        if not len(rows):
            return _joined(chain)
        now.fresh[rows] = 0
        shrink = 1 + rng.uniform(0, 0.10, len(rows)) * (rng.random(len(rows)) < 0.5)
        before = now.only(rows)
        chain.append(
            Pieces(
                owner=before.owner,
                product=before.product,
                opened=opened[rows],
                matures=closed[rows],
                closed=closed[rows],
                amount=np.maximum((before.amount / shrink // THOUSAND_YUAN).astype(np.int64), 1)
                * THOUSAND_YUAN,
                fresh=(rng.random(len(rows)) < 0.6).astype(np.int64),
            )
        )


def _joined(chain: list[Pieces]) -> Pieces:
    fields = Pieces.__dataclass_fields__
    return Pieces(*(np.concatenate([getattr(link, name) for link in chain]) for name in fields))


def _funds(
    rng: np.random.Generator, money: Floats, since: Ints, first: int, last: int
) -> Pieces:
    owner = np.flatnonzero(money >= THOUSAND_YUAN)
    size = len(owner)
    opened = np.maximum(since[owner] + 2, first - 400) + rng.integers(0, 300, size)
    return Pieces(
        owner=owner,
        product=np.array(_FUNDS)[rng.integers(0, len(_FUNDS), size)],
        opened=np.minimum(opened, last - 30).clip(since[owner] + 1, None),
        matures=np.full(size, OPEN),
        closed=np.full(size, OPEN),
        amount=(money[owner] // 100).astype(np.int64) * 100,
        fresh=np.ones(size, dtype=np.int64),
    )


def _loans(
    rng: np.random.Generator, kind: Ints, income: Ints, since: Ints, last: int
) -> Pieces:
    names = [CODES.index(entry.loan_product) for entry in ARCHETYPES]
    owner = np.flatnonzero((rng.random(len(kind)) < trait("loan", kind)) & (since < last - 120))
    product = np.array(names)[kind[owner]]
    term = np.array(TERM)[product]
    age = rng.integers(20, np.minimum(term, 1500), len(owner))
    opened = np.maximum(last - age, since[owner] + 3)
    months = np.where(kind[owner] == NAMES.index("salaried"), 70, 12)
    amount = income[owner] * months * rng.uniform(0.5, 1.3, len(owner))
    return Pieces(
        owner=owner,
        product=product,
        opened=opened,
        matures=opened + term,
        closed=np.full(len(owner), OPEN),
        amount=np.maximum((amount // 1_000_000).astype(np.int64), 1) * 1_000_000,
        fresh=np.zeros(len(owner), dtype=np.int64),
    )
