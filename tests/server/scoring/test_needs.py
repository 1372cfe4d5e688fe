"""What a customer likely needs stands with its reason, and each figure opens its rows."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from tests.server.scoring.taught import PLAIN, WORTH, taught

from regulars.engine.potential.need import NeedRule
from regulars.server.channels import actions as channels
from regulars.server.core.keys import actions as keys
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.customers.models import Customer, FactKey
from regulars.server.evidence import actions as evidence
from regulars.server.facts import actions as facts
from regulars.server.products.models import Product
from regulars.server.scoring import actions, bricks, queries
from regulars.server.scoring.actions.forgetting import forget_customers
from regulars.server.scoring.bricks import proving
from regulars.server.scoring.forms.words import Voice
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, customer, has_balance

pytestmark = pytest.mark.django_db
NEEDY = WORTH | {
    "need_level": 3, "service": "much", "lookalike_n": 3, "alike_kind": "person",
    "alike_tenure": None, "alike_products": "deposit",
}  # fmt: skip


def had(who: Customer, product: str, *marks: str) -> dict[str, Any]:
    names = ("held", "held_before", "taken", "taken_before")
    return {"customer_id": who.pk, "product_id": product, **{n: n in marks for n in names}}


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """Of Li, Zhou, Qian and Sun, who have payroll and a deposit, Zhou and Qian took W180."""
    cast = as_system
    for code, name in (("W180", "Steady 180"), ("W90", "Steady 90"), ("PAY", "Payroll"),
                       ("TD12", "1-year deposit")):  # fmt: skip
        Product.objects.create(code=code, name=name, name_en=name, kind="wealth")
    sun = customer("0004", "孙一", cast.mei_book, name_en="Sun Yi")
    rows = [
        had(who, code, "held")
        for who in (cast.li, cast.zhou, cast.qian, sun)
        for code in ("PAY", "TD12")
    ]
    rows += [had(who, "W180", "held", "taken") for who in (cast.zhou, cast.qian)]
    rows += [had(cast.qian, "W90", "held", "taken"), had(sun, "W90", "held", "held_before")]
    taught(
        cast, (cast.li, NEEDY), (sun, NEEDY), (cast.qian, NEEDY),
        (cast.zhou, {"alike_kind": "organization", "alike_tenure": None}), had=rows,
    )  # fmt: skip
    return cast


def get(viewer: Person, who: Customer, path: str = "", **query: str) -> Any:
    client = Client()
    client.force_login(viewer)
    client.cookies["regulars_language"] = "en"
    with time_machine.travel(NOON, tick=False):
        return client.get(f"/customers/{who.public_id}/{path}?{urlencode(query)}")


def text(answer: Any) -> str:
    assert answer.status_code == 200
    html = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def codes(viewer: Person, who: Customer) -> list[str]:
    found = bricks.needs(viewer, who, NOON)
    return [need.code for need in found["needs"]] if found else []


@pytest.mark.parametrize(
    ("viewer", "listed", "took"),
    [("mei", {"Li Na", "Sun Yi"}, set()), ("wei", {"Li Na", "Sun Yi", "Zhou's shop"},
     {"Zhou's shop"}), ("lin", {"Li Na", "Sun Yi", "Zhou's shop", "Qian Zhenhua"},
     {"Zhou's shop", "Qian Zhenhua"}), ("ana", {"Li Na", "Sun Yi", "Zhou's shop",
     "Qian Zhenhua"}, {"Zhou's shop", "Qian Zhenhua"})],
)  # fmt: skip
def test_the_figure_counts_everybody_and_the_list_shows_ones_own(
    town: Cast, viewer: str, listed: set[str], took: set[str]
) -> None:
    who = getattr(town, viewer)

    whole = bricks.proof(who, town.li, NOON, "product", product="W180")
    those = bricks.proof(who, town.li, NOON, "product", product="W180", only_took=True)
    said = text(get(who, town.li, "needs/product", product="W180"))

    assert whole is not None
    assert whole.behind is not None
    assert those is not None
    assert (whole.behind.counted, whole.behind.took) == (4, 2)
    assert {str(each.name_en) for each, _took in whole.people} == listed
    assert {str(each.name_en) for each, _took in those.people} == took
    assert (whole.behind.seen, whole.behind.seen_took) == (len(listed), len(took))
    assert whole.behind.counted - whole.behind.unseen == len(listed)
    assert (
        f"4 customers are counted over the whole company, {len(listed)} of them yours" in said
    )
    assert ("counted and not listed" in said) == (len(listed) < 4)


def test_a_popular_product_opens_those_who_took_it_lately(town: Cast) -> None:
    found = bricks.proof(town.ana, town.li, NOON, "product", product="W90")

    assert found is not None
    assert found.behind is not None
    assert [str(each.name_en) for each, _took in found.people] == ["Qian Zhenhua"]
    # The reason says 52: those of the run; the page says what is there now.
    assert found.said == 52
    assert "reckoned with 52" in text(get(town.ana, town.li, "needs/product", product="W90"))


def test_the_block_stands_on_the_page_and_every_need_opens_its_rows(town: Cast) -> None:
    note_need(town, "A loan for the flat")
    evidence.note(
        town.li, "wealth", words="Fund at Lake Bank", amount=Decimal(500_000), by=town.mei,
        at=NOON,
    )  # fmt: skip
    evidence.note(town.li, "wallet", amount=Decimal(900_000), by=town.mei, at=NOON)
    has_balance(town, town.li, (date(2026, 1, 1), 100_000_00))

    page = get(town.mei, town.li)

    assert "Likely needs" in text(page)
    block = page.content.decode().split('id="needs"')[1].split("</section>")[0]
    links = [
        each.replace("&amp;", "&") for each in re.findall(r'href="(/[^"]+needs[^"]+)"', block)
    ]
    assert [link.split("/")[-1].split("?")[0] for link in links] == [
        "said", "product", "product", "outside", "room", "service",
    ]  # fmt: skip
    client = Client()
    client.force_login(town.mei)
    client.cookies["regulars_language"] = "en"
    with time_machine.travel(NOON, tick=False):
        opened = {link.split("/")[-1]: text(client.get(link)) for link in links}
    assert "A loan for the flat" in opened["said"]
    assert "Fund at Lake Bank" in opened["outside"]
    assert "¥100K" in opened["room"]
    assert "3 customers are counted over the whole company, 2 of them yours" in opened["room"]
    assert "1 call to us" in opened["service"]


def test_a_holding_that_ends_within_three_months_is_a_need_with_its_row(
    town: Cast,
) -> None:
    hold(town.li, TODAY + timedelta(days=40))
    hold(town.li, TODAY + timedelta(days=120), "far")

    assert "maturing" in codes(town.mei, town.li)
    found = bricks.proof(town.mei, town.li, NOON, "maturing")
    assert found is not None
    assert [line.day for line in found.own] == [TODAY + timedelta(days=40)]


def test_what_only_outside_evidence_lifts_is_no_room_beside_customers_alike(
    as_system: Cast,
) -> None:
    lifted = NEEDY | {"standing_value": 900e3, "potential_gap": 500e3}
    taught(as_system, (as_system.li, lifted))

    assert "room" not in codes(as_system.mei, as_system.li)


def test_who_wants_no_profile_has_no_needs_and_is_in_no_list(town: Cast) -> None:
    Customer.objects.filter(pk=town.qian.pk).update(no_profiling=True)

    found = bricks.proof(town.ana, town.li, NOON, "product", product="W180")

    assert found is not None
    assert found.behind is not None
    assert (found.behind.counted, found.behind.seen) == (4, 3)
    assert codes(town.ana, Customer.objects.get(pk=town.qian.pk)) == []


def test_what_is_declined_or_not_suggested_opens_nothing(town: Cast) -> None:
    actions.decline(
        town.li, "W90", until=TODAY + timedelta(days=30), by=town.mei, at=NOON
    )  # fmt: skip

    assert codes(town.mei, town.li).count("product") == 1
    assert get(town.mei, town.li, "needs/product", product="W90").status_code == 404
    assert get(town.mei, town.li, "needs/nonsense").status_code == 404
    assert get(town.tao, town.li, "needs/room").status_code == 404


def test_a_scoring_that_kept_no_customers_says_so(as_system: Cast) -> None:
    Product.objects.create(code="W180", name="稳健", name_en="Steady", kind="wealth")
    taught(as_system, (as_system.li, PLAIN))

    said = text(get(as_system.mei, as_system.li, "needs/product", product="W180"))

    assert "were not kept with this scoring" in said


def test_an_erased_customer_leaves_the_rows_behind_figures(town: Cast) -> None:
    run = queries.current_run()
    assert run is not None

    forget_customers([town.qian.pk], [])

    found = bricks.proof(town.ana, town.li, NOON, "product", product="W180")
    assert found is not None
    assert found.behind is not None
    assert found.behind.counted == 3


def test_the_signs_of_service_are_those_that_the_engine_counts() -> None:
    rule = NeedRule()

    assert rule.complaint_kinds == proving.COMPLAINTS
    assert rule.visit_kinds == proving.VISITS
    assert rule.visit_channels == proving.VISITED


def test_a_product_bought_opens_the_purchases_of_its_reason(as_system: Cast) -> None:
    cast, voice = as_system, Voice.of(None)
    add(cast.li, "transactions", TODAY - timedelta(days=4),
        "timestamp '2026-11-19 02:00:00' occurred_at, 12000::bigint amount, 't' order_id, "
        "null::double as quantity, null::bigint as cost, 'TEA' product_id, "
        "'drinks' category, null::varchar as channel, null::varchar as branch, "
        "'purchase' kind, null::varchar as external_id")  # fmt: skip
    bought(cast, cast.li, date(2026, 5, 1))

    of_product = proving.bought(cast.mei, cast.li, ["TEA"], TODAY, voice)
    of_category = proving.bought(cast.mei, cast.li, ["drinks"], TODAY, voice)

    assert [line.day for line in of_product] == [TODAY - timedelta(days=4)]
    assert of_category == of_product
    assert proving.bought(cast.mei, cast.li, ["bread"], TODAY, voice) == []
    assert proving.bought(cast.mei, cast.li, [], TODAY, voice) == []


def add(who: Customer, kind: str, day: date, values: str) -> None:
    key = FactKey.objects.get(customer=who).pk
    when = "" if kind == "holdings" else f"date '{day}' local_date, "
    facts.add(
        kind, f"select {key}::bigint fact_key, {when}{values}, 'r-{key}-{day}' row_key, "
        "timestamp '2026-01-01' known_at", source="needs", by=TESTS, at=NOON,
    )  # fmt: skip


def hold(who: Customer, matures_on: date, name: str = "near") -> None:
    add(who, "holdings", matures_on, f"'{name}' holding_id, 'TD12' product_id, "
        f"date '2026-01-01' opened_on, date '{matures_on}' matures_on, null::date closed_on, "
        "2000000::bigint amount")  # fmt: skip


def note_need(cast: Cast, words: str) -> None:
    channels.record_touch(
        cast.li, channel="call", outcome="interested", inbound=True, two_way=True, need=words,
        by=cast.mei, at=NOON - timedelta(days=3),
    )  # fmt: skip


def test_other_systems_read_the_needs_as_the_person_sees_them(town: Cast) -> None:
    _key, secret = keys.make_key(name="crm", rights=[Right.CUSTOMERS_READ], by=TESTS, at=NOON)
    client = Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})

    def read(person: str, who: Customer = town.li) -> Any:
        with time_machine.travel(NOON, tick=False):
            return client.get(f"/api/v1/customers/{who.public_id}/needs?person={person}")

    mine, whole = (read(person).json()["needs"] for person in ("mei", "ana"))
    (steady,) = (need for need in mine if need["product"] == "W180")
    (everybody,) = (need for need in whole if need["product"] == "W180")
    path = f"/customers/{town.li.public_id}/needs/product?product=W180"

    assert [need["code"] for need in mine] == codes(town.mei, town.li)
    assert (steady["need"], steady["rows"]) == ("Steady 180", f"http://testserver{path}")
    assert steady["reason"]
    assert (steady["counted"], steady["seen"], steady["took"]) == (4, 2, 2)
    assert everybody["seen"] == 4
    run = queries.current_run()
    assert run is not None
    assert read("mei").json()["as_of"] == run.as_of.isoformat()
    assert read("tao").status_code == read("mei", town.qian).status_code == 404
    assert client.get(f"/api/v1/customers/{town.li.public_id}/needs").status_code == 422


def test_who_wants_no_profile_has_no_needs_to_read(town: Cast) -> None:
    Customer.objects.filter(pk=town.li.pk).update(no_profiling=True)
    town.li.refresh_from_db()

    assert bricks.proofs(town.mei, town.li, NOON) == []
