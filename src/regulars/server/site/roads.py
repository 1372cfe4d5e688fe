"""A journey of the demo, lived through: five weeks in which slipping customers were won back.

Managers name customers week by week; the journey's own clock takes them in, sends, asks and
lays tasks, and the managers do some of these. One more journey is being written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from regulars.server.channels import actions as channels
from regulars.server.content import actions as content
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery import queries as lines
from regulars.server.journeys import actions, queries
from regulars.server.journeys.models import Errand, Journey, Traveller
from regulars.server.journeys.rules import Aim, Ask, Enter, Goal, How, Kind, Route, Step
from regulars.server.scoring.models import Run, Score
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.site.dice import draw

DEMO = System("demo")
DAYS, MOST = 35, 6  # that are lived through; customers named on a day
MESSAGE = "demo-missed-you"
WORDS = {
    "title": {"zh": "好久不见（旅程用）", "en": "It has been a while (journey)"},
    "channel": "sms",
    "purpose": "marketing",
    "wordings": [
        {
            "text": {
                "zh": "{{ customer.salutation }}，好久不见。最近有什么我们能帮上忙的，"
                "回一句话就行，{{ branch.name }}等您。",
                "en": "{{ customer.salutation }}, it has been a while. If there is anything we "
                "can do, just answer: {{ branch.name }}.",
            },
            "subject": {},
            "html": {},
        }
    ],
}
SAID = (
    "近况都好，孩子上学用钱多，下月再来。",
    "之前等太久有点不高兴，已致歉，约了周三来。",
    "钱转去付房款了，年后回来。",
    "愿意看看新方案，资料已发。",
)


def live(run: Run, *, kind: str, today: date) -> None:
    """Write the journey, have it approved, and let the weeks pass; each day is committed."""
    begin = _at(today - timedelta(days=DAYS), 9)
    with scope.everything():
        people = _people()
        if people is None:
            return
        writer, approver = people
        _message(writer, approver, at=begin)
        named = _named(run)
        group = segments.make_group(
            name="客户经理提报的流失苗头", by=writer, at=begin, sharing="everybody",
            description="每天晨会提报：来得少了、余额在走、电话不接的老客户。",
        )  # fmt: skip
        back = segments.make_group(
            name="已回流客户", by=writer, at=begin, sharing="everybody",
            description="又来办业务、余额或消费回来的老客户，客户经理确认。",
        )  # fmt: skip
        route = _route(group.public_id, back.public_id, shop=kind != "bank")
        journey = _journey(route, writer=writer, approver=approver, at=begin)
    each = max(1, min(MOST, len(named) // DAYS))
    for n in range(DAYS):
        at = begin + timedelta(days=n)
        with scope.everything():
            _returned(journey, back, at=at)
        _day(journey, group, named[n * each : (n + 1) * each], at=at)
    with scope.everything():
        _aside(writer, at=_at(today - timedelta(days=1), 16))


def _people() -> tuple[Person, Person] | None:
    head = Person.objects.filter(org_unit__parent=None, is_active=True).order_by("pk")
    writer, approver = head.filter(role="marketer").first(), head.filter(role="leader").first()
    return (writer, approver) if writer and approver else None


def _message(writer: Person, approver: Person, *, at: datetime) -> None:
    began = at - timedelta(days=3)
    made = content.save_draft("message", WORDS, code=MESSAGE, by=writer, at=began)
    content.submit(made, by=writer, at=began, excuse="老客户问候，不涉及产品收益。")
    content.approve(made, by=approver, at=began + timedelta(hours=4))


def _named(run: Run) -> list[Customer]:
    """The most valuable of those who slip away, persons with somebody to look after them."""
    rows = Score.objects.filter(
        run=run, stage__in=("at_risk", "dormant"), customer__kind=Customer.Kind.PERSON,
        customer__book__owner__isnull=False,
    )  # fmt: skip
    found = rows.order_by("-value", "customer").select_related("customer__book__owner")
    return [row.customer for row in found[: MOST * DAYS]]


def _journey(route: Route, *, writer: Person, approver: Person, at: datetime) -> Journey:
    journey = actions.make(
        "挽回流失苗头", route, by=writer, at=at - timedelta(days=2),
        name_en="Win back who is slipping away",
    )  # fmt: skip
    version = queries.making(journey)
    assert version is not None
    actions.submit(version, moves={}, by=writer, at=at - timedelta(days=2))
    actions.approve(version, by=approver, at=at - timedelta(days=1))
    return actions.start(journey, by=writer, at=at)


def _route(segment: str, back: str, *, shop: bool) -> Route:
    call = "打电话问近况，请客户到店坐坐" if shop else "打电话问近况，看看钱去了哪里"
    say = "好久没联系了，最近都好吗？有什么我能帮上忙的，您尽管说。"
    return Route(
        enter=Enter(segment, How.DAILY, 180),
        goal=Goal(Aim.SEGMENT, back),
        holdout=0.1,
        window=60,
        steps=(
            Step("hello", Kind.SEND, message=MESSAGE, days=3),
            Step("rest", Kind.WAIT, days=4, hour="10:00"),
            Step(
                "heard", Kind.BRANCH, ask=Ask.ANSWERED,
                yes=(Step("talked", Kind.EXIT, text="已联系上"),),
            ),
            Step("call", Kind.TASK, text=call, script=say, days=7),
            Step(
                "spoke", Kind.BRANCH, ask=Ask.ANSWERED,
                yes=(Step("ripen", Kind.WAIT, days=14, hour="10:00"),
                     Step("helped", Kind.EXIT, text="电话后已联系上")),
            ),
            Step("pause", Kind.WAIT, days=14, hour="10:00"),
            Step("again", Kind.SEND, message=MESSAGE, days=3),
            Step("last", Kind.WAIT, days=7),
            Step("end", Kind.EXIT, text="能做的都做了"),
        ),
    )  # fmt: skip


def _day(journey: Journey, group: Segment, named: Sequence[Customer], *, at: datetime) -> None:
    """One day: the list grows, the journey goes on, messages go out, managers call."""
    with scope.everything():
        _consents(named, at=at - timedelta(days=20))
        segments.add_members(group, [who.pk for who in named], by=group.owner, at=at)
        actions.take_in(journey, at=at)
        for later in (at, at + timedelta(hours=1, minutes=1)):
            while actions.advance(at=later):
                pass
        line = lines.line_for("sms")
    later = at + timedelta(hours=2)
    if line is not None:
        delivery.send(line, clock=lambda: later, until=later + timedelta(hours=1))
    with scope.everything():
        _calls(at=at + timedelta(hours=6))


def _returned(journey: Journey, back: Segment, *, at: datetime) -> None:
    """Some come back, more of those with whom somebody spoke than of those left alone."""
    today = core.local_date(at)
    found = Traveller.objects.filter(journey=journey, goal_at__isnull=True)
    ids = []
    for each in found.select_related("customer").order_by("pk"):
        chance = draw(f"back:{each.customer.number}")
        days = (today - core.local_date(each.entered_at)).days
        if chance < (10 if each.is_control else 22) and days >= 6 + chance:
            ids.append(each.customer_id)
    segments.add_members(back, ids, by=back.owner, at=at)


def _consents(named: Sequence[Customer], *, at: datetime) -> None:
    """Most were asked before, by both ways, and most said yes."""
    for who in named:
        chance = draw(f"journey:{who.number}")
        for channel, asked, yes in (("sms", 75, 66), ("call", 90, 85)):
            if chance < asked:
                channels.record_consent(
                    who, purpose="marketing", channel=channel, at=at, by=DEMO,
                    source="branch", said="given" if chance < yes else "refused",
                    evidence=f"J-{who.number}",
                )  # fmt: skip


def _calls(*, at: datetime) -> None:
    """Managers reach about two of three, a few days after the task was laid."""
    today = core.local_date(at)
    found = Errand.objects.filter(state=Errand.State.OPEN).select_related("customer__book")
    for errand in found.order_by("pk"):
        chance, age = draw(f"call:{errand.customer.number}"), (today - errand.on).days
        owner = errand.customer.book.owner
        if owner is None or chance >= 66 or age != 1 + chance % 4:
            continue
        touch = channels.record_touch(
            errand.customer, channel="call", outcome="reached", two_way=True, by=owner, at=at,
            note=SAID[chance % len(SAID)], purpose="旅程任务",
        )  # fmt: skip
        cycle = f"errand:{errand.pk}:{errand.on.isoformat()}"
        actions.do_errands([cycle], touch=touch, by=owner, at=at)
    _taken_out(at=at)


def _taken_out(*, at: datetime) -> None:
    """Once somebody asked to be left in peace for a while."""
    gone = Traveller.objects.filter(why=Traveller.Why.BY_HAND).exists()
    found = Traveller.objects.filter(state=Traveller.State.TRAVELLING, step="pause").first()
    owner = found.customer.book.owner if found else None
    if found is not None and owner is not None and not gone:
        actions.take_out(found, words="客户出国半年，回来再联系", by=owner, at=at)


def _aside(writer: Person, *, at: datetime) -> None:
    """Another journey that somebody has begun to write."""
    if queries.preset_for(writer, "welcome", at=at) is not None:
        actions.begin(
            "welcome", name="新客头 90 天", name_en="The first 90 days", by=writer, at=at
        )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), core.time_zone())
