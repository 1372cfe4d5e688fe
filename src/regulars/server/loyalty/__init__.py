"""Points as money, and who collects them: a ledger in lots, rules of earning, membership, debt.

An *account* holds one customer's points of one currency: redeemable *points*, or *tier points*
that only decide the *level*. Points come in *lots*, each with its own last day; every change
is an *entry* that takes from one place and gives to another, so that sums are zero. A
*movement* is what somebody did: its entries, its key, its answer. Nothing but entries changes
a balance.
"""
