"""Every change of contacts, consents and policy."""

from regulars.server.channels.actions.closing import (
    close_channel,
    reopen_channel,
    stop_marketing,
)
from regulars.server.channels.actions.consents import (
    NotGiven,
    correct_consent,
    lapse,
    publish_wording,
    record_consent,
    refuse_all,
)
from regulars.server.channels.actions.contacts import (
    AlreadyReversed,
    Outgoing,
    WrongOutcome,
    record_sent,
    record_touch,
    reverse_touch,
)
from regulars.server.channels.actions.holds import hold_marketing, lift_hold
from regulars.server.channels.actions.policy import (
    Checked,
    begin,
    check,
    check_many,
    enough_for,
    give_back,
    set_policy,
    take_back,
)
from regulars.server.channels.actions.stops import (
    STOPS,
    Listed,
    keep_away,
    lift,
    set_stops,
    suppress,
)

__all__ = [
    "STOPS",
    "AlreadyReversed",
    "Checked",
    "Listed",
    "NotGiven",
    "Outgoing",
    "WrongOutcome",
    "begin",
    "check",
    "check_many",
    "close_channel",
    "correct_consent",
    "enough_for",
    "give_back",
    "hold_marketing",
    "keep_away",
    "lapse",
    "lift",
    "lift_hold",
    "publish_wording",
    "record_consent",
    "record_sent",
    "record_touch",
    "refuse_all",
    "reopen_channel",
    "reverse_touch",
    "set_policy",
    "set_stops",
    "stop_marketing",
    "suppress",
    "take_back",
]
