"""Which tier somebody was in on a day that is over."""

from __future__ import annotations

from datetime import date

from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import SchemeVersion
from regulars.server.tiers.queries import TierMark


def tier_then(customer: Customer, day: date) -> TierMark | None:
    """The tier of the newest run of that day or before; None where no run says one."""
    run = scoring.runs().filter(as_of__lte=day).first()
    sorted_ = tiers.tier_run_of(run) if run else None
    if run is None or sorted_ is None:
        return None
    known = set(scoring.columns(run))
    for version in SchemeVersion.objects.filter(scheme__is_primary=True).select_related(
        "scheme"
    ):
        scheme = version.scheme
        column = f"tier_{scheme.code}"
        if version.number != sorted_.versions.get(scheme.code) or column not in known:
            continue
        found = lake.rows(
            f'select "{column}" from {scoring.table_of(run)} where customer_id = ?',
            [customer.pk],
        )
        if found and found[0][0]:
            return tiers.names(version.tiers).get(str(found[0][0]))
    return None
