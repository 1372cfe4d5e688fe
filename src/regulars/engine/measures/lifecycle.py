"""Where a customer stands in life with us, judged by the customer's own rhythm."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.basis import Basis

STAGES = ("new", "active", "loyal", "at_risk", "dormant", "lost", "reactivated")

AT_RISK, DORMANT, LOST = 1.5, 2.0, 3.0


def usual_gap(summary: ir.Table, basis: Basis) -> float:
    """Find the rhythm for customers who have shown none of their own.

    The median of the own median gaps of this base; the days of a new customer where nobody
    bought three times.
    """
    found = first_row(summary.agg(gap=summary.median_gap.median()))["gap"]
    return float(found) if found is not None else float(basis.new_days)


def stage(summary: ir.Table, *, usual: float, basis: Basis) -> ir.StringValue:
    """Name the stage of each customer.

    Silence is counted in own gaps: more than 1.5 is at risk, 2 dormant, 3 lost. Who first
    came less than `basis.new_days` ago is new whatever the rhythm; who came back so recently
    from a silence of more than 2 own gaps and at least `basis.new_days` is reactivated.

    Parameters
    ----------
    summary
        With days_since_last, tenure_days, median_gap, comeback_gap, purchase_count.
    usual
        The gap for customers without an own one; see `usual_gap`.
    """
    own = ibis.coalesce(summary.median_gap, usual)
    rhythm = ibis.greatest(own, float(basis.shortest_rhythm))
    silence = summary.days_since_last / rhythm
    # A quarter of all gaps exceed twice their median by chance alone, so that short
    # silences must not count as having been away.
    away = ibis.greatest(DORMANT * rhythm, float(basis.new_days))
    returned = summary.comeback_gap > away
    return ibis.cases(
        (summary.tenure_days < basis.new_days, "new"),
        (silence > LOST, "lost"),
        (silence > DORMANT, "dormant"),
        (silence > AT_RISK, "at_risk"),
        (returned.fill_null(False), "reactivated"),
        (summary.purchase_count >= basis.loyal_purchases, "loyal"),
        else_="active",
    )


def stage_with_balance(
    by_activity: ir.StringValue,
    aum: ir.FloatingValue,
    days_known: ir.IntegerValue,
    basis: Basis,
) -> ir.StringValue:
    """Correct the stage for money that rests with us.

    Who leaves more than `basis.resting_balance` is at most dormant. Who holds a balance and
    never did anything is new, then active while the balance is above that, then dormant;
    without a balance, lost.
    """
    rests = aum.fill_null(0.0) > basis.resting_balance
    return ibis.cases(
        ((by_activity == "lost") & rests, "dormant"),
        (by_activity.notnull(), by_activity),
        (days_known < basis.new_days, "new"),
        (rests, "active"),
        (aum.fill_null(0.0) > 0, "dormant"),
        else_="lost",
    )
