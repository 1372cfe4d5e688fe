"""Opportunities in lists and one by one, the funnel, the ladder, proposals, accounts, rules."""

from regulars.server.opportunities.views.accounts import (
    account,
    accounts,
    add_obstacle,
    obstacle,
    stance,
    strategy,
)
from regulars.server.opportunities.views.files import bring, export
from regulars.server.opportunities.views.funnels import expected, funnel, stays
from regulars.server.opportunities.views.ladders import ladder, ladder_rows
from regulars.server.opportunities.views.lists import index
from regulars.server.opportunities.views.making import (
    leave_alone,
    new,
    of_card,
    of_contact,
    signals,
)
from regulars.server.opportunities.views.one import (
    chance,
    change,
    done_step,
    lost,
    move,
    next_step,
    one,
    reopen,
    won,
)
from regulars.server.opportunities.views.proposals import (
    answer,
    change_proposal,
    drop_part,
    part,
    print_proposal,
    proposal,
    send,
    start_proposal,
)
from regulars.server.opportunities.views.settings import (
    bundle,
    retire_bundle,
    rules,
    signal_rule,
    stage,
)

__all__ = [
    "account",
    "accounts",
    "add_obstacle",
    "answer",
    "bring",
    "bundle",
    "chance",
    "change",
    "change_proposal",
    "done_step",
    "drop_part",
    "expected",
    "export",
    "funnel",
    "index",
    "ladder",
    "ladder_rows",
    "leave_alone",
    "lost",
    "move",
    "new",
    "next_step",
    "obstacle",
    "of_card",
    "of_contact",
    "one",
    "part",
    "print_proposal",
    "proposal",
    "reopen",
    "retire_bundle",
    "rules",
    "send",
    "signal_rule",
    "signals",
    "stage",
    "stance",
    "start_proposal",
    "stays",
    "strategy",
    "won",
]
