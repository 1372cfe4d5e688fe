"""Stores, associates and the books of the best members."""

from __future__ import annotations

import numpy as np

from regulars.engine.synthetic.columns import Bools, Floats, Ints
from regulars.engine.synthetic.names import town_names
from regulars.engine.synthetic.retailing.members import Members
from regulars.engine.synthetic.staff import Candidates, Staff, assign_books, books_needed

HEAD_OFFICE = "MD000"
_HEAD = ("leader", "administrator", "analyst", "marketer", "auditor")
# The best tiers, black and gold, have an associate of their own.
VIP_TIER = 1


def store_weights(members: int) -> Floats:
    """Return the share of each store: one per 2,000 members, 3 to 60, unequal."""
    count = int(np.clip(round(members / 2_000), 3, 60))
    weights = np.linspace(1.6, 0.6, count)
    share: Floats = weights / weights.sum()
    return share


def staff_chain(
    rng: np.random.Generator, members: Members, tier: Ints, stores: int
) -> tuple[Staff, Ints, Bools]:
    """Hire for each store; return the staff, the book of each member, and who is VIP."""
    staff = Staff()
    staff.org_units.append((HEAD_OFFICE, "总部", "Head Office", None, "head_office"))
    candidates = Candidates(rng)
    for role in _HEAD:
        staff.hire(*candidates.next(), role, HEAD_OFFICE)
    vip = tier <= VIP_TIER
    counts = np.bincount(members.store[vip], minlength=stores)
    needed = books_needed(counts, usual=240, most=400)
    books = [
        _open_store(staff, candidates, number, town, int(needed[number]))
        for number, town in enumerate(town_names(stores))
    ]
    return staff, assign_books(rng, members.store, vip, books), vip


def _open_store(
    staff: Staff, candidates: Candidates, number: int, town: tuple[str, str], associates: int
) -> list[int]:
    code = f"MD{number + 1:03d}"
    staff.org_units.append((code, f"{town[0]}店", f"{town[1]} Store", HEAD_OFFICE, "branch"))
    head = staff.hire(*candidates.next(), "manager", code)
    rows = []
    for place in range(associates):
        name, pinyin = candidates.next()
        owner = staff.hire(name, pinyin, "rm", code)
        rows.append(len(staff.books))
        names = f"{name}的会员", f"Members of {pinyin}"
        staff.books.append((f"{code}-{place + 1:02d}", *names, code, owner, head))
    rows.append(len(staff.books))
    names = f"{town[0]}店公共池", f"{town[1]} Store pool"
    staff.books.append((f"{code}-P", *names, code, None, None))
    staff.pool_keepers.append(staff.hire(*candidates.next(), "lobby_manager", code))
    return rows
