"""What a morning finds: every trigger's rows, judged by the rules, gated by consent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from regulars.server.care.actions import pacing
from regulars.server.care.actions.pacing import Stays
from regulars.server.care.queries import dealing, files
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.catalogue import Catalogue
from regulars.server.care.queries.morning import (
    Sight,
    above,
    buying,
    money,
    moving,
    own,
    standard,
)
from regulars.server.care.queries.morning.stages import STAGES
from regulars.server.care.rules import Morning, Reason, Subject, Trigger, catalogue, detect
from regulars.server.care.rules import dealing as dealings
from regulars.server.care.rules.detectors import Entered, Register
from regulars.server.care.rules.gain import Chances
from regulars.server.care.rules.live import LAID, MOVED
from regulars.server.care.rules.policy import Policy
from regulars.server.products.models import Product
from regulars.server.tiers.models import SchemeVersion

Rows = Sequence[Any]
log = logging.getLogger(__name__)
Judge = Callable[[Subject, Any, Morning], Reason | None]


@dataclass
class Found:
    """Reasons of one morning, with those that consent held back."""

    subjects: Mapping[int, Subject]
    reasons: list[Reason] = field(default_factory=list)
    held_back: int = 0
    old: int = 0  # states that were so before, and what a wave left out

    def add(self, reason: Reason | None) -> None:
        if reason is None:
            return
        if reason.trigger.marketing and not self.subjects[reason.customer_id].marketing:
            self.held_back += 1
        else:
            self.reasons.append(reason)


def _day(read: Callable[[date], Rows]) -> Callable[[Sight], Rows]:
    return lambda sight: read(sight.morning.day)


def _happened(trigger: Trigger) -> Judge:
    return lambda subject, row, morning: detect.happened(trigger, subject, row, morning)


def _periodic(trigger: Trigger, period: str) -> Judge:
    return lambda subject, row, morning: detect.in_period(
        trigger, subject, row, morning, period=period
    )


def _owed(code: str) -> tuple[Callable[[Sight], Rows], Judge]:
    """A duty of the service standard, as one trigger tells it."""
    trigger = catalogue.TRIGGERS[code]
    return standard.owed(code), lambda subject, row, morning: detect.owed(
        trigger, subject, row, morning
    )


# Registers of ours: whose rows a trigger reads, and who judges them.
REGISTERS: Mapping[str, tuple[Callable[[Sight], Rows], Judge]] = {
    "promise_due": (_day(reads.promises), detect.promise_due),
    "care_plan": (_day(above.work("care_plan")), detect.laid(catalogue.CARE_PLAN)),
    "opportunity_step": (
        _day(above.work("opportunity_step")),
        detect.laid(catalogue.TRIGGERS["opportunity_step"]),
    ),
    **{
        code: (_day(above.work(code)), detect.laid(catalogue.TRIGGERS[code]))
        for code in (
            *("complaint_due", "gift_waiting", "journey_step", "privilege_unused"),
            *("salon_guest", "topic_talk", "campaign_call"),
        )
    },
    "life_event": (_day(reads.life_actions), detect.life_event),
    "joint_plan": (_day(dealing.steps), dealings.joint_plan),
    "invoice_overdue": (_day(dealing.owed), dealings.invoice_overdue),
    "quote_expiring": (_day(dealing.quotes), dealings.quote_expiring),
    "order_value_drop": (buying.buying_less, _periodic(catalogue.ORDER_VALUE_DROP, "quarter")),
    "second_purchase": (buying.bought_once, detect.second_purchase),
    "replenishment": (buying.running_out, detect.replenishment),
    "tier_gap_amount": (reads.near_next_tier, detect.tier_gap_amount),
    "large_outflow": (reads.outflows, detect.large_outflow),
    "large_inflow": (reads.inflows, detect.large_inflow),
    "corp_large_movement": (reads.corporate, detect.corp_large_movement),
    "idle_balance": (reads.idle, _periodic(catalogue.IDLE_BALANCE, "quarter")),
    "settlement_drop": (reads.settling_less, _periodic(catalogue.SETTLEMENT_DROP, "month")),
    "payroll_first": (reads.payroll.first, _happened(catalogue.PAYROLL_FIRST)),
    "payroll_stopped": (reads.payroll.stopped, detect.payroll_stopped),
    "payroll_flight": (reads.payroll.leaving, detect.payroll_flight),
    "owner_changed": (reads.new_owners, detect.owner_changed),
    "festival": (reads.greeted, detect.festival),
    "tier_watch": (reads.below_tier, detect.tier_watch),
    "became_dormant": (reads.turned_dormant, detect.became_dormant),
    "tier_threshold": (reads.near_next_tier, detect.tier_threshold),
    "birthday": (reads.birthdays, detect.birthday),
    "contact_overdue": (reads.overdue, detect.contact_overdue),
    "playbook_step": (reads.playbooks.bought, detect.playbook_step),
    "answer_low": (_day(reads.answers.low), _happened(catalogue.ANSWER_LOW)),
    "stage_entered": (lambda sight: sight.staged, detect.stage_entered),
    "stage_offered": (lambda sight: sight.staged, detect.stage_offered),
    **{code: _owed(code) for code in standard.OWED},
}


def _told_or_laid(trigger: Trigger, judge: Judge) -> Judge:
    """Facts are judged as ever, what a feature above lays on the day as such."""
    lies = detect.laid(trigger)

    def either(subject: Subject, row: Any, morning: Morning) -> Reason | None:
        return (lies if isinstance(row, detect.Work) else judge)(subject, row, morning)

    return either


# Found like others, judged by a rule of their own.
JUDGES: Mapping[str, Judge] = {
    "complaint_opened": _told_or_laid(catalogue.TRIGGERS["complaint_opened"], detect.complaint),
    **{
        code: _told_or_laid(
            catalogue.TRIGGERS[code], partial(detect.judge, catalogue.TRIGGERS[code])
        )
        for code in ("complaint_closed", "referral_received", "referral_feedback")
    },
}


def detect_all(sight: Sight, known: Catalogue) -> Found:
    """Ask every trigger that is on; those about files come last, for quiet customers only."""
    on = {trigger.code: trigger for trigger in known.active()}
    rows: dict[str, Rows] = {
        code: read(sight) for code, (read, _judge) in REGISTERS.items() if code in on
    }
    rows |= reads.rows((t for t in on.values() if not isinstance(t.detect, Register)), sight)
    rows |= members(on.values(), sight, known)
    rows |= above.shared(rows, on, sight.morning.day)
    found, stays = judged(rows, on, known, sight)
    found.reasons = _staged(found.reasons, rows)
    found.reasons = detect.without_same(found.reasons, rows.get("playbook_step", ()))
    _ask_for_files(found, sight, on)
    weighed = weigh(found.reasons, sight)
    day, policy = sight.morning.day, sight.morning.policy
    found.reasons = pacing.news(pacing.rested(weighed, day), stays, found.subjects, policy, day)
    found.old = len(weighed) - len(found.reasons)
    found.reasons = detect.merged(found.reasons)
    return found


def heard(sight: Sight, triggers: Sequence[Trigger], known: Catalogue) -> Found:
    """Ask some triggers about what came lately, beside the morning."""
    on = {trigger.code: trigger for trigger in triggers}
    told = [trigger for trigger in triggers if trigger.code not in MOVED | LAID]
    rows: dict[str, Rows] = dict(reads.rows(told, sight)) | _moved(on, sight)
    rows |= {code: REGISTERS[code][0](sight) for code in on if code in LAID}
    rows |= above.shared(rows, on, sight.morning.day)
    found, stays = judged(rows, on, known, sight, beside=True)
    weighed = pacing.rested(weigh(found.reasons, sight), sight.morning.day)
    found.reasons = pacing.news(
        weighed, stays, found.subjects, sight.morning.policy, sight.morning.day
    )
    return found


def _moved(on: Mapping[str, Trigger], sight: Sight) -> dict[str, Rows]:
    """Large movements among balances that came today, by whose they are and which way."""
    if not MOVED & set(on):
        return {}
    found = moving.lately_moved(sight)
    persons = list(money.apart(found, sight.morning, False))
    of = {
        "large_outflow": persons,
        "large_inflow": persons,
        "corp_large_movement": list(money.apart(found, sight.morning, True)),
    }
    return {code: of[code] for code in MOVED & set(on)}


def judged(
    rows: dict[str, Rows],
    on: Mapping[str, Trigger],
    known: Catalogue,
    sight: Sight,
    *,
    beside: bool = False,
) -> tuple[Found, Stays]:
    """Judge rows by their triggers, through the eyes of whoever made them.

    `beside` a morning nobody's stay in a state is written.
    """
    ids = {row.customer_id for found in rows.values() for row in found}
    found = Found(reads.subjects(ids, sight))
    stays = Stays() if beside else pacing.enter(on.values(), rows, found.subjects, sight)
    for code, trigger in on.items():
        judge = REGISTERS[code][1] if code in REGISTERS else JUDGES.get(code) or _judge(trigger)
        eyes = known.eyes(code)
        for row in rows.get(code, ()):
            subject = found.subjects.get(row.customer_id)
            if subject and (eyes is None or eyes.holds(subject.book_id)):
                found.add(_of(sight.morning.policy, judge(subject, row, sight.morning)))
    return found, stays


def weigh(reasons: list[Reason], sight: Sight) -> list[Reason]:
    """Say what each is expected to change, and give it its names."""
    chances = Chances(sight.morning.policy, reads.tallies(sight.morning.day))
    return [chances.weigh(reason) for reason in _named(reasons)]


def members(
    triggers: Iterable[Trigger], sight: Sight, known: Catalogue
) -> dict[str, list[detect.Row]]:
    """Who is in the segments that triggers wait for; one that cannot be asked is left out."""
    found: dict[str, list[detect.Row]] = {}
    day = sight.morning.day
    for trigger in triggers:
        if isinstance(trigger.detect, Entered):
            maker = known.makers[trigger.code].made_by
            try:
                ids = own.members(maker, trigger.detect.segment, at=sight.at)
            except own.Unreachable as error:
                log.warning("Trigger %s: %s", trigger.code, error)
                continue
            found[trigger.code] = [detect.Row(who, "", day) for who in ids]
    return found


def _of(policy: Policy, reason: Reason | None) -> Reason | None:
    """The reason with the company's own numbers, whichever its judge knew."""
    if reason is None:
        return None
    trigger = policy.tuned(reason.trigger)
    weaker = reason.weaker and max(reason.weaker, trigger.priority)
    if trigger is reason.trigger and weaker == reason.weaker:
        return reason
    return replace(reason, trigger=trigger, weaker=weaker)


