"""Reads of communities, as one viewer sees their members."""

from regulars.server.communities.queries.communities import (
    Row,
    asked,
    askings,
    communities,
    community,
    count_asked,
    may_lead,
    of_customer,
    planned,
)
from regulars.server.communities.queries.meetings import (
    Met,
    meeting,
    meetings,
    post,
    posts,
    presences,
    to_approve,
)
from regulars.server.communities.queries.members import (
    Figures,
    Line,
    figures,
    lines,
    member,
    members,
    rows,
)
from regulars.server.communities.queries.public import (
    Page,
    friend_behind,
    friend_word,
    open_door,
    page_of,
)

__all__ = [
    "Figures",
    "Line",
    "Met",
    "Page",
    "Row",
    "asked",
    "askings",
    "communities",
    "community",
    "count_asked",
    "figures",
    "friend_behind",
    "friend_word",
    "lines",
    "may_lead",
    "meeting",
    "meetings",
    "member",
    "members",
    "of_customer",
    "open_door",
    "page_of",
    "planned",
    "post",
    "posts",
    "presences",
    "rows",
    "to_approve",
]
