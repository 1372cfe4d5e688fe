"""What the people of the demo keep: segments to ask again, and a group picked by hand."""

from __future__ import annotations

from datetime import datetime

from regulars.server.core.models import Person
from regulars.server.scoring.models import Run, Score
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.segments.rules.presets import PRESETS

# Shipped rule -> name and purpose, as an analyst would write them.
KEPT = {
    "bank": {
        "top_at_risk": ("挽留名单：前五分之一", "每周一发给各支行，客户经理两天内联系。"),
        "maturing_uncontacted": ("大额到期还没谈", "到期前三十天开始谈，别等到当天。"),
        "money_leaves": ("资金正在流走", "先问原因，再谈利率。"),
    },
    "retail": {
        "top_at_risk": ("挽留名单：前五分之一", "每周一发给各店，店员两天内联系。"),
        "no_second_order": ("首单后还没复购", "首单满三周发一次问候。"),
        "promising": ("少来但出手大方", "请来参加新品会。"),
    },
}
PICKED = 12


def keep(run: Run, *, kind: str, at: datetime) -> None:
    """Keep some rules for everybody, and pick a group of the best customers."""
    keeper = Person.objects.filter(role="analyst").order_by("pk").first()
    if keeper is None:
        return
    rules = {preset.code: preset.rule for preset in PRESETS}
    for code, (name, purpose) in KEPT[kind].items():
        segments.keep(
            rules[code],
            name=name,
            description=purpose,
            sharing=Segment.Sharing.EVERYBODY,
            by=keeper,
            at=at,
        )
    group = segments.make_group(
        name="行长拜访名单" if kind == "bank" else "店庆邀请名单",
        description="手工挑选，名单由分析师维护。",
        sharing=Segment.Sharing.EVERYBODY,
        by=keeper,
        at=at,
    )
    best = Score.objects.filter(run=run, value__gt=0).order_by("-value", "customer_id")
    chosen = best.values_list("customer_id", flat=True)[:PICKED]
    segments.add_members(group, chosen, by=keeper, at=at)
