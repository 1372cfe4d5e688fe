"""Lists: whom they hold, in which order, and that both shapes of query agree."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.scoring.models import Run, Score
from regulars.server.segments import queries, rules
from regulars.server.segments.queries import listing
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


def asked(query: str = "") -> rules.Asked:
    return rules.read(parse_qs(query))


def everybody(viewer: Person, query: str = "") -> list[int]:
    """All ids of a list, page after page."""
    at, found, more = queries.versions(), [], True
    while more:
        page = queries.page(viewer, asked(query), at, offset=len(found))
        found += page.ids
        more = page.more
    return found


def numbers(ids: list[int]) -> list[str]:
    known = dict(Customer.objects.values_list("pk", "number"))
    return [known[pk] for pk in ids]


def enter(client: Client, person: Person, language: str = "zh-hans") -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = language
    return client


def test_a_list_holds_the_own_customers_only(crowd: Cast) -> None:
    with scope.everything():  # the wall is open: the query alone must keep the border
        own = set(Customer.objects.filter(book=crowd.mei_book).values_list("pk", flat=True))

        assert set(everybody(crowd.mei)) == own


def test_the_wall_alone_keeps_the_border_too(crowd: Cast, look: Look) -> None:
    look(crowd.mei)

    found = everybody(crowd.ana)  # asks for everybody, through Mei's eyes

    assert found
    assert set(Customer.objects.filter(pk__in=found).values_list("book", flat=True)) == {
        crowd.mei_book.pk
    }


def test_the_most_valuable_come_first_and_the_unscored_last(crowd: Cast, look: Look) -> None:
    look(crowd.ana)

    ids = everybody(crowd.ana)
    worth = dict(Score.objects.values_list("customer_id", "value"))
    shown = [worth.get(pk) for pk in ids]

    scored = [amount for amount in shown if amount is not None]
    assert len(ids) == 123
    assert scored == sorted(scored, reverse=True)
    assert shown[len(scored) :] == [None] * 23


def test_no_page_repeats_or_loses_anybody(crowd: Cast, look: Look) -> None:
    look(crowd.ana)

    for sort in ("-value", "value", "-clv", "p_alive", "number", "-since"):
        ids = everybody(crowd.ana, f"sort={sort}")

        assert len(ids) == len(set(ids)) == 123, sort


WHO = {"person": {"customer__kind": "person"}, "firm": {"customer__kind": "organization"}}
RICH = {"value__gte": 500}
NAMED: list[tuple[str, dict[str, Any]]] = [
    ("stage=dormant", {"stage": "dormant"}),
    ("rfm_type=important_keep&stage=active", {"rfm_type": "important_keep", "stage": "active"}),
    ("kind=organization", WHO["firm"]),
    ("tier=gold", WHO["firm"] | RICH),
    ("tier=premier&stage=lost", WHO["person"] | RICH | {"stage": "lost"}),
    ("since_from=2025-01-01&stage=active",
     {"customer__since__gte": "2025-01-01", "stage": "active"}),
    ("branch=B02&stage=loyal", {"customer__book__code": "K02", "stage": "loyal"}),
    ("book=K01&stage=loyal", {"customer__book__code": "K01", "stage": "loyal"}),
]  # fmt: skip


def test_a_condition_keeps_whom_it_names(crowd: Cast, look: Look) -> None:
    look(crowd.ana)
    scored = set(Score.objects.values_list("customer_id", flat=True))

    for query, wanted in NAMED:
        expected = set(Score.objects.filter(**wanted).values_list("customer_id", flat=True))
        assert expected, query
        assert set(everybody(crowd.ana, query)) & scored == expected, query


def test_several_values_of_a_condition_are_alternatives(crowd: Cast, look: Look) -> None:
    look(crowd.ana)

    both = everybody(crowd.ana, "stage=new&stage=lost")

    assert set(both) == set(everybody(crowd.ana, "stage=new")) | set(
        everybody(crowd.ana, "stage=lost")
    )


CONDITIONS = ("", "stage=dormant&stage=lost", "tier=premier&tier=mass", "tier=mass&stage=new",
              "rfm_type=general_keep", "kind=organization", "since_to=2025-01-01")  # fmt: skip
SORTS = ("-value", "value", "-stake", "-contribution", "p_alive", "-clv")


@pytest.mark.parametrize("who", ["ana", "mei"])
def test_the_wide_shape_answers_as_the_narrow_one(
    crowd: Cast, look: Look, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    viewer = getattr(crowd, who)
    look(viewer)
    scored = set(Score.objects.values_list("customer_id", flat=True))
    at, wanted = queries.versions(), {}
    for query, sort in itertools.product(CONDITIONS, SORTS):
        ids = everybody(viewer, f"{query}&sort={sort}")
        wanted[query, sort] = [pk for pk in ids if pk in scored]
    worth = dict(Score.objects.values_list("customer_id", "value"))

    monkeypatch.setattr(listing, "SMALL", -1)
    monkeypatch.setattr(listing, "FEW_BOOKS", 0)

    for (query, sort), ids in wanted.items():
        assert everybody(viewer, f"{query}&sort={sort}") == ids, (query, sort)
        total = sum((worth[pk] for pk in ids), Decimal(0))
        assert queries.totals(viewer, asked(query), at) == queries.Totals(len(ids), total)


def test_before_the_first_run_a_long_list_is_what_a_short_one_is(
    cast: Cast, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(cast.ana)
    at, asking = queries.versions(), ("", "kind=person", "sort=-since", "sort=-value")
    short = {query: everybody(cast.ana, query) for query in asking}
    sums = {query: queries.totals(cast.ana, asked(query), at) for query in asking}

    monkeypatch.setattr(listing, "SMALL", -1)

    assert at.run is None
    assert queries.page(cast.ana, asked(), at).totals is None
    for query in asking:
        assert everybody(cast.ana, query) == short[query]
        assert queries.totals(cast.ana, asked(query), at) == sums[query]


def test_sums_of_a_wide_list_are_not_mixed_up_between_people(
    crowd: Cast, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SMALL", -1)
    monkeypatch.setattr(listing, "FEW_BOOKS", 0)
    at = queries.versions()
    look(crowd.ana)
    company = queries.totals(crowd.ana, asked(), at)
    look(crowd.mei)

    own = queries.totals(crowd.mei, asked(), at)

    assert own.count < company.count


def test_the_sum_stands_beside_the_list(crowd: Cast, client: Client) -> None:
    page = enter(client, crowd.ana).get("/customers/?tier=gold").content.decode()
    with scope.everything():
        gold = Score.objects.filter(customer__kind="organization", value__gte=500)
        assert f"{gold.count()} 户" in page


def test_a_long_list_brings_its_sum_after_the_page(
    crowd: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SMALL", -1)
    enter(client, crowd.ana)

    first = client.get("/customers/?stage=new").content.decode()
    sums = client.get("/customers/totals?stage=new").content.decode()
    again = client.get("/customers/?stage=new").content.decode()

    assert 'hx-trigger="load"' in first
    assert "户" in sums
    assert 'hx-trigger="load"' not in again


def test_the_next_rows_come_by_themselves(crowd: Cast, client: Client) -> None:
    enter(client, crowd.ana)

    first = client.get("/customers/?kind=person").content.decode()
    following = client.get("/customers/?kind=person&offset=50").content.decode()

    assert "/customers/?kind=person&amp;offset=50" in first
    assert following.count("data-row-href") == 50
    assert "<html" not in following


def test_search_finds_by_name_pinyin_and_number_within_the_scope(
    crowd: Cast, client: Client
) -> None:
    enter(client, crowd.mei)

    for text in ("李娜", "lina", "0001", "10100000001"):
        for path in ("/customers/", "/customers/suggest"):
            page = client.get(path, {"q": text}).content.decode()
            assert crowd.li.public_id in page, (path, text)
    for text in ("钱振华", "qian", "0003"):
        for path in ("/customers/", "/customers/suggest"):
            page = client.get(path, {"q": text}).content.decode()
            assert crowd.qian.public_id not in page, (path, text)


def test_while_typing_only_the_list_is_answered(crowd: Cast, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "found"}
    page = enter(client, crowd.mei).get("/customers/", {"q": "李"}, headers=headers)

    assert "<html" not in page.content.decode()
    assert "李娜" in page.content.decode()


def test_a_condition_can_be_taken_away_by_itself(crowd: Cast, client: Client) -> None:
    page = enter(client, crowd.ana, "en").get("/customers/?stage=new&kind=person&sort=number")

    assert 'href="/customers/?kind=person&amp;sort=number"' in page.content.decode()
    assert 'href="/customers/?stage=new&amp;sort=number"' in page.content.decode()


def test_nonsense_in_an_address_is_left_out() -> None:
    read = asked("stage=sleepy&sort=password&since_from=yesterday&kind=person")

    assert read == rules.Asked(many={"kind": ("person",)})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_list_without_any_scores_is_still_a_list(
    cast: Cast, client: Client, language: str
) -> None:
    enter(client, cast.ana, language)

    page = client.get("/customers/?sort=-clv").content.decode()

    assert cast.li.number in page
    assert client.get("/customers/?stage=new").status_code == 200


def test_the_count_in_the_navigation_is_the_own_one(crowd: Cast, look: Look) -> None:
    look(crowd.mei)
    assert queries.how_many(crowd.mei) == 81

    look(crowd.ana)
    assert queries.how_many(crowd.ana) == 123


def test_who_sees_no_customers_has_no_list(cast: Cast, client: Client) -> None:
    assert client.get(reverse("segments:list")).status_code == 302
    with scope.everything():
        assert Run.objects.count() == 0
