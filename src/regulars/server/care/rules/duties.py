"""What a contact leaves owed: a call is no visit, and a manager's visit no leader's."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from regulars.server.care.rules import catalogue
from regulars.server.standards.rules import Purpose, fulfils

CODES = tuple(
    trigger.code
    for trigger in (
        catalogue.VISIT_DUE,
        catalogue.REVIEW_DUE,
        catalogue.RANK_CONTACT,
        catalogue.EXEC_VISIT,
        catalogue.HEAD_VISIT,
    )
)
PLAN = catalogue.CARE_PLAN.code
# What a contact does not deal with by merely having taken place.
JUDGED = (*CODES, PLAN)
# A card that was dealt with otherwise comes back after so many working days.
AGAIN = 5


def is_met(
    trigger: str,
    facts: Mapping[str, str],
    *,
    heard: bool,
    names: Collection[str] = (),
    **contact: str,
) -> bool:
    """Tell whether a contact deals with a reason.

    All but the duties of the service standard and what a care plan lays on the day are dealt
    with by any contact. `heard` says that the customer answered and nothing ended the talk,
    `names` are those of whoever had it, `contact` is what `standards.rules.fulfils` takes of
    it: channel, topic, role, beside.
    """
    if trigger == PLAN:
        return _of_plan(facts, heard, names, contact.get("topic", ""))
    if not heard or trigger not in CODES or not facts.get("purpose"):
        return True
    ways = tuple(filter(None, facts.get("ways", "").split(",")))
    return fulfils(facts["purpose"], facts.get("doer", ""), ways, **contact)


def _of_plan(facts: Mapping[str, str], heard: bool, names: Collection[str], topic: str) -> bool:
    """A plan that is asked for is met by drawing it up, its review by a contact that is one;
    a step by whoever leads it. The step itself is ticked, or stays open."""
    what = facts.get("what")
    if what == "asked":
        return False
    if what == "review":
        return heard and topic == Purpose.REVIEW
    return not heard or facts.get("lead", "") in ("", *names)


def is_review(reasons: Mapping[str, Mapping[str, str]], channel: str) -> bool:
    """Tell whether a contact for these reasons was a review: one is due, and by such a way."""
    return any(
        facts.get("purpose") == Purpose.REVIEW
        and channel in facts.get("ways", channel).split(",")
        for facts in reasons.values()
    )
