"""Today: the cards of a day as one person may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from regulars.server.care.models import Card, CardQuerySet, PlanRun, Task
from regulars.server.care.queries.wording import Chip, Reader, Words, chip, words
from regulars.server.care.rules.cards import Part, rank
from regulars.server.care.rules.catalogue import TRIGGERS, Priority
from regulars.server.care.rules.outcomes import FOLLOWING
from regulars.server.channels import queries as channels
from regulars.server.channels import rules as channel_rules
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.tiers.models import Assignment, SchemeVersion

PAGE = 50
MOST_CHIPS = 4
CLASSES = {
    Priority.PROMISE: gettext_lazy("Promises"),
    Priority.LOSS: gettext_lazy("Prevent loss"),
    Priority.MATURITY: gettext_lazy("Maturities"),
    Priority.GROWTH: gettext_lazy("Growth"),
    Priority.CARE: gettext_lazy("Care"),
}
AT_RISK = (Priority.PROMISE, Priority.LOSS, Priority.MATURITY)


@dataclass(frozen=True)
class Mark:
    """The tier beside a name."""

    name: str
    level: int


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
    tier: Mark | None
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
    channel: str
    late: bool

    @property
    def pk(self) -> int:
        return self.card.pk


@dataclass(frozen=True)
class Group:
    """The cards of one class."""

    priority: int
    name: str
    count: int
    sum_label: str
    sum: Decimal | None
    cards: tuple[CardView, ...]


@dataclass(frozen=True)
class Figures:
    """The line at the top: how far the day is."""

    done: int
    total: int
    at_risk: Decimal
    chance: Decimal
    minutes: int
    rest: int
    late: int
    pips: tuple[tuple[int, tuple[str, ...]], ...]  # (cards of a class, state of each)


@dataclass(frozen=True)
class Day:
    """The page."""

    day: date
    today: date
    made: PlanRun
    figures: Figures
    groups: tuple[Group, ...]
    shown: str
    filters: tuple[tuple[str, str, int], ...]
    finished: tuple[Card, ...]
    books: tuple[Book, ...]
    book: Book | None
    held_back: int


def books_of(viewer: Person, code: str = "") -> tuple[list[Book], Book | None]:
    """Whose cards Today shows: the named book, else one's own, else all one may see.

    A book that is not the viewer's to see is no book: the answer is the same as without.
    """
    seen = list(core.books(viewer))
    if code:
        named = [book for book in seen if book.code == code]
        return named, named[0] if named else None
    own = [book for book in seen if book.owner_id == viewer.pk]
    return own or seen, None


def current_plan(today: date) -> PlanRun | None:
    """The newest list that is not of a day to come."""
    return PlanRun.objects.filter(day__lte=today).order_by("-day", "-pk").first()


def cards(viewer: Person) -> CardQuerySet:
    return Card.objects.visible_to(viewer)


def card(viewer: Person, public_id: str) -> Card | None:
    """One card, or None for what the viewer may not see."""
    found = cards(viewer).select_related("customer", "book", "closed_by", "touch")
    return found.filter(public_id=public_id).first()


def open_count(viewer: Person, at: datetime) -> tuple[int, bool]:
    """How many cards wait on the viewer's list, and whether one of them is late."""
    today = core.local_date(at)
    made = current_plan(today)
    if made is None:
        return 0, False
    books, _book = books_of(viewer)
    found = cards(viewer).filter(
        book__in=books, day=made.day, state=Card.State.OPEN, over_capacity=False
    )
    answer = found.aggregate(n=Count("pk"), due=Min("due_on"))
    return answer["n"], answer["due"] is not None and answer["due"] < today


def today(
    viewer: Person, at: datetime, *, book: str = "", show: str = "", offset: int = 0
) -> Day | None:
    """The list of the day, or None before any was made."""
    now = core.local_date(at)
    made = current_plan(now)
    if made is None:
        return None
    books, named = books_of(viewer, book)
    of_day = cards(viewer).filter(book__in=books, day=made.day)
    waiting = of_day.filter(state=Card.State.OPEN, over_capacity=False)
    counted = dict(waiting.order_by().values_list("priority").annotate(n=Count("pk")))
    wanted = _shown(waiting, show)
    page = list(_ordered(wanted)[offset : offset + PAGE])
    views = view_all(viewer, page, at)
    finished = list(
        of_day.exclude(state__in=[Card.State.OPEN, Card.State.EXPIRED])
        .select_related("customer", "closed_by")
        .order_by("closed_at")
    )
    return Day(
        day=made.day,
        today=now,
        made=made,
        figures=figures(viewer, books, made.day, now),
        groups=_groups(views, wanted),
        shown=show,
        filters=_filters(counted),
        finished=tuple(finished),
        books=tuple(core.books(viewer)),
        book=named,
        held_back=int(made.counts.get("held_back", 0)),
    )


