"""Who is in a segment at one moment, each with what put them in: for what is frozen there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from regulars.server.core.models import Person
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import asking, explaining, saved
from regulars.server.segments.queries.explaining import Reason
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import fields as known
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.tree import Node


@dataclass(frozen=True)
class Frozen:
    """Members of a segment, the rule that they answered to, and from which run."""

    ids: list[int]
    why: Mapping[int, list[Reason]]
    rule: Node
    fields: Mapping[str, Field]
    run: Run | None


def frozen(viewer: Person, found: Segment, *, at: datetime) -> Frozen:
    """Who of the viewer's customers is in a segment now, and why each of them.

    :raises NotReady: the board of a large company is being made.
    :raises BadRule: the rule names what is not there any more.
    """
    if found.is_group:
        given = {field.key: field for field in known.GIVEN}
        picked = saved.members(viewer, found, at=at)
        return Frozen(picked, {}, saved.rule_of(found), given, scoring.current_run())
    of = ground(viewer, at)
    rule = asking.settle(saved.rule_of(found), of)
    ids = asking.ids(viewer, rule, of)
    why = explaining.reasons(viewer, rule, of, ids, shown=("group",))
    return Frozen(ids, why, rule, of.fields, of.run)
