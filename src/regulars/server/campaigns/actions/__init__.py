"""Every change of campaigns: planned, approved, launched, brought forward, held, copied."""

from regulars.server.campaigns.actions.advancing import advance
from regulars.server.campaigns.actions.calling import answered, open_again
from regulars.server.campaigns.actions.copying import again, next_year
from regulars.server.campaigns.actions.deciding import (
    Incomplete,
    NotThatFar,
    OwnCampaign,
    approve,
    send_back,
    submit,
)
from regulars.server.campaigns.actions.holding import (
    NotRunning,
    finish_if_over,
    pause,
    resume,
    stop,
)
from regulars.server.campaigns.actions.launching import LAUNCH, ask_launch, launch
from regulars.server.campaigns.actions.making import (
    NotOpen,
    StepTold,
    begin,
    change,
    discard,
    set_steps,
    set_waves,
)
from regulars.server.campaigns.actions.merging import join, part
from regulars.server.campaigns.actions.phases import (
    PhaseTold,
    finish_phase,
    reopen_phase,
    set_phases,
    use_template,
)
from regulars.server.campaigns.actions.reading_back import read_back

__all__ = [
    "LAUNCH",
    "Incomplete",
    "NotOpen",
    "NotRunning",
    "NotThatFar",
    "OwnCampaign",
    "PhaseTold",
    "StepTold",
    "advance",
    "again",
    "answered",
    "approve",
    "ask_launch",
    "begin",
    "change",
    "discard",
    "finish_if_over",
    "finish_phase",
    "join",
    "launch",
    "next_year",
    "open_again",
    "part",
    "pause",
    "read_back",
    "reopen_phase",
    "resume",
    "send_back",
    "set_phases",
    "set_steps",
    "set_waves",
    "stop",
    "submit",
    "use_template",
]