def _judge(trigger: Trigger) -> Judge:
    return lambda subject, row, morning: detect.judge(trigger, subject, row, morning)


def _staged(reasons: list[Reason], rows: Mapping[str, Rows]) -> list[Reason]:
    """Let the treatment of a stage say how the stage's own trigger is dealt with, once."""
    entered = {
        (row.customer_id, same): row
        for code in STAGES
        for row in rows.get(code, ())
        for same in detect.SAME.get(row.stage, ())
    }
    said = {
        reason.customer_id
        for reason in reasons
        if (reason.customer_id, reason.trigger.code) in entered
    }
    found = []
    for reason in reasons:
        key = reason.customer_id, reason.trigger.code
        if reason.trigger.code in STAGES and reason.customer_id in said:
            continue
        found.append(detect.dressed(reason, entered[key]) if key in entered else reason)
    return found


def _ask_for_files(found: Found, sight: Sight, on: Mapping[str, Trigger]) -> None:
    """Who has no other reason today may be asked for what the file lacks."""
    busy = {reason.customer_id for reason in found.reasons}
    wanted = files.wanted(sight, busy=busy)
    quiet = reads.subjects({row.customer_id for row in wanted}, sight)
    found.subjects = {**found.subjects, **quiet}
    for row in wanted:
        if subject := quiet.get(row.customer_id):
            reason = detect.file_work(subject, row, sight.morning)
            if reason.trigger.code in on:
                found.add(_of(sight.morning.policy, reason))


