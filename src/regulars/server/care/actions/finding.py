"""What a morning finds: every trigger's rows, judged by the rules, gated by consent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from regulars.server.care.queries import dealing, files
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    Morning,
    Reason,
    Subject,
    catalogue,
    detect,
)
from regulars.server.care.rules import dealing as judge
from regulars.server.products.models import Product
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import SchemeVersion


@dataclass
class Found:
    """Reasons of one morning, with those that consent held back."""

    subjects: Mapping[int, Subject]
    reasons: list[Reason] = field(default_factory=list)
    held_back: int = 0

    def add(self, reason: Reason | None, *, off: Collection[str]) -> None:
        if reason is None or reason.trigger.code in off:
            return
        if reason.trigger.marketing and not self.subjects[reason.customer_id].marketing:
            self.held_back += 1
        else:
            self.reasons.append(reason)


def detect_all(morning: Morning, run: Run | None, *, at: datetime) -> Found:
    day, policy = morning.day, morning.policy
    birthdays = reads.birthdays(morning)
    overdue = reads.overdue(morning)
    maturing = reads.maturing(morning)
    promises = reads.promises(day)
    lives = reads.life_actions(day)
    owed, terms = dealing.owed(day), dealing.terms(day)
    quotes, steps = dealing.quotes(day), dealing.steps(day)
    outflows = reads.outflows(run) if run else []
    dormant = reads.turned_dormant(run, reads.published_before(run)) if run else []
    tiered = reads.tier_run()
    before = reads.tier_run_before(tiered) if tiered else None
    near = reads.near_next_tier(tiered, before, policy.threshold_from) if tiered else []
    ids: set[int] = {
        *(customer for customer, *_row in birthdays),
        *(customer for customer, *_row in overdue),
        *(customer for customer, *_row in promises),
        *(customer for customer, *_row in dormant),
        *(row.customer_id for row in lives),
        *(row.customer_id for row in owed),
        *(row.customer_id for row in (*terms, *quotes)),
        *(row.customer_id for row in steps),
        *(row.customer_id for row in maturing),
        *(row.customer_id for row in outflows),
        *(standing.customer_id for standing, _ in near),
    }
    found = Found(reads.subjects(ids, morning, run))
    one = found.subjects.get
    gone = {row.customer_id for row in outflows}

    def add(reason: Reason | None) -> None:
        found.add(reason, off=policy.off)

    for customer, touch, step, on, agreed in promises:
        if subject := one(customer):
            add(
                detect.promise_due(
                    subject, touch=touch, step=step, on=on, agreed=agreed, morning=morning
                )
            )
    for life in lives:
        if subject := one(life.customer_id):
            add(detect.life_event(subject, life, morning))
    for together in steps:
        if subject := one(together.customer_id):
            add(judge.joint_plan(subject, together, morning))
    for debt in owed:
        if subject := one(debt.customer_id):
            add(judge.invoice_overdue(subject, debt, morning))
    for ends in terms:
        if subject := one(ends.customer_id):
            add(judge.terms_ending(subject, ends, morning))
    for offer in quotes:
        if subject := one(offer.customer_id):
            add(judge.quote_ending(subject, offer, morning))
    for movement in outflows:
        if subject := one(movement.customer_id):
            add(detect.large_outflow(subject, movement, morning))
    for held in maturing:
        if subject := one(held.customer_id):
            # Money that left in these days does not lie idle; the outflow has its own reason.
            still = replace(held, idle=held.idle and held.customer_id not in gone)
            add(detect.deposit_maturity(subject, still, morning))
    for customer, was, last_on in dormant:
        if run and (subject := one(customer)):
            add(
                detect.became_dormant(
                    subject,
                    was=was,
                    now="dormant",
                    as_of=run.as_of,
                    last_on=last_on,
                    morning=morning,
                )
            )
    for now, was_standing in near:
        if subject := one(now.customer_id):
            add(
                detect.tier_threshold(
                    subject, now, morning, before=was_standing, had_before=before is not None
                )
            )
    for customer, when, lunar in birthdays:
        if subject := one(customer):
            add(detect.birthday(subject, when, morning, lunar=lunar))
    for customer, last, known in overdue:
        if subject := one(customer):
            add(detect.contact_overdue(subject, last, known, morning))
    _ask_for_files(found, morning, run, at=at)
    found.reasons = _named(found.reasons)
    return found


def _ask_for_files(found: Found, morning: Morning, run: Run | None, *, at: datetime) -> None:
    """Who has no other reason today may be asked for what the file lacks."""
    busy = {reason.customer_id for reason in found.reasons}
    wanted = files.wanted(morning, run, at=at, busy=busy)
    found.subjects = {
        **found.subjects,
        **reads.subjects({row.customer_id for row in wanted}, morning, run),
    }
    for row in wanted:
        if subject := found.subjects.get(row.customer_id):
            found.add(detect.file_work(subject, row, morning), off=morning.policy.off)


def _named(reasons: list[Reason]) -> list[Reason]:
    """Give reasons the names of products and tiers, so that a card needs no look-up."""
    products = {p.code: (p.name, p.name_en) for p in Product.objects.all()}
    tiers = _better_tiers()
    named = []
    for reason in reasons:
        facts = dict(reason.facts)
        if reason.trigger is catalogue.DEPOSIT_MATURITY:
            zh, en = products.get(facts["product"], ("", ""))
            facts |= {"product_zh": zh, "product_en": en or zh}
        if reason.trigger is catalogue.TIER_THRESHOLD:
            zh, en = tiers.get(facts["tier"], ("", ""))
            facts |= {"next_zh": zh, "next_en": en or zh}
        named.append(replace(reason, facts=facts) if facts != reason.facts else reason)
    return named


def _better_tiers() -> dict[str, tuple[str, str]]:
    """Tier code -> the names of the next better one, under the primary schemes in force."""
    found: dict[str, tuple[str, str]] = {}
    active = SchemeVersion.objects.filter(
        scheme__is_primary=True, state=SchemeVersion.State.ACTIVE
    ).order_by("scheme")
    for version in active:
        for better, tier in zip(version.tiers, version.tiers[1:], strict=False):
            found[tier["code"]] = (better.get("name", ""), better.get("name_en", ""))
    return found
