"""The catalogue holds every trigger of practice, and says of each what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import trigger_docs

from regulars.server import web
from regulars.server.care.actions import alarms
from regulars.server.care.actions.finding import REGISTERS
from regulars.server.care.actions.rows import leaving
from regulars.server.care.queries import files, wording
from regulars.server.care.rules import topics
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.detectors import Register
from regulars.server.content.queries.shipped import shipped
from regulars.server.segments.forms.events import EVENTS

# What is service (S) and what is marketing (M), code by code. Two notes: a file that lacks
# something is asked for apart from one that nobody confirmed, and a life event is service
# whose products ask for consent themselves.
KINDS = {
    "universal": """
        birthday M, festival M, relationship_anniversary M, first_purchase S,
        contact_overdue S, file_incomplete S, profile_stale S, promise_due S,
        complaint_opened S, complaint_closed S, complaint_due S,
        survey_detractor S, survey_promoter M,
        referral_received S, referral_feedback S, tier_upgraded S, tier_watch M,
        tier_threshold M, churn_risk_up M, became_dormant M, reactivated S,
        points_expiring S, coupon_expiring M, owner_changed S, event_no_reply M,
        event_attended M, event_no_show M, life_event S, campaign_response M,
        stage_entered S, stage_offered M, visit_due S, review_due S, rank_contact_due S,
        playbook_step S, answer_low S, care_plan S,
        opportunity_step S, gift_waiting S, privilege_unused M, salon_guest M,
        journey_step M, topic_talk M, campaign_call M""",
    "bank": """
        deposit_maturity S, wealth_maturity M, large_outflow S, large_inflow M, aum_drop M,
        payroll_first M, payroll_stopped M, payroll_flight M, idle_balance M, new_account S,
        second_product M, app_inactive M, card_unused M, loan_due S, loan_settled M,
        loan_prepay M, risk_profile_expiring S, id_expiring S, fund_move S,
        fixed_rate_event M, branch_visit S, merchant_drop M, inactive_account_notice S""",
    "corporate": """
        settlement_drop M, corp_large_movement S, facility_expiry S, bill_maturity S,
        registry_change S, exec_visit_due S, head_visit_due S, cross_payroll M""",
    # Agent, then leader; agent and leader: one code for each list.
    "insurance": """
        new_policy_callback S, premium_due S, premium_failed S, grace_period S,
        grace_period_leader S, policy_lapsed S, orphan_policy S, policy_review M,
        benefit_payable S, policy_maturity M, claim_closed S, surrender_intent S,
        surrender_intent_leader S, age_milestone M, motor_renewal M""",
    "auto": """
        delivery_followup S, first_service_due S, second_service_due S, service_followup S,
        workshop_lost M, warranty_expiry M, vehicle_inspection S, trade_in_window M,
        owner_referral M""",
    "estate": """
        contract_signed S, mortgage_step S, handover S, owner_monthly M, lease_expiry M,
        second_home_window M, community_price_move M""",
    # What follows a purchase is service for a week and marketing after two.
    "retail": """
        welcome M, second_purchase M, replenishment M, cart_abandoned M, post_purchase S,
        post_purchase_companion M, winback M, sunset S, vip_spend_drop M,
        return_or_bad_review S, tier_gap_amount M, member_day M, wecom_added S,
        wecom_removed S""",
    # Health in red and in amber have days of their own, and a sponsor calls besides.
    "b2b": """
        contract_renewal S, order_gap M, order_value_drop M, qbr_due S, champion_left S,
        health_red S, health_red_sponsor S, health_amber S, usage_high M, invoice_overdue S,
        quote_expiring S, onboarding_slip S, annual_rating_due S, joint_plan S""",
}


@pytest.mark.parametrize("pack", KINDS)
def test_every_code_of_practice_is_there_as_service_or_marketing(pack: str) -> None:
    asked = dict(pair.split() for pair in KINDS[pack].split(","))
    found = {
        code: "M" if trigger.marketing else "S"
        for code, trigger in TRIGGERS.items()
        if trigger.pack == pack
    }

    assert found == asked


def test_pages_have_words_for_every_event_that_a_trigger_reads() -> None:
    assert set(trigger_docs.kinds()) <= set(EVENTS)


def test_every_icon_of_a_reason_is_in_the_sprite() -> None:
    sprite = (Path(web.__file__).parent / "static/vendor/icons.svg").read_text("utf-8")

    assert {t.icon for t in TRIGGERS.values() if f'id="{t.icon}"' not in sprite} == set()


def test_whoever_names_a_trigger_by_its_code_names_one_that_exists() -> None:
    named = {
        *REGISTERS, *alarms.AT_ONCE, *alarms.LEFT, *topics.NAMED, *leaving.STANDS,
        *wording._SPECIAL, *files.CODES,
        *(code for text in shipped().values() for code in text.body.fits.triggers),
    }  # fmt: skip

    assert named - set(TRIGGERS) == set()


def test_a_register_is_read_for_each_trigger_that_says_so_and_for_no_other() -> None:
    said = {code for code, trigger in TRIGGERS.items() if isinstance(trigger.detect, Register)}

    assert said - {"file_incomplete", "profile_stale"} == set(REGISTERS)