def _named(reasons: list[Reason]) -> list[Reason]:
    """Give reasons the names of products and tiers, so that a card needs no look-up."""
    products = {p.code: (p.name, p.name_en) for p in Product.objects.all()}
    better, own = _tiers()
    named = []
    for reason in reasons:
        told, facts = reason.facts, {}
        # An event may name what it is about by the code of a product.
        about = told.get("product") or told.get("item", "")
        if about in products:
            zh, en = products[about]
            facts = {**told, "product_zh": zh, "product_en": en or zh}
        if tier := told.get("tier"):
            near = "next_at" in told
            zh, en = (better if near else own).get(tier, ("", ""))
            facts = {**told, **facts, "tier_zh": zh, "tier_en": en or zh}
        named.append(reason.but(facts=facts) if facts else reason)
    return named


Names = dict[str, tuple[str, str]]


def _tiers() -> tuple[Names, Names]:
    """Tier code -> the names of the next better tier, and its own, by the schemes in force."""
    better: Names = {}
    own: Names = {}
    for version in SchemeVersion.objects.leading().order_by("scheme"):
        names = [(tier.get("name", ""), tier.get("name_en", "")) for tier in version.tiers]
        codes = [tier["code"] for tier in version.tiers]
        own |= dict(zip(codes, names, strict=True))
        better |= dict(zip(codes[1:], names, strict=False))
    return better, own
