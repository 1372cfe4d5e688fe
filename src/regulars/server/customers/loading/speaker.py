"""Who speaks when a file is loaded: its source, how much it is believed, and when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulars.server.core import queries as here
from regulars.server.customers.rules import provenance

# So weak a source may still say that a file is true today; a bought list may not.
TRUSTED = 5


@dataclass(frozen=True)
class Speaker:
    """The source of a load: how it is called, how much it is believed, when it spoke."""

    origin: str
    rank: int
    told: str
    ranks: Mapping[str, int]
    at: datetime
    trusted: bool

    @classmethod
    def of(cls, origin: str, *, rank: int | None, told: datetime, at: datetime) -> Speaker:
        settings = here.settings_of_company()
        ranks = provenance.ranks(settings)
        usual = provenance.rank_of([origin], ranks)
        return cls(
            origin=origin,
            rank=rank or usual,
            told=provenance.stamp(told.astimezone(here.time_zone())),
            ranks=ranks,
            at=at,
            trusted=(rank or usual) <= int(settings.get("trusted_rank", TRUSTED)),
        )

    def stamp(self, fields: Iterable[str]) -> str:
        """What provenance says of these fields from now on."""
        # The rank stands beside the name only where the name does not tell it.
        ranked = self.rank != provenance.rank_of([self.origin], self.ranks)
        said = [self.origin, self.told, *([self.rank] if ranked else [])]
        return json.dumps(dict.fromkeys(fields, said))