def _shown(waiting: CardQuerySet, show: str) -> CardQuerySet:
    """Keep one class, or with "risk" all that may be lost."""
    if show == "risk":
        return waiting.filter(priority__in=AT_RISK)
    return waiting.filter(priority=int(show)) if show in map(str, Priority) else waiting


def rest(
    viewer: Person, at: datetime, *, book: str = "", offset: int = 0
) -> tuple[list[CardView], bool]:
    """Cards beyond a day's work, 50 at a time, and whether there are more."""
    made = current_plan(core.local_date(at))
    if made is None:
        return [], False
    books, _named = books_of(viewer, book)
    over = cards(viewer).filter(
        book__in=books, day=made.day, state=Card.State.OPEN, over_capacity=True
    )
    page = list(_ordered(over)[offset : offset + PAGE + 1])
    return view_all(viewer, page[:PAGE], at), len(page) > PAGE


def figures(viewer: Person, books: Sequence[Book], day: date, today: date) -> Figures:
    """How far the day is, over the listed cards of some books."""
    of_day = cards(viewer).filter(book__in=books, day=day)
    is_open = Q(state=Card.State.OPEN)
    waits = is_open & Q(over_capacity=False)
    # What somebody did from below the list counts as done today, too.
    done = Q(state__in=[Card.State.DONE, Card.State.SNOOZED])
    found = of_day.aggregate(
        total=Count("pk", filter=waits | done),
        done=Count("pk", filter=done),
        at_risk=Sum("stake", filter=waits & Q(priority__in=AT_RISK)),
        chance=Sum("stake", filter=waits & Q(priority=Priority.GROWTH)),
        minutes=Sum("minutes", filter=waits),
        late=Count("pk", filter=waits & Q(due_on__lt=today)),
        rest=Count("pk", filter=is_open & Q(over_capacity=True)),
    )
    return Figures(
        done=found["done"],
        total=found["total"],
        at_risk=found["at_risk"] or Decimal(0),
        chance=found["chance"] or Decimal(0),
        minutes=found["minutes"] or 0,
        rest=found["rest"],
        late=found["late"],
        pips=_pips(of_day.filter(waits | done)) if found["total"] <= PAGE else (),
    )


def figures_of(viewer: Person, at: datetime, *, book: str = "") -> Figures | None:
    """The same for the page's own books, to be swapped in after a result."""
    today_ = core.local_date(at)
    made = current_plan(today_)
    if made is None:
        return None
    books, _named = books_of(viewer, book)
    return figures(viewer, books, made.day, today_)


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
    reader = _reader(at)
    return [(task, chip(task, reader)) for task in found]


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
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(card__in=page, state=Task.State.OPEN).order_by("pk"):
        tasks[task.card_id].append(task)
    tiers = marks(viewer, ids)
    said = channels.last_words(viewer, ids)
    reader = _reader(at)
    company = core.company()
    kind = company.kind if company else ""
    return [
        _view(
            viewer, found, _ranked(tasks[found.pk]), reader,
            tier=tiers.get(found.customer_id), said=said.get(found.customer_id), kind=kind,
        )
        for found in page
    ]  # fmt: skip


def marks(viewer: Person, ids: Iterable[int]) -> dict[int, Mark]:
    """The tiers of customers whom the viewer may see, under the scheme of their kind."""
    found = Assignment.objects.filter(
        tier_run__is_current=True,
        customer__in=Customer.objects.visible_to(viewer).filter(pk__in=list(ids)),
        scheme__is_primary=True,
        scheme__customer_kind__in=["", "person", "organization"],
    ).values_list("customer_id", "customer__kind", "scheme__customer_kind", "scheme_id", "tier",
                  "level")  # fmt: skip
    names = _tier_names()
    return {
        customer: Mark(names.get((scheme, tier), tier), level)
        for customer, kind, of_kind, scheme, tier, level in found
        if of_kind in ("", kind)
    }


def _tier_names() -> dict[tuple[int, str], str]:
    zh = (get_language() or "zh").startswith("zh")
    active = SchemeVersion.objects.filter(
        scheme__is_primary=True, state=SchemeVersion.State.ACTIVE
    )
    return {
        (version.scheme_id, tier["code"]): tier.get("name", "")
        if zh
        else tier.get("name_en") or tier.get("name", "")
        for version in active.order_by("pk")
        for tier in version.tiers
    }


