"""Pure rules of the file: how names are searched, what is personal, who may be reached."""

from regulars.server.customers.rules.names import (
    HAN,
    LONGEST,
    SURNAMES,
    WORD,
    grams,
    phone_tail,
    pinyin,
    wanted,
)
from regulars.server.customers.rules.reach import (
    CHANNELS,
    MARKETING,
    PERSONAL,
    Reach,
    reaches,
)
from regulars.server.customers.rules.values import age, origin

__all__ = [
    "CHANNELS",
    "HAN",
    "LONGEST",
    "MARKETING",
    "PERSONAL",
    "SURNAMES",
    "WORD",
    "Reach",
    "age",
    "grams",
    "origin",
    "phone_tail",
    "pinyin",
    "reaches",
    "wanted",
]
