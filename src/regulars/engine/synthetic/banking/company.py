"""Put a bank together: people first, then facts in blocks, then the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.synthetic.banking import catalogue, facts
from regulars.engine.synthetic.banking.contacts import interactions
from regulars.engine.synthetic.banking.customers import (
    customers_table,
    draw_kin,
    relations_table,
)
from regulars.engine.synthetic.banking.flows import draw_ledger
from regulars.engine.synthetic.banking.holdings import draw_wallet
from regulars.engine.synthetic.banking.population import (
    PARAMETERS,
    Population,
    draw_population,
)
from regulars.engine.synthetic.banking.staffing import branch_weights, staff_bank
from regulars.engine.synthetic.banking.stories import plant
from regulars.engine.synthetic.banking.truth import block_truth
from regulars.engine.synthetic.calendar import years_before
from regulars.engine.synthetic.columns import Ints, day_number, digits, shared_words
from regulars.engine.synthetic.company import Company
from regulars.engine.synthetic.names import town_names
from regulars.engine.synthetic.staff import Staff

# Large enough to be worth the calls, small enough that a block fits in the cache's reach.
BLOCK = 25_000


class NotACompany(BadInput):
    """The size or period asked for makes no company."""


def bank(*, customers: int = 20_000, seed: int = 1, until: date, years: int = 2) -> Company:
    """Make a rural commercial bank with known truth.

    Facts cover `years` up to and including the local day `until`. The same arguments
    give the same company. 20,000 customers take a few seconds.

    Raises
    ------
    NotACompany : fewer than 500 customers, more than 10 million, or no whole year
    """
    if not 500 <= customers <= 10_000_000 or years < 1:
        raise NotACompany(
            f"A bank of {customers} customers over {years} years cannot be made; ask for "
            "500 to 10,000,000 customers and at least one year."
        )
    start = years_before(until, years)
    first, last = day_number(start), day_number(until)
    rng = np.random.default_rng([seed, 0])
    weights = branch_weights(customers)
    people = draw_population(rng, customers, branches=weights, start=start, until=until)
    staff = staff_bank(rng, people, len(weights))
    plant(rng, people, last=last)
    serial = 200_000 + np.cumsum(rng.integers(1, min(30, 90_000_000 // customers), customers))
    keys = facts.Keys(
        customers=digits("", serial, 8),
        numbers=serial,
        branches=pa.array([unit[0] for unit in staff.org_units[1:]]),
    )
    kin = draw_kin(rng, people, first)
    file = customers_table(
        rng,
        people,
        kin,
        numbers=keys.customers,
        towns=town_names(len(weights)),
        org_codes=[unit[0] for unit in staff.org_units[1:]],
        book_codes=[book[0] for book in staff.books],
        until=until,
    )
    tables = _facts(seed, people, staff, keys, first=first, last=last)
    return Company(
        name="澄湖农商银行",
        name_en="Chenghu Rural Commercial Bank",
        kind="bank",
        start=start,
        until=until,
        seed=seed,
        parameters=PARAMETERS.as_mapping(),
        products=catalogue.products_table(),
        customers=file,
        relations=relations_table(kin, keys.customers),
        **staff.tables(),
        **tables,
    )


@dataclass
class _Blocks:
    parts: dict[str, list[pa.Table]] = field(default_factory=dict)
    written: int = 0

    def add(self, **tables: pa.Table) -> None:
        for name, table in tables.items():
            self.parts.setdefault(name, []).append(table)

    def joined(self) -> dict[str, pa.Table]:
        tables = {name: pa.concat_tables(parts) for name, parts in self.parts.items()}
        accounts = tables["balances"].column_names.index("account")
        tables["balances"] = tables["balances"].set_column(
            accounts, "account", shared_words(tables["balances"]["account"])
        )
        return tables


def _facts(
    seed: int, people: Population, staff: Staff, keys: facts.Keys, *, first: int, last: int
) -> dict[str, pa.Table]:
    blocks = _Blocks()
    keeper = staff.keepers()
    usernames = pa.array([person[0] for person in staff.people])
    for number, start in enumerate(range(0, people.size, BLOCK)):
        # A generator per block, so that one block can be made again without the others.
        rng = np.random.default_rng([seed, 1, number])
        members = np.arange(start, min(start + BLOCK, people.size))
        _block(rng, people, members, keys, blocks, first=first, last=last)
        blocks.add(
            interactions=interactions(
                rng,
                people,
                members,
                keeper=keeper,
                people=usernames,
                customers=keys.customers,
                first=first,
                last=last,
            )
        )
    return blocks.joined()


def _block(
    rng: np.random.Generator,
    people: Population,
    members: Ints,
    keys: facts.Keys,
    blocks: _Blocks,
    *,
    first: int,
    last: int,
) -> None:
    wallet = draw_wallet(rng, people, members, first=first, last=last)
    ledger = draw_ledger(rng, people, members, wallet, first=first, last=last)
    moved = facts.transactions(ledger, members, people.branch, keys, blocks.written)
    blocks.written += moved.num_rows
    since = people.since[members]
    blocks.add(
        transactions=moved,
        balances=facts.balances(
            rng, ledger, wallet, members, keys, since=since, first=first, last=last
        ),
        holdings=facts.holdings(wallet, members, people, keys, last=last),
        events=facts.events(
            rng, people, members, ledger.active_until, keys, first=first, last=last
        ),
        truth=block_truth(people, members, wallet, ledger, keys, last=last),
    )
