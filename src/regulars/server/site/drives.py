"""Campaigns of the demo: one that is over and measured, one that runs, one that is planned.

They go through the same doors as in a real company: written, approved by somebody else,
launched, sent by the sender on the demo's clock, called by the managers of the customers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from regulars.server.campaigns import actions
from regulars.server.campaigns.actions import PhaseTold, StepTold
from regulars.server.campaigns.models import Attempt, Campaign, Member
from regulars.server.care import actions as care
from regulars.server.care.models import Card
from regulars.server.channels import actions as channels
from regulars.server.content import actions as content
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import System
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery import queries as lines
from regulars.server.experiments import actions as experiments
from regulars.server.scoring.models import Score
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.segments.rules.tree import Condition, Group
from regulars.server.site.dice import draw
from regulars.server.site.drive_words import BANK, RESULTS, SAID, SHOP, Desk

DEMO = System("demo")
LISTED, BEST = 420, 120  # people of the campaign that is over, and of the one that runs


def live(*, kind: str, today: date, at: datetime) -> None:
    """Plan three campaigns and live through two of them."""
    with scope.everything():
        head = Person.objects.filter(org_unit__parent=None, is_active=True).order_by("pk")
        by = head.filter(role="marketer").first()
        second = head.filter(role="leader").first()
        if by is None or second is None or lines.line_for("sms") is None:
            return
    desk = Desk(by, second, BANK if kind == "bank" else SHOP, today)
    _over(desk)
    _running(desk, at)
    with scope.everything():
        _planned(desk)


def _over(desk: Desk) -> None:
    """Seventy days ago: a fifth was left alone, and it paid."""
    begun = desk.at(70)
    with scope.everything():
        name, name_en, goal = desk.words.over
        who = list(
            Customer.objects.standing().filter(kind=Customer.Kind.PERSON).order_by("number")
        )
        who = [one for one in who if draw(f"drive:{one.number}") < 55][:LISTED]
        _asked(who, "sms", at=desk.at(95))
        code = _message(desk, "sms", name, desk.words.text, at=desk.at(76))
        made = actions.begin(
            name, by=desk.by, at=desk.at(75), name_en=name_en, goal=goal, outcome="purchases",
            window_days=35, holdout=0.3, segment=_list(desk, who), offer="words",
            offer_words="满 200 减 20", starts_on=core.local_date(begun),
            ends_on=core.local_date(begun) + timedelta(days=40), budget=Decimal(3_000),
            fixed_cost=Decimal(800), cost_each=Decimal("1.2"), margin=Decimal(12),
        )  # fmt: skip
        actions.set_steps(
            made, [StepTold("sms", code), StepTold("sms", code, "unreached")],
            by=desk.by, at=desk.at(75),
        )  # fmt: skip
        actions.set_waves(
            made, [(core.local_date(begun), 50), (core.local_date(desk.at(67)), 50)],
            by=desk.by, at=desk.at(75),
        )  # fmt: skip
        _launched(desk, made, at=begun)
    for days in (70, 67):
        _minute(made, at=desk.at(days))
        _send(at=desk.at(days))
    with scope.everything():
        _minute(made, at=desk.at(66))
        _answers(made, share=14, at=desk.at(62))
        for days in (61, 28):
            _minute(made, at=desk.at(days))
        for day in (7, 14, 21, 28, 35, 40):
            if made.experiment is not None:
                until = core.local_date(begun) + timedelta(days=day)
                experiments.read(made.experiment, until=until, by=DEMO, at=desk.at(70 - day))


def _running(desk: Desk, at: datetime) -> None:
    """Five days ago: a message, and a call to whoever did not answer."""
    name, name_en, goal = desk.words.runs
    with scope.everything():
        found = _best(desk, at)
        if found is None:
            return
        first = _message(desk, "sms", f"{name}：短信", desk.words.first, at=desk.at(12))
        call = _message(desk, "call", f"{name}：电话", desk.words.call, at=desk.at(12))
        _asked(_members(found), "sms", "call", at=desk.at(60))
        made = actions.begin(
            name, by=desk.by, at=desk.at(11), name_en=name_en, goal=goal, outcome="assets",
            window_days=45, holdout=0.1, segment=found, offer="words",
            offer_words=desk.words.offer, starts_on=desk.today - timedelta(days=5),
            ends_on=desk.today + timedelta(days=35), budget=Decimal(8_000),
            fixed_cost=Decimal(600), cost_each=Decimal(6),
        )  # fmt: skip
        actions.set_steps(
            made,
            [StepTold("sms", first), StepTold("call", call, "unanswered", 3, 5)],
            by=desk.by, at=desk.at(11),
        )  # fmt: skip
        actions.set_waves(
            made,
            [(desk.today - timedelta(days=5), 60), (desk.today + timedelta(days=2), 40)],
            by=desk.by, at=desk.at(11),
        )  # fmt: skip
        actions.set_phases(made, _phases(desk), by=desk.by, at=desk.at(11))
        _launched(desk, made, at=desk.at(5))
    _minute(made, at=desk.at(5))
    _send(at=desk.at(5))
    with scope.everything():
        _minute(made, at=desk.at(4))
        _answers(made, share=18, at=desk.at(3))
        for phase in made.phases.order_by("position")[:2]:
            actions.finish_phase(phase, by=desk.by, at=desk.at(6))
        _minute(made, at=at)
        _called(made, at=at)
        _minute(made, at=at)


def _planned(desk: Desk) -> None:
    """A draft that wants its days still."""
    name, name_en, goal = desk.words.next
    found = Segment.objects.filter(name=desk.words.listed, owner=desk.by).first()
    made = actions.begin(
        name, by=desk.by, at=desk.at(1), name_en=name_en, goal=goal, outcome="purchases",
        window_days=60, holdout=0.15, segment=found,
    )  # fmt: skip
    before = Campaign.objects.exclude(pk=made.pk).order_by("pk").first()
    step = before.steps.first() if before else None
    if step is not None:
        actions.set_steps(made, [StepTold("sms", step.message)], by=desk.by, at=desk.at(1, 11))


def _phases(desk: Desk) -> list[PhaseTold]:
    day, branch = desk.today, OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).order_by("code")
    manager = Person.objects.filter(org_unit__in=branch, role="manager").order_by("pk").first()
    return [
        PhaseTold(
            "分客群、定名单", day - timedelta(days=25), day - timedelta(days=12), desk.by,
            "Sort the customers",
        ),
        PhaseTold(
            "定方案、配话术", day - timedelta(days=11), day - timedelta(days=6), desk.by,
            "Make the plan",
        ),
        PhaseTold(
            "集中联系客户", day - timedelta(days=5), day + timedelta(days=35), manager,
            "Work through the list",
        ),
    ]  # fmt: skip


def _list(desk: Desk, who: Sequence[Customer]) -> Segment:
    made = segments.make_group(
        name=desk.words.listed, by=desk.by, at=desk.at(80), sharing="everybody"
    )
    segments.add_members(made, [one.pk for one in who], by=desk.by, at=desk.at(80))
    return made


def _best(desk: Desk, at: datetime) -> Segment | None:
    """A rule that about so many answer to: persons from a round value on."""
    persons = Score.objects.filter(
        run__is_current=True, customer__kind=Customer.Kind.PERSON,
        customer__book__owner__isnull=False,
    )  # fmt: skip
    values = list(persons.order_by("-value").values_list("value", flat=True)[:BEST])
    if not values:
        return None
    least = max(1, int(values[-1]) // 1_000) * 1_000
    rule = Group(
        "all",
        (
            Condition("kind", "in", ("person",)),
            Condition("value", "ge", (str(least),)),
        ),
    )
    return segments.keep(rule, name=desk.words.best, by=desk.by, at=at, sharing="everybody")


def _members(found: Segment) -> list[Customer]:
    least = Decimal(found.rule["all"][1]["values"][0])
    rows = Score.objects.filter(
        run__is_current=True, value__gte=least, customer__kind=Customer.Kind.PERSON
    )
    return list(Customer.objects.filter(pk__in=rows.values("customer")).order_by("pk"))


def _message(desk: Desk, channel: str, title: str, text: str, *, at: datetime) -> str:
    """Written by one, approved by another."""
    body = {
        "title": {"zh": title, "en": ""}, "channel": channel, "purpose": "marketing",
        "wordings": [{"subject": {}, "text": {"zh": text}, "html": {}}],
    }  # fmt: skip
    made = content.save_draft("message", body, code="", by=desk.by, at=at)
    content.submit(made, by=desk.by, at=at, excuse="活动规则已经合规审过")
    content.approve(made, by=desk.second, at=at + timedelta(hours=2))
    return str(made.text.code)


def _asked(who: Sequence[Customer], *ways: str, at: datetime) -> None:
    """Most were asked before, and said yes to messages and calls."""
    for one in who:
        chance = draw(f"drive-asked:{one.number}")
        for channel in ways if chance < 88 else ():
            channels.record_consent(
                one, purpose="marketing", channel=channel, said="given", source="branch",
                evidence=f"D-{one.number}", by=DEMO, at=at,
            )  # fmt: skip


def _launched(desk: Desk, made: Campaign, *, at: datetime) -> None:
    actions.submit(made, by=desk.by, at=at - timedelta(hours=20))
    actions.approve(made, by=desk.second, at=at - timedelta(hours=3))
    actions.launch(made, by=desk.by, at=at)
    made.refresh_from_db()


def _minute(made: Campaign, *, at: datetime) -> None:
    with scope.everything():
        made.refresh_from_db()
        actions.advance(made, by=DEMO, at=at)


def _send(*, at: datetime) -> None:
    """The sender's threads have connections of their own: what is laid down is committed."""
    with scope.everything():
        line = lines.line_for("sms")
    if line is not None:
        delivery.send(line, clock=lambda: at, until=at + timedelta(hours=1))


