"""The lesson of what customers could be worth, and what they need of us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.server.scoring.bridge.lesson import Ground, Lesson
from regulars.server.scoring.bridge.names import ALIKE, ATTRIBUTES, EVIDENCE

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from ibis.expr.types import Table


def potential(ground: Ground) -> Lesson:
    from regulars.engine.potential import (
        add_bands,
        classify,
        count_matrix,
        find_potentials,
        lookalike_report,
        service_need,
        share_of_wallet,
        standing_value,
        with_evidence,
    )

    bench = ground.bench
    standing = standing_value(ground.ledger, as_of=ground.as_of, basis=ground.basis)
    people = ground.records(ATTRIBUTES)
    people = people.select("customer_id", "kind", tenure_days="since_days")
    held = _held(ground)
    known = standing.left_join(people, "customer_id").drop("customer_id_right")
    like = bench.keep(add_bands(known, held=held))
    pattern = ("product_pattern",) if held is not None else ()
    found = bench.keep(
        find_potentials(
            like, by=[("kind", "tenure_band", *pattern), ("kind", "tenure_band"), ("kind",)]
        )
    )
    notes = ground.records(EVIDENCE)
    lifted = with_evidence(found, notes.filter(notes.kind == "wealth"), as_of=ground.as_of)
    need = service_need(ground.ledger, as_of=ground.as_of, held=held)
    wide = lifted.left_join(need, "customer_id").drop("customer_id_right")
    wide = bench.keep(wide)
    levels, cuts = classify(wide)
    levels = bench.keep(levels)
    wallet = share_of_wallet(wide, _wallets(notes, wide))
    table = wide.drop("value", "lookalike_key").join(levels, "customer_id")
    table = table.join(wallet, "customer_id")
    table = table.join(standing.drop("standing_days"), "customer_id")
    table = table.join(_alike(like), "customer_id")
    card = {
        "lookalikes": vars(lookalike_report(found)),
        "matrix": count_matrix(wide, levels, cuts).to_dict(),
    }
    return Lesson(table=table, card=card)


def _alike(like: Table) -> Table:
    """By what customers are alike, so that those behind a figure can be found again."""
    known = {ALIKE[name]: like[name] for name in ALIKE if name in like.columns}
    return like.select(
        "customer_id",
        **{name: value.cast("string").nullif("") for name, value in known.items()},
    )


def _held(ground: Ground) -> Table | None:
    """What each customer holds; None of a bank or shop whose facts name no product.

    What a shop sold says how much was bought, so that it would make everybody look like
    those who bring as much: only holdings make a pattern.
    """
    from regulars.engine.measures.ownership import categories_held

    if ground.ledger.holdings is None:
        return None
    return ground.bench.keep(
        categories_held(ground.ledger, as_of=ground.as_of, basis=ground.basis)
    )


def _wallets(notes: Table, known: Table) -> Table | None:
    """What customers said of their whole need, beside what we have of it."""
    said = notes.filter((notes.kind == "wallet") & notes.amount.notnull())
    latest = said.group_by("customer_id").agg(
        wallet=said.amount.argmax(said.noted_on), recorded_on=said.noted_on.max()
    )
    wide = latest.join(known.select("customer_id", own="value"), "customer_id")
    import ibis

    return wide.mutate(
        gap=ibis.greatest(wide.wallet - wide.own, 0.0),
        wallet=ibis.greatest(wide.wallet, wide.own),
    )
