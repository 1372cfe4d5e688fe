"""The lower parts of the base page: each number opens as many customers as it says."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import ibis
import pytest
from django.test import Client
from tests.server.insight.bank.conftest import NOW, Bank
from tests.server.insight.bank.test_base import behind

from regulars.engine.measures.demographics import cross_table
from regulars.engine.value.keep import less_churn
from regulars.server.core.models import AuditEntry, Job, Person
from regulars.server.insight import actions, queries, rules
from regulars.server.insight.queries import UNKNOWN, VALUES
from regulars.server.insight.views import crossing, parts
from regulars.server.insight.views.drill import Drill
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.bridge import names

Looking = Callable[[Person], Any]
PARTS = ("/base/ahead", "/base/depth", "/base/cross", "/base/less")
LINK = re.compile(r'<a class="(?:mid )?num" href="([^"]+)"[^>]*>([\d,]+)</a>')


def page(viewer: Person, path: str, language: str = "zh-hans", **query: str) -> str:
    client = Client()
    client.force_login(viewer)
    client.cookies["regulars_language"] = language
    answer = client.get(path, query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("branch", ["", "first"])
@pytest.mark.parametrize("who", ["ana", "wei"])
def test_each_number_of_the_depth_opens_its_customers(
    taught: Bank, eyes: Looking, who: str, branch: str
) -> None:
    viewer = getattr(taught, who)
    code = queries.branches(viewer)[0].code if branch else ""
    text = page(viewer, "/base/depth", branch=code)
    found = [(html.unescape(href), int(n.replace(",", ""))) for href, n in LINK.findall(text)]

    assert len(found) > 20  # changes, steps, nine rooms with who needs much, classes
    with eyes(viewer):
        for href, n in found:
            assert behind(viewer, href) == n, href


def test_the_depth_of_a_manager_is_that_of_the_own_books(taught: Bank, eyes: Looking) -> None:
    own = taught.customers_of(taught.wei)
    with eyes(taught.wei):
        found = queries.depth(taught.wei, taught.now)
    whole = queries.depth(taught.ana, taught.now)

    assert found.changes
    assert whole.changes
    assert found.changes["money_out"].customers == sum(pk % 5 == 0 for pk in own)
    assert found.changes["money_out"].customers < whole.changes["money_out"].customers
    assert found.asleep.customers == sum(pk % 7 in (1, 2, 3) for pk in own)


def test_branches_add_up_in_the_matrix(taught: Bank) -> None:
    whole = queries.depth(taught.ana, taught.now).rooms
    units = [unit.code for unit in queries.branches(taught.ana)]
    found = [queries.depth(taught.ana, taught.now, branch=code).rooms for code in units]

    assert whole
    for place, room in whole.items():
        cells = [each[place] for each in found if each and place in each]
        assert sum(cell.customers for cell in cells) == room.customers
        assert sum(cell.needy for cell in cells) == room.needy


def test_a_bank_counts_the_money_that_sleeps(taught: Bank) -> None:
    found = queries.depth(taught.ana, taught.now).steps
    ((asleep,),) = duckdb.execute(
        "select sum(aum) from read_parquet(?) where customer_id % 7 = 1",
        [str(scoring.frame(taught.now))],
    ).fetchall()

    assert found
    assert float(found["dormant"].value) == pytest.approx(asleep, abs=0.01)
    assert list(found) == list(rules.STEPS)


@pytest.mark.parametrize("path", PARTS)
def test_nothing_learned_is_said_in_words(bank: Bank, path: str) -> None:
    Job.objects.filter(kind=scoring.LEARNING).delete()
    for language, word in (("zh-hans", "还没有学习"), ("en", "Nothing was learned")):
        text = page(bank.ana, path, language)
        assert "None" not in text
        if path in ("/base/ahead", "/base/depth"):
            assert word in text


def test_learning_under_way_shows_how_far_it_is(bank: Bank) -> None:
    job = actions.ask_learning(bank.now, by=bank.ana, at=NOW)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, step="ranking", done=1, total=9
    )

    assert f"/base/jobs/{job.public_id}" in page(bank.ana, "/base/depth")
    assert "学习谁将最重要" in page(bank.ana, f"/base/jobs/{job.public_id}")


def test_the_outlook_is_the_companys_or_that_of_the_own_branches(
    taught: Bank, eyes: Looking
) -> None:
    units = queries.branches(taught.ana)
    whole = queries.outlook(taught.ana, taught.now)
    one = queries.outlook(taught.ana, taught.now, branch=units[1].code)
    with eyes(taught.wei):
        own = queries.outlook(taught.wei, taught.now)

    assert whole is not None
    assert one is not None
    assert own is not None
    assert whole.revenue == 510_000.0
    assert [part.code for part in whole.parts] == [unit.code for unit in units]
    assert (one.revenue, one.low, one.high) == (2e5, 1.8e5, 2.2e5)
    assert [part.code for part in own.parts] == [taught.branch.code]
    assert own.revenue == own.parts[0].revenue


def test_an_earlier_forecast_stands_beside_what_came(taught: Bank) -> None:
    (check,) = queries.checks(taught.now)

    assert check.is_inside
    assert check.error == pytest.approx(400 / 430 - 1)
    assert check.stop.isoformat() == "2026-02-20"
    assert "区间内" in page(taught.ana, "/base/ahead")


def test_a_forecast_without_a_range_says_how_many_quarters_are_missing(taught: Bank) -> None:
    cards = taught.now.result["learned"]["cards"]
    cards["quarter"] |= {"low": None, "high": None, "tries": cards["quarter"]["tries"][:2]}
    taught.now.save(update_fields=["result"])

    assert "2 quarters of the past could be tried" in page(taught.ana, "/base/ahead", "en")
    assert "只有 2 个季度可试" in page(taught.ana, "/base/ahead")


def test_less_churn_is_counted_with_the_companys_own_figures(bank: Bank) -> None:
    own = queries.own(bank.ana, bank.now)
    sheet = {each.code: each for each in queries.sheet(bank.ana, bank.now, span="year").kpis}
    ((margin, active),) = duckdb.execute(
        "select sum(contribution_12), count(*) from read_parquet(?) where active_year",
        [str(scoring.frame(bank.now))],
    ).fetchall()

    assert own is not None
    assert own.churn == sheet["churn"].value
    assert (own.customers, own.base) == (active, sheet["churn"].n)
    assert own.margin == pytest.approx(margin)
    assert own.less(1.0) == less_churn(
        1.0, customers=active, churn=own.churn, margin=own.margin, discount_rate=0.10
    )


@pytest.mark.parametrize(
    ("typed", "points"),
    [("3", 3.0), ("2.2", 2.0), ("-5", 0.5), ("nonsense", None), ("nan", None), ("900", None)],
)
def test_points_that_cannot_be_become_those_that_can(
    bank: Bank, typed: str, points: float | None
) -> None:
    own = queries.own(bank.ana, bank.now)
    assert own is not None

    found = parts.read_points(typed, own)

    most = {"nonsense": min(parts.USUAL_POINTS, own.most)}.get(typed, own.most)
    assert found == (min(points, own.most) if points else most)
    assert own.less(found).churn_then >= 0


def test_less_churn_opens_who_left_and_who_was_there(bank: Bank) -> None:
    text = page(bank.ana, "/base/less", "en", points="1")
    found = [(html.unescape(href), int(n.replace(",", ""))) for href, n in LINK.findall(text)]

    assert len(found) == 3
    for href, n in found:
        assert behind(bank.ana, href) == n
    assert "Reichheld" in text


def test_the_churn_of_a_year_needs_two_years(bank: Bank) -> None:
    bank.now.result["first_day"] = "2025-03-01"

    assert queries.own(bank.ana, bank.now) is None


@pytest.mark.parametrize("by", ["district", "occupation", "gender"])
def test_the_cross_table_is_the_engines(bank: Bank, by: str) -> None:
    folder = scoring.folder(bank.now)
    db = ibis.duckdb.connect()
    people = db.read_parquet(folder / names.ATTRIBUTES)
    keys = db.read_parquet(folder / names.CUSTOMERS).select("fact_key", pk="customer_id")
    who = people.join(keys, people.customer_id == keys.fact_key)
    who = who.select(customer_id=who.pk, said=who[by].nullif(""))
    frame = db.read_parquet(scoring.frame(bank.now)).select("customer_id", "rfm_type")
    theirs = cross_table(frame, who, row="rfm_type", by="said")
    cells = {(cell.row, cell.column): cell for cell in theirs.cells}

    ours = queries.crossed(bank.ana, bank.now, by=by)

    assert ours.customers == theirs.customers
    if by != "occupation":  # where rare values share a column, the table is another one
        assert ours.association == theirs.association
    for place, cell in ours.cells.items():
        if place[1] not in theirs.columns:
            continue
        twin = cells[place]
        assert (cell.customers, cell.index, cell.differs, cell.small) == (
            twin.customers,
            twin.index,
            twin.differs,
            twin.small,
        )
        assert cell.share == pytest.approx(twin.share)


@pytest.mark.parametrize("who", ["ana", "wei"])
@pytest.mark.parametrize("by", list(VALUES))
def test_each_cell_opens_its_customers(bank: Bank, eyes: Looking, who: str, by: str) -> None:
    viewer = getattr(bank, who)
    own = set(bank.customers_of(viewer))
    with eyes(viewer):
        found = queries.crossed(viewer, bank.now, by=by)
        assert (
            found.customers
            == sum(found.row_totals.values())
            == sum(found.column_totals.values())
        )
        for column in found.columns:
            opened = queries.behind_cell(viewer, bank.now, by=by, rfm_type="", value=column)
            assert opened.customers == found.column_totals[column]
            assert {row.customer.pk for row in opened.rows} <= own
        for cell in list(found.cells.values())[::3]:
            opened = queries.behind_cell(
                viewer, bank.now, by=by, rfm_type=cell.row, value=cell.column
            )
            assert opened.customers == cell.customers


def test_a_long_cell_comes_in_pages(bank: Bank) -> None:
    first = queries.behind_cell(bank.ana, bank.now, by="kind", rfm_type="", value="person")
    second = queries.behind_cell(
        bank.ana, bank.now, by="kind", rfm_type="", value="person", offset=50
    )

    assert len(first.rows) == 50
    shown = {row.customer.pk for row in (*first.rows, *second.rows)}
    assert len(shown) == len(first.rows) + len(second.rows)


def test_the_table_links_to_its_cells(bank: Bank) -> None:
    client = Client()
    client.force_login(bank.ana)
    text = page(bank.ana, "/base/cross", "en", by="district")
    links = re.findall(r'<a class="num" href="([^"]+)"[^>]*title="([\d,]+)">', text)

    assert len(links) > 8
    for href, n in links[:6]:
        opened = client.get(html.unescape(href)).content.decode()
        assert f"{n} customer" in opened or f"{n} 户" in opened


@pytest.mark.parametrize("by", sorted(crossing.SENSITIVE))
def test_what_is_sensitive_opens_for_a_reason_only(bank: Bank, by: str) -> None:
    client = Client()
    client.force_login(bank.ana)
    query = {"by": by}
    cell = {"by": by, "type": "", "value": UNKNOWN}

    refused = client.get("/base/cross", query).content.decode()
    assert "敏感属性" in refused
    assert "</tbody>" not in refused
    assert client.get("/base/cross/rows", cell).status_code == 404
    assert not AuditEntry.objects.filter(action="insight.sensitive.used").exists()

    given = {
        "by": by,
        "run": bank.now.public_id,
        "reason": "  ",
        "next": "/base/cross?by=" + by,
    }
    client.post("/base/cross/reason", given)
    assert not AuditEntry.objects.filter(action="insight.sensitive.used").exists()

    client.post("/base/cross/reason", given | {"reason": "妇女节活动的人数"})
    entry = AuditEntry.objects.get(action="insight.sensitive.used")
    assert entry.details == {"attribute": by, "reason": "妇女节活动的人数"}
    assert entry.actor == f"person:{bank.ana.pk}"
    shown = client.get("/base/cross", query).content.decode()
    assert "</tbody>" in shown
    assert "妇女节活动的人数" in shown
    assert client.get("/base/cross/rows", cell).status_code == 200

    other = Client()
    other.force_login(bank.wei)
    assert "</tbody>" not in other.get("/base/cross", query).content.decode()


def test_only_sensitive_attributes_take_a_reason(bank: Bank) -> None:
    client = Client()
    client.force_login(bank.ana)
    given = {"by": "district", "run": bank.now.public_id, "reason": "x"}

    assert client.post("/base/cross/reason", given).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PARTS)
def test_parts_come_alone_or_as_a_page(taught: Bank, path: str, language: str) -> None:
    client = Client()
    client.force_login(taught.ana)
    client.cookies["regulars_language"] = language

    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(path).content.decode()

    assert "<html" not in part
    assert "<html" in whole
    assert "style=" not in part
    assert client.get(path, {"on": "2026-06-30"}).status_code == 404


@pytest.mark.parametrize("path", [*PARTS, "/base/cross/rows"])
def test_a_relationship_manager_is_refused(bank: Bank, path: str) -> None:
    client = Client()
    client.force_login(bank.rm)

    assert client.get(path).status_code == 403


def test_a_run_shows_every_card_in_both_languages(taught: Bank) -> None:
    for language, words in (
        ("en", ("Risk of leaving", "Who will matter most", "Next product", "in use")),
        ("zh-hans", ("流失风险", "谁将最重要", "下一个产品", "使用中")),
    ):
        text = page(taught.ana, f"/scores/{taught.now.public_id}/", language)
        for word in words:
            assert word in text
        assert "style=" not in text
        listed = page(taught.ana, "/scores/", language)
        assert f"/scores/{taught.now.public_id}/#card-churn" in listed


def test_only_those_who_may_score_learn_again(taught: Bank) -> None:
    manager, analyst = Client(), Client()
    manager.force_login(taught.wei)
    analyst.force_login(taught.ana)
    path = f"/scores/{taught.now.public_id}/learn"
    before = Job.objects.filter(kind=scoring.LEARNING).count()

    assert "重新学习" not in page(taught.wei, f"/scores/{taught.now.public_id}/")
    assert manager.post(path).status_code == 403
    assert analyst.post(path).status_code == 302
    assert analyst.post(path).status_code == 302
    assert analyst.post("/scores/nothing/learn").status_code == 404
    assert Job.objects.filter(kind=scoring.LEARNING).count() <= before + 1
    waiting = Job.objects.filter(kind=scoring.LEARNING, state=Job.State.WAITING)
    assert waiting.filter(subject=taught.now.public_id).count() == 1


def test_a_run_whose_files_are_gone_cannot_learn(taught: Bank) -> None:
    Job.objects.filter(kind=scoring.LEARNING).delete()
    taught.now.public_id = "gonegonegone"
    taught.now.save(update_fields=["public_id"])
    client = Client()
    client.force_login(taught.ana)

    client.post("/scores/gonegonegone/learn")

    assert not Job.objects.filter(kind=scoring.LEARNING).exists()


def test_the_classes_on_the_card_open_their_customers(taught: Bank) -> None:
    for code in rules.CLASSES:
        href = Drill(taught.now).rows([("value_class", code)])
        where = parse_qs(urlsplit(href).query)["where"]
        assert where == [f"value_class:{code}"]
        assert behind(taught.ana, href) > 0


def test_a_manager_is_told_that_the_tries_are_the_companys(taught: Bank) -> None:
    assert "全公司过去各季" in page(taught.wei, "/base/ahead")
    assert "全公司过去各季" not in page(taught.ana, "/base/ahead")
