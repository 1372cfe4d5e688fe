"""Every route: who may open it, how, and which customer its address names.

A route without an entry here fails the suite: whoever adds a page says who may open it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from regulars.server.alerts.models import Alert
from regulars.server.campaigns.models import Campaign
from regulars.server.care.models import Card, Visit
from regulars.server.channels.models import Touch
from regulars.server.complaints.models import Case
from regulars.server.core.models import Job
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery
from regulars.server.evidence.models import Evidence
from regulars.server.intake.models import Import
from regulars.server.journeys.models import Journey, Traveller
from regulars.server.loyalty.models import Wish
from regulars.server.opportunities.models import Opportunity, Proposal
from regulars.server.outreach.models import Confirmation
from regulars.server.plans.models import Plan
from regulars.server.promises.models import Promise
from regulars.server.referrals.models import Link, Referral
from regulars.server.rewards.models import (
    Batch,
    Coupon,
    CouponKind,
    Gift,
    Present,
    Privilege,
    Redemption,
    Use,
)
from regulars.server.salons.models import Guest, Salon
from regulars.server.tiers.models import Scheme
from regulars.server.voice.models import Answer, Invitation, Loop, Survey, Wave
from regulars.testing.cast import Cast

P = Permission
ANYBODY, SIGNED_IN = "anybody", "signed in"
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]


@dataclass(frozen=True)
class Route:
    """What a route is like: who may open it, how, and which customer it names."""

    who: tuple[Permission, ...] | str
    method: str = "get"
    # What the address names: customer, card, contact, visit, alert, promise, plan, evidence.
    names: str = ""


def needs(*permissions: Permission, method: str = "get", names: str = "") -> Route:
    return Route(permissions, method, names)


ADMIN = P.ADMINISTER
ROUTES: dict[str, Route] = {
    "home": Route(ANYBODY),
    "login": Route(ANYBODY),
    "logout": Route(ANYBODY, "post"),
    "enter": Route(ANYBODY),
    "own-home": Route(ANYBODY),
    "own-home-state": Route(ANYBODY),
    "set-up": Route(ANYBODY),
    "administration:index": needs(ADMIN),
    "administration:people": needs(ADMIN),
    "administration:add-person": needs(ADMIN),
    "administration:person": needs(ADMIN),
    "administration:access": needs(ADMIN, method="post"),
    "administration:password": needs(ADMIN, method="post"),
    "administration:branches": needs(ADMIN),
    "administration:add-branch": needs(ADMIN),
    "administration:books": needs(ADMIN),
    "administration:add-book": needs(ADMIN),
    "administration:assign": needs(ADMIN),
    "administration:settings": needs(ADMIN),
    "administration:load-year": needs(ADMIN, method="post"),
    "administration:set-day": needs(ADMIN, method="post"),
    "administration:drop-day": needs(ADMIN, method="post"),
    "administration:keys": needs(ADMIN),
    "administration:add-key": needs(ADMIN),
    "administration:revoke-key": needs(ADMIN, method="post"),
    "administration:webhooks": needs(ADMIN),
    "administration:add-webhook": needs(ADMIN),
    "administration:webhook": needs(ADMIN),
    "administration:switch-webhook": needs(ADMIN, method="post"),
    "administration:test-webhook": needs(ADMIN, method="post"),
    "administration:renew-webhook": needs(ADMIN, method="post"),
    "administration:remove-webhook": needs(ADMIN, method="post"),
    "administration:deliver-again": needs(ADMIN, method="post"),
    "administration:jobs": needs(P.SEE_JOBS),
    "administration:run-nightly": needs(P.RUN_SCORES, method="post"),
    "administration:job": needs(P.SEE_JOBS),
    "administration:job-row": needs(P.SEE_JOBS),
    "administration:audit": needs(P.SEE_AUDIT),
    "insight:base": needs(P.SEE_BASE),
    "insight:compute": needs(P.SEE_BASE, P.SEE_KPIS, method="post"),
    "insight:job": needs(P.SEE_BASE, P.SEE_KPIS, P.SEE_SCORES),
    "insight:kpis": needs(P.SEE_KPIS),
    "insight:scores": needs(P.SEE_SCORES),
    "insight:run": needs(P.SEE_SCORES),
    "insight:score-now": needs(P.RUN_SCORES, method="post"),
    "insight:learn": needs(P.RUN_SCORES, method="post"),
    "insight:ahead": needs(P.SEE_BASE),
    "insight:less": needs(P.SEE_BASE),
    "insight:depth": needs(P.SEE_BASE),
    "insight:cross": needs(P.SEE_BASE),
    "insight:cell": needs(P.SEE_BASE),
    "insight:admit": needs(P.SEE_BASE, method="post"),
    "insight:trust": needs(P.SEE_BASE),
    "insight:trust-rows": needs(P.SEE_BASE),
    "insight:measure": needs(P.RUN_SCORES, method="post"),
    "insight:past-book": needs(P.SEE_CUSTOMERS),
    "insight:past-customer": needs(P.SEE_CUSTOMERS, names="customer"),
    "care:today": needs(P.SEE_TODAY, P.SEE_TEAM),
    "care:rest": needs(P.SEE_TODAY, P.SEE_TEAM),
    "care:ahead": needs(P.SEE_TODAY, P.SEE_TEAM),
    "care:outcome": needs(P.RECORD_CONTACT, method="post", names="card"),
    "care:snooze": needs(P.RECORD_CONTACT, method="post", names="card"),
    "care:undo": needs(P.RECORD_CONTACT, method="post", names="card"),
    "care:contact": needs(P.RECORD_CONTACT),
    "care:undo_contact": needs(P.RECORD_CONTACT, method="post", names="contact"),
    "care:find": needs(P.RECORD_CONTACT),
    "care:checklist": needs(P.RECORD_CONTACT),
    "care:promise": needs(P.RECORD_CONTACT, method="post", names="card"),
    "care:plan_visit": needs(P.RECORD_CONTACT),
    "care:check_in": needs(P.RECORD_CONTACT, method="post", names="visit"),
    "care:cancel_visit": needs(P.RECORD_CONTACT, method="post", names="visit"),
    "care:triggers": needs(P.SEE_TRIGGERS),
    "care:trigger": needs(P.SEE_TRIGGERS),
    "care:reasons": needs(P.SEE_TRIGGERS),
    "care:packs": needs(P.EDIT_TRIGGERS, method="post"),
    "care:switch_trigger": needs(P.EDIT_TRIGGERS, method="post"),
    "care:restore_trigger": needs(P.EDIT_TRIGGERS, method="post"),
    "care:from_now": needs(P.EDIT_TRIGGERS, method="post"),
    "care:own_new": needs(P.EDIT_TRIGGERS),
    "care:own_try": needs(P.EDIT_TRIGGERS, method="post"),
    "care:own_change": needs(P.EDIT_TRIGGERS),
    "care:team": needs(P.SEE_TEAM),
    "care:team_rows": needs(P.SEE_TEAM),
    "care:notes": needs(P.SEE_TEAM),
    "alerts:index": needs(P.RECORD_CONTACT),
    "alerts:closed": needs(P.RECORD_CONTACT),
    "alerts:away": needs(P.RECORD_CONTACT),
    "alerts:back": needs(P.RECORD_CONTACT, method="post"),
    "alerts:rules": needs(ADMIN),
    "alerts:one": needs(P.RECORD_CONTACT, names="alert"),
    "alerts:acknowledge": needs(P.RECORD_CONTACT, method="post", names="alert"),
    "alerts:hand-on": needs(P.RECORD_CONTACT, method="post", names="alert"),
    "alerts:close": needs(P.RECORD_CONTACT, method="post", names="alert"),
    "complaints:index": needs(P.RECORD_CONTACT, P.SEE_KPIS),
    "complaints:new": needs(P.RECORD_CONTACT),
    "complaints:find": needs(P.RECORD_CONTACT),
    "complaints:figures": needs(P.SEE_TEAM, P.SEE_KPIS),
    "complaints:behind": needs(P.SEE_TEAM, P.SEE_KPIS),
    "complaints:bring": needs(P.IMPORT),
    "complaints:export": needs(P.EXPORT),
    "complaints:rules": needs(ADMIN),
    "complaints:entry": needs(ADMIN),
    "complaints:one": needs(P.RECORD_CONTACT, names="complaint"),
    **{
        f"complaints:{page}": needs(P.RECORD_CONTACT, method="post", names="complaint")
        for page in ("acknowledge", "paper", "phone", "take", "go-on", "link")
    },
    **{
        f"complaints:{page}": needs(P.RECORD_CONTACT, names="complaint")
        for page in (
            *("attach", "hand", "note", "change", "wait", "more-time"),
            *("answer", "close", "call", "reopen"),
        )
    },
    "complaints:decide": needs(P.SEE_TEAM, names="complaint"),
    "plans:index": needs(P.SEE_CUSTOMERS),
    "plans:steps": needs(P.SEE_CUSTOMERS),
    "plans:bonds": needs(P.SEE_CUSTOMERS),
    "plans:rules": needs(ADMIN),
    "plans:one": needs(P.SEE_CUSTOMERS, names="plan"),
    **{
        f"plans:{page}": needs(P.RECORD_CONTACT, names="plan")
        for page in (
            *("change", "begin", "give-up", "review", "add-goal", "goal", "add-step", "step"),
        )
    },
    "plans:reopen-step": needs(P.RECORD_CONTACT, method="post", names="plan"),
    "plans:draft": needs(P.RECORD_CONTACT, names="customer"),
    "plans:ask": needs(P.SEE_TEAM, names="customer"),
    "plans:bond": needs(P.RECORD_CONTACT, names="customer"),
    "plans:whole": needs(P.SEE_CUSTOMERS, names="customer"),
    **{f"salons:{page}": Route(ANYBODY) for page in ("public", "calendar", "said")},
    **{
        f"salons:{page}": needs(P.SEE_CUSTOMERS)
        for page in ("index", "one", "result", "guests", "door")
    },
    **{f"salons:{page}": needs(P.RECORD_CONTACT, P.RUN_SALONS) for page in ("add", "walk-in")},
    "salons:scanned": needs(P.RECORD_CONTACT, P.RUN_SALONS),
    "salons:export": needs(P.EXPORT),
    **{f"salons:{page}": needs(ADMIN) for page in ("kinds", "new-kind", "kind")},
    **{
        f"salons:{page}": needs(P.RUN_SALONS)
        for page in (
            *("new", "change", "open", "cancel", "settle"),
            *("new-part", "part", "new-cost", "cost"),
        )
    },
    "salons:propose": needs(P.RUN_SALONS, method="post"),
    "salons:guest": needs(P.SEE_CUSTOMERS, names="guest"),
    "salons:friend": needs(P.RECORD_CONTACT, P.RUN_SALONS, names="guest"),
    **{
        f"salons:{page}": needs(P.RECORD_CONTACT, P.RUN_SALONS, method="post", names="guest")
        for page in (
            *("take-off", "invite", "answer", "heard", "took-part", "check-in", "check-out"),
        )
    },
    **{f"referrals:{page}": Route(ANYBODY) for page in ("code", "mine", "public", "thanks")},
    "referrals:seen": Route(ANYBODY, "post"),
    "referrals:seen-own": Route(ANYBODY, "post"),
    "referrals:index": needs(P.SEE_CUSTOMERS),
    "referrals:reach": needs(P.SEE_CUSTOMERS),
    "referrals:bring": needs(P.IMPORT),
    "referrals:reached": needs(P.SEE_CUSTOMERS),
    "referrals:new": needs(P.RECORD_CONTACT),
    "referrals:link": needs(P.RECORD_CONTACT),
    "referrals:hand": needs(P.RECORD_CONTACT, method="post", names="link"),
    "referrals:end-link": needs(P.RECORD_CONTACT, method="post", names="link"),
    **{
        f"referrals:{page}": needs(P.SEE_TEAM, P.SEE_KPIS)
        for page in ("figures", "behind", "newcomers", "advocates", "people", "invitations")
    },
    "referrals:export": needs(P.EXPORT),
    "referrals:rules": needs(P.SEE_LOYALTY, P.EDIT_LOYALTY),
    "referrals:draft": needs(P.EDIT_LOYALTY),
    "referrals:adopt": needs(P.EDIT_LOYALTY, method="post"),
    "referrals:discard": needs(P.EDIT_LOYALTY, method="post"),
    "referrals:end": needs(P.EDIT_LOYALTY),
    "referrals:one": needs(P.SEE_CUSTOMERS, names="referral"),
    **{
        f"referrals:{page}": needs(P.RECORD_CONTACT, names="referral")
        for page in ("contacted", "met", "lose", "refuse")
    },
    "referrals:reopen": needs(P.RECORD_CONTACT, method="post", names="referral"),
    "referrals:hope": needs(P.RECORD_CONTACT, names="referral"),
    "referrals:tell": needs(P.RECORD_CONTACT, method="post", names="referral"),
    "referrals:decide": needs(P.SEE_TEAM, names="referral"),
    "referrals:take-back": needs(P.SEE_TEAM, names="referral"),
    "referrals:again": needs(P.SEE_TEAM, names="referral"),
    "voice:public": Route(ANYBODY),
    "voice:thanks": Route(ANYBODY),
    **{
        f"voice:{page}": needs(P.SEE_CUSTOMERS)
        for page in (
            *("index", "one", "rows", "preview", "wave", "board", "cause", "topics"),
            *("comment-rows", "standing", "complained", "panel", "effect-rows"),
            *("effect-cases", "entry-cases"),
        )
    },
    "voice:answer": needs(P.SEE_CUSTOMERS, names="survey answer"),
    "voice:loop": needs(P.SEE_CUSTOMERS, names="loop"),
    **{
        f"voice:{page}": needs(P.EDIT_SURVEYS)
        for page in (
            *("make", "build", "launch", "add-question", "question"),
            *("bring-answers", "bring-comments", "links-job"),
        )
    },
    "voice:links-file": needs(P.EDIT_SURVEYS, method="post"),
    **{
        f"voice:{page}": needs(P.EDIT_SURVEYS, method="post")
        for page in ("draft", "archive", "close", "links", "set-panel")
    },
    "voice:export": needs(P.EXPORT),
    "voice:invitation": needs(P.RECORD_CONTACT, names="invitation"),
    "voice:fill": needs(P.RECORD_CONTACT, names="customer"),
    "voice:invite": needs(P.RECORD_CONTACT, names="customer"),
    "voice:reopen": needs(P.SEE_TEAM, method="post", names="loop"),
    "voice:add-cause": needs(P.SEE_TEAM, P.EDIT_SURVEYS),
    "voice:improve": needs(P.SEE_TEAM, P.EDIT_SURVEYS),
    "voice:rules": needs(ADMIN),
    "rewards:index": needs(P.SEE_CUSTOMERS),
    "rewards:counter": needs(P.RECORD_CONTACT),
    "rewards:take-back": needs(P.RECORD_CONTACT),
    "rewards:errand": needs(P.EDIT_LOYALTY),
    "rewards:coupons": needs(P.SEE_CUSTOMERS),
    "rewards:new-kind": needs(P.EDIT_LOYALTY),
    "rewards:change-kind": needs(P.EDIT_LOYALTY),
    "rewards:end-kind": needs(P.EDIT_LOYALTY, method="post"),
    "rewards:new-batch": needs(P.EDIT_LOYALTY),
    "rewards:void": needs(P.RECORD_CONTACT, names="coupon"),
    "rewards:batch": needs(P.SEE_LOYALTY),
    "rewards:codes": needs(P.EDIT_LOYALTY, method="post"),
    "rewards:many": needs(P.EDIT_LOYALTY),
    "rewards:close-batch": needs(P.EDIT_LOYALTY),
    "rewards:gifts": needs(P.SEE_CUSTOMERS),
    "rewards:gift": needs(P.SEE_CUSTOMERS),
    "rewards:new-gift": needs(P.EDIT_LOYALTY),
    "rewards:change-gift": needs(P.EDIT_LOYALTY),
    "rewards:stock": needs(P.SEE_TEAM, P.EDIT_LOYALTY),
    "rewards:present": needs(P.SEE_CUSTOMERS, names="present"),
    "rewards:approve": needs(P.SEE_TEAM, method="post", names="present"),
    "rewards:refuse": needs(P.SEE_TEAM, names="present"),
    "rewards:withdraw": needs(P.RECORD_CONTACT, method="post", names="present"),
    "rewards:come-back": needs(P.RECORD_CONTACT, names="present"),
    "rewards:hand": needs(P.RECORD_CONTACT, names="present"),
    "rewards:privileges": needs(P.SEE_CUSTOMERS),
    "rewards:new-privilege": needs(P.EDIT_LOYALTY),
    "rewards:change-privilege": needs(P.EDIT_LOYALTY),
    "rewards:end-privilege": needs(P.EDIT_LOYALTY, method="post"),
    "rewards:undo": needs(P.RECORD_CONTACT, method="post", names="use"),
    "rewards:costs": needs(P.SEE_LOYALTY),
    "rewards:behind": needs(P.SEE_LOYALTY),
    "rewards:export": needs(P.EXPORT),
    "rewards:settings": needs(P.EDIT_LOYALTY),
    "rewards:story": needs(P.SEE_CUSTOMERS, names="customer"),
    "rewards:use": needs(P.RECORD_CONTACT, names="customer"),
    "rewards:give-coupon": needs(P.RECORD_CONTACT, names="customer"),
    "rewards:ask": needs(P.RECORD_CONTACT, names="customer"),
    "loyalty:index": needs(P.SEE_CUSTOMERS),
    "loyalty:wishes": needs(P.SEE_TEAM),
    "loyalty:wish": needs(P.SEE_TEAM, names="wish"),
    "loyalty:approve": needs(P.SEE_TEAM, method="post", names="wish"),
    "loyalty:decline": needs(P.SEE_TEAM, method="post", names="wish"),
    "loyalty:liability": needs(P.SEE_LOYALTY),
    "loyalty:lots": needs(P.SEE_LOYALTY),
    "loyalty:programme": needs(P.SEE_LOYALTY),
    "loyalty:openings": needs(P.EDIT_LOYALTY),
    "loyalty:bring": needs(P.EDIT_LOYALTY),
    "loyalty:opening": needs(P.EDIT_LOYALTY, names="opening"),
    "loyalty:take-in": needs(P.EDIT_LOYALTY, method="post", names="opening"),
    "loyalty:take-out": needs(P.EDIT_LOYALTY, method="post", names="opening"),
    "loyalty:drop": needs(P.EDIT_LOYALTY, method="post", names="opening"),
    "loyalty:settings": needs(P.EDIT_LOYALTY),
    "loyalty:levels": needs(P.EDIT_LOYALTY),
    "loyalty:new-rule": needs(P.EDIT_LOYALTY),
    "loyalty:rule": needs(P.SEE_LOYALTY),
    "loyalty:change-rule": needs(P.EDIT_LOYALTY),
    "loyalty:adopt": needs(P.EDIT_LOYALTY, method="post"),
    "loyalty:end": needs(P.EDIT_LOYALTY, method="post"),
    "loyalty:discard": needs(P.EDIT_LOYALTY, method="post"),
    "loyalty:statement": needs(P.SEE_CUSTOMERS, names="customer"),
    "loyalty:file": needs(P.RECORD_CONTACT, P.EXPORT, method="post", names="customer"),
    "loyalty:join": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "loyalty:leave": needs(P.RECORD_CONTACT, names="customer"),
    "loyalty:move": needs(P.RECORD_CONTACT, names="customer"),
    "loyalty:told": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "loyalty:give-back": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "experiments:index": needs(P.SEE_KPIS),
    "experiments:one": needs(P.SEE_KPIS),
    "experiments:rows": needs(P.SEE_KPIS),
    "experiments:export": needs(P.EXPORT),
    "experiments:plan": needs(P.RUN_EXPERIMENTS),
    "experiments:bring": needs(P.RUN_EXPERIMENTS),
    **{
        f"experiments:{page}": needs(P.RUN_EXPERIMENTS, method="post")
        for page in ("review", "costs", "close")
    },
    "experiments:holdout": needs(P.SET_HOLDOUT),
    "experiments:end-holdout": needs(P.SET_HOLDOUT, method="post"),
    "delivery:stop": Route(ANYBODY),
    "delivery:hook": Route(ANYBODY),
    **{
        f"delivery:{page}": needs(ADMIN) for page in ("lines", "line-kinds", "add-line", "line")
    },
    **{
        f"delivery:{page}": needs(ADMIN, method="post")
        for page in ("switch-line", "prefer-line", "test-line")
    },
    **{f"delivery:{page}": needs(P.SEE_MESSAGES) for page in ("outbox", "mailing", "rows")},
    "delivery:export": needs(P.EXPORT),
    **{
        f"delivery:{page}": needs(P.SEND)
        for page in ("unknown", "pause-all", "pause", "stop-mailing")
    },
    **{f"delivery:{page}": needs(P.SEND, method="post") for page in ("resume", "remind")},
    "delivery:message": needs(P.SEE_CUSTOMERS, names="message"),
    "delivery:of-customer": needs(P.SEE_CUSTOMERS, names="customer"),
    **{f"topics:{page}": Route(SIGNED_IN) for page in ("index", "new", "rows", "one", "talks")},
    **{
        f"topics:{page}": needs(P.SEND, method="post")
        for page in ("take", "drop", "draft", "submit", "take-back")
    },
    "topics:send-back": needs(P.APPROVE_CONTENT, method="post"),
    "topics:release": needs(P.APPROVE_CONTENT, method="post"),
    "posts:index": needs(P.SEE_MESSAGES),
    "posts:new": needs(P.SEND),
    "posts:approvals": needs(P.SEE_MESSAGES),
    "posts:board": needs(P.SEE_TEAM, P.SEE_MESSAGES),
    "posts:managers": needs(P.SEE_TEAM, P.SEE_MESSAGES),
    "posts:mine": needs(P.RECORD_CONTACT),
    "posts:card": needs(P.RECORD_CONTACT),
    "posts:mark": needs(P.RECORD_CONTACT, method="post"),
    "posts:portrait": Route(SIGNED_IN),
    "posts:picture": Route(SIGNED_IN),
    "posts:settings": needs(P.SEE_MESSAGES),
    "posts:customers": needs(P.SEE_MESSAGES),
    "posts:item": needs(P.SEE_MESSAGES, P.SEND),
    **{f"posts:{page}": needs(P.SEND) for page in ("add-persona", "persona")},
    **{
        f"posts:{page}": needs(P.SEND, method="post")
        for page in (
            *("message", "move-persona", "put-away", "add-slot", "put-away-slot"),
            *("submit", "take-back", "take-away"),
        )
    },
    "posts:approve": needs(P.APPROVE_CONTENT, method="post"),
    "posts:send-back": needs(P.APPROVE_CONTENT, method="post"),
    **{f"campaigns:{page}": needs(P.SEE_MESSAGES) for page in ("index", "one", "members")},
    "campaigns:member": needs(P.SEE_MESSAGES, names="customer"),
    "campaigns:phase": needs(P.SEE_MESSAGES, method="post"),
    "campaigns:export": needs(P.EXPORT),
    **{
        f"campaigns:{page}": needs(P.SEND)
        for page in (
            *("new", "plan", "outlook", "launching", "send-back", "pause", "stop", "again"),
        )
    },
    **{
        f"campaigns:{page}": needs(P.SEND, method="post")
        for page in (
            *("template", "discard", "submit", "approve", "launch", "resume", "next-year"),
        )
    },
    "outreach:index": needs(P.RECORD_CONTACT),
    "outreach:decide": needs(P.RECORD_CONTACT, method="post", names="confirmation"),
    "journeys:index": needs(P.SEE_MESSAGES),
    "journeys:new": needs(P.SEND),
    **{f"journeys:{page}": needs(P.SEE_MESSAGES) for page in ("one", "people", "version")},
    **{
        f"journeys:{page}": needs(P.SEND)
        for page in (
            "edit",
            "rename",
            "frame",
            "kinds",
            "add",
            "step",
            "publish",
            "pause",
            "stop",
        )
    },
    **{
        f"journeys:{page}": needs(P.SEND, method="post")
        for page in ("remove", "shift", "withdraw", "start", "resume")
    },
    "journeys:export": needs(P.EXPORT),
    "journeys:approve": needs(P.APPROVE_CONTENT, method="post"),
    "journeys:send-back": needs(P.APPROVE_CONTENT),
    "journeys:traveller": needs(P.SEE_CUSTOMERS, names="traveller"),
    "journeys:take-out": needs(P.SEND, P.RECORD_CONTACT, names="traveller"),
    "promises:index": needs(P.RECORD_CONTACT),
    "promises:rows": needs(P.RECORD_CONTACT),
    "promises:make": needs(P.RECORD_CONTACT, names="customer"),
    "promises:one": needs(P.RECORD_CONTACT, names="promise"),
    "promises:keep": needs(P.RECORD_CONTACT, method="post", names="promise"),
    "promises:reopen": needs(P.RECORD_CONTACT, method="post", names="promise"),
    "promises:withdraw": needs(P.RECORD_CONTACT, method="post", names="promise"),
    **{
        f"coverage:{page}": needs(P.SEE_TODAY, P.SEE_TEAM)
        for page in (
            *("work", "rows", "channels", "contacts", "relations", "people", "reached"),
            *("hours", "answers", "answer_rows"),
        )
    },
    "care:help": needs(P.ASSIGN_BOOKS),
    "care:capacity": needs(P.ASSIGN_BOOKS),
    "segments:list": needs(P.SEE_CUSTOMERS),
    "segments:totals": needs(P.SEE_CUSTOMERS),
    "segments:suggest": needs(P.SEE_CUSTOMERS),
    "segments:rows": needs(P.SEE_CUSTOMERS),
    "segments:timeline": needs(P.SEE_CUSTOMERS, names="customer"),
    "segments:money": needs(P.SEE_CUSTOMERS, names="customer"),
    "segments:index": needs(P.SEE_CUSTOMERS),
    "segments:new": needs(P.SEE_CUSTOMERS),
    "segments:look": needs(P.SEE_CUSTOMERS, method="post"),
    "segments:exact": needs(P.SEE_CUSTOMERS),
    "segments:first": needs(P.SEE_CUSTOMERS),
    "segments:save": needs(P.SEE_CUSTOMERS, method="post"),
    "segments:compare": needs(P.SEE_CUSTOMERS),
    "segments:members": needs(P.SEE_CUSTOMERS, method="post"),
    "segments:new-group": needs(P.SEE_CUSTOMERS),
    "segments:exported": needs(P.EXPORT),
    "segments:download": needs(P.EXPORT, method="post"),
    "segments:one": needs(P.SEE_CUSTOMERS),
    "segments:figure": needs(P.SEE_CUSTOMERS),
    "segments:edit": needs(P.SEE_CUSTOMERS),
    "segments:change": needs(P.SEE_CUSTOMERS, method="post"),
    "segments:archive": needs(P.SEE_CUSTOMERS, method="post"),
    "segments:export": needs(P.EXPORT, method="post"),
    "standards:index": needs(P.SEE_CUSTOMERS),
    "standards:classes": needs(P.SEE_CUSTOMERS),
    "standards:stages": needs(P.SEE_CUSTOMERS),
    "standards:history": needs(P.SEE_CUSTOMERS),
    "standards:version": needs(P.SEE_CUSTOMERS),
    "standards:draft": needs(P.SEE_TIERS),
    "standards:start": needs(P.EDIT_STANDARDS, method="post"),
    "standards:discard": needs(P.EDIT_STANDARDS, method="post"),
    "standards:cell": needs(P.EDIT_STANDARDS),
    "standards:try": needs(P.EDIT_STANDARDS, method="post"),
    "standards:hours": needs(P.EDIT_STANDARDS),
    "standards:plan": needs(P.EDIT_STANDARDS),
    "standards:treatment": needs(P.EDIT_STANDARDS),
    "standards:adopt": needs(P.ADOPT_STANDARDS, method="post"),
    "standards:negative": needs(P.STEER, P.ADOPT_STANDARDS),
    "standards:propose": needs(P.STEER, names="customer"),
    "standards:steering": needs(P.STEER, P.ADOPT_STANDARDS),
    "standards:withdraw": needs(P.STEER, P.ADOPT_STANDARDS, method="post"),
    "standards:end": needs(P.STEER, P.ADOPT_STANDARDS, method="post"),
    "tiers:index": needs(P.SEE_TIERS),
    "tiers:designer": needs(P.SEE_TIERS),
    "tiers:preview": needs(P.SEE_TIERS, method="post"),
    "tiers:draft": needs(P.EDIT_TIERS, method="post"),
    "tiers:discard": needs(P.EDIT_TIERS, method="post"),
    "tiers:in-force": needs(P.EDIT_TIERS, method="post"),
    "scoring:risk": needs(P.SEE_CUSTOMERS, names="customer"),
    "scoring:need": needs(P.SEE_CUSTOMERS, names="customer"),
    "scoring:not-now": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "scoring:take-back": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "content:index": Route(SIGNED_IN),
    "content:new": needs(P.EDIT_CONTENT),
    "content:bring": needs(P.EDIT_CONTENT),
    "content:bring-messages": needs(P.EDIT_CONTENT),
    "content:messages-file": needs(P.EDIT_CONTENT),
    "content:template": needs(P.EDIT_CONTENT),
    "content:preview": needs(P.EDIT_CONTENT, method="post"),
    "content:copied": needs(P.SEE_CUSTOMERS, method="post"),
    "content:words": needs(P.EDIT_CONTENT, P.APPROVE_CONTENT),
    "content:remove-word": needs(P.EDIT_CONTENT, P.APPROVE_CONTENT, method="post"),
    "content:trades": needs(P.APPROVE_CONTENT, method="post"),
    "content:one": Route(SIGNED_IN),
    "content:write": needs(P.EDIT_CONTENT),
    "content:file": Route(SIGNED_IN),
    "content:version": Route(SIGNED_IN),
    "content:submit": needs(P.EDIT_CONTENT, method="post"),
    "content:decide": needs(P.APPROVE_CONTENT, method="post"),
    "content:keep": needs(P.EDIT_CONTENT, method="post"),
    "communities:index": needs(P.SEE_CUSTOMERS),
    "communities:new": needs(P.EDIT_CONTENT),
    "communities:one": needs(P.SEE_CUSTOMERS),
    "communities:change": needs(P.SEE_CUSTOMERS),
    "communities:end": needs(P.EDIT_CONTENT, method="post"),
    "communities:rows": needs(P.SEE_CUSTOMERS),
    "communities:enter": needs(P.RECORD_CONTACT, P.EDIT_CONTENT),
    "communities:new-meeting": needs(P.SEE_CUSTOMERS),
    "communities:new-post": needs(P.SEE_CUSTOMERS),
    "communities:one-member": needs(P.SEE_CUSTOMERS),
    "communities:leave": needs(P.RECORD_CONTACT, P.EDIT_CONTENT, method="post"),
    "communities:host": needs(P.RECORD_CONTACT, P.EDIT_CONTENT, method="post"),
    "communities:deed": needs(P.RECORD_CONTACT, P.EDIT_CONTENT, method="post"),
    "communities:answer": needs(P.RECORD_CONTACT, P.EDIT_CONTENT),
    "communities:meeting": needs(P.SEE_CUSTOMERS),
    "communities:held": needs(P.SEE_CUSTOMERS, method="post"),
    "communities:call-off": needs(P.SEE_CUSTOMERS, method="post"),
    "communities:invite": needs(P.SEND, method="post"),
    "communities:post": needs(P.SEE_CUSTOMERS),
    "communities:change-post": needs(P.SEE_CUSTOMERS),
    "communities:move-post": needs(P.SEE_CUSTOMERS, method="post"),
    "communities:join": needs(P.RECORD_CONTACT, P.EDIT_CONTENT, names="customer"),
    "communities:door": Route(ANYBODY),
    "communities:member": Route(ANYBODY),
    "communities:say": Route(ANYBODY, "post"),
    "communities:idea": Route(ANYBODY, "post"),
    "communities:leave-by-link": Route(ANYBODY),
    "festivals:index": needs(P.SEE_CUSTOMERS),
    "festivals:list": needs(P.SEE_CUSTOMERS),
    "festivals:add": needs(P.SEND),
    "festivals:change": needs(P.SEND),
    "festivals:switch": needs(P.SEND, method="post"),
    "festivals:make": needs(P.EDIT_CONTENT),
    "festivals:plan": needs(P.SEE_CUSTOMERS),
    "festivals:change-plan": needs(P.EDIT_CONTENT),
    "festivals:decide": needs(P.EDIT_CONTENT, method="post"),
    "festivals:skip": needs(P.EDIT_CONTENT, method="post"),
    "festivals:send": needs(P.SEND, method="post"),
    "festivals:gifts": needs(P.EDIT_CONTENT, method="post"),
    "festivals:add-task": needs(P.EDIT_CONTENT, method="post"),
    "festivals:do-task": needs(P.EDIT_CONTENT, method="post"),
    "festivals:note": needs(P.EDIT_CONTENT, method="post"),
    "festivals:rows": needs(P.SEE_CUSTOMERS),
    "festivals:calendar": needs(P.SEE_CUSTOMERS),
    "festivals:load": needs(P.SEE_CUSTOMERS),
    "training:index": Route(SIGNED_IN),
    "training:item": Route(SIGNED_IN),
    "training:confirm": Route(SIGNED_IN, "post"),
    "training:team": needs(P.SIGN_TRAINING),
    "training:person": needs(P.SIGN_TRAINING),
    "training:sign": needs(P.SIGN_TRAINING, method="post"),
    "training:ask": needs(P.SIGN_TRAINING, method="post"),
    "training:withdraw": needs(P.SIGN_TRAINING, method="post"),
    "training:items": needs(P.EDIT_TRAINING),
    "training:new-item": needs(P.EDIT_TRAINING),
    "training:adopt": needs(P.EDIT_TRAINING, method="post"),
    "training:change-item": needs(P.EDIT_TRAINING),
    "training:end-item": needs(P.EDIT_TRAINING, method="post"),
    "training:samples": needs(P.JUDGE_CONTACTS),
    "training:draw": needs(P.JUDGE_CONTACTS, method="post"),
    "training:sample": Route(SIGNED_IN),
    "training:weak": needs(P.JUDGE_CONTACTS),
    "training:weak-cell": needs(P.JUDGE_CONTACTS),
    "channels:consents": needs(P.SEE_CUSTOMERS, names="customer"),
    "channels:say": needs(P.RECORD_CONTACT, names="customer"),
    "channels:stops": needs(P.RECORD_CONTACT, P.EDIT_POLICY, names="customer"),
    "channels:ask": needs(P.SEE_CUSTOMERS),
    "channels:policy": needs(P.EDIT_POLICY),
    "channels:wordings": needs(P.EDIT_POLICY),
    "channels:suppressions": needs(P.EDIT_POLICY),
    "channels:lift": needs(P.EDIT_POLICY, method="post"),
    "customers:page": needs(P.SEE_CUSTOMERS, names="customer"),
    "customers:reveal": needs(P.SEE_PERSONAL, method="post", names="customer"),
    "customers:edit": needs(P.RECORD_CONTACT, names="customer"),
    "customers:card": needs(P.SEE_PERSONAL, method="post", names="customer"),
    "customers:confirm": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:take": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:take-back": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:file-rules": needs(ADMIN),
    "customers:ties": needs(P.SEE_CUSTOMERS, names="customer"),
    "customers:add-tie": needs(P.RECORD_CONTACT, names="customer"),
    "customers:find-tie": needs(P.RECORD_CONTACT, names="customer"),
    "customers:tie": needs(P.RECORD_CONTACT, names="customer"),
    "customers:remove-tie": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:join": needs(P.RECORD_CONTACT, names="customer"),
    "customers:leave": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:household": needs(P.SEE_CUSTOMERS),
    "customers:note-preference": needs(P.RECORD_CONTACT, names="customer"),
    "customers:withdraw-preference": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:tags": needs(P.RECORD_CONTACT, names="customer"),
    "customers:attach": needs(P.RECORD_CONTACT, names="customer"),
    "customers:take-document": needs(P.SEE_PERSONAL, method="post", names="customer"),
    "customers:discard-document": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:note-life": needs(P.RECORD_CONTACT, names="customer"),
    "customers:life": needs(P.RECORD_CONTACT, names="customer"),
    "customers:life-done": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "customers:remove-life": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "trade:due": needs(P.SEE_CUSTOMERS),
    "trade:all": needs(P.SEE_CUSTOMERS, names="customer"),
    "trade:profile": needs(P.RECORD_CONTACT, names="customer"),
    "trade:add-contact": needs(P.RECORD_CONTACT, names="customer"),
    "trade:find-person": needs(P.RECORD_CONTACT, names="customer"),
    "trade:contact": needs(P.RECORD_CONTACT, names="customer"),
    "trade:remove-contact": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "trade:add-quote": needs(P.RECORD_CONTACT, names="customer"),
    "trade:quote": needs(P.RECORD_CONTACT, names="customer"),
    "trade:add-terms": needs(P.RECORD_CONTACT, names="customer"),
    "trade:add-plan": needs(P.RECORD_CONTACT, names="customer"),
    "trade:plan": needs(P.RECORD_CONTACT, names="customer"),
    "trade:close-plan": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "trade:add-invoice": needs(P.RECORD_CONTACT, names="customer"),
    "trade:invoice": needs(P.RECORD_CONTACT, names="customer"),
    "trade:remove-invoice": needs(P.RECORD_CONTACT, method="post", names="customer"),
    "opportunities:index": needs(P.SEE_CUSTOMERS),
    "opportunities:signals": needs(P.SEE_CUSTOMERS),
    "opportunities:funnel": needs(P.SEE_CUSTOMERS),
    "opportunities:stays": needs(P.SEE_CUSTOMERS),
    "opportunities:expected": needs(P.SEE_CUSTOMERS),
    "opportunities:ladder": needs(P.SEE_CUSTOMERS),
    "opportunities:ladder-rows": needs(P.SEE_CUSTOMERS),
    "opportunities:accounts": needs(P.SEE_CUSTOMERS),
    "opportunities:export": needs(P.EXPORT),
    "opportunities:import": needs(P.IMPORT),
    **{
        f"opportunities:{page}": needs(ADMIN)
        for page in ("rules", "add-stage", "stage", "signal", "add-bundle", "bundle")
    },
    "opportunities:retire-bundle": needs(ADMIN, method="post"),
    "opportunities:of-card": needs(P.RECORD_CONTACT, method="post"),
    "opportunities:of-contact": needs(P.RECORD_CONTACT, method="post"),
    "opportunities:pass": needs(P.RECORD_CONTACT, method="post"),
    "opportunities:one": needs(P.SEE_CUSTOMERS, names="opportunity"),
    **{
        f"opportunities:{page}": needs(P.RECORD_CONTACT, names="opportunity")
        for page in ("move", "won", "lost", "reopen", "change", "chance", "next", "done")
    },
    "opportunities:start-proposal": needs(P.RECORD_CONTACT, method="post", names="opportunity"),
    "opportunities:proposal": needs(P.SEE_CUSTOMERS, names="proposal"),
    "opportunities:print-proposal": needs(P.SEE_CUSTOMERS, names="proposal"),
    **{
        f"opportunities:{page}": needs(P.RECORD_CONTACT, names="proposal")
        for page in ("change-proposal", "send", "answer", "add-part", "part")
    },
    "opportunities:drop-part": needs(P.RECORD_CONTACT, method="post", names="proposal"),
    "opportunities:account": needs(P.SEE_CUSTOMERS, names="plan"),
    **{
        f"opportunities:{page}": needs(P.RECORD_CONTACT, names="plan")
        for page in ("strategy", "stance", "add-obstacle", "obstacle")
    },
    "opportunities:new": needs(P.RECORD_CONTACT, names="customer"),
    "evidence:note": needs(P.RECORD_CONTACT, names="customer"),
    "evidence:withdraw": needs(P.RECORD_CONTACT, method="post", names="evidence"),
    "evidence:rivals": needs(P.SEE_KPIS),
    "intake:index": needs(P.IMPORT),
    "intake:bring": needs(P.IMPORT, method="post"),
    "intake:allow": needs(P.IMPORT, method="post"),
    "intake:fields": needs(P.IMPORT),
    "intake:template": needs(P.IMPORT),
    "intake:one": needs(P.IMPORT),
    "intake:progress": needs(P.IMPORT),
    "intake:mapping": needs(P.IMPORT),
    "intake:sample": needs(P.IMPORT),
    "intake:look": needs(P.IMPORT, method="post"),
    "intake:check": needs(P.IMPORT, method="post"),
    "intake:load": needs(P.IMPORT, method="post"),
    "intake:discard": needs(P.IMPORT, method="post"),
    "intake:withdraw": needs(P.IMPORT),
    "intake:errors": needs(P.IMPORT),
    "intake:kept": needs(P.IMPORT),
    "intake:upload": needs(P.IMPORT, method="post"),
    "intake:part": needs(P.IMPORT, method="post"),
    "intake:uploaded": needs(P.IMPORT, method="post"),
    "intake:drop": needs(P.IMPORT, method="post"),
    "intake:sources": needs(P.IMPORT),
    "intake:new-source": needs(P.IMPORT),
    "intake:source": needs(P.IMPORT),
    "intake:read-source": needs(ADMIN, method="post"),
    "intake:forget-source": needs(P.IMPORT, method="post"),
    "identity:index": needs(P.MERGE),
    "identity:search": needs(P.MERGE, method="post"),
    "identity:progress": needs(P.MERGE),
    "identity:merges": needs(P.MERGE),
    "identity:merged": needs(P.MERGE),
    "identity:unmerge": needs(P.MERGE, method="post"),
    "identity:pair": needs(P.MERGE),
    "identity:reveal": needs(P.SEE_PERSONAL, method="post"),
    "identity:merge": needs(P.MERGE, method="post"),
    "identity:apart": needs(P.MERGE, method="post"),
    "privacy:index": needs(P.HANDLE_RIGHTS),
    "privacy:periods": needs(P.HANDLE_RIGHTS),
    "privacy:period": needs(P.HANDLE_RIGHTS, method="post"),
    "privacy:ask": needs(P.RECORD_CONTACT, P.HANDLE_RIGHTS, names="customer"),
    "privacy:one": needs(P.HANDLE_RIGHTS),
    "privacy:answer": needs(P.HANDLE_RIGHTS, method="post"),
    "privacy:copy": needs(P.HANDLE_RIGHTS),
    "books:index": needs(P.ASSIGN_BOOKS),
    "books:duties": needs(P.SEE_CUSTOMERS),
    "books:pool": needs(P.CLAIM),
    "books:claim": needs(P.CLAIM, method="post"),
    "books:nobody": needs(P.ASSIGN_BOOKS),
    "books:give": needs(P.ASSIGN_BOOKS, method="post"),
    "books:release": needs(P.CLAIM, P.ASSIGN_BOOKS, names="customer"),
    "books:book": needs(P.ASSIGN_BOOKS),
    "books:holders": needs(P.ASSIGN_BOOKS, method="post"),
    "books:hand-over": needs(P.ASSIGN_BOOKS, method="post"),
    "reception:public": Route(ANYBODY),
    "reception:thanks": Route(ANYBODY),
    "reception:index": needs(P.EDIT_FORMS),
    "reception:make": needs(P.EDIT_FORMS),
    "reception:change": needs(P.EDIT_FORMS),
    "reception:met": needs(P.RECORD_CONTACT),
    "reception:quick": needs(P.RECORD_CONTACT),
    "agenda:feed": Route(ANYBODY),
    "agenda:stop": Route(ANYBODY),
    "agenda:mine": needs(P.RECORD_CONTACT),
    "agenda:make": needs(P.RECORD_CONTACT, method="post"),
    "agenda:end": needs(P.RECORD_CONTACT, method="post"),
    "agenda:wishes": needs(P.RECORD_CONTACT, method="post"),
    "agenda:sample": needs(P.RECORD_CONTACT, ADMIN, method="post"),
    "agenda:rules": needs(ADMIN),
    # Another door: who comes with a key is told apart in tests/server/site/test_api.py.
    "api:api-root": Route(ANYBODY),
    "api:send_facts": Route(ANYBODY, "post"),
    "api:send_customers": Route(ANYBODY, "post"),
    "api:listed": Route(ANYBODY),
    "api:complaint_lists": Route(ANYBODY),
    "api:survey_answers": Route(ANYBODY),
    "api:loops": Route(ANYBODY),
    "api:send_answer": Route(ANYBODY, "post"),
    **{
        f"api:{name}": Route(ANYBODY)
        for name in ("survey_waves", "survey_invitations", "loop_causes")
    },
    "api:hand_survey_link": Route(ANYBODY, "post"),
    "api:send_comments": Route(ANYBODY, "post"),
    "api:statement": Route(ANYBODY),
    "api:referred": Route(ANYBODY),
    "api:referral": Route(ANYBODY),
    "api:earned": Route(ANYBODY),
    "api:refer": Route(ANYBODY, "post"),
    "api:link_of": Route(ANYBODY, "post"),
    "api:one": Route(ANYBODY),
    "api:salon": Route(ANYBODY),
    "api:salon_guests": Route(ANYBODY),
    "api:check_in_guest": Route(ANYBODY, "post"),
    **{
        f"api:{name}": Route(ANYBODY, "post")
        for name in ("drafted", "looked_over", "submitted", "approved")
    },
    "api:needs": Route(ANYBODY),
    **{
        f"api:{name}": Route(ANYBODY)
        for name in ("posts_listed", "topics_listed", "topic_read")
    },
    "api:post_marked": Route(ANYBODY, "post"),
    "api:topic_raised": Route(ANYBODY, "post"),
    "api:withdraw": Route(ANYBODY, "post"),
    "api:funnel": Route(ANYBODY),
    "api:forecast": Route(ANYBODY),
    "api:batches": Route(ANYBODY),
    "api:catalogue": Route(ANYBODY),
    "api:privileges": Route(ANYBODY),
    **{
        f"api:experiment{name}": Route(ANYBODY)
        for name in ("s_listed", "_read", "_readings", "_planned", "_brought", "_assigned")
    },
    "api:job": Route(ANYBODY),
    **{
        f"api:{name}": Route(ANYBODY)
        for name in ("mailing", "message", "of_customer", "travellers")
    },
    **{f"api:{name}": Route(ANYBODY) for name in ("progress", "members")},
    **{f"api:{name}": Route(ANYBODY, "post") for name in ("pause", "resume", "stop", "send")},
    "api:contact": Route(ANYBODY, "post"),
    **{
        f"api:{name}": Route(ANYBODY, "post")
        for name in (
            "undo",
            "plan",
            "check_in",
            "cancel",
            "done",
            "outcome",
            "snooze",
            "keep",
            "acknowledge",
            "close",
            "opened",
            "taken_out",
            *("acknowledged", "handed", "reopened", "called"),
            "noted",
            "answered",
            "closed",
            "moved",
            "make",
            *("changed", "planned", "made", "sent"),
            "join",
            "redeem",
            "undo_redemption",
            "ask",
            "approve",
            "decline",
            "hand_over",
            "come_back",
            "credit",
            "give_back",
            "issue",
            "void",
            "use",
        )
    },
    "api_pages:openapi": Route(ANYBODY),
    "api_pages:docs": Route(ANYBODY),
    "web:language": Route(ANYBODY, "post"),
    "web:theme": Route(ANYBODY, "post"),
    "web:health": Route(ANYBODY),
    "web:manifest": Route(ANYBODY),
    "web:favicon": Route(ANYBODY),
}


def patterns() -> Iterator[tuple[str, str]]:
    """Yield (name, address template) of every route of the application."""

    def walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
        for found in resolver.url_patterns:
            if isinstance(found, URLPattern):
                yield f"{namespace}{found.name}", prefix + str(found.pattern)
            else:
                inner = f"{found.namespace}:" if found.namespace else namespace
                yield from walk(found, prefix + str(found.pattern), inner)

    yield from walk(get_resolver(), "/", "")


def address(template: str, values: dict[str, str]) -> str:
    """Fill an address template, whichever of Django's two ways it is written in."""
    plain = template.replace("^", "").replace("$", "")
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: values[m.group(1)], plain)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values[m.group(1)], plain)


