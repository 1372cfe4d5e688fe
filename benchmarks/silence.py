"""Does every verdict say so where the history holds no signal, and see one where it does?

Two made bases of each seed. In one nothing that is known of a customer says anything of what
comes: all buy at one rate, amounts and products are drawn apart from the person, nobody
leaves. In the other customers differ in rate, amount and taste, and leave. Asked are the
back-test of the valuation, the ranking, the forecast of leaving and the next product.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from benchmarks.goals import Finding, Goal, found
from regulars import engine
from regulars.engine.churn import predict_churn
from regulars.engine.next_best.finding import next_products
from regulars.engine.ranking import rank

START, DAYS, HORIZON = date(2024, 1, 1), 540, 90
AS_OF = START + timedelta(days=DAYS - 1)
EACH_DAYS = 40.0  # mean days between purchases
PRODUCTS, TASTES = 30, 5
SILENT = Goal("no signal in the data: verdicts that say so", least=95.0, unit="%", digits=0)
SEEN = Goal("a signal in the data: verdicts that see it", least=95.0, unit="%", digits=0)
GOALS = (SILENT, SEEN)


def base(customers: int, seed: int, *, signal: bool) -> engine.Ledger:
    """Make a base in which the past says something of what comes, or nothing."""
    random = np.random.default_rng(seed)
    lasting = np.full(customers, float(DAYS))
    rate, level = np.full(customers, 1 / EACH_DAYS), np.full(customers, 60.0)
    liking = np.full((customers, PRODUCTS), 1 / PRODUCTS)
    if signal:
        lasting = np.minimum(DAYS, random.exponential(700, customers))
        rate, level = (
            rate * random.gamma(0.8, 1 / 0.8, customers),
            random.lognormal(4, 0.7, customers),
        )
        liking = random.dirichlet(np.full(PRODUCTS, 0.2), TASTES)[
            random.integers(0, TASTES, customers)
        ]
    counts = random.poisson(rate * lasting)
    who = np.repeat(np.arange(customers), counts)
    day = (random.random(len(who)) * lasting[who]).astype(int)
    point = random.random(len(who))[:, None]
    product = (np.cumsum(liking, axis=1)[who] < point).sum(axis=1)
    bought = pa.table(
        {
            "customer_id": who,
            "occurred_at": pa.array(np.datetime64(START, "us") + day * np.timedelta64(1, "D")),
            "local_date": pa.array(np.datetime64(START, "D") + day),
            "amount": level[who] * random.gamma(3.0, 1 / 3.0, len(who)),
            "product_id": [f"P{each:02d}" for each in product],
        }
    )
    return engine.Ledger(engine.connect(threads=2).create_table("bought", bought, temp=True))


def valuation(ledger: engine.Ledger) -> tuple[bool, str]:
    """Ask the back-test of the valuation."""
    said = engine.valuate(ledger, as_of=AS_OF).quality.verdict
    return not said.startswith("No signal"), said


def ranking(ledger: engine.Ledger) -> tuple[bool, str]:
    """Ask the ranking."""
    quality = rank(ledger, as_of=AS_OF, horizon_days=HORIZON).quality
    return quality.signal, quality.verdict


def leaving(ledger: engine.Ledger) -> tuple[bool, str]:
    """Ask who will leave."""
    card = predict_churn(ledger, as_of=AS_OF, horizon_days=HORIZON, basis=engine.RETAIL).card
    return card.chosen not in ("base_rate", "none"), card.verdict


def next_product(ledger: engine.Ledger) -> tuple[bool, str]:
    """Ask for the next product."""
    judged = next_products(ledger, as_of=AS_OF).judgement
    return judged.verdict == "better", judged.sentence


Ask = Callable[[engine.Ledger], tuple[bool, str]]
ASKED: tuple[Ask, ...] = (
    *(valuation, ranking),
    *(leaving, next_product),
)


def asked(ask: Ask, ledger: engine.Ledger) -> tuple[bool | None, str]:
    """Ask; who dies of the question has not answered it."""
    try:
        return ask(ledger)
    except Exception as died:
        return None, f"died of {type(died).__name__}: {died}"


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Ask every verdict about every base."""
    parser = argparse.ArgumentParser(prog="benchmarks silence", description=__doc__)
    parser.add_argument("--bases", type=int, default=3)
    parser.add_argument("--size", type=int, default=4_000, help="customers of a base")
    given = parser.parse_args(arguments)
    for signal, goal in ((False, SILENT), (True, SEEN)):
        right = []
        for seed in range(given.bases):
            ledger = base(given.size, seed, signal=signal)
            for ask in ASKED:
                sees, said = asked(ask, ledger)
                right.append(sees == signal)
                wrong = "" if sees == signal else "WRONG "
                name = "signal" if signal else "nothing"
                print(f"{name:8}{seed:3} {wrong}{ask.__name__}: {said}", flush=True)
        said = f"{sum(right)} of {len(right)}: valuation, ranking, leaving, next product"
        yield found(goal, 100 * sum(right) / len(right), said)
