"""Next product: what this customer most likely takes next, why, and how often that is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench
from regulars.engine.ledger import Ledger
from regulars.engine.next_best.barring import Barring, Eligibility, barring
from regulars.engine.next_best.calibrating import Curve, Promise, fit_curve, suggested
from regulars.engine.next_best.choice import weigh
from regulars.engine.next_best.counting import Counted, count
from regulars.engine.next_best.hiding import judge_hidden
from regulars.engine.next_best.judging import Judgement, judge, places
from regulars.engine.next_best.lore import Lore, learn
from regulars.engine.next_best.methods import POPULARITIES, WEIGHED, Method, plain
from regulars.engine.next_best.reasons import evidence_of
from regulars.engine.next_best.sampling import sample
from regulars.engine.next_best.slices import Slice, load
from regulars.engine.next_best.standing import Standing, horizon_of, stand
from regulars.engine.next_best.suggesting import had, named, with_trios, write
from regulars.engine.next_best.taking import NoProducts, Of, kind_of, spells

MIN_SUPPORT = 30
MOST_PRODUCTS = 3000
SEED = 1


@dataclass(frozen=True)
class NextProducts:
    """Suggestions for everybody, and how far to trust them.

    Attributes
    ----------
    table
        One row per customer and place, see `next_products`.
    had
        The customers behind the reasons: customer_id, product_id and four booleans: held
        and held_before (on the day, one horizon earlier), taken and taken_before (newly in
        the horizon, in the one before). Whoever has more than 400 products counts nowhere.
    judgement
        Which method is used, its hit rate and that of popularity, the verdict in a sentence.
    horizon_days
        The time within which a suggestion is judged.
    score_means
        `takes`: the score is the chance that the customer newly takes it within the
        horizon. `holds`: too little was taken in the past to say; it is the share of those
        like this one who hold it.
    promise
        What the scores promised on a window they had not seen, and what came; null where
        the history is too short.
    counted_share
        Of the customers, the share whose pairs were counted; below 1 supports are estimates.
    of, as_of, customers, products
        What was taken as a product; the date; how many customers; the ids that could be
        suggested.
    """

    table: ir.Table
    had: ir.Table
    judgement: Judgement
    horizon_days: int
    score_means: Literal["takes", "holds"]
    promise: Promise | None
    counted_share: float
    of: Of
    as_of: date
    customers: int
    products: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON, without the table."""
        promise = self.promise
        return {
            "judgement": self.judgement.to_dict(),
            "horizon_days": self.horizon_days,
            "score_means": self.score_means,
            "promise": vars(promise).copy() if promise is not None else None,
            "counted_share": self.counted_share,
            "of": self.of,
            "as_of": self.as_of.isoformat(),
            "customers": self.customers,
            "products": len(self.products),
        }


def next_products(
    ledger: Ledger,
    *,
    as_of: date,
    of: Of | None = None,
    horizon_days: int | None = None,
    eligible: Eligibility | None = None,
    declined: ir.Table | None = None,
    look_alike: Sequence[str] = (),
    customers: ir.Table | None = None,
    only: Sequence[str] | None = None,
    again_after: int | None = None,
    min_support: int = MIN_SUPPORT,
    most_products: int = MOST_PRODUCTS,
    seed: int = SEED,
) -> NextProducts:
    """Suggest up to three products to every customer, judged on the company's own history.

    Eight ways compete: three popularities, what is held together, what follows what, and
    three weighings of these. Each is taught on what was known one horizon ago and judged on
    what customers newly took since; popularity is used where nothing is better.

    Parameters
    ----------
    as_of
        The date. Later facts do not exist.
    of
        `holdings`, `product_id` or `category`; None takes holdings where the ledger has
        them, else what was bought.
    horizon_days
        None takes a quarter of the history, 14 to 180 days.
    eligible
        Who may have what: a table of customer_id, product_id with all that is allowed, or
        by product id a table of customer_id; products without an entry are open to all.
        What is held on the day is never suggested.
    declined
        customer_id, product_id, until (date, null for ever). "Not now" is remembered: the
        product is not suggested to this customer before that day.
    look_alike
        Columns of `ledger.attributes` that may speak for a product, such as a segment;
        floats and decimals are cut into fifths. They are taken as known at all times: give
        none that follows from holding a product.
    customers
        A table of customer_id to suggest to; None takes all who ever took anything. Others
        than these do not count either.
    only
        Product ids that may be suggested; None allows all.
    again_after
        Days after which something bought may be suggested again; None never. Holdings may
        be suggested again once they are closed.
    min_support
        Holders on the day that a product must have to be suggested.
    most_products
        The most held so many are looked at.
    seed
        Of the draw of alternatives in training.

    Returns
    -------
    NextProducts
        whose table has, for each customer and place,

        customer_id
        place : int8, 1-3; fewer where fewer may be suggested
        product_id : string
        score : float64, 0-1, see `score_means`
        reason : string, `together`, `after`, `popular` or `look_alike`
        lately : boolean, of `after`: it counts those who had newly taken what is named in
            because, in the horizon before the last
        because_1, because_2 : string, products the customer has, or "column=value" of an
            attribute; null where there is none
        support : int64, customers behind the share: `together` and `look_alike` those who
            have what is named in because; `after` those who had it one horizon ago (where
            lately: had newly taken it) without the product; `popular` those who newly took
            the product in the last horizon
        share : float64, 0-1, of these: who also holds the product (`together`,
            `look_alike`); who took it within the horizon (`after`); of all without it who
            took it (`popular`)
        usual : float64, 0-1, the same of all customers
        hit_rate, popular_hit_rate : float64, 0-1, how often the first suggestion of the
            method, and of popularity, was right; null where it was not measured

    Raises
    ------
    NoProducts
        The ledger names no products, or none has enough holders.
    BadInput
        A horizon below one day, an attribute that is not there, a table without its columns.

    References
    ----------
    Steck (2019), Embarrassingly shallow autoencoders for sparse data, WWW '19.
    McFadden (1974), Conditional logit analysis of qualitative choice behavior.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine.synthetic.affinity import affinity
    >>> company = affinity(customers=2000, seed=3, until=date(2025, 12, 31))
    >>> found = next_products(company.ledger(), as_of=date(2025, 12, 31), horizon_days=90)
    >>> found.judgement.verdict
    'better'
    >>> found.table.columns[:4]
    ('customer_id', 'place', 'product_id', 'score')
    """
    if horizon_days is not None and horizon_days < 1:
        raise BadInput(f"The horizon is {horizon_days} days; give at least 1.")
    bench = Workbench(ledger.transactions.get_backend())
    kind = of or kind_of(ledger)
    taken = bench.keep(spells(ledger, as_of=as_of, of=kind, again_after=again_after))
    standing = stand(
        taken,
        ledger,
        bench,
        as_of=as_of,
        horizon=horizon_days or horizon_of(taken, as_of=as_of),
        min_support=min_support,
        most_products=most_products,
        look_alike=look_alike,
        customers=customers,
        only=only,
    )
    if standing.products == 0:
        raise NoProducts(
            f"No product has {min_support} holders on {as_of}; too few to suggest one. "
            "Lower min_support, or come back with more customers."
        )
    bars = barring(standing, bench, eligible=eligible, declined=declined)
    learned = _learn(standing, bars, bench, seed=seed)
    table = _suggest(standing, bars, bench, learned)
    behind = bench.keep(had(standing, bench))
    bench.clear(but=[table, behind])
    return NextProducts(
        table=table,
        had=behind,
        judgement=learned.judgement,
        horizon_days=standing.horizon,
        score_means="takes" if learned.curve is not None else "holds",
        promise=learned.promise,
        counted_share=learned.counted_share,
        of=kind,
        as_of=as_of,
        customers=standing.customers,
        products=standing.labels[: standing.products],
    )


