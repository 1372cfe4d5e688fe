"""What the outbox shows: mailings with their progress, and the messages behind each number.

Whoever sees a part of the customers sees their messages only; numbers are of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.delivery.queries.lines import set_up
from regulars.server.delivery.queries.mailings import to_confirm

State = Delivery.State
# Progress in few words: every state is in one of them.
STEPS: Mapping[str, tuple[str, ...]] = {
    "waiting": (State.WAITING, State.LEASED, State.BEGUN),
    "confirm": (State.CREATED,),
    "sent": (State.SENT, State.DELIVERED),
    "unknown": (State.UNKNOWN,),
    "failed": (State.FAILED, State.BOUNCED, State.LIMITED),
    "unsent": (State.KEPT, State.EXPIRED, State.STOPPED),
}
SHOWN: Mapping[str, tuple[str, ...]] = {
    "now": (Mailing.State.RUNNING, Mailing.State.PAUSED),
    "over": (Mailing.State.DONE, Mailing.State.STOPPED),
}


@dataclass(frozen=True)
class Progress:
    """A mailing, and how many of its people stand at each step."""

    mailing: Mailing
    steps: Mapping[str, int]

    @property
    def people(self) -> int:
        return sum(self.steps.values())

    @property
    def share(self) -> float:
        """Of its people, how many have their end."""
        ended = self.people - self.steps["waiting"] - self.steps["confirm"]
        return ended / self.people if self.people else 0.0


@dataclass(frozen=True)
class Reason:
    """Why some of a mailing were not sent, and how many."""

    state: str
    rule: str
    reason: str
    people: int


def mailings(viewer: Person, *, shown: str = "", words: str = "") -> QuerySet[Mailing]:
    """Mailings of which the viewer may see somebody, the newest first; some by their name."""
    found = Mailing.objects.select_related("line")
    if words:
        found = found.filter(name__icontains=words)
    if not viewer.scope.everything:
        theirs = Delivery.objects.visible_to(viewer).filter(mailing=OuterRef("pk"))
        found = found.filter(Exists(theirs))
    return found.filter(state__in=SHOWN[shown]) if shown in SHOWN else found


def mailing(viewer: Person, public_id: str) -> Mailing | None:
    return mailings(viewer).filter(public_id=public_id).first()


def may_steer(viewer: Person) -> bool:
    """Who holds a mailing holds all of it: so only who sees everybody may."""
    return viewer.scope.everything


def may_remind(viewer: Person, mailing: Mailing, at: datetime) -> bool:
    """Whether somebody may ask employees again to confirm, and anything waits for them."""
    if not viewer.may(Permission.SEND) or not may_steer(viewer):
        return False
    return bool(set_up(mailing.line).can.reminders and to_confirm(mailing, at))


def progress(viewer: Person, found: Iterable[Mailing]) -> list[Progress]:
    """How far some mailings are; of each the numbers' sum is its people."""
    kept = list(found)
    rows = Delivery.objects.visible_to(viewer).filter(mailing__in=kept).order_by()
    counted: dict[int, dict[str, int]] = {each.pk: dict.fromkeys(STEPS, 0) for each in kept}
    steps = {state: step for step, states in STEPS.items() for state in states}
    for pk, state, count in rows.values_list("mailing", "state").annotate(Count("pk")):
        counted[pk][steps[state]] += count
    return [Progress(each, counted[each.pk]) for each in kept]


def by_state(viewer: Person, mailing: Mailing) -> list[tuple[str, int]]:
    """How many of a mailing's people are in each state, in the order of the states."""
    rows = Delivery.objects.visible_to(viewer).filter(mailing=mailing).order_by()
    found = dict(rows.values_list("state").annotate(Count("pk")))
    return [(state, found[state]) for state in State.values if state in found]


def reasons(viewer: Person, mailing: Mailing) -> list[Reason]:
    """Why messages of a mailing were not sent or wait, the most frequent first."""
    rows = Delivery.objects.visible_to(viewer).filter(mailing=mailing).exclude(reason="")
    grouped = rows.order_by().values_list("state", "rule", "reason").annotate(n=Count("pk"))
    return [Reason(*row) for row in grouped.order_by("-n", "reason")]


def weight(viewer: Person, mailing: Mailing) -> tuple[int, Decimal | None]:
    """Parts and cost of what went out or may have."""
    rows = Delivery.objects.visible_to(viewer).filter(mailing=mailing, begun_at__isnull=False)
    found = rows.aggregate(parts=Sum("parts"), cost=Sum("cost"))
    return found["parts"] or 0, found["cost"]


def sample(viewer: Person, mailing: Mailing) -> Delivery | None:
    """One message of a mailing, to read its words."""
    found = Delivery.objects.visible_to(viewer).filter(mailing=mailing)
    return found.select_related("customer").order_by("pk").first()


def rows(
    viewer: Person, mailing: Mailing, *, state: str = "", step: str = "", reason: str = ""
) -> QuerySet[Delivery]:
    """Messages of a mailing behind one of its numbers."""
    found = Delivery.objects.visible_to(viewer).filter(mailing=mailing)
    if state in State.values:
        found = found.filter(state=state)
    if step in STEPS:
        found = found.filter(state__in=STEPS[step])
    if reason:
        found = found.filter(reason=reason)
    return found.select_related("customer", "mailing__line").order_by("pk")


def of_customer(viewer: Person, customer: int) -> QuerySet[Delivery]:
    """Every message to a customer, sent or not, the newest first."""
    found = Delivery.objects.visible_to(viewer).filter(customer=customer)
    return found.select_related("mailing__line", "customer").prefetch_related("news")


def message(viewer: Person, public_id: str) -> Delivery | None:
    found = Delivery.objects.visible_to(viewer).filter(public_id=public_id)
    return found.select_related("mailing__line", "customer").prefetch_related("news").first()


def mailings_after(viewer: Person, after: str, *, shown: str = "") -> QuerySet[Mailing] | None:
    """Mailings from a cursor on; None where it is of no list of theirs."""
    found = mailings(viewer, shown=shown).order_by("-pk")
    if not after:
        return found
    last = mailing(viewer, after)
    return found.filter(pk__lt=last.pk) if last else None


def of_customer_after(viewer: Person, customer: int, after: str) -> QuerySet[Delivery] | None:
    """A customer's messages from a cursor on; None where it is of no list of theirs."""
    found = of_customer(viewer, customer)
    if not after:
        return found
    last = found.filter(public_id=after).first()
    return found.filter(pk__lt=last.pk) if last else None
