"""The pages: a friend without a sign-in, the owner, the desk, figures, the rule, the API."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import islice
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine
import time_machine
from django.test import Client
from tests.server.referrals.conftest import Bring, Rule, later
from tests.server.site.routes import ANYBODY, ROUTES, address, patterns

from regulars.server.care import actions as care
from regulars.server.care.models import Card
from regulars.server.channels.models import Consent
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Opening, Referral, Terms
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if person is not None:
        client.force_login(person)
    return client


def text(client: Client, where: str, code: int = 200) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == code, (where, answer.status_code)
    return answer.content.decode()


def post(client: Client, where: str, **fields: Any) -> int:
    code = client.post(where, fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return code


def fill(where: str, client: Client | None = None, **told: Any) -> int:
    from regulars.server.channels import queries as wordings

    asked = wordings.wording("marketing", at=NOON)
    usual = {"name": "王芳", "phone": "10100000077", "channels": ["call"]}
    notice = {"notice": asked.version} if asked else {}
    return post(client or enter(), where, **(usual | notice | told))


def test_a_friend_opens_the_link_agrees_and_mei_has_a_card(rule: Rule, as_system: Cast) -> None:
    rule()
    link = actions.link_of(as_system.li, by=as_system.mei, at=NOON)
    where = f"/r/{link.token}/"
    page = text(enter(), where)
    assert "A customer of ours" in page
    assert "Li Na" not in page

    assert fill(where, channels=[]) == 422  # consent first
    assert Referral.objects.count() == 0
    assert fill(where) == 302
    made = Referral.objects.get()
    assert (made.way, made.agreed, made.state) == ("link", "form", "received")
    entry = Consent.objects.get(customer=made.friend)
    assert (entry.source, entry.channel, entry.actor) == (
        "form",
        "call",
        "system:referral-link",
    )
    assert fill(where) == 302  # sent twice it is one that counts
    assert Referral.objects.exclude(state="refused").count() == 1

    care.plan(day=TODAY, by=TESTS, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    cards = Card.objects.filter(tasks__trigger="referral_received")
    assert [card.customer for card in cards] == [made.friend]
    today = text(enter(as_system.mei), "/today/")
    assert "Recommended by Li Na" in today
    assert f"/referrals/{made.public_id}/" in today


def test_a_friend_of_the_afternoon_is_on_the_list_of_the_afternoon(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    care.plan(day=TODAY, by=TESTS, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    made = bring(at=later(0.1))
    care.hear(by=TESTS, at=later(0.11))
    scope.set_scope(scope.EVERYBODY)
    assert Card.objects.get(tasks__trigger="referral_received").customer == made.friend


def test_the_page_shows_what_the_owner_allowed(as_system: Cast) -> None:
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    actions.show(link, shows="name", by=TESTS, at=NOON)
    assert "Li Na" in text(enter(), f"/r/{link.token}/")
    actions.end_link(link, by=TESTS, at=NOON)
    assert "not in use" in text(enter(), f"/r/{link.token}/", 404)


def test_a_form_sent_too_often_is_refused(rule: Rule, as_system: Cast) -> None:
    rule()
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    codes = [
        fill(f"/r/{link.token}/", phone=f"1010000{n:04}", name=f"友{n}") for n in range(22)
    ]
    assert codes == [302] * 20 + [429] * 2


def test_codes_are_read_as_they_are_meant_and_are_not_to_be_guessed(as_system: Cast) -> None:
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    spoken = f" {link.code[:4].lower()}-{link.code[4:]}"
    client = enter()
    answer = client.post("/r/", {"code": spoken})
    scope.set_scope(scope.EVERYBODY)
    assert answer["Location"] == f"/r/{link.token}/?by=code"
    tries = [post(client, "/r/", code="AAAAAAAA") for _ in range(21)]
    assert (tries[0], tries[-1]) == (422, 429)


def test_a_look_changes_nothing_and_a_shown_page_is_counted_once(as_system: Cast) -> None:
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    client = enter()
    text(client, f"/r/{link.token}/")
    assert Opening.objects.count() == 0
    for _ in range(2):
        assert post(client, f"/r/{link.token}/seen") == 204
    assert Opening.objects.count() == 1


def test_whoever_names_other_devices_makes_no_more_of_them(as_system: Cast) -> None:
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    codes = []
    for n in range(12):
        client = Client(headers={"User-Agent": f"phone {n}"})
        codes.append(post(client, f"/r/{link.token}/seen"))
    assert codes == [204] * 10 + [429] * 2
    assert Opening.objects.count() == 10


def test_whoever_calls_the_friend_reads_how_to_name_who_referred(
    rule: Rule, as_system: Cast
) -> None:
    rule()
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    fill(f"/r/{link.token}/")
    here = f"/referrals/{Referral.objects.get().public_id}/"
    assert "“A customer of ours”" in text(enter(as_system.mei), here)
    actions.show(link, shows="name", by=as_system.mei, at=NOON)
    assert "“Li Na”" in text(enter(as_system.mei), here)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    assert "to the friend: “Li Na”" in text(enter(as_system.mei), "/today/")


def test_link_and_code_can_be_copied(as_system: Cast) -> None:
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    own = text(enter(), f"/r/mine/{link.own_token}/")
    drawer = text(enter(as_system.mei), f"/referrals/link?customer={as_system.li.public_id}")
    for page in (own, drawer):
        assert f'data-copies="{link.code}"' in page
        assert f'/r/{link.token}/" data-done' in page


def test_the_owner_reads_how_far_it_is_and_no_name(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    page = text(enter(), f"/r/mine/{link.own_token}/")
    assert "We have the name" in page
    actions.contacted(made, by=as_system.mei, at=NOON)
    page = text(enter(), f"/r/mine/{link.own_token}/")
    assert "We have spoken with your friend" in page
    assert "王芳" not in page
    assert "77" not in page.replace(link.code, "").split("Your friends")[1]
    text(enter(), f"/r/mine/{link.token}/", 404)  # who has the link has not the page


def test_a_friend_who_comes_from_the_owners_device_waits_for_a_decision(
    rule: Rule, as_system: Cast
) -> None:
    rule()
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    client = enter()
    post(client, f"/r/mine/{link.own_token}/seen")
    fill(f"/r/{link.token}/", client)
    made = Referral.objects.get()
    assert made.check_state == "open"
    assert [each.kind for each in made.findings.all()] == ["device"]

    mei, wei = enter(as_system.mei), enter(as_system.wei)
    where = f"/referrals/{made.public_id}/decide"
    assert post(mei, where, valid="yes", words="a couple") == 403
    assert "device" in text(wei, f"/referrals/{made.public_id}/")
    assert post(wei, where, valid="yes", words="a couple, both spoken with") == 302
    made.refresh_from_db()
    assert (made.check_state, made.checked_by) == ("cleared", as_system.wei)


def test_mei_walks_a_friend_through_and_tells_li(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    client = enter(as_system.mei)
    told = {"name": "赵敏", "phone": "10100000055", "agreed": "wecom", "words": "WeCom, 9:00",
            "channels": ["wecom"]}  # fmt: skip
    new = f"/referrals/new?customer={as_system.li.public_id}"
    assert post(client, new, **(told | {"words": ""})) == 422
    assert post(client, new, **told) == 302
    made = Referral.objects.get()
    here = f"/referrals/{made.public_id}"
    assert "赵敏" in text(client, "/referrals/")
    assert post(client, f"{here}/contacted", words="wants a mortgage") == 302
    assert post(client, f"{here}/met", words="") == 302
    assert post(client, f"{here}/lost", reason="") == 422
    assert "thank you for recommending us" in text(client, f"{here}/")
    assert post(client, f"{here}/told") == 302
    assert not made.steps.filter(tell=True, told_at=None).exists()
    assert post(client, f"{here}/lost", reason="elsewhere", words="a rival") == 302
    made.refresh_from_db()
    assert (made.state, made.reason) == ("lost", "elsewhere")
    assert post(client, f"{here}/reopen") == 302
    made.refresh_from_db()
    assert made.state == "met"


def test_who_referred_is_on_meis_list_until_they_were_told(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    care.plan(day=TODAY, by=TESTS, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    card = Card.objects.get(tasks__trigger="referral_feedback")
    assert card.customer == as_system.li
    actions.told(made, by=as_system.mei, at=NOON)
    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=later(1))
    scope.set_scope(scope.EVERYBODY)
    card.refresh_from_db()
    assert card.state != "open"


def test_tao_sees_neither_side_of_willows_referrals(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    text(enter(as_system.tao), f"/referrals/{made.public_id}/", 404)
    assert "王芳" not in text(enter(as_system.tao), "/referrals/?show=all")


def test_a_friend_at_another_branch_has_no_name_for_who_referred_here(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring(book=as_system.tao_book)
    mei = text(enter(as_system.mei), "/referrals/")
    assert "A friend at another branch" in mei
    assert "王芳" not in mei
    tao = text(enter(as_system.tao), f"/referrals/{made.public_id}/")
    assert "王芳" in tao
    assert "Li Na" not in tao


def test_figures_drill_to_their_rows(rule: Rule, bring: Bring, as_system: Cast) -> None:
    rule()
    made = bring()
    bring("钱振华", "10100000003")  # known: not valid
    assert made.friend is not None
    bought(as_system, made.friend, TODAY)
    actions.keep(by=TESTS, at=NOON)
    found = queries.figures(as_system.ana, NOON, 12)
    assert (found.steps["received"], found.steps["joined"], found.refused) == (1, 1, 1)
    assert (found.new.part, found.new.whole) == (1, 1)
    assert found.top[0].customer == as_system.li
    ana = enter(as_system.ana)
    page = text(ana, "/referrals/figures")
    assert "K-factor" in page
    assert "王芳" in text(ana, "/referrals/behind?months=12&measure=joined")
    assert "王芳" in text(ana, "/referrals/newcomers?months=12&came=1")
    assert "Qian Zhenhua" in text(ana, "/referrals/behind?measure=refused")
    text(ana, "/referrals/advocates")
    text(ana, "/referrals/reach")
    csv = text(ana, "/referrals/export?format=csv")
    assert "0001" in csv
    assert "王芳" not in csv


def test_the_rule_is_drafted_adopted_and_ended_on_its_page(
    as_system: Cast, programme: object
) -> None:
    client = enter(as_system.ada)
    told = {
        "name": "老带新", "event": "purchase", "window_days": 60, "referrer_way": "points",
        "referrer_amount": 500, "most_days": 365, "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    assert post(client, "/referrals/rules/draft", **(told | {"referrer_amount": ""})) == 422
    assert post(client, "/referrals/rules/draft", **told) == 302
    draft = Terms.objects.get()
    assert "老带新" in text(client, "/referrals/rules")
    assert post(client, f"/referrals/rules/{draft.public_id}/adopt") == 302
    draft.refresh_from_db()
    assert draft.state == "adopted"
    ahead = (TODAY + timedelta(days=9)).isoformat()
    assert post(client, f"/referrals/rules/{draft.public_id}/end", on=ahead) == 302
    told = {"contact_hours": 8, "rise_hours": 4, "burst": 4, "burst_days": 7,
            "share_percent": 40, "saving": 300, "usual_days": 60, "late_days": 10,
            "wait_days": 90}  # fmt: skip
    assert post(client, "/referrals/rules", **told) == 302
    assert (queries.policy().share_percent, queries.policy().saving) == (40, 300)


def test_a_customers_page_has_the_link_and_the_friends(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    assert made.friend is not None
    client = enter(as_system.mei)
    assert "王芳" in text(client, f"/customers/{as_system.li.public_id}/")
    assert "Recommended to us by" in text(client, f"/customers/{made.friend.public_id}/")
    where = f"/referrals/link?customer={as_system.li.public_id}"
    assert "Make the link" in text(client, where)
    assert post(client, where) == 302
    page = text(client, where)
    link = queries.link(as_system.mei, as_system.li)
    assert link is not None
    assert link.code in page
    assert "data:image/svg+xml" in page
    assert post(client, f"/referrals/links/{link.public_id}/handed") == 302


def test_each_role_opens_what_it_may(rule: Rule, bring: Bring, as_system: Cast) -> None:
    rule()
    made, wrong = bring(), []
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    for person in as_system.everybody:
        client = enter(person)
        for name, template in patterns():
            route = ROUTES[name]
            if not name.startswith("referrals:") or route.who == ANYBODY:
                continue
            public = link.public_id if route.names == "link" else made.public_id
            where = address(template, {"public_id": public, "token": "x", "reward": "x"})
            if name == "referrals:end-link":
                continue
            answer = getattr(client, route.method)(where)
            scope.set_scope(scope.EVERYBODY)
            allowed = any(person.may(each) for each in route.who)  # type: ignore[arg-type]
            if answer.status_code >= 500 or allowed == (answer.status_code == 403):
                wrong.append((person.role, name, answer.status_code))
    assert wrong == []


def test_a_known_customers_yes_by_a_form_waits_for_their_voice(
    rule: Rule, as_system: Cast
) -> None:
    rule()
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    fill(f"/r/{link.token}/", name="钱振华", phone="10100000003")
    made = Referral.objects.get()
    assert (made.state, made.reason) == ("refused", "known")
    assert not Consent.objects.filter(customer=as_system.qian).exists()


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_the_table_has_the_companys_days_in_every_format(
    rule: Rule, bring: Bring, as_system: Cast, format: str
) -> None:
    rule()
    late = NOON.replace(hour=17)  # 01:00 of the next day in Shanghai
    made = bring(at=late)
    actions.contacted(made, by=as_system.mei, at=late)
    scope.set_scope(scope.EVERYBODY)
    with time_machine.travel(late + timedelta(days=1), tick=False):
        client = enter(as_system.ana)
        answer = client.get(f"/referrals/export?format={format}")
        assert client.get("/referrals/export?format=exe").status_code == 404
    scope.set_scope(scope.EVERYBODY)
    assert AuditEntry.objects.filter(action="referrals.exported", details={"rows": 1}).exists()
    cells = read(answer.content, format)
    assert cells[4] == cells[6] == (TODAY + timedelta(days=1)).isoformat()


def read(content: bytes, format: str) -> list[str]:
    """The first row below the head, as text."""
    if format == "csv":
        return next(islice(csv.reader(content.decode("utf-8-sig").splitlines()), 1, None))
    if format == "parquet":
        table = pq.read_table(io.BytesIO(content))
        return [str(column[0].as_py()) for column in table.columns]
    book = python_calamine.load_workbook(io.BytesIO(content))
    return [str(cell)[:10] for cell in book.get_sheet_by_index(0).to_python()[1]]
