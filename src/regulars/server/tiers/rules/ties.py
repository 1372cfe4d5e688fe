"""Tiers that are reached through a tie: key people of a gold corporate are premier.

Such a tier holds, beside its cut, `through`: {"tie": "key_person", "scheme": "corporate",
"tiers": ["gold"]}. Who is a key person of an organisation in one of those tiers of that
scheme reaches the tier, whatever the own measure says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from regulars.server.tiers.rules.schemes import BadScheme, Tier, case, safe

# Ties that may carry a tier; "`other` is the <tie> of `customer`", and `other` is carried.
CARRYING = ("key_person",)
NOBODY = (
    "(select null::bigint as customer_id, null::bigint as other_id, '' as kind where false)"
)


def carries(tiers: Sequence[Tier]) -> bool:
    """Tell whether a tier of the scheme is reached through a tie."""
    return any(tier.get("through") for tier in tiers)


def check_through(
    tiers: Sequence[Tier], *, scheme: str, known: Mapping[str, Sequence[str]]
) -> None:
    """Refuse a rule that names nothing. `known` holds the tiers' codes of other schemes.

    :raises BadScheme: an unknown tie, scheme or tier, or the scheme itself.
    """
    for tier in tiers:
        through = tier.get("through")
        if not through:
            continue
        if through["tie"] not in CARRYING:
            raise BadScheme(
                f"A tie {through['tie']!r} carries no tier; choose one of: "
                f"{', '.join(CARRYING)}."
            )
        if through["scheme"] == scheme or through["scheme"] not in known:
            raise BadScheme(
                f"The tier {tier['code']} looks at the scheme {through['scheme']!r}; "
                f"choose another scheme in force: {', '.join(known) or 'there is none'}."
            )
        lost = [code for code in through["tiers"] if code not in known[through["scheme"]]]
        if lost or not through["tiers"]:
            raise BadScheme(
                f"The tier {tier['code']} looks at the tiers {', '.join(lost) or 'of nobody'}, "
                f"which {through['scheme']} does not have."
            )


def in_order(schemes: Mapping[str, Sequence[Tier]]) -> list[str]:
    """The schemes' codes so that each comes after those it looks at.

    :raises BadScheme: two look at each other.
    """
    asked = {
        code: {tier["through"]["scheme"] for tier in tiers if tier.get("through")}
        for code, tiers in schemes.items()
    }
    try:
        return [code for code in TopologicalSorter(asked).static_order() if code in schemes]
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise BadScheme(
            f"The schemes look at each other in a circle: {circle}. Break it in one of them."
        ) from error


def carried(tiers: Sequence[Tier], *, ties: str, ranked: Mapping[str, str]) -> str:
    """Return the joins that bring who carries a customer into each tier, by organisation.

    `ties` and the values of `ranked` are FROM clauses; `ranked` gives, by scheme, rows of
    customer_id and "tier_<scheme>". A scheme that is not ranked carries nobody.
    """
    joins = []
    for tier in tiers:
        through = tier.get("through")
        if not through:
            continue
        codes = ", ".join(f"'{safe(code)}'" for code in through["tiers"])
        column = f'"tier_{safe(through["scheme"])}"'
        source = ranked.get(through["scheme"])
        reached = (
            f"select t.other_id as customer_id, min(t.customer_id) as {_by(tier)} "
            f"from {ties} t join {source} o on o.customer_id = t.customer_id "
            f"where t.kind = '{safe(through['tie'])}' and o.{column} in ({codes}) group by 1"
            if source
            else f"select null::bigint as customer_id, null::bigint as {_by(tier)} where false"
        )
        joins.append(f"left join ({reached}) using (customer_id)")
    return " ".join(joins)


def through_case(tiers: Sequence[Tier], *, measure: str, mode: str) -> str:
    """Return the SQL expression of the organisation through which a tier was reached.

    It is null for those whose own measure says the same.
    """
    whens = [
        f"when '{safe(tier['code'])}' then {_by(tier)}" for tier in tiers if tier.get("through")
    ]
    if not whens:
        return "null::bigint"
    bare = [{k: v for k, v in tier.items() if k != "through"} for tier in tiers]
    own = case(bare, measure=measure, mode=mode)
    reached = case(tiers, measure=measure, mode=mode)
    return (
        f"case when {reached} is distinct from {own} "
        f"then case {reached} {' '.join(whens)} end end"
    )


def _by(tier: Tier) -> str:
    return f'"by_{safe(tier["code"])}"'
