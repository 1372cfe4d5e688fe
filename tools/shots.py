"""A picture of every page of a served demo: zh and en, 1280 and 375 px, light (and dark).

    python tools/shots.py [ADDRESS] [--out shots] [--only today,base] [--dark]

Serve a demo first (`make run`). Names of the pictures: page.role.language.width.png
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# page -> (role that opens it, address); "first of" opens the first row of a list, and what
# follows "+" below it
PAGES = {
    "front": ("", "/"),
    "today": ("rm", "/today/"),
    "my-customers": ("rm", "/customers/"),
    "customer": ("rm", "first of /customers/"),
    "record": ("rm", "/contacts/new"),
    "team": ("manager", "/team/"),
    "festivals": ("marketer", "/festivals/"),
    "festival-plan": ("marketer", "first of /festivals/"),
    "festival-list": ("marketer", "/festivals/list"),
    "marketing-calendar": ("marketer", "/marketing/calendar"),
    "marketing-week": ("marketer", "/marketing/calendar?view=week"),
    "communities": ("marketer", "/communities/"),
    "community": ("marketer", "first of /communities/"),
    "triggers": ("administrator", "/triggers/?pack=bank"),
    "triggers-own": ("administrator", "/triggers/?pack=own"),
    "trigger": ("administrator", "/triggers/idle_balance"),
    "own-trigger": ("administrator", "/triggers/own/new"),
    "posts": ("marketer", "/posts/"),
    "posts-approvals": ("leader", "/posts/approvals"),
    "posts-board": ("marketer", "/posts/board"),
    "posts-personas": ("marketer", "/posts/personas"),
    "posts-new": ("marketer", "/posts/new"),
    "posts-mine": ("rm", "/posts/mine"),
    "posts-card": ("rm", "/posts/card"),
    "topics": ("marketer", "/topics/"),
    "topic": ("marketer", "first of /topics/"),
    "topic-new": ("rm", "/topics/new"),
    "coverage": ("manager", "/coverage/"),
    "coverage-channels": ("manager", "/coverage/channels"),
    "coverage-relations": ("manager", "/coverage/relations"),
    "coverage-hours": ("manager", "/coverage/hours?period=quarter"),
    "coverage-answers": ("manager", "/coverage/answers?period=quarter"),
    "alerts": ("rm", "/alerts/"),
    "alerts-branch": ("manager", "/alerts/"),
    "alert": ("manager", "first of /alerts/closed"),
    "alerts-closed": ("manager", "/alerts/closed"),
    "alert-rules": ("administrator", "/alerts/rules"),
    "agenda": ("rm", "/me/agenda/"),
    "agenda-rules": ("administrator", "/agenda/rules"),
    "away": ("manager", "/alerts/away"),
    "benefits": ("manager", "/rewards/"),
    "benefits-ending": ("manager", "/rewards/?show=ending"),
    "benefits-story": ("rm", "first of /customers/ + rewards/"),
    "benefit-hand": ("rm", "first of /rewards/?show=approved + hand"),
    "benefit-present": ("manager", "first of /rewards/?show=waiting"),
    "benefit-privileges": ("manager", "/rewards/privileges/"),
    "benefit-coupons": ("marketer", "/rewards/coupons/"),
    "benefit-batch": ("marketer", "first of /rewards/coupons/"),
    "benefit-gifts": ("manager", "/rewards/gifts/"),
    "benefit-costs": ("manager", "/rewards/costs"),
    "benefit-behind": ("manager", "/rewards/behind?what=uses"),
    "benefit-limits": ("marketer", "/rewards/settings"),
    "counter": ("rm", "/rewards/counter"),
    "complaints": ("manager", "/complaints/"),
    "complaints-calls": ("manager", "/complaints/?show=calls"),
    "complaints-late": ("manager", "/complaints/?show=late"),
    "complaint": ("manager", "first of /complaints/"),
    "complaint-closed": ("manager", "first of /complaints/?show=closed"),
    "complaint-answer": ("manager", "first of /complaints/?show=late + answer"),
    "complaint-new": ("rm", "/complaints/new"),
    "complaint-stranger": ("rm", "/complaints/new?stranger=1"),
    "complaint-figures": ("manager", "/complaints/figures"),
    "complaint-rules": ("administrator", "/complaints/rules"),
    "journeys": ("marketer", "/journeys/"),
    "journey": ("marketer", "first of /journeys/"),
    "journey-people": ("manager", "first of /journeys/ + people"),
    "journey-edit": ("marketer", "first of /journeys/ + edit"),
    "plans": ("rm", "/plans/"),
    "plans-branch": ("manager", "/plans/"),
    "plans-late": ("manager", "/plans/?show=steps"),
    "plans-lacking": ("manager", "/plans/?show=lacking"),
    "plan": ("rm", "first of /plans/"),
    "plan-goal": ("rm", "first of /plans/ + goals/new"),
    "plan-step": ("rm", "first of /plans/ + steps/new"),
    "plan-review": ("rm", "first of /plans/ + review"),
    "surveys": ("marketer", "/surveys/"),
    "survey": ("marketer", "first of /surveys/"),
    "loop": ("manager", "/loop/"),
    "loop-closed": ("manager", "/loop/?show=done"),
    "comments": ("marketer", "/comments/"),
    "satisfaction": ("manager", "/satisfaction/"),
    "bonds": ("manager", "/plans/bonds"),
    "loyalty": ("marketer", "/loyalty/"),
    "loyalty-statement": ("marketer", "first of /loyalty/"),
    "loyalty-programme": ("marketer", "/loyalty/programme"),
    "loyalty-rule": ("marketer", "/loyalty/rules/new"),
    "loyalty-liability": ("marketer", "/loyalty/liability"),
    "loyalty-openings": ("marketer", "/loyalty/openings/"),
    "loyalty-bring": ("marketer", "/loyalty/openings/bring"),
    "loyalty-wishes": ("manager", "/loyalty/wishes"),
    "salons": ("marketer", "/salons/"),
    "salons-held": ("marketer", "/salons/?view=held"),
    "salon-new": ("manager", "/salons/new"),
    "salon-draft": ("marketer", "first of /salons/?view=drafts"),
    "salon-plan": ("manager", "first of /salons/"),
    "salon-guests": ("manager", "first of /salons/ + guests"),
    "salon-door": ("manager", "first of /salons/ + door"),
    "salon-result": ("marketer", "first of /salons/?view=held + result"),
    "salon-kinds": ("administrator", "/salons/kinds"),
    "referrals": ("rm", "/referrals/"),
    "referrals-check": ("manager", "/referrals/?show=check"),
    "referral": ("manager", "first of /referrals/?show=check"),
    "referral-joined": ("manager", "first of /referrals/?show=joined"),
    "referral-figures": ("manager", "/referrals/figures"),
    "referral-people": ("manager", "/referrals/people?of=referrers"),
    "referral-invitations": ("manager", "/referrals/invitations"),
    "referral-reach": ("manager", "/referrals/reach"),
    "referral-reached": ("manager", "/referrals/reach/rows?kind=promoter&steps=1"),
    "referral-advocates": ("manager", "/referrals/advocates"),
    "referral-rules": ("administrator", "/referrals/rules"),
    "referral-code": ("", "/r/"),
    "opportunities": ("rm", "/opportunities/"),
    "opportunities-branch": ("manager", "/opportunities/?as=list"),
    "opportunity": ("rm", "first of /opportunities/?as=list"),
    "opportunity-won": ("manager", "/opportunities/?state=won"),
    "funnel": ("manager", "/opportunities/funnel?by=owner"),
    "stays": ("manager", "/opportunities/stays?stage=contacted"),
    "ladder": ("manager", "/opportunities/ladder"),
    "ladder-rows": ("manager", "/opportunities/ladder/rows?on=trust&known=deal"),
    "accounts": ("manager", "/opportunities/accounts"),
    "signals": ("manager", "/opportunities/signals"),
    "opportunity-rules": ("administrator", "/opportunities/rules"),
    "bond": ("rm", "first of /customers/ + bond"),
    "whole": ("rm", "first of /customers/ + whole"),
    "plan-rules": ("administrator", "/plans/rules"),
    "experiments": ("marketer", "/experiments/"),
    "experiment": ("marketer", "first of /experiments/?state=closed"),
    "experiment-running": ("marketer", "first of /experiments/?state=running"),
    "experiment-plan": ("marketer", "/experiments/plan"),
    "experiment-bring": ("marketer", "/experiments/bring"),
    "experiment-holdout": ("administrator", "/experiments/holdout"),
    "promises": ("rm", "/promises/"),
    "promises-branch": ("manager", "/promises/"),
    "promised": ("rm", "first of /customers/ + promises/new"),
    "confirm": ("rm", "/confirm/"),
    "confirm-branch": ("manager", "/confirm/?view=place"),
    "campaigns": ("marketer", "/campaigns/"),
    "campaigns-over": ("marketer", "/campaigns/?show=over"),
    "campaigns-branch": ("manager", "/campaigns/"),
    "campaign": ("marketer", "first of /campaigns/"),
    "campaign-over": ("marketer", "first of /campaigns/?show=over"),
    "campaign-members": ("marketer", "first of /campaigns/ + members"),
    "campaign-what": ("marketer", "first of /campaigns/?show=planned + plan?open=what"),
    "campaign-who": ("marketer", "first of /campaigns/?show=planned + plan?open=who"),
    "campaign-offer": ("marketer", "first of /campaigns/?show=planned + plan?open=offer"),
    "campaign-when": ("marketer", "first of /campaigns/?show=planned + plan?open=when"),
    "campaign-check": ("marketer", "first of /campaigns/?show=planned + plan?open=check"),
    "outbox": ("marketer", "/outbox/?show=all"),
    "mailing": ("marketer", "first of /outbox/?show=all"),
    "mailing-rows": ("marketer", "first of /outbox/?show=all + messages?step=unsent"),
    "outbox-unknown": ("marketer", "/outbox/unknown"),
    "lines": ("administrator", "/lines/"),
    "line": ("administrator", "first of /lines/"),
    "line-kinds": ("administrator", "/lines/new"),
    "line-new": ("administrator", "/lines/new/smtp"),
    "customers": ("analyst", "/customers/"),
    "base": ("analyst", "/base/"),
    "kpis": ("analyst", "/kpis/"),
    "scores": ("analyst", "/scores/"),
    "run": ("analyst", "first of /scores/"),
    "segments": ("analyst", "/segments/"),
    "group": ("analyst", "first of /segments/"),
    "builder": ("analyst", "/segments/new"),
    "compare": ("analyst", "/segments/compare"),
    "rivals": ("manager", "/rivals/"),
    "tiers": ("analyst", "/tiers/"),
    "standard": ("manager", "/standards/"),
    "standard-organizations": ("analyst", "/standards/?kind=organization"),
    "standard-classes": ("manager", "/standards/classes/"),
    "standard-stages": ("manager", "/standards/stages/"),
    "standard-negative": ("manager", "/standards/negative/"),
    "standard-versions": ("analyst", "/standards/versions/"),
    "standard-version": ("analyst", "/standards/versions/2/"),
    "standard-draft": ("analyst", "/standards/draft/"),
    "standard-cell": ("analyst", "/standards/draft/cell?kind=person&level=5&purpose=visit"),
    "standard-hours": ("analyst", "/standards/draft/hours"),
    "standard-treatment": ("analyst", "/standards/draft/stages/dormant"),
    "quality": ("analyst", "/quality/"),
    "duplicates": ("manager", "/duplicates/"),
    "pair": ("manager", "first of /duplicates/"),
    "merges": ("manager", "/duplicates/merges/"),
    "books": ("manager", "/books/"),
    "book": ("manager", "first of /books/"),
    "nobody": ("manager", "/books/nobody/"),
    "past-book": ("manager", "/base/book"),
    "duties": ("manager", "/books/duties/"),
    "pool": ("rm", "/books/pool/"),
    "met": ("rm", "/met/"),
    "quick": ("rm", "/met/new"),
    "consents": ("rm", "first of /customers/ + consents"),
    "ties": ("rm", "first of /customers/ + ties/"),
    "members": ("rm", "first of /customers/ + household"),
    "past": ("rm", "first of /customers/ + past"),
    "due": ("manager", "/trade/due"),
    "objections": ("rm", "/scripts/"),
    "playbooks": ("manager", "/scripts/?kind=playbook"),
    "text": ("manager", "/scripts/text/demo-maturity/"),
    "words": ("marketer", "/scripts/words"),
    "training": ("rm", "/training/"),
    "training-team": ("manager", "/training/team"),
    "samples": ("manager", "/training/samples"),
    "weak": ("manager", "/training/weak"),
    "may-we": ("manager", "/may-we/"),
    "privacy": ("administrator", "/privacy/"),
    "request": ("administrator", "first of /privacy/"),
    "periods": ("administrator", "/privacy/periods/"),
    "forms": ("administrator", "/forms/"),
    "form": ("administrator", "/forms/new"),
    "sources": ("administrator", "/imports/sources/"),
    "source": ("administrator", "/imports/sources/new"),
    "policy": ("administrator", "/policy/"),
    "notices": ("administrator", "/policy/notices"),
    "suppressed": ("administrator", "/policy/do-not-contact"),
    "file-rules": ("administrator", "/settings/files/"),
    "keys": ("administrator", "/administration/keys"),
    "key": ("administrator", "/administration/keys/new"),
    "webhooks": ("administrator", "/administration/webhooks"),
    "webhook": ("administrator", "/administration/webhooks/new"),
    "imports": ("administrator", "/imports/"),
    "fields": ("administrator", "/imports/fields/"),
    "administration": ("administrator", "/administration/"),
    "people": ("administrator", "/administration/people"),
    "places": ("administrator", "/administration/organization"),
    "settings": ("administrator", "/administration/settings"),
    "jobs": ("administrator", "/administration/jobs"),
    "audit": ("administrator", "/administration/audit"),
}
WIDTHS = {1280: 900, 375: 800}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    arguments.add_argument("--out", type=Path, default=Path("shots"))
    arguments.add_argument("--only", default="")
    arguments.add_argument("--dark", action="store_true")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    only = {name for name in given.only.split(",") if name}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for language in ("zh-hans", "en"):
            for width in WIDTHS:
                for name, (role, path) in PAGES.items():
                    if not only or name in only:
                        _shoot(browser, given, name, role, path, language, width)
        browser.close()


def _shoot(
    browser: Browser,
    given: argparse.Namespace,
    name: str,
    role: str,
    path: str,
    language: str,
    width: int,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        locale="zh-CN" if language == "zh-hans" else "en-GB",
        is_mobile=width < 500,
        has_touch=width < 500,
    )
    host = given.address.split("//")[1].split(":")[0]
    context.add_cookies(
        [
            {"name": key, "value": value, "domain": host, "path": "/"}
            for key, value in {
                "regulars_language": language,
                "regulars_theme": "dark" if given.dark else "light",
            }.items()
        ]
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    if role:
        _enter(page, given.address, role)
    if path.startswith("first of "):
        first, _plus, below = path.removeprefix("first of ").partition(" + ")
        page.goto(given.address + first)
        rows = page.locator("table.tbl tbody a, .pairrow a")
        if not rows.count():
            print(f"{name:<32} {first} has no row yet")
            context.close()
            return
        path = f"{rows.first.get_attribute('href')}{below}"
    answer = page.goto(given.address + path)
    page.wait_for_load_state("networkidle")
    mark = f"{name}.{language.split('-')[0]}.{width}{'.dark' if given.dark else ''}"
    page.screenshot(path=given.out / f"{mark}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    status = answer.status if answer else 0
    print(f"{mark:<32} {status} {'WIDE ' if wide else ''}{'; '.join(problems)[:200]}")
    context.close()


def _enter(page: Page, address: str, role: str) -> None:
    page.goto(f"{address}/enter")
    page.locator(f'form[action="/enter"] button[value="{role}"]').first.click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