def values_of(cast: Cast, name: str, customer: Customer | None = None) -> dict[str, str]:
    """Ids that make a route's address real; for a named customer, that customer's."""
    # Trade is with organisations; of a person its pages know nothing.
    named = customer or (cast.zhou if name.startswith("trade:") else cast.li)
    card = Card.objects.filter(customer=named).first()
    if name.startswith("campaigns:"):
        found = Campaign.objects.filter(members__customer=named).first()
        public = found.public_id if found else "nocampaignno"
    elif name.startswith("tiers:"):
        public = Scheme.objects.order_by("pk")[0].public_id
    elif ROUTES[name].names == "card":
        public = card.public_id if card else "nocardnocard"
    elif ROUTES[name].names == "visit":
        planned = Visit.objects.filter(customer=named).first()
        public = planned.public_id if planned else "novisitnovis"
    elif ROUTES[name].names == "contact":
        said = Touch.objects.filter(customer=named).first()
        public = said.public_id if said else "nocontactnoc"
    elif ROUTES[name].names == "evidence":
        note = Evidence.objects.filter(customer=named).first()
        public = note.public_id if note else "nonotenonote"
    elif ROUTES[name].names == "alert":
        raised = Alert.objects.filter(customer=named).first()
        public = raised.public_id if raised else "noalertnoale"
    elif ROUTES[name].names == "message":
        sent = Delivery.objects.filter(customer=named).first()
        public = sent.public_id if sent else "nomessagenom"
    elif ROUTES[name].names == "confirmation":
        waits = Confirmation.objects.filter(customer=named).first()
        public = waits.public_id if waits else "noconfirmnoc"
    elif ROUTES[name].names == "traveller":
        goes = Traveller.objects.filter(customer=named).first()
        public = goes.public_id if goes else "notravellern"
    elif ROUTES[name].names == "promise":
        made = Promise.objects.filter(customer=named).first()
        public = made.public_id if made else "nopromisenop"
    elif ROUTES[name].names == "plan":
        meant = Plan.objects.filter(customer=named).first()
        public = meant.public_id if meant else "noplannoplan"
    elif ROUTES[name].names == "complaint":
        told = Case.objects.filter(customer=named).first()
        public = told.public_id if told else "nocasenocase"
    elif ROUTES[name].names == "opportunity":
        hoped = Opportunity.objects.filter(customer=named).first()
        public = hoped.public_id if hoped else "noopportunit"
    elif ROUTES[name].names == "proposal":
        offered = Proposal.objects.filter(customer=named).first()
        public = offered.public_id if offered else "noproposalno"
    elif name.startswith("voice:") and ROUTES[name].names != "customer":
        public = _of_voice(name, named)
    elif ROUTES[name].names == "referral":
        brought = Referral.objects.filter(referrer=named).first()
        public = brought.public_id if brought else "noreferralno"
    elif name.startswith("salons:"):
        held = Salon.objects.first()
        public = held.public_id if held else "nosalonnosal"
    elif ROUTES[name].names == "link":
        handed = Link.objects.filter(customer=named).first()
        public = handed.public_id if handed else "nolinknolink"
    elif ROUTES[name].names == "wish":
        wished = Wish.objects.filter(customer=named).first()
        public = wished.public_id if wished else "nowishnowish"
    elif ROUTES[name].names == "opening":
        public = "noopeningone"
    elif name.startswith("rewards:") and ROUTES[name].names != "customer":
        public = _of_rewards(name, named)
    elif name.startswith("journeys:") and ROUTES[name].names != "traveller":
        led = Journey.objects.first()
        public = led.public_id if led else "nojourneynoj"
    elif name.startswith("intake:"):
        public = (
            Import.objects.order_by("pk")[0].public_id if Import.objects.exists() else "x" * 12
        )
    else:
        public = named.public_id
    job = Job.objects.order_by("pk").first()
    key = {
        "administration:assign": str(cast.mei_book.pk),
        **{f"books:{page}": str(cast.mei_book.pk) for page in ("book", "holders", "hand-over")},
        **{f"care:{page}": str(cast.mei_book.pk) for page in ("help", "capacity")},
        "administration:person": cast.mei.public_id,
    }
    if name.startswith("intake:"):
        key[name] = public
    return {
        "public_id": public,
        "member": public,
        "guest_id": (
            Guest.objects.filter(customer=named).values_list("public_id", flat=True).first()
            or "noguestnogue"
        ),
        "pk": "1",
        "customer_id": named.public_id,
        "position": "1",
        "goal_id": "nogoalnogoal",
        "step_id": "nostepnostep",
        "wave_id": (Wave.objects.values_list("public_id", flat=True).first() or "nowavenowave"),
        "question_id": "noquestionno",
        "movement": "nomovementno",
        "reward": "norewardnore",
        "privilege": (
            Privilege.objects.values_list("public_id", flat=True).first() or "noprivilegen"
        ),
        "tie_id": "notienotieno",
        "seen_id": "1",
        "field": "phone",
        "event_id": "noeventnoeve",
        "contact_id": "nocontactnoc",
        "quote_id": "noquotenoquo",
        "invoice_id": "noinvoicenoi",
        "steering_id": "nosteeringno",
        "stage": "dormant",
        "plan_id": "noplannoplan",
        "asked": "nomoretime22",
        "which": "type",
        "preference_id": "nopreference",
        "document_id": "nodocumentno",
        "absence_id": "noabsencenoa",
        "card_id": "nocardnocard",
        "touch_id": "notouchnotou",
        "part_id": "nopartnopart",
        "bundle_id": "nobundlenobu",
        "obstacle_id": "noobstacleno",
        "key": key.get(name, job.public_id if job else "nojobnojob22"),
        "token": "wrong",
        "span": "week",
        "n": "1",
        "of": "message",
        "state": "waiting",
        "secret": "x" * 43,
        "delivery": "nodelivery22",
        "year": "2026",
        "day": "2026-10-01",
        "kind": {"content": "script", "delivery": "console", "journeys": "wait"}.get(
            name.partition(":")[0], "transactions"
        ),
        "code": "said" if name == "scoring:need" else "bank-no-time",
        "number": "1",
        "group": "1",
        "language": "zh",
        "choice": "person",
        "traveller_id": "notravellern",
        "way": "up",
    }


