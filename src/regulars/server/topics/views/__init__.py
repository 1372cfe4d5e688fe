"""Pages of topics: the list with its figures, raising one, one with all that follows."""

from regulars.server.topics.views.index import index, new, rows
from regulars.server.topics.views.one import one, spoken
from regulars.server.topics.views.steps import (
    draft,
    drop,
    release,
    send_back,
    submit,
    take,
    take_back,
)

__all__ = [
    "draft",
    "drop",
    "index",
    "new",
    "one",
    "release",
    "rows",
    "send_back",
    "spoken",
    "submit",
    "take",
    "take_back",
]
