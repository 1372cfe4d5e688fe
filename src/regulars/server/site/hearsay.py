"""What the people of the demo heard outside: rivals, offers, reasons to leave.

The rivals are invented. Who is chosen follows from the scores, so that the notes fit the
customers: offers court those who slip, losses explain those who are gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle

from regulars.server.core.audit import System
from regulars.server.customers.models import Customer
from regulars.server.evidence import actions as evidence
from regulars.server.scoring.models import Run, Score

DEMO = System("demo")
EACH = 14  # notes of a kind
BANKS = ("湖滨银行", "江南商业银行", "惠民村镇银行", "长桥证券")
SHOPS = ("青禾超市", "邻里优选", "大桥百货", "云集小店")
# Words and reasons that belong together, by kind.
SAID = {
    "wealth": (
        ("他行私人银行客户，理财到期在下半年。", "", "said"),
        ("在他行有大额存单，家人同去办理。", "", "heard"),
        ("店里见到他行的贵宾卡。", "", "seen"),
    ),
    "offer": (
        ("对方三年期存款高出二十个基点。", "rate", "said"),
        ("对方免年费并送体检。", "price", "said"),
        ("对方离新家更近。", "convenience", "said"),
        ("对方给出更高的授信额度。", "product", "heard"),
    ),
    "loss": (
        ("资金转走，利率更高。", "rate", "said"),
        ("子女在外地，随迁。", "moved", "heard"),
        ("上次业务等候太久，不满意。", "service", "said"),
        ("亲戚在对方工作。", "ties", "heard"),
    ),
}
STAGES = {"wealth": ("active", "loyal"), "offer": ("at_risk",), "loss": ("lost", "dormant")}


def tell(run: Run, *, kind: str, today: date, at: datetime) -> int:
    """Note some hearsay of a run's customers; return how much."""
    rivals = cycle(BANKS if kind == "bank" else SHOPS)
    told = 0
    for what, stages in STAGES.items():
        words = cycle(SAID[what])
        for number, (customer, value) in enumerate(_chosen(run, stages)):
            text, reason, source = next(words)
            evidence.note(
                customer,
                what,
                competitor=next(rivals),
                reason=reason,
                source=source,
                words=text,
                amount=_round(value * Decimal("0.6")) if what != "offer" else None,
                noted_on=today - timedelta(days=5 + 11 * number % 80),
                by=customer.book.owner or DEMO,
                at=at,
            )
            told += 1
    return told


def _chosen(run: Run, stages: tuple[str, ...]) -> Iterator[tuple[Customer, Decimal]]:
    """Every third of the customers with most value in these stages."""
    scores = Score.objects.filter(run=run, stage__in=stages, value__gt=0)
    rows = list(scores.order_by("-value", "customer_id")[: EACH * 3 : 3])
    known = Customer.objects.select_related("book__owner").in_bulk(
        [row.customer_id for row in rows]
    )
    for row in rows:
        yield known[row.customer_id], row.value


def _round(amount: Decimal) -> Decimal | None:
    """Two figures, as people say it."""
    whole = int(amount)
    if whole <= 0:
        return None
    step = 10 ** max(len(str(whole)) - 2, 0)
    return Decimal(max(whole // step * step, 1))
