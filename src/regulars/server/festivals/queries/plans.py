"""Plans: one, all, those to be sent, what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.care.models import Task as CareTask
from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Mailing
from regulars.server.festivals.models import Plan, Task, Wish
from regulars.server.festivals.queries.coming import festivals
from regulars.server.outreach import queries as outreach
from regulars.server.rewards.models import Present


@dataclass(frozen=True)
class Results:
    """What became of a plan: counts that open their customers.

    Attributes
    ----------
    messages
        By the state of the delivery; "confirm": a manager has it.
    cards
        Of managers, by their state.
    gifts
        By their state.
    """

    messages: Mapping[str, int] = field(default_factory=dict)
    cards: Mapping[str, int] = field(default_factory=dict)
    gifts: Mapping[str, int] = field(default_factory=dict)
    mailing: Mailing | None = None

    @property
    def any(self) -> bool:
        return bool(self.messages or self.cards or self.gifts)


def plans(viewer: Person) -> QuerySet[Plan]:
    found = Plan.objects.filter(festival__in=festivals(viewer))
    tasks = Prefetch("tasks", Task.objects.select_related("done_by"))
    about = ("festival__place", "segment", "gift", "owner__org_unit", "decided_by")
    return found.select_related(*about).prefetch_related(tasks)


def plan(viewer: Person, public_id: str) -> Plan | None:
    return plans(viewer).filter(public_id=public_id).first()


def over(viewer: Person, today: date, *, most: int = 6) -> list[Plan]:
    """The last ones, for what came of them."""
    return list(plans(viewer).filter(on__lt=today).order_by("-on")[:most])


def own_tasks(viewer: Person, today: date) -> list[Task]:
    """What is due for the plans that somebody owns, and what is late."""
    open_ = Task.objects.filter(
        plan__owner=viewer, done_at__isnull=True, due_on__lte=today, plan__on__gte=today
    ).exclude(plan__state__in=[Plan.State.SKIPPED, Plan.State.DONE])
    return list(open_.select_related("plan__festival").order_by("due_on", "pk"))


def message_title(found: Plan) -> str:
    """The title of the message that wishes; its code where it is in force no more."""
    text = content.message_in_force(found.message) if found.message else None
    if text is None or not isinstance(text.body, Message):
        return found.message
    return text.body.title.of(get_language() or "zh")


def task_words(task: Task) -> str:
    """What is to be done, in words."""
    return {
        "decide": _("Decide what is done"),
        "text": _("Have the text approved"),
        "gifts": _("Order the gifts"),
        "invite": _("Send the invitations"),
    }.get(task.code, task.title)


def due_to_send(today: date) -> list[Plan]:
    """Decided plans whose message goes out today or tomorrow and is not laid down yet."""
    found = Plan.objects.filter(
        state=Plan.State.DECIDED, way=Plan.Way.MESSAGE, sent_at__isnull=True,
        on__range=(today, today + timedelta(days=1)), festival__is_on=True,
    ).exclude(message="")  # fmt: skip
    return list(found.select_related("festival__place", "segment", "owner__org_unit"))


def results(viewer: Person, found: Plan) -> Results:
    """What became of its messages, its cards and its gifts, of the viewer's customers."""
    states = _states(viewer, found)
    cards = Counter(_cards(viewer, found).values_list("state", flat=True))
    gifts = Counter(_gifts(viewer, found).values_list("state", flat=True))
    return Results(
        dict(Counter(states.values()).most_common()), dict(cards.most_common()),
        dict(gifts.most_common()), outreach.mailing_of(found.key),
    )  # fmt: skip


def in_state(viewer: Person, found: Plan, of: str, state: str) -> QuerySet[Customer]:
    """The customers behind a figure of the results."""
    if of == "message":
        ids = [who for who, stands in _states(viewer, found).items() if stands == state]
    else:
        rows = _cards(viewer, found) if of == "card" else _gifts(viewer, found)
        ids = list(rows.filter(state=state).values_list("customer", flat=True))
    kept = Customer.objects.visible_to(viewer).filter(pk__in=ids)
    return kept.select_related("book__owner").order_by("number")


def wishes_of(viewer: Person, customer: Customer, *, most: int = 6) -> list[tuple[Plan, str]]:
    """The last messages for festivals to one customer, with what became of them."""
    rows = Wish.objects.visible_to(viewer).filter(customer=customer)
    found = []
    for row in rows.select_related("plan__festival").order_by("-plan__on")[:most]:
        state = outreach.reached(row.plan.key, [customer.pk]).get(customer.pk, "")
        found.append((row.plan, state))
    return found


def _states(viewer: Person, found: Plan) -> dict[int, str]:
    seen = set(
        Wish.objects.visible_to(viewer).filter(plan=found).values_list("customer", flat=True)
    )
    told = outreach.outcome_of(found.key)
    return {who: state for who, state in told.items() if who in seen}


def _cards(viewer: Person, found: Plan) -> QuerySet[CareTask]:
    kept = CareTask.objects.filter(trigger="festival", happens_on=found.on)
    return kept.filter(customer__in=Customer.objects.visible_to(viewer)).order_by()


def _gifts(viewer: Person, found: Plan) -> QuerySet[Present]:
    kept = Present.objects.visible_to(viewer).filter(key__startswith=f"{found.key}:")
    return kept.order_by()