def _view(
    viewer: Person,
    card: Card,
    tasks: list[Task],
    reader: Reader,
    *,
    tier: Mark | None,
    said: Touch | None,
    kind: str,
) -> CardView:
    customer = card.customer
    scripts = [words(task, customer, reader) for task in tasks]
    refuses = channel_rules.refuses_marketing(customer.consents)
    only_marketing = all(TRIGGERS[task.trigger].marketing for task in tasks)
    # To sell by phone needs a yes for the phone; a service call only no explicit block.
    allowed = channel_rules.marketing_channels(customer.consents, customer.blocked_channels)
    open_line = "call" in allowed if only_marketing else "call" not in customer.blocked_channels
    may_call = bool(customer.phone) and open_line and viewer.may(Permission.SEE_PERSONAL)
    return CardView(
        card=card,
        customer=customer,
        tier=tier,
        age=_age(customer, reader.today),
        chips=tuple(chip(task, reader) for task in tasks[:MOST_CHIPS]),
        more=max(0, len(tasks) - MOST_CHIPS),
        words=scripts[0] if scripts else Words("", "", ""),
        others=tuple(scripts[1:]),
        said=said,
        stake_label=stake_label(card.priority, kind),
        no_marketing=refuses,
        may_call=may_call,
        closed_line=bool(customer.phone) and not open_line,
        channel=_channel(customer, allowed if only_marketing else (), open_line=open_line),
        late=card.due_on < reader.today,
    )


def stake_label(priority: int, kind: str) -> str:
    """What the figure of a card means."""
    if priority in AT_RISK:
        return _("At stake")
    if priority == Priority.GROWTH:
        return _("Chance")
    return _("Assets") if kind == "bank" else _("12-month value")


def _channel(customer: Customer, allowed: Sequence[str], *, open_line: bool) -> str:
    """The way the contact probably goes: by phone where the line is open, else by what is."""
    if open_line:
        return Touch.Channel.CALL
    preferred = customer.preferred_channel
    if preferred in allowed:
        return preferred
    return allowed[0] if allowed else Touch.Channel.VISIT


def _ranked(tasks: list[Task]) -> list[Task]:
    parts = {task: Part(task.trigger, task.priority, task.stake, task.due_on) for task in tasks}
    order = {part: place for place, part in enumerate(rank(parts.values()))}
    return sorted(tasks, key=lambda task: (order[parts[task]], task.pk))


def _ordered(found: QuerySet[Card]) -> QuerySet[Card]:
    return found.select_related("customer", "book", "book__owner").order_by(
        "priority", "-stake", "pk"
    )


def _groups(views: list[CardView], wanted: QuerySet[Card]) -> tuple[Group, ...]:
    sums = {
        priority: (n, stake)
        for priority, n, stake in wanted.order_by()
        .values_list("priority")
        .annotate(n=Count("pk"), stake=Sum("stake"))
    }
    found: dict[int, list[CardView]] = defaultdict(list)
    for view in views:
        found[view.card.priority].append(view)
    return tuple(
        Group(
            priority=priority,
            name=str(CLASSES[Priority(priority)]),
            count=sums[priority][0],
            sum_label=_("at stake") if priority in AT_RISK else _("chance"),
            sum=sums[priority][1] if priority != Priority.CARE else None,
            cards=tuple(inside),
        )
        for priority, inside in sorted(found.items())
    )


def _filters(counted: dict[int, int]) -> tuple[tuple[str, str, int], ...]:
    every = ("", _("All"), sum(counted.values()))
    return (
        every,
        *(
            (str(priority), str(CLASSES[Priority(priority)]), counted[priority])
            for priority in sorted(counted)
        ),
    )


def _pips(listed: QuerySet[Card]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """One stroke per card, by class; the finished ones filled, the next one outlined."""
    rows = listed.order_by("priority", "-stake", "pk").values_list("priority", "state")
    by_class: dict[int, list[str]] = defaultdict(list)
    started = False
    for priority, state in rows:
        if state != Card.State.OPEN:
            mark = "on"
        else:
            mark, started = ("", True) if started else ("now", True)
        by_class[priority].append(mark)
    return tuple((len(found), tuple(found)) for _p, found in sorted(by_class.items()))


def _reader(at: datetime) -> Reader:
    company = core.company()
    return Reader(
        language=get_language() or "zh-hans",
        currency=company.currency if company else "CNY",
        today=core.local_date(at),
    )


def _age(customer: Customer, today: date) -> int | None:
    born = customer.birth_date
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
