"""Who the members are and how they shop, before the first purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.synthetic.btyd import Habits, Parameters, draw_habits
from regulars.engine.synthetic.columns import Bools, Floats, Ints, pick
from regulars.engine.synthetic.retailing.catalogue import CODES, SHOPPERS

# Weeks and fen: an order about every seven weeks while active, near 150 yuan, and one
# repeat order in twelve is the last.
PARAMETERS = Parameters(r=0.7, alpha=4.6, a=0.8, b=9.0, p=4.0, q=3.5, gamma=9_400.0)
FAVOURITES = 3


@dataclass
class Members:
    """One entry a member; days since 1970."""

    kind: Ints
    female: Bools
    born: Ints
    since: Ints
    store: Ints
    app: Bools
    favourites: Ints
    begins: Floats
    habits: Habits

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.kind)


def trait(name: str, kind: Ints) -> Floats:
    """Return one number of the kind for each member."""
    return np.array([getattr(shopper, name) for shopper in SHOPPERS], dtype=float)[kind]


def draw_members(
    rng: np.random.Generator, size: int, *, stores: Floats, first: int, last: int
) -> Members:
    """Draw the members of a chain with these store weights."""
    kind = pick(rng, [shopper.share for shopper in SHOPPERS], size)
    since = _since(rng, size, first, last)
    low = np.array([shopper.ages[0] for shopper in SHOPPERS])[kind]
    high = np.array([shopper.ages[1] for shopper in SHOPPERS])[kind]
    age = low + (high - low) * (rng.random(size) + rng.random(size)) / 2
    # Who was a member before the window is first seen within its first hundred days.
    begins = np.where(since < first, first + rng.random(size) * 100, since + rng.random(size))
    return Members(
        kind=kind,
        female=rng.random(size) < trait("female", kind),
        born=last - np.rint(age * 365.25).astype(np.int64),
        since=since,
        store=pick(rng, list(stores), size),
        app=rng.random(size) < trait("app", kind),
        favourites=_favourites(rng, kind),
        begins=np.minimum(begins, last),
        habits=draw_habits(
            rng,
            PARAMETERS,
            rate_lean=trait("rate", kind) + rng.normal(0, 1, size),
            dropout_lean=trait("leaving", kind) + rng.normal(0, 1, size),
            spend_lean=trait("spend", kind) + rng.normal(0, 1, size),
        ),
    )


def _since(rng: np.random.Generator, size: int, first: int, last: int) -> Ints:
    new = rng.random(size) < 0.45
    old = first - 1 - rng.random(size) * 1_800
    # In order of joining, so that numbers grow with time.
    since = np.where(new, first + rng.random(size) * (last - first), old)
    return np.sort(since.astype(np.int64))


def _favourites(rng: np.random.Generator, kind: Ints) -> Ints:
    """Draw three categories without repetition, by the weights of the kind (Gumbel)."""
    weights = np.array([shopper.favourites for shopper in SHOPPERS], dtype=float)[kind]
    keys = np.log(np.maximum(weights, 1e-9)) + rng.gumbel(size=(len(kind), len(CODES)))
    return np.argsort(-keys, axis=1)[:, :FAVOURITES].astype(np.int64)
