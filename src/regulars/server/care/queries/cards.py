"""One card as a person reads it: chips, words, tier, what is at stake, which ways are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.server.care.models import Card, PlanRun, Task
from regulars.server.care.queries.advice import (
    Advice,
    Ground,
    advice,
    age_of,
    ground,
    open_ways,
)
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.queries.library import Objection, Written, written
from regulars.server.care.queries.wording import Chip, Reader, Words, address, chip, words
from regulars.server.care.rules.cards import Part, rank
from regulars.server.care.rules.catalogue import Priority, about
from regulars.server.care.rules.outcomes import FOLLOWING
from regulars.server.channels import queries as channels
from regulars.server.channels import rules as channel_rules
from regulars.server.channels.models import Touch
from regulars.server.channels.rules.policy import SERVICE
from regulars.server.core import queries as core
from regulars.server.core.models import Company, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

MOST_CHIPS = 4
# Scores come each night; after a long weekend they are still those of the last night.
FRESH_DAYS = 3
AT_RISK = (Priority.PROMISE, Priority.LOSS, Priority.MATURITY)


@dataclass(frozen=True)
class Step:
    """A button of the second click."""

    code: str
    label: str
    outcome: str  # after which it is offered
    usual: bool  # the one that Enter takes


@dataclass(frozen=True)
class CardView:
    """A card with everything its template shows."""

    card: Card
    customer: Customer
    tier: TierMark | None
    age: int | None
    chips: tuple[Chip, ...]
    more: int
    words: Words
    others: tuple[Words, ...]
    said: Touch | None
    stake_label: str
    no_marketing: bool
    may_call: bool
    closed_line: bool
    late: bool
    gain_why: str
    scores_age: str  # where the figures come from scores that are days old
    advice: Advice
    objections: tuple[Objection, ...] = ()
    asks: tuple[str, ...] = ()  # the questions of a playbook's step

    @property
    def pk(self) -> int:
        return self.card.pk


def card_view(viewer: Person, card: Card, at: datetime) -> CardView:
    return view_all(viewer, [card], at)[0]


def done_view(card: Card, at: datetime) -> dict[str, object]:
    """What the bar says that stands where the card stood."""
    language = get_language() or ""
    reader = Reader(language, "CNY", core.local_date(at))
    return {
        "card": card,
        "back_on": reader.day(card.next_on, "weekday") if card.next_on else "",
        "next_on": card.touch.next_on if card.touch else None,
        "step": card.touch.next_words if card.touch else "",
    }


def open_tasks(viewer: Person, customer: Customer, at: datetime) -> list[tuple[Task, Chip]]:
    """Why this customer is to be touched, strongest first; for the customer page."""
    found = (
        Task.objects.filter(
            customer=customer,
            state=Task.State.OPEN,
            customer__in=Customer.objects.visible_to(viewer),
        )
        .select_related("card")
        .order_by("priority", "-stake", "due_on", "pk")
    )
    reader = _reader(at, core.company())
    return [(task, chip(task, reader)) for task in found]


def reasons_of(found: Iterable[Card], at: datetime) -> dict[int, list[tuple[Task, Chip]]]:
    """The reasons of some cards, open or not, by the card, strongest first."""
    reader = _reader(at, core.company())
    told: dict[int, list[tuple[Task, Chip]]] = defaultdict(list)
    tasks = Task.objects.filter(card__in=list(found))
    for task in tasks.order_by("priority", "-gain", "-stake", "due_on", "pk"):
        told[task.card_id].append((task, chip(task, reader)))
    return told


def is_service(viewer: Person, customer: Customer) -> bool:
    """Whether all open reasons of the customer are service."""
    seen = Customer.objects.visible_to(viewer)
    found = Task.objects.filter(customer=customer, customer__in=seen, state=Task.State.OPEN)
    return about(found.values_list("trigger", flat=True), catalogue()) == SERVICE


def steps() -> list[Step]:
    """The buttons of the second row, each with the outcomes after which it is offered."""
    labels = {
        "done": _("Finished today"),
        "call_tomorrow": _("Call again tomorrow"),
        "call_3": _("Call in three days"),
        "message": _("Send a message"),
        "meet": _("Meet next week"),
        "offer": _("Bring an offer"),
        "month": _("Ask again in a month"),
        "refused_all": _("No marketing ever"),
        "wrong_number": _("Wrong number"),
        "unsuitable": _("Not suitable"),
    }
    return [
        Step(
            code=code,
            label=labels[code],
            outcome=outcome,
            usual=code == following[0],
        )
        for outcome, following in FOLLOWING.items()
        for code in following
    ]


def view_all(viewer: Person, page: Sequence[Card], at: datetime) -> list[CardView]:
    """Put together what cards show, with one query per kind of thing."""
    ids = [found.customer_id for found in page]
    # Read once for the view and for what other slices lay on the card.
    prefetch_related_objects(list(page), Prefetch("tasks", Task.objects.order_by("pk")))
    marked = marks(viewer, ids)
    said = channels.last_words(viewer, ids)
    company = core.company()
    reader = _reader(at, company)
    kind = company.kind if company else ""
    people = [found.customer for found in page]
    known = ground(viewer, people, company=company, today=reader.today)
    texts = written(reader.language)
    age = scores_age(page, reader)
    return [
        _view(
            viewer, found, _ranked(_open(found)), reader, known, texts, age,
            tier=marked.get(found.customer_id), said=said.get(found.customer_id), kind=kind,
        )
        for found in page
    ]  # fmt: skip


def _open(card: Card) -> list[Task]:
    return [task for task in card.tasks.all() if task.state == Task.State.OPEN]


def scores_age(page: Sequence[Card], reader: Reader) -> str:
    """Say how old the scores are that stood behind the newest list, once they are old."""
    made = PlanRun.objects.filter(day__in={card.day for card in page}, run__isnull=False)
    as_of: date | None = (
        made.order_by("-day", "-pk").values_list("run__as_of", flat=True).first()
    )
    days = (reader.today - as_of).days if as_of else 0
    if as_of is None or days <= FRESH_DAYS:
        return ""
    return ngettext(
        "Figures from the scores of %(day)s: %(n)s day old",
        "Figures from the scores of %(day)s: %(n)s days old",
        days,
    ) % {"day": reader.day(as_of), "n": days}


def marks(viewer: Person, ids: Iterable[int]) -> dict[int, TierMark]:
    """The tiers of those customers whom the viewer may see."""
    seen = Customer.objects.visible_to(viewer).filter(pk__in=list(ids))
    return tiers.tiers_of(list(seen.values_list("pk", flat=True)))


def _view(
    viewer: Person,
    card: Card,
    tasks: list[Task],
    reader: Reader,
    known: Ground,
    texts: Written,
    age: str,
    *,
    tier: TierMark | None,
    said: Touch | None,
    kind: str,
) -> CardView:
    customer = card.customer
    level = tier.level if tier else None
    scripts = [words(task, customer, reader, texts.script(task, level)) for task in tasks]
    ways = open_ways(customer, tasks, reader.triggers)
    may_call = "call" in ways and viewer.may(Permission.SEE_PERSONAL)
    return CardView(
        card=card,
        customer=customer,
        tier=tier,
        age=age_of(customer, reader.today),
        chips=tuple(chip(task, reader) for task in tasks[:MOST_CHIPS]),
        more=max(0, len(tasks) - MOST_CHIPS),
        words=scripts[0] if scripts else Words("", "", ""),
        others=_others(scripts),
        said=said,
        stake_label=stake_label(card.priority, kind),
        no_marketing=channel_rules.refuses_marketing(customer.consents),
        may_call=may_call,
        closed_line=bool(customer.phone) and "call" not in ways,
        late=card.due_on < reader.today,
        gain_why=_gain(tasks, reader),
        scores_age=age,
        advice=advice(customer, tasks, known, reader),
        objections=texts.objections(tasks, level, name=address(customer, reader)),
        asks=texts.asks(tasks),
    )


def _others(scripts: Sequence[Words]) -> tuple[Words, ...]:
    """The words of the further reasons; what two of them say alike stands once."""
    said = {words.say: words for words in reversed(scripts)}
    return tuple(words for words in scripts[1:] if said.get(words.say) is words)


def _gain(tasks: Sequence[Task], reader: Reader) -> str:
    """Where the order within a class comes from: the gain that speaks loudest, in words."""
    first = max(tasks, key=lambda task: task.gain, default=None)
    if first is None or not first.gain:
        return ""
    return _("%(gain)s, which is %(chance)s%% of %(stake)s") % {
        "gain": reader.money(first.gain),
        "stake": reader.money(first.stake),
        "chance": f"{first.chance * 100:.1f}".rstrip("0").rstrip("."),
    }


def stake_label(priority: int, kind: str) -> str:
    """What the figure of a card means."""
    if priority in AT_RISK:
        return _("At stake")
    if priority == Priority.GROWTH:
        return _("To gain")
    return _("Assets") if kind == "bank" else _("12-month value")


def _ranked(tasks: list[Task]) -> list[Task]:
    parts = {
        task: Part(task.trigger, task.priority, task.stake, task.due_on, task.gain)
        for task in tasks
    }
    order = {part: place for place, part in enumerate(rank(parts.values()))}
    return sorted(tasks, key=lambda task: (order[parts[task]], task.pk))


def _reader(at: datetime, company: Company | None) -> Reader:
    return Reader(
        language=get_language() or "zh-hans",
        currency=company.currency if company else "CNY",
        today=core.local_date(at),
        triggers=catalogue(company),
    )
