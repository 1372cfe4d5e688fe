"""Pages of salons: lists, the plan, guests, the door, the result; and what a guest sees."""

from regulars.server.salons.views.door import (
    check_in,
    check_out,
    door,
    friend,
    scanned,
    walk_in,
)
from regulars.server.salons.views.guests import (
    add,
    answer,
    export,
    guest,
    guests,
    heard,
    invite,
    take_off,
    took_part,
)
from regulars.server.salons.views.lists import index, kind, kinds, new, new_kind
from regulars.server.salons.views.one import (
    cancel,
    change,
    one,
    open_,
    propose,
    result,
    settle,
)
from regulars.server.salons.views.parts import cost, new_cost, new_part, part
from regulars.server.salons.views.public import calendar, public, said

__all__ = [
    "add",
    "answer",
    "calendar",
    "cancel",
    "change",
    "check_in",
    "check_out",
    "cost",
    "door",
    "export",
    "friend",
    "guest",
    "guests",
    "heard",
    "index",
    "invite",
    "kind",
    "kinds",
    "new",
    "new_cost",
    "new_kind",
    "new_part",
    "one",
    "open_",
    "part",
    "propose",
    "public",
    "result",
    "said",
    "scanned",
    "settle",
    "take_off",
    "took_part",
    "walk_in",
]