@dataclass(frozen=True)
class _Learned:
    """What is used for the suggestions of today."""

    judgement: Judgement
    method: Method
    lore: Lore
    curve: Curve | None
    promise: Promise | None
    counted: Counted
    counted_share: float


def _learn(standing: Standing, bars: Barring, bench: Workbench, *, seed: int) -> _Learned:
    counts, share = count(standing, bench)
    today, lore, older = (learn(each, standing.products) for each in counts)
    then = _then(standing, bars, bench, 1)
    before = _then(standing, bars, bench, 2)
    methods = [plain(name) for name in (*POPULARITIES, "together", "after")]
    tried = [*methods, *weigh(older, before, seed=seed)]
    judgement = judge(places(tried, lore, then))
    if judgement.verdict == "not_enough":
        return _learned_hidden(standing, bench, today, counts[0], share, judgement)
    used = {method.name: method for method in tried}[judgement.method]
    promise = _promise(used, older, before, lore, then)
    # Judged with the weights of the window before; used with those of the last one.
    retrained = weigh(lore, then, seed=seed) if used.name in WEIGHED else []
    used = next((method for method in retrained if method.name == used.name), used)
    signs, took, _ = suggested(used, lore, then)
    return _Learned(judgement, used, today, fit_curve(signs, took), promise, counts[0], share)


def _then(standing: Standing, bars: Barring, bench: Workbench, date_number: int) -> Slice:
    people = sample(standing, date_number=date_number)
    return load(standing, people, bars, date_number=date_number, declined=False)


def _learned_hidden(
    standing: Standing,
    bench: Workbench,
    today: Lore,
    counted: Counted,
    share: float,
    judgement: Judgement,
) -> _Learned:
    """Too little was taken in the past: hide holdings instead."""
    hidden = judge_hidden(standing, bench) if standing.products > 1 else judgement
    if hidden.verdict != "not_enough":
        judgement = hidden
    return _Learned(judgement, plain(judgement.method), today, None, None, counted, share)


def _promise(
    method: Method, older: Lore, before: Slice, lore: Lore, then: Slice
) -> Promise | None:
    signs, took, _ = suggested(method, older, before)
    if took.sum() < MIN_SUPPORT:
        return None
    curve = fit_curve(signs, took)
    signs, took, place = suggested(method, lore, then)
    first = place == 0
    chance = curve.chance(signs[first])
    return Promise(int(first.sum()), float(chance.sum()), int(took[first].sum()))


def _suggest(
    standing: Standing, bars: Barring, bench: Workbench, learned: _Learned
) -> ir.Table:
    rows = write(
        standing,
        bars,
        bench,
        method=learned.method,
        lore=learned.lore,
        evidence=evidence_of(learned.counted, standing.products),
        curve=learned.curve,
        counted_share=learned.counted_share,
    )
    table = named(with_trios(rows, standing, bench), standing, bench)
    if learned.curve is None:
        table = table.mutate(score=table.share)
    rates, judgement = learned.judgement.rates, learned.judgement
    mine, theirs = rates.get(judgement.method), rates.get(judgement.popularity)
    return bench.keep(
        table.mutate(
            hit_rate=_rate(mine.hit1 if mine and mine.judged else None),
            popular_hit_rate=_rate(theirs.hit1 if theirs and theirs.judged else None),
        )
    )


def _rate(value: float | None) -> ir.FloatingValue:
    return ibis.literal(value, type="float64")
