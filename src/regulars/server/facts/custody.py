"""What becomes of facts at an erasure: they stay in the sums as nobody's."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.server.core.audit import WORKER
from regulars.server.core.custody import Duty, Known, Rows
from regulars.server.facts import actions


def _shred(known: Known) -> Mapping[str, int]:
    return {"facts.rows": actions.unname(known.fact_keys, by=WORKER, at=known.at)}


KEPT: tuple[Rows | Duty, ...] = (Duty("facts.rows", shred=_shred),)
