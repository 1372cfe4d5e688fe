"""Facts that prove what was won: a holding of the product, or a purchase of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from regulars.server.core import queries as core
from regulars.server.customers.models import FactKey
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.opportunities.models import Opportunity

BACK = timedelta(days=400)  # deals that were won longer ago are looked for no more
BEFORE = timedelta(days=3)  # what was signed may be booked before somebody says "won"
HOLDING, PURCHASE = "holding", "purchase"


@dataclass(frozen=True)
class Proof:
    """One fact that proves one deal."""

    kind: str
    ref: str
    on: date
    amount: Decimal | None


def proofs(at: datetime) -> Mapping[int, Proof]:
    """The first fact of the same customer and product since a deal was made, by the deal."""
    won = Opportunity.objects.filter(
        state="won", proof_kind="", product__isnull=False, closed_at__gte=at - BACK
    )
    waiting = list(won.select_related("product").order_by("closed_at", "pk"))
    if not waiting:
        return {}
    keys: dict[int, list[int]] = defaultdict(list)
    rows = FactKey.objects.filter(customer__in={each.customer_id for each in waiting})
    owners = dict(rows.order_by().values_list("fact_key", "customer_id"))
    for key, customer in owners.items():
        keys[customer].append(key)
    first = min(core.local_date(each.made_at) for each in waiting) - BEFORE
    known = _facts(owners, first)
    taken = set(
        Opportunity.objects.exclude(proof_ref="").values_list("proof_kind", "proof_ref")
    )
    found: dict[int, Proof] = {}
    for each in waiting:
        assert each.product is not None
        since = core.local_date(each.made_at) - BEFORE
        for proof in known.get((each.customer_id, each.product.code), ()):
            if proof.on >= since and (proof.kind, proof.ref) not in taken:
                taken.add((proof.kind, proof.ref))
                found[each.pk] = proof
                break
    return found


def _facts(owners: Mapping[int, int], first: date) -> dict[tuple[int, str], list[Proof]]:
    found: dict[tuple[int, str], list[Proof]] = defaultdict(list)
    holdings = lake.source(facts.living("holdings"), "holdings")
    purchases = lake.source(facts.living("transactions"), "transactions")
    keys = list(owners)
    opened = lake.rows(
        f"""
        select fact_key, product_id, holding_id, opened_on, amount
        from (select *, row_number() over (
                  partition by fact_key, holding_id order by known_at desc) as newest
              from {holdings} where fact_key in (select unnest(?::bigint[])))
        where newest = 1 and opened_on >= ? and product_id is not null
        order by opened_on, holding_id
        """,
        [keys, first],
    )
    # What was wholly given back was not bought; a refund may name its order and no product.
    bought = lake.rows(
        f"""
        with kept as (
            select fact_key, coalesce(order_id, row_key) as deal from {purchases}
            where fact_key in (select unnest(?::bigint[])) and kind in ('purchase', 'refund')
            group by 1, 2 having sum(amount) > 0)
        select fact_key, product_id, row_key, local_date, amount from {purchases} p
        where kind = 'purchase' and local_date >= ? and product_id is not null
          and exists (select 1 from kept k where k.fact_key = p.fact_key
                      and k.deal = coalesce(p.order_id, p.row_key))
        order by local_date, row_key
        """,
        [keys, first],
    )
    minor = core.minor_units()
    for kind, rows in ((HOLDING, opened), (PURCHASE, bought)):
        for key, product, ref, on, amount in rows:
            told = Proof(
                kind, str(ref), on, None if amount is None else Decimal(amount) / minor
            )
            found[owners[key], product].append(told)
    return found
