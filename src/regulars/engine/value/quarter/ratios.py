"""By way and cut, what is expected after the cut over the quarter before it."""

from __future__ import annotations

from datetime import date

import numpy as np

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number
from regulars.engine.value.quarter.flows import YEAR_OF_QUARTERS, Flows
from regulars.engine.value.quarter.model import active_days, expect_by_model
from regulars.engine.value.quarter.result import QUARTER, WAYS, Way


def expected_ratios(
    ledger: Ledger, flows: Flows, *, as_of: date, basis: Basis
) -> dict[Way, dict[int, float]]:
    """Give per way and cut what is expected after it over the quarter before it."""
    kept = {
        cut: flows.known(cut, cut - 1) / flows.known(cut, cut)
        for cut in range(1, flows.whole + 1)
        if flows.known(cut, cut) > 0
    }
    found: dict[Way, dict[int, float]] = {way: {} for way in WAYS}
    for cut in range(flows.cuts + 1):
        earlier = [ratio for other, ratio in kept.items() if other > cut]
        found["last"][cut] = 1.0
        if earlier:
            found["retained"][cut] = float(np.mean(earlier))
        if cut + YEAR_OF_QUARTERS in kept:
            found["year_ago"][cut] = kept[cut + YEAR_OF_QUARTERS]
    if basis.value == "net_spend":
        found["model"] = _by_model(ledger, flows, as_of=as_of, basis=basis)
    return found


def _by_model(ledger: Ledger, flows: Flows, *, as_of: date, basis: Basis) -> dict[int, float]:
    days = active_days(ledger, flows.sample, as_of=as_of, basis=basis)
    found = {}
    for cut in range(flows.cuts + 1):
        own = flows.known(cut, cut)
        expected = expect_by_model(days, day_number(as_of) - cut * QUARTER)
        if own > 0 and expected is not None:
            found[cut] = expected / own
    return found
