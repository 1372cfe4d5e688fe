"""What less churn would bring: the company's own churn, customers and margin."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engine.value.keep import Kept, less_churn
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.insight.queries.depth import only_branch
from regulars.server.insight.queries.kpis import reaches, sheet
from regulars.server.scoring import queries as scoring
from regulars.server.scoring import rules as scored
from regulars.server.scoring.models import Run

YEARS = 24  # months that the churn of a year looks back


@dataclass(frozen=True)
class Own:
    """A company's own figures of the last 12 months."""

    customers: int  # active in them
    churn: float  # of those active in the 12 months before, who were not again
    base: int  # those active in the 12 months before
    margin: float  # of the active ones, after cost to serve
    discount_rate: float

    @property
    def most(self) -> float:
        """Points that can be asked for at most."""
        return int(self.churn * 200) / 2

    def less(self, points: float) -> Kept:
        """What so many points less churn would bring."""
        return less_churn(
            points,
            customers=self.customers,
            churn=self.churn,
            margin=self.margin,
            discount_rate=self.discount_rate,
        )


def own(viewer: Person, run: Run, *, branch: str = "") -> Own | None:
    """The figures of a viewer's customers; None with less than two years of facts."""
    known = scoring.columns(run)
    if not reaches(run, YEARS) or not {"contribution_12", "active_year"} <= set(known):
        return None
    kpis = {kpi.code: kpi for kpi in sheet(viewer, run, span="year", branch=branch).kpis}
    churn = kpis["churn"]
    if churn.value is None:
        return None
    company = core.company()
    basis = scored.basis(
        company.kind if company else "retail",
        margins={},
        loans=(),
        settings=company.settings if company else {},
    )
    return Own(
        customers=int(kpis["growth"].numerator),
        churn=churn.value,
        base=churn.n,
        margin=_margin(viewer, run, branch),
        discount_rate=basis.discount_rate,
    )


def _margin(viewer: Person, run: Run, branch: str) -> float:
    where, given = only_branch(run, branch)
    (found,) = lake.rows(
        f"select coalesce(sum(contribution_12), 0) from {scoring.seen(viewer, run)} "
        f"where active_year and {where}",
        given,
    )[0]
    return float(found)