def _answers(made: Campaign, *, share: int, at: datetime) -> None:
    """Some of those who were reached say something, to whoever looks after them."""
    reached = Member.objects.filter(campaign=made, state=Member.State.REACHED)
    about = reached.select_related("customer__book__owner").order_by("pk")
    for n, one in enumerate(about):
        owner = one.customer.book.owner
        if owner is None or draw(f"drive-said:{made.name}:{one.customer.number}") >= share:
            continue
        outcome, note = SAID[n % len(SAID)]
        channels.record_touch(
            one.customer, channel="call", inbound=True, two_way=True, outcome=outcome,
            note=f"{made.name}：{note}", by=owner, at=at + timedelta(minutes=7 * (n % 40)),
        )  # fmt: skip


def _called(made: Campaign, *, at: datetime) -> None:
    """This morning's calls: who has nothing else on the card was called already."""
    attempts = Attempt.objects.filter(step__campaign=made, sending__isnull=True)
    cards = Card.objects.filter(
        customer__in=attempts.values("customer"), state=Card.State.OPEN,
        tasks__trigger="campaign_call",
    )  # fmt: skip
    rows = cards.select_related("book__owner", "customer").order_by("pk").distinct()
    done = 0
    for card in rows:
        told: list[Any] = list(card.tasks.values_list("trigger", flat=True))
        if told != ["campaign_call"] or card.book.owner is None or done >= 24:
            continue
        if draw(f"drive-called:{card.customer.number}") < 60:
            outcome, step = RESULTS[done % len(RESULTS)]
            care.record_outcome(card, outcome=outcome, step=step, by=card.book.owner, at=at)
            done += 1
