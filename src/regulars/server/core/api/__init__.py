"""The API's frame: keys, problems, repeated writes, its document. Features bring the routers.

A request with a key is one transaction that sees what the key may see, as a page is one
that sees what its viewer may see. What fails leaves nothing behind.
"""

from regulars.server.core.api.access import Keyed, KeyedRequest, as_viewer
from regulars.server.core.api.acting import (
    InTheNameOf,
    Whose,
    acted,
    acting,
    example,
    page,
    refuse,
    strange,
)
from regulars.server.core.api.interface import Api, demand_known
from regulars.server.core.api.problems import Problem
from regulars.server.core.api.shapes import PUBLIC_ID, Digits, Known, Money

__all__ = [
    "PUBLIC_ID",
    "Api",
    "Digits",
    "InTheNameOf",
    "Keyed",
    "KeyedRequest",
    "Known",
    "Money",
    "Problem",
    "Whose",
    "acted",
    "acting",
    "as_viewer",
    "demand_known",
    "example",
    "page",
    "refuse",
    "strange",
]
