"""An item's time has come: it goes out once, or it is said why it did not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from regulars.base.errors import RegularsError
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.outreach import actions as outreach
from regulars.server.posts.models import LIVE, Item, Slot
from regulars.server.posts.rules import Policy, Stand, moment, standing, until

State, Why = Item.State, Item.Why
# Whoever was meant by another item of the same slot is left out: the key of the table says so.
AIM = """
insert into posts_aimed (customer_id, item_id, slot_id, day)
select b.customer_id, %s, %s, %s from posts_belonging b where b.persona_id = %s
order by b.customer_id on conflict (customer_id, day, slot_id) do nothing
"""
LAY = """
insert into posts_mark (item_id, person_id, place_id, customers, state, reason)
select %s, p.id, p.org_unit_id, count(*), 'open', ''
from posts_belonging b join customers_customer c on c.id = b.customer_id
join core_book k on k.id = c.book_id join core_person p on p.id = k.owner_id and p.is_active
where b.persona_id = %s group by p.id, p.org_unit_id order by p.id
on conflict (item_id, person_id) do nothing
"""


def due(*, at: datetime) -> list[int]:
    """Items whose time has come, in the order of slots and personas."""
    today, zone = core.local_date(at), core.time_zone()
    found = Item.objects.filter(state__in=LIVE, day__lte=today).select_related("slot")
    rows = found.order_by("day", "slot__at", "persona__order", "pk")
    return [one.pk for one in rows if moment(one.day, one.slot.at, zone) <= at]


@transaction.atomic
def post(pk: int, *, by: Actor, at: datetime) -> Item:
    """Let one item out whose time has come, or close it with the reason.

    Whoever dies in the middle leaves nothing; once more changes nothing.
    """
    found = Item.objects.select_for_update(of=("self",)).select_related("slot", "persona")
    item = found.get(pk=pk)
    stands = standing(moment(item.day, item.slot.at, core.time_zone()), at)
    if not item.is_live or stands is Stand.AHEAD:
        return item
    if why := _hindrance(item, stands):
        # What managers were given half an hour ago is out, whatever held the message up.
        if why == Why.LATE and item.marks.exists():
            return _out(item, by=by, at=at)
        return _close(item, why, by=by, at=at)
    if item.by_packs:
        with connection.cursor() as db:
            db.execute(LAY, [item.pk, item.persona_id])
    item.trouble = ""
    if item.by_message:
        try:
            with transaction.atomic():
                item.aimed_at = _send(item, by=by, at=at)
        except RegularsError as error:
            # No line, or the message is not approved: tried again until it is too late.
            item.trouble = str(error)[:300]
            item.save(update_fields=["trouble"])
            return item
    return _out(item, by=by, at=at)


def _hindrance(item: Item, stands: Stand) -> str:
    if item.state != State.APPROVED:
        return Why.UNAPPROVED
    if stands is Stand.MISSED:
        return Why.LATE
    return "" if core.work_calendar().is_workday(item.day) else Why.FREE_DAY


def _out(item: Item, *, by: Actor, at: datetime) -> Item:
    item.state, item.posted_at = State.POSTED, at
    item.save()
    audit.record("posts.item.posted", item, by=by, at=at, customers=item.aimed_at)
    return item


def _close(item: Item, why: str, *, by: Actor, at: datetime) -> Item:
    item.state, item.why_over = State.OVER, why
    item.save(update_fields=["state", "why_over"])
    audit.record("posts.item.over", item, by=by, at=at, why=str(why))
    return item


def _send(item: Item, *, by: Actor, at: datetime) -> int:
    """Lay the message down for everybody of the persona; return for how many."""
    with connection.cursor() as db:
        db.execute(AIM, [item.pk, item.slot_id, item.day, item.persona_id])
    customers = list(item.aimed.order_by("customer").values_list("customer_id", flat=True))
    if customers:
        outreach.reach(
            f"post:{item.public_id}",
            message=Policy.of(core.settings_of_company()).message,
            customers=customers,
            by=by,
            at=at,
            name=str(item),
            not_before=at,
            valid_until=_until(item),
            basis={"post": item.public_id, "persona": item.persona.public_id},
            values=_values(item, customers),
        )
    return len(customers)


def _until(item: Item) -> datetime:
    hours = list(Slot.objects.in_use().values_list("at", flat=True))
    return until(
        item.day, item.slot.at, hours, calendar=core.work_calendar(), zone=core.time_zone()
    )


def _values(item: Item, customers: Sequence[int]) -> dict[int, dict[str, str]]:
    """The words of each customer, in their language."""
    found = Customer.objects.filter(pk__in=customers).values_list("pk", "language")
    spoken = {pk: language or "zh" for pk, language in found}
    told = {
        language: {
            "post.title": item.title_for(language),
            "post.words": item.words_for(language),
            "post.source": item.source,
            **({"post.link": item.link} if item.link else {}),
        }
        for language in set(spoken.values())
    }
    return {pk: told[language] for pk, language in spoken.items()}
