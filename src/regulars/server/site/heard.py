"""What the customers of the demo said: two waves of NPS, one of contentment, comments, loops.

The quarters are lived in their order. In the first wave many complain of waiting; the company
opens counters and says so; in the second fewer do. Who answers, and what, follows from the
customer's number, so that the demo is the same each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from regulars.base.errors import RegularsError
from regulars.server.channels import actions as channels
from regulars.server.complaints.models import Entry
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.site.questions import (
    Scene,
    complaint,
    dice,
    field,
    moment,
    morning,
    one_of,
    opinion,
    workday,
)
from regulars.server.site.sayings import (
    ATTITUDE,
    CAUSES,
    DONE,
    FEES,
    HIGH,
    LOW,
    MIDDLE,
    WAITING,
    WRITTEN,
)
from regulars.server.voice import actions
from regulars.server.voice.models import Cause, Invitation, Loop, Wave

DEMO = System("demo")
EACH, MOST = 8, 100  # asked of one book, and in all
MOST_COMPARED = 36
ANSWERS = 52  # of a hundred who were asked


def live(*, kind: str, today: date) -> None:
    """Ask, hear, close and change, up to today."""
    marketer = Person.objects.filter(role="marketer", is_active=True).order_by("pk").first()
    if marketer is None:
        return
    scene = Scene(marketer, today)
    asked = list(_asked())
    _agree([customer for customer, _owner in asked], scene)
    causes = _causes(scene)
    survey = actions.make_survey(
        "全行推荐意愿", name_en="Would you recommend us", preset="nps", by=marketer,
        at=morning(today, -121),
    )  # fmt: skip
    version = survey.versions.get()
    first = field(version, "第一季", "First quarter", 120, 30, asked, scene)
    _answer(first, asked, scene, spread=26, bad=46)
    _close(first, causes, scene, late=5)
    _change(causes, scene)
    second = field(version, "第二季", "Second quarter", 24, 21, asked, scene)
    _answer(second, asked, scene, spread=19, bad=22)
    _close(second, causes, scene, late=0)
    rested = [each for n, each in enumerate(asked) if n % 3 == 0]
    _content(list(_others(asked, EACH, 4)) or rested, scene)
    _expected(list(_others(asked, EACH + 4, 3))[:MOST_COMPARED] or rested, scene)
    _comments(scene, shop=kind != "bank")
    actions.end_waves(by=DEMO, at=morning(today, 0))


def _asked() -> Iterator[tuple[Customer, Person]]:
    """The best known customers of every owner: those who could tell."""
    left = MOST
    books = Book.objects.filter(owner__is_active=True).select_related("owner")
    for book in books.order_by("pk"):
        found = Customer.objects.filter(book=book, state=Customer.State.ACTIVE)
        known = found.select_related("book__owner", "book__org_unit").order_by("number")
        for customer in known[: min(EACH, left)]:
            assert book.owner is not None
            left -= 1
            yield customer, book.owner


def _others(
    asked: Sequence[tuple[Customer, Person]], begin: int, most: int
) -> Iterator[tuple[Customer, Person]]:
    """More of each book, whom the first two waves did not ask."""
    books = Book.objects.filter(owner__is_active=True).select_related("owner")
    told = {customer.pk for customer, _owner in asked}
    for book in books.order_by("pk"):
        found = Customer.objects.filter(book=book, state=Customer.State.ACTIVE)
        known = found.select_related("book__owner", "book__org_unit").order_by("number")
        for customer in known[begin : begin + most]:
            if customer.pk not in told and book.owner is not None:
                yield customer, book.owner


def _agree(customers: Sequence[Customer], scene: Scene) -> None:
    """Most were asked at the counter whether a survey by WeCom is welcome, and said yes."""
    at = morning(scene.today, -140)
    for customer in customers:
        said = "refused" if dice(customer, "agree", 12) == 0 else "given"
        ways = ("wecom", "call") if _by_phone(customer) else ("wecom",)
        for way in ways:
            channels.record_consent(
                customer, purpose="survey", channel=way, said=said, source="form",
                evidence="柜台登记", by=DEMO, at=at,
            )  # fmt: skip


def _causes(scene: Scene) -> dict[str, Cause]:
    at = morning(scene.today, -125)
    return {
        code: actions.add_cause(zh, name_en=en, by=scene.marketer, at=at)
        for code, (zh, en) in CAUSES.items()
    }


def _answer(
    wave: Wave,
    asked: Sequence[tuple[Customer, Person]],
    scene: Scene,
    *,
    spread: int,
    bad: int,
) -> None:
    """Links go out in the days after the launch; about half answer, some by phone."""
    owners = {customer.pk: owner for customer, owner in asked}
    score, why = wave.version.questions.all()
    waiting = wave.invitations.filter(state=Invitation.State.WAITING)
    for invitation in waiting.select_related("customer", "wave").order_by("pk"):
        who, owner = invitation.customer, owners[invitation.customer_id]
        day = core.local_date(wave.made_at) + timedelta(days=1 + dice(who, wave.name, 4))
        at = moment(day, 10, dice(who, "minute", 50))
        try:
            actions.hand_over(invitation, by=owner, at=at)
        except RegularsError:
            continue  # the policy of that day said no
        said = moment(day + timedelta(days=dice(who, "late", spread - 4)), 20, 15)
        if dice(who, f"{wave.name}/answers", 100) >= ANSWERS or said >= morning(scene.today, 0):
            continue
        value, words, _code = opinion(who, wave.name, bad)
        given = {score.public_id: value, why.public_id: words}
        if _by_phone(who):
            _call(wave, who, given, by=owner, at=moment(core.local_date(said), 15, 0))
        else:
            actions.answer_link(actions.token(invitation), given, language="zh-hans", at=said)


def _by_phone(who: Customer) -> bool:
    return dice(who, "mode", 5) == 0


def _call(
    wave: Wave,
    who: Customer,
    given: dict[str, object],
    *,
    by: Person,
    at: datetime,
    mode: str = "phone",
) -> None:
    """Where the policy of that day lets us."""
    with suppress(RegularsError):
        actions.answer_by_voice(wave, who, given, mode=mode, by=by, at=at)


def _close(wave: Wave, causes: dict[str, Cause], scene: Scene, *, late: int) -> None:
    """Managers close what is old enough; of the last days some wait, and some are late."""
    found = Loop.objects.filter(answer__wave=wave).select_related("customer__book", "answer")
    for loop in found.order_by("pk"):
        who, lead = loop.customer, _lead(loop.customer)
        after = 1 + dice(who, "closed", 3) + (late if dice(who, "slow", 9) == 0 else 0)
        at = moment(workday(core.local_date(loop.opened_at) + timedelta(days=after)), 15, 30)
        if at >= morning(scene.today, 0) or lead is None or dice(who, "open", 8) == 0:
            continue
        if loop.kind == Loop.Kind.PROMOTER:
            said = ("thanked", "will", "rather_not")[dice(who, "thanks", 3)]
            actions.close_high(loop, thanks=said, by=who.book.owner or lead, at=at)
            continue
        code = complaint(who, wave.name, 46 if late else 22)
        words = loop.answer.comments.values_list("text", flat=True).first() or ""
        actions.close_low(
            loop, cause=causes[code], found=words, action=DONE[code], by=lead, at=at
        )


def _change(causes: dict[str, Cause], scene: Scene) -> None:
    """You said, we did: between the waves."""
    actions.improve(
        causes[WAITING], complaint=Entry.objects.get(list="type", code="waiting"),
        said="排队太久，窗口开得少", said_en="The queue is too long",
        did="高峰时段增开两个窗口，预约客户优先叫号",
        did_en="Two more counters at peak hours; who booked goes first",
        since=scene.today - timedelta(days=60), by=scene.marketer, at=morning(scene.today, -60),
    )  # fmt: skip
    actions.improve(
        causes[FEES], said="收费没有提前说清楚", said_en="Fees were not explained",
        did="所有收费项目办理前口头告知并打印清单",
        did_en="Every fee is told beforehand and printed",
        since=scene.today - timedelta(days=40), by=scene.marketer, at=morning(scene.today, -40),
    )  # fmt: skip
    actions.improve(
        None, complaint=Entry.objects.get(list="cause", code="explained"),
        said="收费没有提前说清楚", said_en="Fees were not explained",
        did="费用变动提前七天短信告知", did_en="Changes of fees are told a week ahead",
        since=scene.today - timedelta(days=85), by=scene.marketer, at=morning(scene.today, -85),
    )  # fmt: skip


def _content(asked: Sequence[tuple[Customer, Person]], scene: Scene) -> None:
    """After a service, face to face: content, and compared with what was expected."""
    survey = actions.make_survey(
        "服务后满意度", name_en="Content after a service", preset="csat", by=scene.marketer,
        at=morning(scene.today, -13),
    )  # fmt: skip
    version = survey.versions.get()
    wave = field(version, "本月", "This month", 12, 30, asked, scene, channel="visit")
    owners = {customer.pk: owner for customer, owner in asked}
    score, compared, why = version.questions.all()
    waiting = wave.invitations.filter(state=Invitation.State.WAITING)
    for invitation in waiting.select_related("customer").order_by("pk"):
        who = invitation.customer
        day = workday(scene.today - timedelta(days=11 - dice(who, "day", 9)))
        told: dict[str, Any] = {"mode": "face", "by": owners[who.pk], "at": moment(day, 14, 20)}
        visited = dice(who, "visited", 10)
        if visited < 3 or day >= scene.today:
            continue
        if visited < 5:
            outcome = "missed" if visited == 3 else "declined"
            with suppress(RegularsError):
                actions.not_answered(wave, who, outcome=outcome, **told)
            continue
        luck = dice(who, "content", 10)
        value = 2 if luck == 0 else 3 if luck < 3 else 4 if luck < 6 else 5
        words = one_of(HIGH, who) if value > 3 else one_of(LOW[ATTITUDE], who)
        given = {
            score.public_id: value,
            compared.public_id: max(-2, min(2, value - 4 + dice(who, "gap", 2))),
            why.public_id: words if dice(who, "words", 2) else "",
        }
        _call(wave, who, given, **told)


def _expected(asked: Sequence[tuple[Customer, Person]], scene: Scene) -> None:
    """Face to face: each touch point as it was, and against what was expected of it."""
    survey = actions.make_survey(
        "各触点体验与预期", name_en="Touch points: had and expected", preset="experience",
        by=scene.marketer, at=morning(scene.today, -9),
    )  # fmt: skip
    wave = field(
        survey.versions.get(), "本季", "This quarter", 8, 30, asked, scene, channel="visit"
    )
    owners = {customer.pk: owner for customer, owner in asked}
    questions = list(wave.version.questions.all())
    waiting = wave.invitations.filter(state=Invitation.State.WAITING)
    for invitation in waiting.select_related("customer").order_by("pk"):
        who = invitation.customer
        day = workday(scene.today - timedelta(days=7 - dice(who, "came", 6)))
        if dice(who, "comes", 10) < 2 or day >= scene.today:
            continue
        given: dict[str, object] = {}
        for place, question in enumerate(questions[:-1]):
            point = place // 2  # the counter disappoints more than the manager does
            thrown = dice(who, ("counter", "manager", "phone app")[point], 4)
            gap = max(-2, min(2, thrown - (2, 1, 2)[point]))
            given[question.public_id] = gap if place % 2 else 7 + gap + dice(who, "had", 2)
        low = min(value for value in given.values() if isinstance(value, int)) < -1
        given[questions[-1].public_id] = one_of(LOW[WAITING] if low else MIDDLE, who)
        by = owners[who.pk]
        _call(wave, who, given, mode="face", by=by, at=moment(day, 15, 40))


def _comments(scene: Scene, *, shop: bool) -> None:
    """What strangers wrote on a site of opinions in the last weeks."""
    actions.write_comments(
        "本地生活网",
        [
            actions.Written(
                text.replace("网点", "门店") if shop else text,
                moment(scene.today - timedelta(days=3 + 7 * n), 21, 5),
                stars,
                f"demo-{n}",
            )
            for n, (stars, text) in enumerate(WRITTEN)
        ],
    )


def _lead(customer: Customer) -> Person | None:
    """The head of the branch that looks after a customer."""
    found = Person.objects.filter(
        org_unit=customer.book.org_unit, role="manager", is_active=True
    )
    return found.order_by("pk").first()
