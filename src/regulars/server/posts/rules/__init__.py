"""When something goes out, who gets it, and which pictures are kept. Pure."""

from regulars.server.posts.rules.belonging import first_that_fits
from regulars.server.posts.rules.pictures import LARGEST, TYPES, ending_of
from regulars.server.posts.rules.settings import KEY, MESSAGE, Policy
from regulars.server.posts.rules.slots import LATE, Stand, moment, standing, until

__all__ = [
    "KEY",
    "LARGEST",
    "LATE",
    "MESSAGE",
    "TYPES",
    "Policy",
    "Stand",
    "ending_of",
    "first_that_fits",
    "moment",
    "standing",
    "until",
]
