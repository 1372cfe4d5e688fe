"""The customer file of the bank: names, addresses, consents and relations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.banking.archetypes import ARCHETYPES, ORGANIZATION
from regulars.engine.synthetic.banking.population import Population, is_kind, trait
from regulars.engine.synthetic.birthdays import born_on, lunar_birthdays
from regulars.engine.synthetic.columns import Bools, Ints, Words, days, strings, words
from regulars.engine.synthetic.names import addresses, given_names, phones, surnames
from regulars.engine.synthetic.schema import SCHEMAS

_FIRMS = (
    ("农业合作社", "农机专业合作社", "Farm Machinery Co-operative"),
    ("农业合作社", "水稻种植专业合作社", "Rice Growers' Co-operative"),
    ("农业合作社", "水产养殖专业合作社", "Fish Farmers' Co-operative"),
    ("个体工商户", "建材经营部", "Building Materials"),
    ("个体工商户", "五金店", "Hardware Store"),
    ("个体工商户", "农家饭店", "Farmhouse Restaurant"),
    ("个体工商户", "生鲜超市", "Fresh Market"),
    ("小型工厂", "纺织有限公司", "Textile Co., Ltd."),
    ("小型工厂", "包装有限公司", "Packaging Co., Ltd."),
    ("小型工厂", "机械配件厂", "Machine Parts Works"),
    ("小型工厂", "纸业有限公司", "Paper Co., Ltd."),
    ("学校", "中心小学", "Central Primary School"),
    ("村集体经济组织", "股份经济合作社", "Village Shareholding Co-operative"),
)
_BRANDS = (
    ("禾丰", "Hefeng"), ("振华", "Zhenhua"), ("润泽", "Runze"), ("恒达", "Hengda"),
    ("永盛", "Yongsheng"), ("鑫源", "Xinyuan"), ("绿源", "Lvyuan"), ("金穗", "Jinsui"),
    ("东升", "Dongsheng"), ("瑞和", "Ruihe"), ("宏图", "Hongtu"), ("兴隆", "Xinglong"),
    ("祥云", "Xiangyun"), ("万顺", "Wanshun"), ("佳禾", "Jiahe"), ("天润", "Tianrun"),
)  # fmt: skip


@dataclass(frozen=True)
class Kin:
    """Pairs of rows: the first is the `kind` of the second."""

    one: Ints
    other: Ints
    kind: str


def draw_kin(rng: np.random.Generator, people: Population, first: int) -> list[Kin]:
    """Marry, give children, name key people, guarantors and referrers, within a branch."""
    person, women = people.person, people.female
    grown = person & (people.born < first - 28 * 365)
    married = grown & (rng.random(people.size) < 0.45)
    spouses = _pair(people, married & ~women, married & women, people.born, people.born)
    young = person & (people.born > first - 36 * 365) & (rng.random(people.size) < 0.4)
    fathers = grown & ~women & (rng.random(people.size) < 0.35)
    generation = 27 * 365
    children = _pair(people, young, fathers, people.born - generation, people.born)
    fits = people.born[children[0]] - people.born[children[1]] > 20 * 365
    firms = ~person
    owners = is_kind(people, "business_owner") | is_kind(people, "farmer")
    keys = _pair(people, owners, firms, people.wealth, people.wealth)
    backed = firms & (rng.random(people.size) < 0.25)
    guarantors = _pair(people, owners & (rng.random(people.size) < 0.3), backed, None, None)
    new = (people.since > first) & person & (rng.random(people.size) < 0.25)
    referrers = _pair(people, grown & (people.since < first - 700), new, None, people.since)
    return [
        Kin(*spouses, "spouse"),
        Kin(children[0][fits], children[1][fits], "child"),
        Kin(*keys, "key_person"),
        Kin(*guarantors, "guarantor"),
        Kin(*referrers, "referrer"),
    ]


def _pair(
    people: Population, left: Bools, right: Bools, by_left: Ints | None, by_right: Ints | None
) -> tuple[Ints, Ints]:
    """Join the k-th of one side to the k-th of the other in each branch."""
    a, b = np.flatnonzero(left), np.flatnonzero(right)
    a = a[np.lexsort((by_left[a] if by_left is not None else a % 977, people.branch[a]))]
    b = b[np.lexsort((by_right[b] if by_right is not None else b % 991, people.branch[b]))]
    pairs = [
        (a[people.branch[a] == k], b[people.branch[b] == k])
        for k in range(int(people.branch.max()) + 1)
    ]
    ones = [x[: min(len(x), len(y))] for x, y in pairs]
    others = [y[: min(len(x), len(y))] for x, y in pairs]
    return np.concatenate(ones), np.concatenate(others)


def relations_table(kin: list[Kin], numbers: pa.Array) -> pa.Table:
    """Return the relations by customer number."""
    one = np.concatenate([pair.one for pair in kin])
    other = np.concatenate([pair.other for pair in kin])
    kinds = words([pair.kind for pair in kin])
    kind = kinds[np.repeat(np.arange(len(kin)), [len(pair.one) for pair in kin])]
    return pa.table(
        [numbers.take(pa.array(one)), numbers.take(pa.array(other)), strings(kind)],
        schema=SCHEMAS["relations"],
    )


def customers_table(
    rng: np.random.Generator,
    people: Population,
    kin: list[Kin],
    *,
    numbers: pa.Array,
    towns: list[tuple[str, str]],
    org_codes: list[str],
    book_codes: list[str],
    until: date,
) -> pa.Table:
    """Return the customer file; moves planted birthdays to their day."""
    size, person = people.size, people.person
    _place_birthdays(people, until)
    keeps = person & (rng.random(size) < trait("lunar", people.archetype))
    keeps = np.where(people.planted_birthday != 0, people.planted_birthday < 0, keeps)
    lunar = lunar_birthdays(people.born, keeps)
    names, spelled = _names(rng, people, kin, towns)
    district = words([f"{town}镇" for town, _ in towns])[people.branch]
    address = addresses(
        rng, district, rural=rng.random(size) < trait("rural", people.archetype)
    )
    for pair in kin[:1]:
        address[pair.one] = address[pair.other]
    preferred = words([kind.channel for kind in ARCHETYPES])[people.archetype]
    mixed = rng.random(size) < 0.3
    preferred[mixed] = words(["call", "wecom", "sms", "visit"])[
        rng.integers(0, 4, int(mixed.sum()))
    ]
    consent = {
        "consent_sms": rng.random(size) < 0.74,
        "consent_call": rng.random(size) < 0.62,
        "consent_wecom": rng.random(size) < np.where(people.uses_app, 0.8, 0.35),
    }
    columns = {
        "number": numbers,
        "kind": strings(np.where(person, "person", "organization").astype(object)),
        "name": strings(names),
        "name_en": strings(spelled),
        "gender": strings(_none_where(~person, words(["male", "female"])[people.female * 1])),
        "birth_date": days(np.where(person, people.born, _NO_DAY), missing=_NO_DAY),
        "lunar_birthday": strings(lunar),
        "phone": phones(rng, size),
        "email": strings(_emails(rng, spelled, person)),
        "id_number": _test_ids(rng, people),
        "address": strings(address),
        "district": strings(district),
        "occupation": strings(_occupations(rng, people, names)),
        "org_unit": strings(words(org_codes)[people.branch]),
        "book": strings(words(book_codes)[people.book]),
        "since": days(people.since),
        "source": strings(_sources(rng, people, kin)),
        "preferred_channel": strings(preferred),
        "blocked_channels": _blocked(rng, size),
        **{name: pa.array(values) for name, values in consent.items()},
        "risk_tolerance": strings(_none_where(~person, _tolerance(rng, people))),
        "credit_code": _credit_codes(people),
        "member_tier": pa.nulls(size, pa.string()),
    }
    schema = SCHEMAS["customers"]
    return pa.table([columns[name] for name in schema.names], schema=schema)


_NO_DAY = -1_000_000


def _place_birthdays(people: Population, until: date) -> None:
    for row in np.flatnonzero(people.planted_birthday):
        year = 1970 + int(people.born[row] // 365.25)
        day = born_on(until, ahead=int(people.planted_birthday[row]), year=year)
        people.born[row] = day


def _names(
    rng: np.random.Generator,
    people: Population,
    kin: list[Kin],
    towns: list[tuple[str, str]],
) -> tuple[Words, Words]:
    family = surnames(rng, people.size)
    children = kin[1]
    family[children.one] = family[children.other]
    years = 1970 + np.floor(people.born / 365.25).astype(np.int64)
    names, spelled = given_names(rng, family, years, people.female)
    firms = np.flatnonzero(~people.person)
    what = rng.integers(0, len(_FIRMS), len(firms))
    brand = rng.integers(0, len(_BRANDS), len(firms))
    town = people.branch[firms]
    han = words([t for t, _ in towns])[town] + words([b for b, _ in _BRANDS])[brand]
    names[firms] = han + words([firm[1] for firm in _FIRMS])[what]
    latin = (
        words([f"{t} " for _, t in towns])[town] + words([f"{b} " for _, b in _BRANDS])[brand]
    )
    spelled[firms] = latin + words([firm[2] for firm in _FIRMS])[what]
    return names, spelled


def _none_where(mask: Bools, values: Words) -> Words:
    values = values.copy()
    values[mask] = None
    return values


def _occupations(rng: np.random.Generator, people: Population, names: Words) -> Words:
    found = np.full(people.size, None, dtype=object)
    for number, kind in enumerate(ARCHETYPES):
        rows = np.flatnonzero(people.archetype == number)
        found[rows] = words(kind.occupations)[rng.integers(0, len(kind.occupations), len(rows))]
    ending = {firm[1]: firm[0] for firm in _FIRMS}
    for row in np.flatnonzero(people.archetype == ORGANIZATION):
        found[row] = next(kind for end, kind in ending.items() if names[row].endswith(end))
    return found


def _emails(rng: np.random.Generator, spelled: Words, person: Bools) -> Words:
    found = np.full(len(spelled), None, dtype=object)
    for row in np.flatnonzero((rng.random(len(spelled)) < 0.2) & person):
        found[row] = f"{spelled[row].replace(' ', '.').lower()}.{row}@example.com"
    return found


def _test_ids(rng: np.random.Generator, people: Population) -> pa.Array:
    # Area 000000 was never given out, so nobody can take it for a real one.
    shown = (rng.random(people.size) < 0.02) & people.person
    dates = people.born.astype("datetime64[D]").astype(str).astype(object)
    found = np.full(people.size, None, dtype=object)
    for row in np.flatnonzero(shown):
        found[row] = "000000" + dates[row].replace("-", "") + f"{row % 1000:03d}X"
    return strings(found)


def _credit_codes(people: Population) -> pa.Array:
    # The letters S and T together with zeros fail the check of real codes.
    found = np.full(people.size, None, dtype=object)
    for row in np.flatnonzero(~people.person):
        found[row] = f"91TEST{row:012d}"
    return strings(found)


def _sources(rng: np.random.Generator, people: Population, kin: list[Kin]) -> Words:
    source = words(["walk_in", "payroll", "campaign", "village_service_point", "online"])[
        np.searchsorted([0.45, 0.65, 0.75, 0.9], rng.random(people.size))
    ]
    source[kin[4].other] = "referral"
    return source


def _blocked(rng: np.random.Generator, size: int) -> pa.Array:
    sms, call = rng.random(size) < 0.05, rng.random(size) < 0.03
    lists = words([[], ["sms"], ["call"], ["sms", "call"]])  # type: ignore[list-item]
    return pa.array(lists[sms * 1 + call * 2], type=pa.list_(pa.string()))


def _tolerance(rng: np.random.Generator, people: Population) -> Words:
    lean = 2.2 - 0.5 * trait("lunar", people.archetype) + rng.normal(0, 0.9, people.size)
    level = np.clip(np.rint(lean), 1, 5).astype(np.int64)
    return words(["C1", "C2", "C3", "C4", "C5"])[level - 1]
