"""One product of each customer is hidden: would it have been suggested?"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
from scipy import sparse

from regulars.engine.backends import Workbench
from regulars.engine.ledger import Ledger
from regulars.engine.next_best.barring import barring
from regulars.engine.next_best.counting import Counted
from regulars.engine.next_best.judging import Judgement, Places, judge, places
from regulars.engine.next_best.lore import learn
from regulars.engine.next_best.methods import plain
from regulars.engine.next_best.sampling import sample
from regulars.engine.next_best.slices import Slice, load
from regulars.engine.next_best.standing import Standing, horizon_of, stand
from regulars.engine.next_best.taking import Of, kind_of, spells

Ints = npt.NDArray[np.int64]

FOLDS = 5
METHODS = ("popular_held", "together")


def hidden_holding(
    ledger: Ledger,
    *,
    as_of: date,
    of: Of | None = None,
    min_support: int = 30,
    most_products: int = 3000,
) -> Judgement:
    """Hide each product of each customer once and see who would have suggested it.

    For tables that say what is held but not since when. The customers are cut into five
    parts; each is judged by what the other four teach. A customer counts once, however many
    products he has; who has one product only is not judged.

    Parameters
    ----------
    ledger, as_of, of, min_support, most_products
        As in `next_products`.

    Returns
    -------
    Judgement
        of `popular_held` (the share of customers who hold it) and `together`; `way` is
        `hidden_holding`.

    Raises
    ------
    NoProducts
        Where the ledger names no products.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine.ledger import Ledger
    >>> rows = [(n, p) for n in range(300) for p in ("ab", "cd", "ax")[n % 3]]
    >>> holdings = ibis.memtable(
    ...     {
    ...         "customer_id": [n for n, _ in rows],
    ...         "holding_id": list(range(len(rows))),
    ...         "product_id": [p for _, p in rows],
    ...         "opened_on": [date(2025, 1, 1)] * len(rows),
    ...     }
    ... )
    >>> none = ibis.memtable({"customer_id": [1], "occurred_at": [None], "amount": [0.0]},
    ...     schema={"customer_id": "int64", "occurred_at": "timestamp", "amount": "float64"})
    >>> found = hidden_holding(Ledger(none, holdings=holdings), as_of=date(2025, 6, 30))
    >>> found.rates["together"].hit1 > found.rates["popular_held"].hit1
    True
    """
    bench = Workbench(ledger.transactions.get_backend())
    try:
        kind = of or kind_of(ledger)
        taken = bench.keep(spells(ledger, as_of=as_of, of=kind, again_after=None))
        standing = stand(
            taken,
            ledger,
            bench,
            as_of=as_of,
            horizon=horizon_of(taken, as_of=as_of),
            min_support=min_support,
            most_products=most_products,
            look_alike=(),
            customers=None,
            only=None,
        )
        return judge_hidden(standing, bench)
    finally:
        bench.clear()


def judge_hidden(standing: Standing, bench: Workbench) -> Judgement:
    """Judge by hiding; see `hidden_holding`."""
    people = sample(standing, date_number=0)
    free = barring(standing, bench, eligible=None, declined=None)
    everybody = load(standing, people, free, date_number=0, declined=False)
    products = standing.products
    rows = everybody.has & (everybody.item < products)
    owner, item = everybody.owner[rows], everybody.item[rows]
    found = [_fold(everybody.idx, owner, item, fold, products) for fold in range(FOLDS)]
    place = {n: np.concatenate([each.place[n] for each, _ in found]) for n in METHODS}
    shown = {n: np.any([each.shown[n] for each, _ in found], axis=0) for n in METHODS}
    half = np.concatenate([each.half for each, _ in found])
    weight = np.concatenate([each for _, each in found])
    return judge(Places(place, shown, half), way="hidden_holding", weight=weight)


def _fold(
    idx: Ints, owner: Ints, item: Ints, fold: int, products: int
) -> tuple[Places, npt.NDArray[np.float64]]:
    here = idx[owner] % FOLDS == fold
    lore = learn(_held_only(owner[~here], item[~here], products), products)
    hidden, weight = _hidden(idx, owner[here], item[here], products)
    return places([plain(name) for name in METHODS], lore, hidden), weight


def _held_only(owner: Ints, item: Ints, products: int) -> Counted:
    _, row = np.unique(owner, return_inverse=True)
    ones = np.ones(len(item))
    size = int(row.max()) + 1 if len(row) else 0
    table = sparse.csr_matrix((ones, (row, item)), shape=(size, products))
    pairs = (table.T @ table).toarray().astype(np.int32)
    held = np.diag(pairs).astype(np.int64)
    none, nothing = np.zeros_like(held), np.zeros_like(pairs)
    return Counted(
        customers=size,
        held=held,
        before=none,
        open_to=none,
        taken=none,
        taken_known=none,
        lately=none,
        pairs=pairs,
        pairs_before=nothing,
        after=nothing,
        beside=nothing,
        fresh_before=none,
        fresh_pairs=nothing,
        follow=nothing,
    )


def _hidden(
    idx: Ints, owner: Ints, item: Ints, products: int
) -> tuple[Slice, npt.NDArray[np.float64]]:
    """Repeat each customer once per product, each time with another one hidden."""
    many = np.bincount(owner, minlength=len(idx))
    judged = many[owner] >= 2
    owner, item = owner[judged], item[judged]
    own = many[owner]
    start = np.searchsorted(owner, owner)
    case = np.repeat(np.arange(len(owner)), own)
    nth = np.arange(len(case)) - np.repeat(np.cumsum(own) - own, own)
    shown = item[start[case] + nth]
    hide = start[case] + nth == case
    made = Slice(
        idx=idx[owner],
        silence=np.zeros(len(owner)),
        owner=case,
        item=shown,
        has=~hide,
        fresh=np.zeros(len(case), bool),
        took=hide,
        barred_owner=np.zeros(0, np.int64),
        barred_item=np.zeros(0, np.int64),
        always=np.zeros(products, bool),
        items=products,
    )
    return made, 1.0 / own
