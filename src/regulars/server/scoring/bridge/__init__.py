"""The bridge to the engine: facts and records go over, one frame of scores comes back.

The engine works on pseudonyms (fact keys). What it needs of the records is snapshotted
to Parquet first, so it never reads PostgreSQL while it computes. Its answer is mapped to
customers once, after aggregating, and kept beside the run.
"""

from regulars.server.scoring.bridge.frame import keep, put_together, valuate
from regulars.server.scoring.bridge.learning import ground, learn
from regulars.server.scoring.bridge.lesson import Forecast, Ground
from regulars.server.scoring.bridge.lessons import LESSONS
from regulars.server.scoring.bridge.names import (
    ALIKE,
    ASSETS,
    ATTRIBUTES,
    CUSTOMERS,
    DECLINED,
    EVIDENCE,
    FILES,
    FRAME,
    HAD,
    LEARNED,
    MONTHS,
    NEXT,
    REFERRALS,
    RESULT,
    SPANS,
    SUMS_VERSION,
    TIES,
    TOUCHES,
)
from regulars.server.scoring.bridge.past import look_back, month_stop
from regulars.server.scoring.bridge.reading import open_ledger
from regulars.server.scoring.bridge.snapshot import snapshot

__all__ = [
    "ALIKE",
    "ASSETS",
    "ATTRIBUTES",
    "CUSTOMERS",
    "DECLINED",
    "EVIDENCE",
    "FILES",
    "FRAME",
    "HAD",
    "LEARNED",
    "LESSONS",
    "MONTHS",
    "NEXT",
    "REFERRALS",
    "RESULT",
    "SPANS",
    "SUMS_VERSION",
    "TIES",
    "TOUCHES",
    "Forecast",
    "Ground",
    "ground",
    "keep",
    "learn",
    "look_back",
    "month_stop",
    "open_ledger",
    "put_together",
    "snapshot",
    "valuate",
]
