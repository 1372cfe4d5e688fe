"""What could become an opportunity: reasons on cards, interested contacts, next products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from regulars.server.care.models import Card, Task
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.channels import rules as channel_rules
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.opportunities.models import Opportunity, Passed, SignalRule
from regulars.server.opportunities.queries.stages import signal_rules
from regulars.server.opportunities.queries.suiting import beyond
from regulars.server.opportunities.rules import SIGNALS, kind_of
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.bricks.offering import shelf
from regulars.server.scoring.bridge.names import NEXT
from regulars.server.scoring.models import Run

INTEREST = timedelta(days=30)  # an interest of longer ago is none any more
AGAIN = timedelta(days=180)  # what was won or lost is not made of a score again so soon
MOST = 500  # of next products in one night
READ = 5_000  # of them at a time
Source = Opportunity.Source


@dataclass(frozen=True)
class Seen:
    """A signal as an opportunity could be made of it."""

    customer: Customer
    kind: str
    code: str
    because: str
    product: Product | None = None
    what: str = ""
    amount: Decimal | None = None
    cycle: str = ""
    source: str = Source.REASON
    touch: Touch | None = None
    touch_is_free: bool = False
    step: str = ""
    step_on: date | None = None


def signal_of_card(viewer: Person, card: Card, at: datetime) -> Seen:
    """The strongest reason of a card that speaks of a need, with the product that fits it."""
    tasks = sorted(card.tasks.all(), key=lambda task: (task.priority, -task.gain, task.pk))
    speaking = [task for task in tasks if task.trigger in SIGNALS]
    task = next(iter(speaking or tasks), None)
    touch = card.touch if card.touch and card.touch.outcome == "interested" else None
    product, because = _offer(viewer, card.customer, task, at, said=touch.need if touch else "")
    return Seen(
        customer=card.customer,
        kind=kind_of(task.trigger) if task else "add_on",
        code=task.trigger if task else "",
        because=" · ".join(filter(None, (_named(task), touch.need if touch else "", because))),
        product=product,
        what=(touch.need if touch else "")[:120] or _named(task) or _("Need to be found out"),
        amount=card.stake or None,
        touch=touch,
        touch_is_free=touch is not None
        and not Opportunity.objects.filter(touch=touch).exists(),
    )


def signal_of_touch(viewer: Person, touch: Touch, at: datetime) -> Seen:
    """A contact that showed interest: what the customer said, and what was agreed on."""
    task = Task.objects.filter(card__touch=touch).order_by("priority", "-gain", "pk").first()
    product, because = _offer(viewer, touch.customer, task, at, said=touch.need)
    today = core.local_date(at)
    ahead = touch.next_on is not None and touch.next_on >= today and touch.next_words
    said = touch.need or touch.note
    return Seen(
        customer=touch.customer,
        kind=kind_of(task.trigger) if task else "add_on",
        code=task.trigger if task else "",
        because=" · ".join(filter(None, (said, because))),
        product=product,
        what=touch.need[:120] or _named(task) or _("Interest of %(day)s") % {
            "day": core.local_date(touch.at)
        },
        amount=(task.stake or None) if task else None,
        source=Source.CONTACT,
        touch=touch,
        step=str(touch.next_words)[:200] if ahead else "",
        step_on=touch.next_on if ahead else None,
    )  # fmt: skip


def interested(viewer: Person, at: datetime, *, mine: bool = False) -> QuerySet[Touch]:
    """Contacts of late that showed interest, of which nothing was made, the newest first.

    Mine are those that the viewer had.
    """
    made = Opportunity.objects.filter(touch=OuterRef("pk"))
    left = Passed.objects.filter(touch=OuterRef("pk"))
    later = Opportunity.objects.filter(
        customer=OuterRef("customer"), made_at__gte=OuterRef("at")
    )
    found = Touch.objects.visible_to(viewer).standing().filter(
        outcome=Touch.Outcome.INTERESTED, at__gt=at - INTEREST,
        customer__in=Customer.objects.visible_to(viewer),
    )  # fmt: skip
    found = found.filter(~Exists(made), ~Exists(left), ~Exists(later))
    found = found.filter(person=viewer) if mine else found
    return found.select_related("customer__book__owner", "person").order_by("-at", "-pk")


def touch(viewer: Person, public_id: str) -> Touch | None:
    """A contact that the viewer sees."""
    found = Touch.objects.visible_to(viewer).standing().filter(public_id=public_id)
    return found.select_related("customer__book__owner").first()


def by_rule(day: date) -> list[Seen]:
    """What the company's rules ask for on a day; for the system alone."""
    on = {code: rule for code, rule in signal_rules().items() if rule.is_on}
    next_rule = on.pop(SignalRule.NEXT_PRODUCT, None)
    found = [*_reasons(on, day)]
    if next_rule is not None:
        found += _next(next_rule, day)
    return found


