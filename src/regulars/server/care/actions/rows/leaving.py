"""Tasks that leave the list: past their day, refused, mended, or settled at their source."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from regulars.server.care.actions.rows.cards import close_empty, sum_up
from regulars.server.care.models import Task
from regulars.server.care.queries import files
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.morning import Sight, above
from regulars.server.care.rules import duties
from regulars.server.care.rules.catalogue import Trigger
from regulars.server.channels import queries as channels
from regulars.server.core import queries as core
from regulars.server.loyalty import queries as loyalty
from regulars.server.standards import queries as standards


def expire(day: date, at: datetime) -> int:
    """Close tasks past their last day, then the cards that have nothing left.

    What was put off waits for its day, however long that is.
    """
    expired = reads.sql(
        """
        update care_task t set state = 'expired', closed_at = %(at)s
        from care_card k
        where k.id = t.card_id and k.state = 'open' and t.state = 'open'
          and t.expires_on < %(day)s
        returning t.card_id
        """,
        {"at": at, "day": day},
    )
    left = {card for (card,) in expired}
    closed = close_empty(left, at)
    sum_up(left)
    return closed


def drop_refused(sight: Sight, triggers: Iterable[Trigger]) -> int:
    """Take back open marketing reasons of customers who have said no since.

    Of those who died, or whom a legal block stops, every reason is taken back.
    """
    marketing = [trigger.code for trigger in triggers if trigger.marketing]
    refused = set(reads.refused(marketing, sight))
    # With a complaint open it is not a no: it comes back when that is closed.
    waits = {task for (task,) in reads.sql(WAITS, [list(refused)])} if refused else set()
    put_by = take_back(waits, Task.Gone.HELD, at=sight.at)
    return put_by + take_back(refused - waits, Task.Gone.REFUSED, at=sight.at)


WAITS = f"""
select t.id from care_task t join ({channels.STANDING}) m on m.customer_id = t.customer_id
where t.id = any (%s)"""


def take_back(tasks: Collection[int], why: Task.Gone, *, at: datetime) -> int:
    """Take open reasons back: owed by nobody, and nobody's success; their cards say why."""
    if not tasks:
        return 0
    cards = reads.sql(
        "update care_task set state = 'gone', gone = %s, closed_at = %s "
        "where id = any (%s) and state = 'open' returning card_id",
        [why, at, list(tasks)],
    )
    left = {card for (card,) in cards}
    close_empty(left, at)
    sum_up(left)
    return len(cards)


def drop_mended(at: datetime) -> int:
    """Take back open reasons about files that are whole by now, whoever mended them."""
    mended = files.mended(at=at)
    if not mended:
        return 0
    dropped = reads.sql(
        "update care_task set state = 'done', closed_at = %s where id = any (%s) "
        "returning card_id",
        [at, mended],
    )
    left = {card for (card,) in dropped}
    close_empty(left, at)
    sum_up(left)
    return len(mended)


def drop_overtaken(triggers: Iterable[Trigger], at: datetime) -> int:
    """Take back what customers did by themselves: a purchase ends the win-back."""
    return take_back(reads.overtaken(triggers), Task.Gone.CAME, at=at)


MEETS = standards.fulfils(
    "(d.facts->>'purpose')", "coalesce(d.facts->>'ways', '')", "(d.facts->>'doer')",
    touch="t", person="p",
)  # fmt: skip
FULFILLED = f"""
update care_task d set state = 'done', closed_at = %(at)s
where d.state = 'open' and d.trigger = any (%(codes)s) and exists (
    select 1 from channels_touch t left join core_person p on p.id = t.person_id
    where t.customer_id = d.customer_id and t.at >= d.made_at and {MEETS})
returning d.card_id
"""


def drop_fulfilled(at: datetime) -> int:
    """Close open duties of the standard that a contact met which was no card's."""
    met = reads.sql(FULFILLED, {"at": at, "codes": list(duties.CODES)})
    left = {card for (card,) in met}
    close_empty(left, at)
    sum_up(left)
    return len(met)


# Trigger -> what must still be there for its task to stand; `day` is the morning's.
STANDS = {
    "life_event": "from customers_lifeevent e where e.id = split_part(t.cycle, ':', 1)::bigint "
    "and e.done_at is null and e.due_on <= %(day)s",
    # Contracts that customers hold are no terms of ours, and stand.
    "contract_renewal": "where t.cycle !~ '^terms-' or exists (select 1 from trade_terms e "
    "where e.id = substring(t.cycle from '^terms-([0-9]+)@')::bigint "
    "and e.replaced_by_id is null)",
    "points_expiring": loyalty.STANDS,
    "quote_expiring": "from trade_quote e where e.id = t.cycle::bigint and e.state = 'sent'",
    "invoice_overdue": "from trade_invoice e where e.customer_id = t.customer_id "
    "and e.paid < e.amount and e.due_on < %(day)s",
    # Interest is followed up as long as an offer waits for an answer.
    "stage_entered": "where t.cycle !~ '^intent:' or exists (select 1 from trade_quote e "
    "where e.customer_id = t.customer_id and e.state = 'sent')",
    "joint_plan": "from trade_jointplan e where e.id = split_part(t.cycle, ':', 1)::bigint "
    "and e.closed_at is null and e.next_on <= %(day)s",
}


def drop_settled(day: date, at: datetime) -> int:
    """Take back open reasons that were settled, put off or removed where they came from:
    a life event done, terms renewed, a quote answered, an invoice paid, a plan moved on."""
    return _drop_settled("true", {"day": day}, at)


def drop_settled_of(customer: int, triggers: Collection[str], at: datetime) -> int:
    """The same of one customer and some triggers, when something was settled just now."""
    of = "t.customer_id = %(customer)s and t.trigger = any (%(triggers)s)"
    told = {"day": core.local_date(at), "customer": customer, "triggers": list(triggers)}
    return _drop_settled(of, told, at)


def drop_settled_work(triggers: Collection[str], at: datetime) -> int:
    """The same of everybody's work of some triggers: a feature above took all of it back."""
    told = {"day": core.local_date(at), "triggers": list(triggers)}
    return _drop_settled("t.trigger = any (%(triggers)s)", told, at)


def _drop_settled(of: str, told: dict[str, Any], at: datetime) -> int:
    # A CASE, for the cycles of other triggers are no numbers.
    gone = " ".join(
        f"when '{code}' then not exists (select 1 {there})"
        for code, there in (STANDS | above.stands()).items()
    )
    settled = reads.sql(
        "select t.id from care_task t "
        f"where t.state = 'open' and {of} and case t.trigger {gone} else false end",
        told,
    )
    return take_back([task for (task,) in settled], Task.Gone.SETTLED, at=at)
