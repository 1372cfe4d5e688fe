"""Every change of terms, links, referrals and rewards.

The door for features that have something to give: `add_way`. A way is asked under a key and
gives once for it.
"""

from regulars.server.referrals.actions.again import (
    Instead,
    give_again,
    leave,
    may_give_again,
    not_given,
)
from regulars.server.referrals.actions.benefits import COUPON, GIFT
from regulars.server.referrals.actions.bringing import Brought, Refusal, bring
from regulars.server.referrals.actions.checking import NotYours, decide, look_at, may_decide
from regulars.server.referrals.actions.consenting import Word
from regulars.server.referrals.actions.converting import Morning, keep
from regulars.server.referrals.actions.forgetting import forget
from regulars.server.referrals.actions.hoping import tie_to
from regulars.server.referrals.actions.knocking import TooMany, knock, knock_seen
from regulars.server.referrals.actions.links import (
    NoLink,
    behind,
    behind_code,
    behind_own,
    device_of,
    drop_openings,
    end_link,
    hand_over,
    link_of,
    opened,
    show,
)
from regulars.server.referrals.actions.merging import join as join_files
from regulars.server.referrals.actions.merging import part as part_files
from regulars.server.referrals.actions.moving import (
    NotFromHere,
    contacted,
    heard,
    lose,
    met,
    not_heard,
    not_spoken_with,
    refuse,
    reopen,
    spoken_with,
    take_back,
    told,
)
from regulars.server.referrals.actions.paying import NotYet, Way, add_way, stands, way, ways
from regulars.server.referrals.actions.points import POINTS
from regulars.server.referrals.actions.receiving import (
    Friend,
    NoConsent,
    NoReferrer,
    NothingToReach,
    by_link,
)
from regulars.server.referrals.actions.receiving import told as take_in
from regulars.server.referrals.actions.rewarding import reverse_rewards, reward
from regulars.server.referrals.actions.rising import rise
from regulars.server.referrals.actions.settings import exported, set_policy
from regulars.server.referrals.actions.terms import (
    Forbidden,
    NotADraft,
    TooSoon,
    adopt,
    discard,
    draft,
    end,
    soonest,
)

__all__ = [
    "COUPON",
    "GIFT",
    "POINTS",
    "Brought",
    "Forbidden",
    "Friend",
    "Instead",
    "Morning",
    "NoConsent",
    "NoLink",
    "NoReferrer",
    "NotADraft",
    "NotFromHere",
    "NotYet",
    "NotYours",
    "NothingToReach",
    "Refusal",
    "TooMany",
    "TooSoon",
    "Way",
    "Word",
    "add_way",
    "adopt",
    "behind",
    "behind_code",
    "behind_own",
    "bring",
    "by_link",
    "contacted",
    "decide",
    "device_of",
    "discard",
    "draft",
    "drop_openings",
    "end",
    "end_link",
    "exported",
    "forget",
    "give_again",
    "hand_over",
    "heard",
    "join_files",
    "keep",
    "knock",
    "knock_seen",
    "leave",
    "link_of",
    "look_at",
    "lose",
    "may_decide",
    "may_give_again",
    "met",
    "not_given",
    "not_heard",
    "not_spoken_with",
    "opened",
    "part_files",
    "refuse",
    "reopen",
    "reverse_rewards",
    "reward",
    "rise",
    "set_policy",
    "show",
    "soonest",
    "spoken_with",
    "stands",
    "take_back",
    "take_in",
    "tie_to",
    "told",
    "way",
    "ways",
]
