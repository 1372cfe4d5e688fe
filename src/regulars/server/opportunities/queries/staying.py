"""How long opportunities stood in each stage that they left, one stay after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from regulars.server.core.models import Person
from regulars.server.opportunities.models import Move, Opportunity, Stage
from regulars.server.opportunities.queries.stages import stages
from regulars.server.opportunities.queries.wanted import Wanted, asked
from regulars.server.opportunities.rules import Stay, stays


@dataclass(frozen=True)
class Stood:
    """One opportunity in one stage: who went back and came again stood there twice."""

    it: Opportunity
    stay: Stay


def in_stages(pks: Sequence[int]) -> dict[int, list[tuple[int, Stay]]]:
    """The stays of opportunities in open stages, by position: (opportunity, stay)."""
    ways: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    rows = Move.objects.filter(opportunity__in=pks).order_by("opportunity", "at", "pk")
    for pk, position, when in rows.values_list("opportunity_id", "to_stage__position", "at"):
        ways[pk].append((position, when))
    open_positions = {each.position for each in stages() if not each.ends}
    found: dict[int, list[tuple[int, Stay]]] = defaultdict(list)
    for pk, way in ways.items():
        for stay in stays(way):
            if stay.position in open_positions:
                found[stay.position].append((pk, stay))
    return found


def stood(viewer: Person, wanted: Wanted, stage: Stage, at: datetime) -> list[Stood]:
    """Those of a funnel that left a stage, the longest stay first."""
    rows = asked(viewer, replace(wanted, state="all", stage=""), at).order_by("pk")
    known = {each.pk: each for each in rows}
    told = [Stood(known[pk], stay) for pk, stay in in_stages(list(known))[stage.position]]
    return sorted(told, key=lambda one: (-one.stay.days, one.it.pk))
