"""Who was reached in a period and what came of it, with the customers behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.kept import Shape
from regulars.server.care.queries.team import CONTACTED, contacted, in_time
from regulars.server.channels.models import Touch
from regulars.server.coverage.queries.contacts import Mix
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.queries.relations import PAGE, Known
from regulars.server.coverage.queries.work import WORK
from regulars.server.coverage.rules import share
from regulars.server.customers.models import Customer

ASSIGNED = f"""
select customer_id, bool_or(won) as won from ({WORK}) w
where fate not in ('withdrawn', 'ahead') group by customer_id
"""
SPOKEN = """
select distinct t.customer_id from channels_touch t
join customers_customer c on c.id = t.customer_id and c.book_id = any (%(books)s)
where t.at >= %(first)s::timestamp at time zone %(zone)s
  and t.at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
  and t.reversed_at is null and t.two_way
"""
# Who had a reason due, and in which books it lay; in which it was won; who was spoken with. A
# customer who changed hands is one, and counts for whoever may see one of the books.
MET = Shape(
    "met",
    f"""
    with owed as (
        select customer_id, array_agg(distinct book order by book) as books,
               array_agg(distinct book order by book) filter (where won) as won
        from ({WORK}) w where fate not in ('withdrawn', 'ahead') group by customer_id),
    spoken as ({SPOKEN})
    select customer_id,
           coalesce(array_to_string(owed.books, ','), '') || '|'
           || coalesce(array_to_string(owed.won, ','), '') || '|'
           || case when spoken.customer_id is null then '' else 'spoken' end as met
    from owed full join spoken using (customer_id)
    """,
    ("count(*)",),
    {"met": str},
    settled=False,
    of_people=True,
)
ON_FILE = Shape(
    "file",
    "select id as customer_id, book_id as book from customers_customer "
    "where book_id = any (%(books)s) and state = 'active'",
    ("count(*)",),
)
# Who stands behind each figure of `Reached`, as the customers' ids.
WHO = {
    "assigned": f"select customer_id from ({ASSIGNED}) s",
    "reached": f"select customer_id from ({ASSIGNED}) s join ({SPOKEN}) t using (customer_id)",
    "won": f"select customer_id from ({ASSIGNED}) s where won",
    "spoken": SPOKEN,
    "book": f"select customer_id from ({ON_FILE.rows}) f",
    "standard": f"select customer_id from ({CONTACTED}) s",
    "kept": f"select customer_id from ({CONTACTED}) s where in_time",
}


@dataclass(frozen=True)
class Reached:
    """Customers of a period: assigned, reached, won; in the books, spoken with."""

    assigned: int
    reached: int
    won: int
    calls: int
    connected: int
    book: int
    spoken: int
    standard: int
    kept: int

    @property
    def reach(self) -> float | None:
        return share(self.reached, self.assigned)

    @property
    def connect(self) -> float | None:
        return share(self.connected, self.calls)

    @property
    def success_of_reached(self) -> float | None:
        return share(self.won, self.reached)

    @property
    def success_of_assigned(self) -> float | None:
        return share(self.won, self.assigned)

    @property
    def coverage_of_book(self) -> float | None:
        return share(self.spoken, self.book)

    @property
    def coverage_of_standard(self) -> float | None:
        return share(self.kept, self.standard)


def reached(ground: Ground, mix: Mix) -> Reached:
    """Reach, connection, success and coverage, each with what it is divided by."""
    assigned = both = won = spoken = 0
    books = set(ground.parameters["books"])
    for part in ground.parts(MET, ground.parameters, anywhere=True):
        if part.axis != "met":
            continue
        (n,), (owed, of_won, said) = part.sums, part.value.split("|")
        talked = bool(said) and part.at_home
        due = bool(_numbers(owed) & books)
        assigned += n if due else 0
        both += n if due and talked else 0
        won += n if _numbers(of_won) & books else 0
        spoken += n if talked else 0
    kept = in_time(
        ground.parameters["books"], ground.today, viewer=ground.viewer,
        counting=ground.counting,
    )  # fmt: skip
    return Reached(
        assigned, both, won,
        calls=mix.channels.get(Touch.Channel.CALL, 0),
        connected=mix.answered.get(Touch.Channel.CALL, 0),
        book=sum(
            part.sums[0]
            for part in ground.parts(ON_FILE, ground.parameters, period=False)
            if part.axis == ""
        ),
        spoken=spoken,
        standard=sum(due for _kept, due in kept.values()),
        kept=sum(done for done, _due in kept.values()),
    )  # fmt: skip


def _numbers(listed: str) -> set[int]:
    return {int(book) for book in listed.split(",") if book}


def behind(ground: Ground, who: str, *, offset: int = 0) -> tuple[list[Known], bool]:
    """The customers behind a figure, the most valuable first; nobody for an unknown one."""
    parameters = _parameters(ground, who)
    if who not in WHO or parameters is None:
        return [], False
    found = reads.sql(
        f"""
        select c.id, coalesce(s.value, 0), s.stage,
               (select (max(t.at) at time zone %(zone)s)::date from channels_touch t
                where t.customer_id = c.id and t.two_way and t.reversed_at is null)
        from customers_customer c
        left join scoring_score s on s.run_id = %(run)s and s.customer_id = c.id
        where c.id in ({WHO[who]})
        order by 2 desc, 1 limit {PAGE + 1} offset %(from)s
        """,
        parameters | {"from": offset},
    )
    ids = [row[0] for row in found[:PAGE]]
    seen = Customer.objects.visible_to(ground.viewer).filter(pk__in=ids)
    by_pk = {customer.pk: customer for customer in seen.select_related("book__owner")}
    tiers = marks(ground.viewer, ids)
    return [
        Known(by_pk[pk], tiers.get(pk), amount, stage or "", last)
        for pk, amount, stage, last in found[:PAGE]
        if pk in by_pk
    ], len(found) > PAGE


def _parameters(ground: Ground, who: str) -> dict[str, Any] | None:
    if who not in ("standard", "kept"):
        return ground.parameters
    every = contacted([each.pk for each in ground.books], ground.today)
    return ground.parameters | every if every is not None else None
