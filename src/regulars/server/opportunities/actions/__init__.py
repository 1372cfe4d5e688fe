"""Every change of opportunities, proposals, bundles, strategies; the only writers."""

from regulars.server.opportunities.actions.accounts import (
    add_obstacle,
    begin_strategy,
    deal_with,
    set_stance,
    turn,
)
from regulars.server.opportunities.actions.bundles import retire_bundle, save_bundle
from regulars.server.opportunities.actions.changing import (
    ChangedMeanwhile,
    change,
    judge_chance,
    plan_next,
    step_done,
)
from regulars.server.opportunities.actions.finding import (
    find,
    from_card,
    from_touch,
    leave_alone,
)
from regulars.server.opportunities.actions.forecasting import mark_forecast, measure_stages
from regulars.server.opportunities.actions.making import (
    HAND,
    About,
    Exists,
    NotFitting,
    Signal,
    Twice,
    make,
)
from regulars.server.opportunities.actions.merging import join, part
from regulars.server.opportunities.actions.moving import (
    Ended,
    NotEnded,
    lose,
    move,
    reopen,
    win,
)
from regulars.server.opportunities.actions.proposals import (
    Frozen,
    Gone,
    answer,
    change_proposal,
    drop_part,
    put_part,
    renew,
    send,
    start_proposal,
)
from regulars.server.opportunities.actions.proving import prove
from regulars.server.opportunities.actions.settings import (
    InUse,
    install_stages,
    save_rule,
    save_stage,
)
from regulars.server.opportunities.actions.steps import do_steps, reopen_steps
from regulars.server.opportunities.actions.suiting import NotSuitable, NotToBeSaid

__all__ = [
    "HAND",
    "About",
    "ChangedMeanwhile",
    "Ended",
    "Exists",
    "Frozen",
    "Gone",
    "InUse",
    "NotEnded",
    "NotFitting",
    "NotSuitable",
    "NotToBeSaid",
    "Signal",
    "Twice",
    "add_obstacle",
    "answer",
    "begin_strategy",
    "change",
    "change_proposal",
    "deal_with",
    "do_steps",
    "drop_part",
    "find",
    "from_card",
    "from_touch",
    "install_stages",
    "join",
    "judge_chance",
    "leave_alone",
    "lose",
    "make",
    "mark_forecast",
    "measure_stages",
    "move",
    "part",
    "plan_next",
    "prove",
    "put_part",
    "renew",
    "reopen",
    "reopen_steps",
    "retire_bundle",
    "save_bundle",
    "save_rule",
    "save_stage",
    "send",
    "set_stance",
    "start_proposal",
    "step_done",
    "turn",
    "win",
]
