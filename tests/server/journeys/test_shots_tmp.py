from __future__ import annotations
import os
from datetime import timedelta
from typing import Any
import pytest, time_machine
from django.test import Client
from tests.server.browser import fits
from tests.server.journeys.conftest import Way, branch, leave, wait, task
from tests.server.journeys.test_days import own
from tests.server.campaigns.conftest import group, line, people, text, agree
from regulars.server.campaigns import actions as camp
from regulars.server.campaigns.actions import StepTold
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.journeys.rules import Ask, Until
from regulars.testing.cast import NOON, TESTS, TODAY, assemble
from regulars.testing.providers.wecom import WeComStandIn
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUT = "/tmp/journeys5_shots"

def test_shots(chromium: Any, live_server: Any) -> None:
    os.makedirs(OUT, exist_ok=True)
    with time_machine.travel(NOON, tick=True), WeComStandIn() as wecom:
        with scope.everything():
            cast = assemble()
            way = Way(cast)
            way.group("sleepers", cast.li, cast.qian)
            from regulars.server.customers.models import Customer
            from datetime import date
            Customer.objects.filter(pk=cast.li.pk).update(birth_date=date(1980, 12, 20))
            j = way.running(
                branch("q", Ask.DAY, [own("b", Until.BIRTHDAY, 7, hour="10:00"), way.send("a")], [task("t")], until=Until.BIRTHDAY),
                own("m", Until.MATURITY, 3, after=True), leave(), name="x") if False else way.running(
                branch("q", Ask.DAY, [own("b", Until.BIRTHDAY, 7, hour="10:00"), way.send("a")], [task("t")], until=Until.BIRTHDAY),
                own("m", Until.MATURITY, 3, after=True), leave())
            who = people(cast, 4)
            for one in who: agree(one, "wecom")
            sms = text(cast); call = text(cast, "call")
            made = camp.begin("秋粮款归行", by=cast.max, at=NOON, segment=group(cast, who), goal="留住", starts_on=TODAY, ends_on=TODAY + timedelta(days=20), holdout=0.0)
            camp.set_steps(made, [StepTold("sms", sms), StepTold("call", call, "unanswered", 3, 5)], by=cast.max, at=NOON)
            camp.submit(made, by=cast.max, at=NOON)
            waiting = camp.begin("冬季问候", by=cast.max, at=NOON, segment=made.segment, goal="留住", starts_on=TODAY, ends_on=TODAY + timedelta(days=20), holdout=0.0)
            camp.set_steps(waiting, [StepTold("sms", sms)], by=cast.max, at=NOON)
            camp.submit(waiting, by=cast.max, at=NOON)
            camp.approve(made, by=cast.ada, at=NOON); camp.launch(made, by=cast.max, at=NOON)
            made.refresh_from_db(); camp.advance(made, by=TESTS, at=NOON)
            w = delivery.add_line(name="企业微信", kind_code="wecom", given=wecom.settings(), by=TESTS, at=NOON)
            m = delivery.make_mailing("w", name="十一月问候", line=w, purpose="marketing", not_before=NOON, valid_until=NOON + timedelta(days=2), by=TESTS, at=NOON)
            for one, n in zip(who, range(4)): Customer.objects.filter(pk=one.pk).update(wecom_id=f"wm-{n}")
            delivery.lay(m, [delivery.Draft(one.pk, text="您好", sender="zhangsan") for one in who], at=NOON)
            Delivery.objects.filter(mailing=m).update(state="created", begun_at=NOON)
            for row in Delivery.objects.filter(mailing=m): Delivery.objects.filter(pk=row.pk).update(provider_id=f"t1:zhangsan:wm-{row.pk}")
        pages = {"journey": (cast.max, f"/journeys/{j.public_id}/"), "edit": (cast.max, f"/journeys/{j.public_id}/edit"), "wait": (cast.max, f"/journeys/{j.public_id}/steps/m"), "ask": (cast.max, f"/journeys/{j.public_id}/steps/q"), "stop": (cast.max, f"/journeys/{j.public_id}/stop"), "name": (cast.max, f"/journeys/{j.public_id}/name"), "people": (cast.ana, f"/journeys/{j.public_id}/people"), "mailing": (cast.max, f"/outbox/{m.public_id}/"), "campaign": (cast.max, f"/campaigns/{made.public_id}/"), "plan": (cast.ada, f"/campaigns/{waiting.public_id}/")}
        for language in ("zh-hans", "en"):
            for width in (1280, 375):
                for name, (person, path) in pages.items():
                    client = Client(); client.force_login(person)
                    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN" if language != "en" else "en-GB")
                    cookies = {n: c.value for n, c in client.cookies.items()}; cookies["regulars_language"] = language
                    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
                    page = context.new_page(); page.goto(live_server.url + path)
                    if not fits(page): print("DOES NOT FIT", language, width, name)
                    page.screenshot(path=f"{OUT}/{language}-{width}-{name}.png", full_page=True)
                    context.close()
