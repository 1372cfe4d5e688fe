"""Each trigger of every trade, alone, on a synthetic case."""

from __future__ import annotations

from datetime import date

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Case, Given, day, event, prove

from regulars.testing.cast import TODAY

pytestmark = pytest.mark.django_db
TOMORROW = day(1)
# The last 90 days of an active year, against the 275 before them.
LESS = {"tenure_days": 900.0, "spend_365": 36_500.0}
ASLEEP = {"stage": "dormant", "last_on": day(-400)}

CASES = (
    Case(
        "relationship_anniversary",
        Given(file={"since": date(2020, 11, 23)}),
        due=TODAY,
        beside=(
            Given(file={"since": date(2020, 11, 24)}),
            Given(file={"since": date(2026, 11, 23)}),
        ),
    ),
    Case(
        "first_purchase",
        Given(now={"first_on": day(-1)}),
        due=TODAY,
        beside=(Given(now={"first_on": TODAY}), Given(now={"first_on": day(-60)})),
    ),
    Case(
        "complaint_opened",
        Given(events=[event("complaint_opened", -1, ref="C1")]),
        due=day(1),  # the standard of the mass: one working day
        desk="service",
        minutes=15,
        beside=(
            Given(
                events=[
                    event("complaint_opened", -3, ref="C1"),
                    event("complaint_closed", -1, ref="C1"),
                ]
            ),
        ),
    ),
    Case(
        "complaint_closed",
        Given(events=[event("complaint_closed", -3, ref="C2")]),
        due=day(2),
        desk="manager",
        beside=(Given(events=[event("complaint_closed", -20, ref="C2")]),),
    ),
    Case(
        "survey_detractor",
        Given(events=[event("survey_nps", -3, value=6)]),
        due=TOMORROW,
        desk="manager",
        beside=(
            Given(events=[event("survey_nps", -3, value=7)]),
            Given(events=[event("survey_csat", -3, value=3)]),
        ),
    ),
    Case(
        "survey_promoter",
        Given(events=[event("survey_nps", 0, value=9)]),
        due=day(14),
        beside=(Given(events=[event("survey_nps", 0, value=8)]),),
    ),
    Case(
        "referral_received",
        Given(events=[event("referral_received", 0, ref="K9")]),
        due=TOMORROW,
        beside=(Given(events=[event("referral_given", -30, ref="K9")]),),
    ),
    Case(
        "referral_feedback",
        Given(events=[event("referral_given", 0, ref="K8")]),
        due=day(7),
        beside=(Given(events=[event("referral_given", -40, ref="K8")]),),
    ),
    Case(
        "event_no_reply",
        Given(events=[event("event_invited", 3, ref="E1", known=-10)]),
        due=TODAY,
        beside=(
            Given(events=[event("event_invited", 5, ref="E1", known=-10)]),
            Given(
                events=[
                    event("event_invited", 3, ref="E1", known=-10),
                    event("event_replied", -2, ref="E1"),
                ]
            ),
        ),
    ),
    Case(
        "event_attended",
        Given(events=[event("event_attended", -3, ref="E1")]),
        due=TOMORROW,
        beside=(Given(events=[event("event_attended", -20, ref="E1")]),),
    ),
    Case(
        "event_no_show",
        Given(events=[event("event_no_show", 0, ref="E1")]),
        due=day(3),
        beside=(Given(events=[event("event_no_show", -20, ref="E1")]),),
    ),
    Case(
        "campaign_response",
        Given(events=[event("campaign_response", 0, ref="autumn")]),
        due=TOMORROW,
        beside=(Given(file={"consents": {}}, events=[event("campaign_response", 0)]),),
    ),
    Case(
        "tier_upgraded",
        Given(level=3, was_level=2),
        due=day(7),
        also=frozenset({"contact_overdue"}),
        beside=(Given(level=3, was_level=3), Given(level=2, was_level=3)),
    ),
    Case(
        "churn_risk_up",
        Given(now={"churn_band": "high"}, was={"churn_band": "medium"}),
        due=day(3),
        beside=(
            Given(now={"churn_band": "medium"}, was={"churn_band": "medium"}),
            Given(now={"churn_band": "low"}, was={"churn_band": "high"}),
            # 30 % below 90 days of the rest of the year would be 6,689: not yet.
            Given(now=LESS | {"spend_90": 7_000.0}, was=LESS | {"spend_90": 8_000.0}),
        ),
    ),
    Case(
        "became_dormant",
        Given(now=ASLEEP, was={"stage": "at_risk"}),
        due=date(2026, 12, 21),
        desk="service",
        minutes=5,
        beside=(Given(now=ASLEEP, was=ASLEEP),),
    ),
    Case(
        "reactivated",
        Given(was=ASLEEP, now={"stage": "reactivated", "last_on": day(-1)}),
        due=day(3),
        beside=(
            Given(was=ASLEEP, now=ASLEEP),
            Given(was=ASLEEP, now={"stage": "active", "last_on": day(-400)}),
        ),
    ),
    Case(
        "points_expiring",
        Given(events=[event("points_expire", 60, ref="2026", value=5000, known=-5)]),
        due=TOMORROW,
        desk="service",
        stake=0,
        beside=(
            Given(events=[event("points_expire", 75, ref="2026", value=5000, known=-5)]),
            Given(
                events=[
                    event("points_expire", 7, ref="2026", value=5000, known=-5),
                    event("points_used", -1, ref="2026"),
                ]
            ),
        ),
    ),
    Case(
        "coupon_expiring",
        Given(events=[event("coupon_expires", 7, ref="Q1", value=20, known=-5)]),
        due=TOMORROW,
        desk="service",
        stake=20,
        beside=(
            Given(events=[event("coupon_expires", 10, ref="Q1", value=20, known=-5)]),
            Given(
                events=[
                    event("coupon_expires", 3, ref="Q1", value=20, known=-5),
                    event("coupon_used", -1, ref="Q1"),
                ]
            ),
        ),
    ),
)


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    assert prove(world, CASES) == {}
