"""The API's frame: keys, problems, repeated writes, its document. Features bring the routers.

A request with a key is one transaction that sees what the key may see, as a page is one
that sees what its viewer may see. What fails leaves nothing behind.
"""

from regulars.server.core.api.access import Keyed, KeyedRequest, as_viewer
from regulars.server.core.api.interface import Api, demand_known
from regulars.server.core.api.problems import Problem

__all__ = ["Api", "Keyed", "KeyedRequest", "Problem", "as_viewer", "demand_known"]
