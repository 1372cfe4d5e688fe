"""Rules that are shipped: a beginning to copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.tree import Condition, Group, Window, leaves


@dataclass(frozen=True)
class Preset:
    """A rule to copy. `kinds`: the companies it is for, empty for all."""

    code: str
    rule: Group
    kinds: tuple[str, ...] = ()


def _all(*parts: Condition | Group) -> Group:
    return Group("all", parts)


def _is(field: str, op: str, *values: str, days: int = 0, **only: tuple[str, ...]) -> Condition:
    window = Window(days=days) if days else None
    return Condition(field, op, values, window, tuple(only.items()))


PRESETS: tuple[Preset, ...] = (
    # Few orders but recent, and large ones when they come: frequency can grow (S93).
    Preset(
        "promising",
        _all(_is("r", "ge", "3"), _is("f", "lt", "3"), _is("mean_purchase", "top", "30")),
    ),
    Preset(
        "sleeping_money",
        _all(_is("stage", "in", "dormant", "lost"), _is("value", "ge", "200000")),
        kinds=("bank",),
    ),
    Preset(
        "sleeping_spender",
        _all(_is("stage", "in", "dormant", "lost"), _is("net_spend", "top", "20")),
        kinds=("retail",),
    ),
    Preset(
        "top_at_risk",
        _all(_is("value_at_stake", "top", "20"), _is("stage", "in", "at_risk", "dormant")),
    ),
    Preset(
        "no_second_product",
        _all(_is("since", "within", "365"), _is("products_held", "lt", "2")),
        kinds=("bank",),
    ),
    Preset(
        "no_second_order",
        _all(_is("first_on", "within", "90"), _is("purchase_count", "lt", "2")),
        kinds=("retail",),
    ),
    Preset("birthday", _all(_is("birthday", "next_month"), _is("kind", "in", "person"))),
    Preset(
        "maturing_uncontacted",
        _all(
            _is("maturing", "ge", "200000", days=30),
            _is("last_answer", "not_within", "60"),
            Group("any", (_is("reach", "in", "call"), _is("reach", "in", "wecom"))),
        ),
        kinds=("bank",),
    ),
    Preset(
        "money_leaves",
        _all(_is("balance_share", "fell", "30", days=30), _is("aum_prev_30", "ge", "50000")),
        kinds=("bank",),
    ),
    Preset(
        "silent",
        _all(_is("activity", "none", days=60), _is("purchase_count", "ge", "3")),
    ),
    Preset(
        "older_by_phone",
        _all(_is("age", "ge", "60"), _is("reach", "in", "call")),
    ),
    Preset(
        "younger_by_wecom",
        _all(_is("age", "lt", "35"), _is("reach", "in", "wecom")),
    ),
)


def offered(fields: Mapping[str, Field], kind: str) -> Iterable[Preset]:
    """Yield the presets for a kind of company whose fields are all there."""
    for preset in PRESETS:
        if preset.kinds and kind not in preset.kinds:
            continue
        if all(leaf.field in fields for leaf in leaves(preset.rule)):
            yield preset
