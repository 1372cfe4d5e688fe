"""The programme, its members, one member's points, and what all of it will cost."""

from regulars.server.loyalty.views.costs import liability, lots
from regulars.server.loyalty.views.customers import (
    file,
    give_back,
    join,
    leave,
    move,
    statement,
    told,
)
from regulars.server.loyalty.views.earning import (
    adopt,
    change_rule,
    discard,
    end,
    new_rule,
    rule,
)
from regulars.server.loyalty.views.members import approve, decline, index, wish, wishes
from regulars.server.loyalty.views.openings import bring, opening, openings, step
from regulars.server.loyalty.views.programme import levels, programme, settings

__all__ = [
    "adopt",
    "approve",
    "bring",
    "change_rule",
    "decline",
    "discard",
    "end",
    "file",
    "give_back",
    "index",
    "join",
    "leave",
    "levels",
    "liability",
    "lots",
    "move",
    "new_rule",
    "opening",
    "openings",
    "programme",
    "rule",
    "settings",
    "statement",
    "step",
    "told",
    "wish",
    "wishes",
]
