"""Pages of campaigns: the list, the builder, the progress, the members."""

from regulars.server.campaigns.views.building import discard, new, outlook, plan, template
from regulars.server.campaigns.views.lists import export, index, member, members
from regulars.server.campaigns.views.progress import one, phase
from regulars.server.campaigns.views.steering import (
    again,
    approve,
    launch,
    launching,
    next_year,
    pause,
    resume,
    send_back,
    stop,
    submit,
)

__all__ = [
    "again",
    "approve",
    "discard",
    "export",
    "index",
    "launch",
    "launching",
    "member",
    "members",
    "new",
    "next_year",
    "one",
    "outlook",
    "pause",
    "phase",
    "plan",
    "resume",
    "send_back",
    "stop",
    "submit",
    "template",
]
