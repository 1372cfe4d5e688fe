"""What stands beside the words of a card: why now, which way, what to offer, what to leave.

Everything is read for a whole page of cards at once; no card asks for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.server.care.models import Task
from regulars.server.care.queries.wording import Reader
from regulars.server.care.rules.advice import (
    IN_A_ROW,
    LIVES,
    RECENT,
    Avoid,
    Guard,
    Known,
    Way,
    avoid,
    may_offer,
    way,
)
from regulars.server.care.rules.catalogue import Priority, Trigger
from regulars.server.channels import queries as channels
from regulars.server.channels import rules as channel_rules
from regulars.server.channels.models import Touch
from regulars.server.core.models import Company, Person
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.customers.rules.reach import CHANNELS
from regulars.server.scoring.bricks.offering import Offer, Shelf, shelf

# Reasons that say that the customer is cross with us: first that, then anything else.
COMPLAINTS = frozenset({"complaint", "complaint_opened"})
# For these the reason's own way is not given up for a change.
FIRM = (Priority.PROMISE, Priority.LOSS)

LEAVE: Mapping[Avoid, Promise] = {
    Avoid.GRIEF: gettext_lazy("A death in the family: condole, and speak of no product."),
    Avoid.ILLNESS: gettext_lazy("Illness: ask how they are, and speak of no product."),
    Avoid.COMPLAINT: gettext_lazy("A complaint is open: settle it first, recommend nothing."),
    Avoid.MARKETING: gettext_lazy(
        "Refuses all marketing: talk about service only, recommend nothing, offer no campaign."
    ),
    Avoid.PROFILING: gettext_lazy(
        "Refuses to be scored: name no score and no likelihood, recommend nothing by them."
    ),
    Avoid.MINOR: gettext_lazy("Under age: agree nothing without the guardian, offer no risk."),
    Avoid.RECORD: gettext_lazy(
        "Older customer: any sale with risk is recorded, audio and video."
    ),
    Avoid.UNTESTED: gettext_lazy("No risk test on file: recommend no product with risk."),
    Avoid.EXPIRED: gettext_lazy(
        "The risk test is too old: recommend no product with risk before a new one."
    ),
}


@dataclass(frozen=True)
class WayView:
    """Which way to go, in words."""

    channel: str
    name: str
    why: str


@dataclass(frozen=True)
class Ground:
    """What a page of cards knows of its customers beyond their files."""

    guard: Guard
    shelf: Shelf
    lives: Mapping[int, Sequence[tuple[str, date]]] = field(default_factory=dict)
    last: Mapping[int, Sequence[str]] = field(default_factory=dict)
    held: frozenset[int] = frozenset()  # a complaint of theirs is open


@dataclass(frozen=True)
class Advice:
    """What stands beside the words of one card."""

    why_now: tuple[str, ...]
    way: WayView
    open_ways: tuple[tuple[str, str], ...]  # by which ways the contact can have gone
    avoid: tuple[str, ...]
    offer: Offer | None
    proof: str


def ground(
    viewer: Person, customers: Sequence[Customer], *, company: Company | None, today: date
) -> Ground:
    """Read for all customers of a page what the advice needs."""
    settings, kind = (company.settings, company.kind) if company else ({}, "")
    ids = [customer.pk for customer in customers]
    return Ground(
        guard=Guard.of(settings, kind=kind),
        shelf=shelf(viewer, ids, company=company, on=today),
        lives=_lives(viewer, ids, today),
        last=channels.last_ways(viewer, ids, most=IN_A_ROW),
        held=channels.held(ids),
    )


def advice(customer: Customer, tasks: Sequence[Task], known: Ground, reader: Reader) -> Advice:
    """Say what the speaker is to mind; `tasks` stand with the strongest reason first."""
    left = avoid(_known(customer, tasks, known, reader), today=reader.today, guard=known.guard)
    offer = _offer(customer, left, known.shelf)
    ways = open_ways(customer, tasks, reader.triggers)
    return Advice(
        why_now=_why_now(tasks, reader),
        way=_way(customer, tasks, ways, known, reader.triggers),
        open_ways=tuple((one, _name(one)) for one in ways),
        avoid=tuple(str(LEAVE[one]) for one in left),
        offer=offer,
        proof=_proof(known.shelf) if offer else "",
    )


def open_ways(
    customer: Customer, tasks: Sequence[Task], triggers: Mapping[str, Trigger]
) -> tuple[str, ...]:
    """By which ways this customer may be sought for these reasons, the usual order kept.

    To sell by phone or message needs a yes for it; service only no explicit block.
    """
    reachable = channels.reachable(customer)
    selling = bool(tasks) and all(triggers[task.trigger].marketing for task in tasks)
    agreed = channel_rules.marketing_channels(customer.consents, customer.blocked_channels)
    return tuple(
        one
        for one in CHANNELS
        if one in reachable
        and one not in customer.blocked_channels
        and (one != Touch.Channel.WECOM or _has_wecom(customer))
        and (one in agreed or one == Touch.Channel.VISIT or not selling)
    )


def _has_wecom(customer: Customer) -> bool:
    """Nobody is written to by WeCom of whom nothing says that they use it with us."""
    wecom = Touch.Channel.WECOM.value
    named = bool(customer.wecom_id) or customer.preferred_channel == wecom
    return named or customer.consents.get(wecom) is True


def _known(customer: Customer, tasks: Sequence[Task], known: Ground, reader: Reader) -> Known:
    risk_on = customer.provenance.get("risk_tolerance") or ["", ""]
    return Known(
        is_person=not customer.is_organization,
        age=age_of(customer, reader.today),
        refuses=channel_rules.refuses_marketing(customer.consents),
        no_profiling=customer.no_profiling,
        risk=customer.risk_tolerance,
        risk_on=_day(risk_on[1] if len(risk_on) > 1 else ""),
        lives=known.lives.get(customer.pk, ()),
        complaint=customer.pk in known.held
        or any(task.trigger in COMPLAINTS for task in tasks),
    )


def age_of(customer: Customer, today: date) -> int | None:
    born = customer.birth_date
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None  # the file came without one


def _lives(
    viewer: Person, ids: Collection[int], today: date
) -> dict[int, list[tuple[str, date]]]:
    found = LifeEvent.objects.visible_to(viewer).filter(
        customer__in=ids, kind__in=list(LIVES), happens_on__range=(today - RECENT, today)
    )
    lives: dict[int, list[tuple[str, date]]] = {}
    for customer, kind, day in found.values_list("customer_id", "kind", "happens_on"):
        lives.setdefault(customer, []).append((kind, day))
    return lives


def _offer(customer: Customer, left: Collection[Avoid], known: Shelf) -> Offer | None:
    """The best suggestion that may come up with this customer."""
    for offer in known.offers.get(customer.pk, ()):
        if may_offer(left, risk=offer.risk_level, tolerance=customer.risk_tolerance):
            return offer
    return None


def _proof(known: Shelf) -> str:
    """How often a first suggestion was right, where the back-test could tell."""
    if known.proof is None or not known.proof.right:
        return ""
    return _("First suggestions were right %(n)s times in 100.") % {"n": known.proof.right}


def _why_now(tasks: Sequence[Task], reader: Reader) -> tuple[str, ...]:
    """The strongest reason, since when we know, until when it is due, and what else waits."""
    if not tasks:
        return ()
    first, due = tasks[0], min(task.due_on for task in tasks)
    parts = [reader.triggers[first.trigger].name.of(reader.language)]
    if first.learned_on and first.learned_on < reader.today:
        parts.append(_("known %(when)s") % {"when": reader.distance(first.learned_on)})
    late = due < reader.today
    until = _("was due %(when)s") if late else _("due %(when)s")
    parts.append(until % {"when": reader.distance(due)})
    if n := len(tasks) - 1:
        more = ngettext("%(n)s more reason", "%(n)s more reasons", n)
        parts.append(more % {"n": n})
    return tuple(parts)


def _way(
    customer: Customer,
    tasks: Sequence[Task],
    ways: Sequence[str],
    known: Ground,
    triggers: Mapping[str, Trigger],
) -> WayView:
    found = way(
        preferred=customer.preferred_channel,
        usual=_usual(tasks[0], triggers) if tasks else (),
        ways=ways,
        last=known.last.get(customer.pk, ()),
        firm=bool(tasks) and tasks[0].priority in FIRM,
    ) or Way(Touch.Channel.VISIT, "only")
    return WayView(found.channel, _name(found.channel), _because(found))


def _usual(task: Task, triggers: Mapping[str, Trigger]) -> tuple[str, ...]:
    """The ways that the service standard names for it, else those of the trigger."""
    given = str(task.facts.get("ways", ""))
    return tuple(given.split(",")) if given else triggers[task.trigger].channels


def _because(found: Way) -> str:
    because = {
        "preferred": _("the customer's preference"),
        "usual": _("the usual way for this reason"),
        "varies": _("the last three went by %(way)s: vary it") % {"way": _name(found.worn)},
        "only": _("no other way is open"),
    }[found.why]
    if not found.also:
        return because
    also = _("the last three went so; %(way)s is open, too") % {"way": _name(found.also)}
    return f"{because} · {also}"


def _name(channel: str) -> str:
    return str(dict(Touch.Channel.choices).get(channel, channel))
