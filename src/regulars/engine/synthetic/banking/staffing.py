"""Branches, people and books of the bank."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from regulars.engine.synthetic.banking.archetypes import ORGANIZATION
from regulars.engine.synthetic.banking.population import Population
from regulars.engine.synthetic.columns import Floats
from regulars.engine.synthetic.names import town_names
from regulars.engine.synthetic.staff import Candidates, Staff, assign_books, books_needed

HEAD_OFFICE = "ZH000"
# Above this sum in fen a person has a relationship manager: about one in five.
MANAGED_FROM = 12_000_000
FIRM_MANAGED_FROM = 20_000_000

_HEAD = (
    ("许国强", "Xu Guoqiang", "leader"),
    ("丁浩然", "Ding Haoran", "administrator"),
    ("程一鸣", "Cheng Yiming", "analyst"),
    ("梁雨欣", "Liang Yuxin", "marketer"),
    ("潘静", "Pan Jing", "auditor"),
)
_FIRST_MANAGER = ("顾文涛", "Gu Wentao")
_FIRST_RMS = (
    ("陆晓晴", "Lu Xiaoqing"),
    ("沈若谷", "Shen Ruogu"),
    ("蒋博文", "Jiang Bowen"),
    ("童佳", "Tong Jia"),
    ("魏明远", "Wei Mingyuan"),
    ("范思语", "Fan Siyu"),
)


def branch_weights(customers: int) -> Floats:
    """Return the share of each branch: one per 2,000 customers, 3 to 60, unequal."""
    count = int(np.clip(round(customers / 2_000), 3, 60))
    weights = np.linspace(1.7, 0.6, count)
    share: Floats = weights / weights.sum()
    return share


def staff_bank(rng: np.random.Generator, people: Population, branches: int) -> Staff:
    """Hire for the head office and each branch, and deal the customers into books."""
    staff = Staff()
    staff.org_units.append((HEAD_OFFICE, "总行", "Head Office", None, "head_office"))
    for name, pinyin, role in _HEAD:
        staff.hire(name, pinyin, role, HEAD_OFFICE)
    firms = people.archetype == ORGANIZATION
    floor = np.where(firms, FIRM_MANAGED_FROM, MANAGED_FROM)
    people.managed = people.wealth >= floor
    managed = np.bincount(people.branch[people.managed], minlength=branches)
    needed = books_needed(managed, usual=330, most=440)
    candidates = Candidates(rng)
    books = [
        _open_branch(staff, candidates, number, town, int(needed[number]))
        for number, town in enumerate(town_names(branches))
    ]
    people.book = assign_books(rng, people.branch, people.managed, books)
    return staff


def _open_branch(
    staff: Staff, candidates: Candidates, number: int, town: tuple[str, str], managers: int
) -> list[int]:
    code = f"ZH{number + 1:03d}"
    staff.org_units.append((code, f"{town[0]}支行", f"{town[1]} Branch", HEAD_OFFICE, "branch"))
    hires = _hires(candidates, first=number == 0)
    head = staff.hire(*next(hires), "manager", code)
    rms = [staff.hire(*next(hires), "rm", code) for _ in range(managers)]
    lobby = staff.hire(*candidates.next(), "lobby_manager", code)
    rows = []
    for place, rm in enumerate(rms):
        # The next in the branch stands in; who is alone is backed by the branch manager.
        backup = rms[(place + 1) % len(rms)] if len(rms) > 1 else head
        rows.append(len(staff.books))
        name, pinyin = next(person[1:3] for person in staff.people if person[0] == rm)
        names = f"{name}的客户", f"Customers of {pinyin}"
        staff.books.append((f"{code}-{place + 1:02d}", *names, code, rm, backup))
    rows.append(len(staff.books))
    names = f"{town[0]}支行公共池", f"{town[1]} Branch pool"
    staff.books.append((f"{code}-P", *names, code, None, None))
    staff.pool_keepers.append(lobby)
    return rows


def _hires(candidates: Candidates, *, first: bool) -> Iterator[tuple[str, str]]:
    if first:
        yield _FIRST_MANAGER
        yield from _FIRST_RMS
    while True:
        yield candidates.next()