def _of_voice(name: str, named: Customer) -> str:
    """The id in an address of surveys: of the customer's answer, loop or invitation, or any."""
    models: dict[str, Any] = {"survey answer": Answer, "loop": Loop, "invitation": Invitation}
    if model := models.get(ROUTES[name].names):
        found = model.objects.filter(customer=named)
    else:
        of_wave = name in ("voice:wave", "voice:close", "voice:links")
        found = Wave.objects.all() if of_wave else Survey.objects.all()
    return found.values_list("public_id", flat=True).first() or "nobodynobody"


def _of_rewards(name: str, named: Customer) -> str:
    """The id in an address of benefits: of the customer's coupon, gift or use, or any."""
    models: dict[str, Any] = {"coupon": Coupon, "present": Present, "use": Use}
    page = name.removeprefix("rewards:")
    if model := models.get(ROUTES[name].names):
        found = model.objects.filter(customer=named)
    elif page in {"batch", "codes", "many", "close-batch"}:
        found = Batch.objects.all()
    elif page == "errand":
        found = Job.objects.filter(kind="rewards.many")
    elif page == "take-back":
        found = Redemption.objects.all()
    elif page in {"change-gift", "gift", "stock"}:
        found = Gift.objects.all()
    elif page.endswith("privilege"):
        found = Privilege.objects.all()
    else:
        found = CouponKind.objects.all()
    return found.values_list("public_id", flat=True).first() or "nothingnothi"