def _reasons(on: dict[str, SignalRule], day: date) -> Iterator[Seen]:
    made = Opportunity.objects.filter(
        customer=OuterRef("customer"), signal=OuterRef("trigger"), cycle=OuterRef("cycle")
    )
    rows = (
        Task.objects.filter(trigger__in=on, state=Task.State.OPEN, card__day__lte=day)
        .filter(~Exists(made))
        .select_related("customer__book__owner")
        .order_by("-stake", "pk")
    )
    for task in rows:
        rule = on[task.trigger]
        if task.stake >= rule.least and may_sell(task.customer):
            yield Seen(
                task.customer, rule.kind, task.trigger, _named(task), rule.product,
                _named(task), task.stake or None, task.cycle,
            )  # fmt: skip


def _next(rule: SignalRule, day: date) -> Iterator[Seen]:
    run = scoring.current_run()
    if run is None or not (scoring.folder(run) / NEXT).exists():
        return
    left, start = MOST, 0
    while left and (rows := _likely(run, rule, start)):
        start += len(rows)
        people = Customer.objects.select_related("book__owner").in_bulk(
            [row[0] for row in rows]
        )
        products = scoring.products_named(sorted({row[1] for row in rows}))
        taken = _taken(people, day)
        for pk, code, score in rows:
            who, product = people.get(pk), products.get(code)
            if not left or who is None or product is None or (pk, code) in taken:
                continue
            if may_sell(who) and not beyond(who, [product]):
                left -= 1
                told = _("%(n)s of 100 customers like this one take it.") % {
                    "n": round(100 * score)
                }
                yield Seen(who, rule.kind, SignalRule.NEXT_PRODUCT, told, product,
                           cycle=day.isoformat(), source=Source.SCORE)  # fmt: skip


def _likely(run: Run, rule: SignalRule, start: int) -> list[tuple[int, str, float]]:
    """The next products that the rule's share is reached by, the likeliest first, in parts."""
    path = lake.quote(str(scoring.folder(run) / NEXT))
    return lake.rows(
        f"select customer_id, product_id, score from read_parquet({path}) where place = 1 "
        f"and score >= ? order by score desc, customer_id limit {READ} offset {start}",
        [float(rule.share)],
    )


def _taken(people: Iterable[int], day: date) -> set[tuple[int, str]]:
    """Who has an opportunity of a product that is open, or was made of late."""
    standing = Q(state=Opportunity.State.OPEN) | Q(made_at__date__gt=day - AGAIN)
    found = Opportunity.objects.filter(standing, customer__in=people, product__isnull=False)
    return set(found.order_by().values_list("customer_id", "product__code"))


def may_sell(customer: Customer) -> bool:
    """Whether anything may be made by itself: not of who died, or wants no marketing."""
    quiet = customer.deceased_on or customer.do_not_contact or customer.legal_block
    return not (
        quiet or customer.no_profiling or channel_rules.refuses_marketing(customer.consents)
    )


def _offer(
    viewer: Person, customer: Customer, task: Task | None, at: datetime, *, said: str = ""
) -> tuple[Product | None, str]:
    """The product that the reason is about, else the next one that may come up.

    Where the customer said what they need, only a product that these words name.
    """
    code = str(task.facts.get("product_code", "")) if task else ""
    named = scoring.products_named([code]).get(code) if code else None
    if named is not None:
        return named, ""
    if task is not None and kind_of(task.trigger) == "referral":
        return None, ""
    offers = shelf(
        viewer, [customer.pk], company=core.company(), on=core.local_date(at)
    ).offers.get(customer.pk, ())
    for offer in offers:
        product = scoring.products_named([offer.code]).get(offer.code)
        if product is not None and (not said or str(product) in said):
            return product, offer.because
    return None, ""


def _named(task: Task | None) -> str:
    known = catalogue().get(task.trigger) if task else None
    if known is None:
        return ""
    return local_name(known.name.zh, known.name.en)
