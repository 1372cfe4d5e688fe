"""Pages of friends and owners; the list and its steps; links, figures, the rule."""

from regulars.server.referrals.views import settings
from regulars.server.referrals.views.again import again
from regulars.server.referrals.views.bringing import bring
from regulars.server.referrals.views.counted import invitations, people, reached
from regulars.server.referrals.views.desk import (
    contacted,
    decide,
    hope,
    index,
    lose,
    met,
    one,
    refuse,
    reopen,
    take_back,
    tell,
)
from regulars.server.referrals.views.figures import (
    advocates,
    behind,
    export,
    figures,
    newcomers,
    reach,
)
from regulars.server.referrals.views.links import end, hand, link, new
from regulars.server.referrals.views.public import code, mine, public, seen, seen_own, thanks

__all__ = [
    "advocates",
    "again",
    "behind",
    "bring",
    "code",
    "contacted",
    "decide",
    "end",
    "export",
    "figures",
    "hand",
    "hope",
    "index",
    "invitations",
    "link",
    "lose",
    "met",
    "mine",
    "new",
    "newcomers",
    "one",
    "people",
    "public",
    "reach",
    "reached",
    "refuse",
    "reopen",
    "seen",
    "seen_own",
    "settings",
    "take_back",
    "tell",
    "thanks",
]
