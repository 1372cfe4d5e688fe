"""What somebody knows from outside lifts the potential, with its reason, until it expires."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.backends import first_row

COLUMNS = ("customer_id", "kind", "reason", "noted_on", "expires_on")


def with_evidence(potentials: ir.Table, evidence: ir.Table, *, as_of: date) -> ir.Table:
    """Lift potentials by the notes that are in force on a day.

    A note is in force from `noted_on` up to, not including, `expires_on`. What it says of
    money elsewhere is added to the customer's own value; of several notes the largest
    counts, because two people may have seen the same money. A note without an amount
    leaves the potential as it is and lifts the customer to the highest level of the axis,
    see `classify`.

    Parameters
    ----------
    potentials
        From `find_potentials`.
    evidence
        customer_id, kind (string, such as "banks_elsewhere"), reason (string), noted_on,
        expires_on (dates); optional amount (reporting currency, what is kept or spent
        elsewhere; null unknown).

    Returns
    -------
    Table, `potentials` with (lazy)
        potential, potential_gap : lifted
        potential_before : float64, without the evidence
        evidence_in_force : boolean
        evidence_kind, evidence_reason : string; evidence_amount : float64;
        evidence_until : date, on which the note is no longer in force; null where none
        is; of several notes the one that counts: the largest amount, then the latest

    Raises
    ------
    BadInput
        where a column is missing, or a note has no reason, no dates, or expires before
        it was noted: a lift nobody can explain or end is not made

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1], "value": [10.0], "potential": [20.0],
    ...                        "potential_gap": [10.0]})
    >>> notes = ibis.memtable({"customer_id": [1], "kind": ["banks_elsewhere"],
    ...     "amount": [500.0], "reason": ["VIP of a bank next door"],
    ...     "noted_on": [date(2026, 1, 1)], "expires_on": [date(2026, 7, 1)]})
    >>> for day in (date(2026, 6, 30), date(2026, 7, 1)):
    ...     with_evidence(table, notes, as_of=day).to_pyarrow()["potential"].to_pylist()
    [510.0]
    [20.0]
    """
    _check(evidence)
    best = _in_force(evidence, as_of)
    wide = potentials.left_join(best, "customer_id").drop("customer_id_right")
    known = wide.value + wide.evidence_amount
    lifted = ibis.greatest(wide.potential, known.fill_null(0.0))
    wide = wide.mutate(
        potential_before=wide.potential,
        evidence_in_force=wide.evidence_kind.notnull(),
        potential=lifted.round(4),
    )
    return wide.mutate(potential_gap=(wide.potential - wide.value).round(4))


def _check(evidence: ir.Table) -> None:
    lacking = [name for name in COLUMNS if name not in evidence.columns]
    if lacking:
        raise BadInput(
            f"The evidence lacks {', '.join(lacking)}; a note needs a customer, a kind, a "
            "reason, the day it was noted and the day it expires."
        )
    told = (evidence.reason.strip() != "") & (evidence.expires_on > evidence.noted_on)
    wrong = ~(told & evidence.kind.notnull()).fill_null(False)
    count = int(first_row(evidence.agg(n=wrong.cast("int64").sum()))["n"] or 0)
    if count:
        raise BadInput(
            f"{count} notes of evidence have no kind, no reason or no expiry after the day "
            "they were noted; complete them before they lift a potential."
        )


def _in_force(evidence: ir.Table, as_of: date) -> ir.Table:
    now = (evidence.noted_on.cast("date") <= as_of) & (evidence.expires_on.cast("date") > as_of)
    notes = evidence.filter(now)
    amount = notes.amount.cast("float64") if "amount" in notes.columns else ibis.null("float64")
    notes = notes.mutate(known=ibis.greatest(amount, 0.0))
    order = [
        notes.known.fill_null(-1.0).desc(),
        notes.noted_on.desc(),
        notes.kind,
        notes.reason,
        notes.expires_on.desc(),
    ]
    first = ibis.window(group_by=notes.customer_id, order_by=order)
    ranked = notes.mutate(place=ibis.row_number().over(first))
    best = ranked.filter(ranked.place == 0)
    return best.select(
        "customer_id",
        evidence_kind=best.kind,
        evidence_reason=best.reason,
        evidence_amount=best.known,
        evidence_until=best.expires_on.cast("date"),
    )
