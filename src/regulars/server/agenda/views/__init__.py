"""The calendar for whoever has its address; the pages of a person and of the administrator."""

from regulars.server.agenda.views.feed import feed
from regulars.server.agenda.views.mine import end, make, mine, sample, wishes
from regulars.server.agenda.views.settings import rules
from regulars.server.agenda.views.stopping import stop

__all__ = ["end", "feed", "make", "mine", "rules", "sample", "stop", "wishes"]
