"""Pure rules of the file: how names are searched, what is personal, who may be reached."""

from regulars.server.customers.rules.documents import (
    ENDINGS,
    LARGEST,
    LONGEST_NAME,
    ending_of,
    file_name,
    looks_like,
    type_of,
)
from regulars.server.customers.rules.graph import Place, places
from regulars.server.customers.rules.life import (
    Hint,
    hints,
)
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
    REASONS,
    Reach,
    reaches,
)
from regulars.server.customers.rules.ties import (
    BACK,
    KINDS,
    SAME_BOTH_WAYS,
    TURNED,
    Role,
    TieKind,
    fits,
    read_back,
    role_of,
    roles_for,
    straight,
)
from regulars.server.customers.rules.values import age, origin

__all__ = [
    "BACK",
    "CHANNELS",
    "ENDINGS",
    "HAN",
    "KINDS",
    "LARGEST",
    "LONGEST",
    "LONGEST_NAME",
    "MARKETING",
    "PERSONAL",
    "REASONS",
    "SAME_BOTH_WAYS",
    "SURNAMES",
    "TURNED",
    "WORD",
    "Hint",
    "Place",
    "Reach",
    "Role",
    "TieKind",
    "age",
    "ending_of",
    "file_name",
    "fits",
    "grams",
    "hints",
    "looks_like",
    "origin",
    "phone_tail",
    "pinyin",
    "places",
    "reaches",
    "read_back",
    "role_of",
    "roles_for",
    "straight",
    "type_of",
    "wanted",
]
