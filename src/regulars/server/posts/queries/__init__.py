"""Reads of daily posts, for one viewer."""

from regulars.server.posts.queries.base import (
    item,
    may_approve,
    may_edit,
    on_page,
    persona,
    personas,
    picture,
    policy,
    segments_to_choose,
    slot,
    slots,
    waiting,
)
from regulars.server.posts.queries.board import Line, Standing, behind, board
from regulars.server.posts.queries.counted import (
    Belongs,
    belongs,
    customers_of,
    of_customer,
    reached,
)
from regulars.server.posts.queries.fields import FIELDS, provided
from regulars.server.posts.queries.packs import (
    Pack,
    face,
    face_picture,
    later,
    mark,
    packs,
    to_post,
)
from regulars.server.posts.queries.planned import planned
from regulars.server.posts.queries.week import Cell, Week, week

__all__ = [
    "FIELDS",
    "Belongs",
    "Cell",
    "Line",
    "Pack",
    "Standing",
    "Week",
    "behind",
    "belongs",
    "board",
    "customers_of",
    "face",
    "face_picture",
    "item",
    "later",
    "mark",
    "may_approve",
    "may_edit",
    "of_customer",
    "on_page",
    "packs",
    "persona",
    "personas",
    "picture",
    "planned",
    "policy",
    "provided",
    "reached",
    "segments_to_choose",
    "slot",
    "slots",
    "to_post",
    "waiting",
    "week",
]
