"""Two reasons of the catalogue that say the same of one customer on one day: one stands."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, day, event, of_trade, put

from regulars.server.care.models import Task
from regulars.server.care.rules import Reason, catalogue, detect
from regulars.server.care.rules.detect.same import SAME, SILENT
from regulars.server.customers.models import Customer
from regulars.testing.cast import TODAY

# What falls silent -> beside what. Whoever adds a trigger that says the same adds it here.
MERGED = {
    "stage:new": {
        "playbook_step", "new_account", "delivery_followup", "contract_signed",
        "new_policy_callback", "post_purchase", "first_purchase", "welcome",
    },
    "first_purchase": {
        "playbook_step", "new_account", "delivery_followup", "contract_signed",
        "new_policy_callback", "post_purchase",
    },
    "stage:at_risk": {"churn_risk_up"},
    "vip_spend_drop": {"churn_risk_up"},
    "stage:dormant": {"became_dormant", "winback"},
    "stage:lost": {"winback"},
    "winback": {"became_dormant"},
    "workshop_lost": {"became_dormant"},
    "second_purchase": {"winback", "became_dormant"},
    "stage:reactivated": {"reactivated"},
    "owner_changed": {"orphan_policy"},
    "tier_threshold": {"tier_gap_amount"},
}  # fmt: skip


def reason(name: str, customer: int = 1) -> Reason:
    stage = name.removeprefix("stage:")
    code = "stage_entered" if stage != name else name
    cycle = f"{stage}:{TODAY}" if stage != name else "2026-11"
    trigger = catalogue.TRIGGERS[code]
    return Reason(trigger, customer, cycle, TODAY, TODAY, Decimal(0))


def test_what_is_merged_is_listed_and_names_triggers_that_exist() -> None:
    assert {name: set(others) for name, others in SILENT.items()} == MERGED
    named = {*SILENT, *(other for others in SILENT.values() for other in others)}
    assert {n for n in named if not n.startswith("stage:")} <= set(catalogue.TRIGGERS)
    assert {f"stage:{stage}" for stage in SAME} <= set(SILENT)


@pytest.mark.parametrize(
    ("silent", "louder"),
    [(name, other) for name, others in MERGED.items() for other in sorted(others)],
)
def test_of_two_that_say_the_same_one_stands(silent: str, louder: str) -> None:
    both = [reason(silent), reason(louder), reason(silent, customer=2)]

    assert detect.merged(both) == both[1:]


def test_nothing_falls_silent_in_a_circle() -> None:
    for name, others in SILENT.items():
        assert not any(name in SILENT.get(other, ()) for other in others)


@pytest.mark.django_db
def test_a_new_customer_is_welcomed_once_as_the_stage_says(world: World) -> None:
    one, alone = _new(world, {"first_on": day(-1)}, {})

    world.plan()
    world.plan(day(1))

    (task,) = _beginnings(one)
    assert (task.trigger, task.facts["named_en"]) == ("first_purchase", "Warm start")
    assert [each.trigger for each in _beginnings(alone)] == ["stage_entered"]


@pytest.mark.django_db
def test_what_says_the_same_stays_silent_while_the_other_waits(world: World) -> None:
    of_trade("universal", "estate")
    signed = Given(events=[event("contract_signed", -1)])
    ((one, _given),) = put(world, [signed])
    world.plan()
    before = [each.trigger for each in _beginnings(one)]

    world.score(
        {one: {"first_on": day(-1)}, world.cast.qian: {"first_on": day(-900)}}, as_of=TODAY
    )
    world.plan(day(1))

    assert len(before) == 1
    assert [each.trigger for each in _beginnings(one)] == before


def _new(world: World, *figures: dict[str, object]) -> list[Customer]:
    of_trade("universal", "retail")
    found = [customer for customer, _given in put(world, [Given() for _ in figures])]
    rows = {c: {"stage": "new", **f} for c, f in zip(found, figures, strict=True)}
    long_here = {world.cast.qian: {"stage": "active", "first_on": day(-900)}}
    world.score(long_here, as_of=day(-1))
    world.score({**rows, **long_here}, as_of=TODAY)
    return found


def _beginnings(customer: Customer) -> list[Task]:
    codes = ("stage_entered", "first_purchase", "contract_signed", "playbook_step")
    return list(Task.objects.filter(customer=customer, trigger__in=codes).order_by("pk"))
