"""The company's stages and rules; of a viewer they say nothing."""

from __future__ import annotations

from regulars.server.opportunities.models import Move, Opportunity, SignalRule, Stage
from regulars.server.opportunities.rules import ENOUGH, Chance


def stages() -> list[Stage]:
    """Every stage in its order, the ends last, the retired too."""
    return list(Stage.objects.order_by("position"))


def open_stages() -> list[Stage]:
    """The stages in use in which something may stand."""
    return list(Stage.objects.in_use().filter(ends="").order_by("position"))


def first_stage() -> Stage:
    return open_stages()[0]


def stage(code: str) -> Stage | None:
    return Stage.objects.filter(code=code).first()


def end_stage(state: str) -> Stage:
    """Where what is won, or lost, ends."""
    return Stage.objects.get(ends=state)


def stage_before_end(opportunity: Opportunity) -> Stage:
    """The stage that one stood in before it ended; the first where that is out of use."""
    last = (
        Move.objects.filter(opportunity=opportunity, to_stage=opportunity.stage)
        .select_related("from_stage")
        .order_by("-at", "-pk")
        .first()
    )
    before = last.from_stage if last else None
    return before if before and not (before.ends or before.is_retired) else first_stage()


def chance_of(stage: Stage) -> Chance:
    """What one of this stage is worth: the own rate where enough were decided, or as stated."""
    own = stage.decided >= ENOUGH
    share = stage.won / stage.decided if own else float(stage.chance)
    return Chance(share, stage.won, stage.decided, own)


def chances() -> dict[int, Chance]:
    """The chance of every open stage, by its position."""
    return {each.position: chance_of(each) for each in stages() if not each.ends}


def signal_rules() -> dict[str, SignalRule]:
    return {rule.signal: rule for rule in SignalRule.objects.select_related("product")}
