"""Pages of segments: who opens what, in both languages; what a form does; what stays hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.server.segments import town

from regulars.server.core import scope
from regulars.server.core.models import Job, Person
from regulars.server.scoring.models import Run
from regulars.server.segments import actions, jobs, queries
from regulars.server.segments.models import Segment
from regulars.server.segments.rules import Condition, Group, Window, text
from regulars.testing.cast import NOON, Cast

PERSONS = Group("all", (Condition("kind", "in", ("person",)),))
QUIET = Group("all", (Condition("stage", "in", ("dormant", "lost")),))
Look = Callable[[Person], None]
NAMES = r"张\d+|李娜|周记商店|钱振华|柳\S+|湖\S+|陆晓晴\S*|陶然\S*|北塘村|钓鱼 club|程一鸣"


@pytest.fixture
def enter() -> Callable[..., Client]:
    def entered(person: Person, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(person)
        return client

    return entered


def page(client: Client, address: str, **given: Any) -> str:
    answer = client.get(address, **given)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_one_language(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client], language: str
) -> None:
    look(cast.ana)
    segment = actions.keep(QUIET, name="N1", by=cast.ana, at=NOON)
    group = actions.make_group(name="N2", by=cast.ana, at=NOON)
    client = enter(cast.ana, language)
    pages = (
        reverse("segments:index"),
        reverse("segments:new"),
        f"{reverse('segments:new')}?{urlencode({'rule': text(QUIET)})}",
        reverse("segments:one", args=[segment.public_id]),
        reverse("segments:one", args=[group.public_id]),
        reverse("segments:edit", args=[segment.public_id]),
        f"{reverse('segments:compare')}?one={segment.public_id}",
        reverse("segments:new-group"),
        f"{reverse('segments:list')}?pick={group.public_id}",
    )
    for address in pages:
        html = page(client, address)
        main = html[html.index("<main") : html.index("</main>")]
        said = re.sub(NAMES, "", words(main))
        if language == "en":
            assert not re.findall(r"[\u4e00-\u9fff]+", said), address
        else:
            assert re.findall(r"[\u4e00-\u9fff]{2,}", said), address
            assert not re.findall(r"\b(?:customers|Segment|Condition|the)\b", said), address


def test_the_list_of_a_segment_is_the_list_of_customers(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client]
) -> None:
    look(cast.ana)
    segment = actions.keep(QUIET, name="安静的", by=cast.ana, at=NOON)
    ids = queries.members(cast.ana, segment, at=NOON)
    client = enter(cast.ana)

    html = page(client, f"/customers/?segment={segment.public_id}&sort=number")
    assert f"{len(ids)} customer" in words(html)
    assert len(re.findall(r"data-row-href", html)) == min(len(ids), 50)
    assert "安静的" in html
    firms = page(client, f"/customers/?segment={segment.public_id}&kind=organization")
    assert "安静的" in firms
    held = int(re.search(r"(\d+) customer", words(firms)).group(1))  # type: ignore[union-attr]
    inside = [s for s in souls if s.pk in ids and s.own["kind"] == "organization"]
    assert held == len(inside)
    scope.set_scope(scope.EVERYBODY)
    assert client.get("/customers/?segment=222222222222").status_code == 404
    assert client.get("/customers/?rule=nonsense").status_code == 404
    totals = page(client, f"/customers/totals?segment={segment.public_id}")
    assert f"{len(ids)} customer" in words(totals)


def test_numbers_beside_lines_open_as_many_customers_as_they_say(
    cast: Cast, souls: list[town.Soul], enter: Callable[..., Client]
) -> None:
    rule = Group("all", (*PERSONS.parts, *QUIET.parts, Condition("f", "ge", ("2",))))
    client = enter(cast.ana)
    html = page(client, f"/segments/new?{urlencode({'rule': text(rule)})}")
    links = re.findall(r'class="num(?: m2)?" href="([^"]+)">\s*([\d,]+)', html)

    assert len(links) >= 6
    for href, shown in links:
        behind = words(page(client, href.replace("&amp;", "&")))
        assert f"{shown} customer" in behind, href


def test_another_persons_private_segment_is_not_there(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client]
) -> None:
    look(cast.mei)
    segment = actions.keep(PERSONS, name="梅的", by=cast.mei, at=NOON)
    group = actions.make_group(name="梅的组", by=cast.mei, at=NOON)
    client = enter(cast.tao)

    for found in (segment, group):
        one, none = (
            client.get(reverse("segments:one", args=[public_id]))
            for public_id in (found.public_id, "222222222222")
        )
        assert (one.status_code, none.status_code) == (404, 404)
        assert "梅的" not in page(client, reverse("segments:index"))
    for name in ("change", "archive"):
        answer = client.post(reverse(f"segments:{name}", args=[segment.public_id]))
        assert answer.status_code == 404
    given = {"group": group.public_id, "customer": cast.li.public_id}
    added = client.post("/segments/members", given)
    assert added.status_code == 404
    assert client.get(reverse("segments:edit", args=[segment.public_id])).status_code == 404


def test_a_shared_segment_can_be_read_but_not_changed(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client]
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="共享", sharing="everybody", by=cast.ana, at=NOON)
    client = enter(cast.tao)

    html = page(client, reverse("segments:one", args=[segment.public_id]))
    assert "Change the rule" not in html
    assert "Copy" in html
    assert client.get(reverse("segments:edit", args=[segment.public_id])).status_code == 404
    answer = client.post(reverse("segments:archive", args=[segment.public_id]))
    assert answer.status_code == 422
    assert "belongs to somebody else" in answer.content.decode()
    scope.set_scope(scope.EVERYBODY)
    segment.refresh_from_db()
    assert segment.archived_at is None


def test_an_unfinished_line_keeps_what_was_typed_and_does_not_count(
    cast: Cast, souls: list[town.Soul], enter: Callable[..., Client]
) -> None:
    form = {
        "node": ["0", "0.0", "0.1"], "mode:0": "all",
        "field:0.0": "value", "op:0.0": "ge", "number:0.0": "many",
        "field:0.1": "kind", "op:0.1": "in", "value:0.1": "person",
    }  # fmt: skip
    client = enter(cast.ana)
    html = client.post("/segments/new", form).content.decode()

    assert 'value="many"' in html
    assert "This line does not count yet" in html
    assert "Kind of customer is <b>Person</b>." in html
    refused = client.post("/segments/save", form | {"name": "x", "as": "new"})
    assert refused.status_code == 422
    assert 'value="many"' in refused.content.decode()
    assert Segment.objects.count() == 0


def test_a_segment_is_saved_changed_and_frozen_from_the_form(
    cast: Cast, souls: list[town.Soul], enter: Callable[..., Client]
) -> None:
    form = {
        "node": ["0", "0.0"], "mode:0": "all",
        "field:0.0": "stage", "op:0.0": "in", "value:0.0": ["dormant"],
    }  # fmt: skip
    client = enter(cast.ana)
    named = {"name": "睡眠", "sharing": "everybody", "as": "new"}
    saved = client.post("/segments/save", form | named)
    scope.set_scope(scope.EVERYBODY)
    segment = Segment.objects.get(name="睡眠")
    assert saved["Location"] == reverse("segments:one", args=[segment.public_id])

    more = form | {"value:0.0": ["dormant", "lost"], "segment": segment.public_id}
    client.post("/segments/save", more | {"as": "version"})
    client.post("/segments/save", more | {"as": "group", "name": "定格"})
    scope.set_scope(scope.EVERYBODY)
    segment.refresh_from_db()

    assert segment.version == 2
    group = Segment.objects.get(name="定格")
    assert group.is_group
    assert queries.members(cast.ana, group, at=NOON) == queries.members(
        cast.ana, segment, at=NOON
    )


def test_looking_changes_nothing_and_keeps_the_address(
    cast: Cast, souls: list[town.Soul], enter: Callable[..., Client]
) -> None:
    form = {
        "node": ["0", "0.0"], "mode:0": "all",
        "field:0.0": "stage", "op:0.0": "in", "value:0.0": ["lost"],
    }  # fmt: skip
    answer = enter(cast.ana).post("/segments/look", form, headers={"hx-request": "true"})
    html = answer.content.decode()

    assert answer["HX-Replace-Url"].startswith("/segments/new?rule=")
    assert 'id="result"' in html
    assert 'id="left-0.0" hx-swap-oob="true"' in html
    assert "Stage is <b>Lost</b>." in html


def test_what_people_name_things_is_escaped(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client]
) -> None:
    evil = "<script>alert(1)</script>"
    look(cast.ana)
    rule = Group("all", (Condition("tags", "in", (evil,)),))
    segment = actions.keep(rule, name=evil, description=evil, by=cast.ana, at=NOON)
    actions.make_group(name=evil + "2", by=cast.ana, at=NOON)
    client = enter(cast.ana)
    for address in (
        "/segments/",
        reverse("segments:one", args=[segment.public_id]),
        reverse("segments:edit", args=[segment.public_id]),
        f"/segments/compare?one={segment.public_id}",
        f"/customers/?segment={segment.public_id}",
    ):
        assert evil not in page(client, address), address
    without_scores()
    assert evil not in page(client, f"/customers/{cast.li.public_id}/")


def without_scores() -> None:
    """The customer page reads figures that the town's small frame does not have."""
    scope.set_scope(scope.EVERYBODY)
    Run.objects.update(is_current=False)


def test_picking_adds_those_ticked_and_a_customer_page_shows_the_group(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client]
) -> None:
    look(cast.mei)
    group = actions.make_group(name="家人", by=cast.mei, at=NOON)
    client = enter(cast.mei)
    listed = page(client, f"/customers/?pick={group.public_id}")
    assert f'name="customer" value="{cast.li.public_id}"' in listed

    given = {"group": group.public_id, "customer": [cast.li.public_id, cast.qian.public_id]}
    elsewhere = {"do": "add", "next": "https://evil.example"}
    answer = client.post("/segments/members", given | elsewhere)
    assert answer["Location"] == reverse("segments:one", args=[group.public_id])
    look(cast.mei)
    assert queries.members(cast.mei, group, at=NOON) == [cast.li.pk]
    without_scores()
    assert "家人" in page(client, f"/customers/{cast.li.public_id}/")
    client.post("/segments/members", given | {"do": "remove"})
    look(cast.mei)
    assert queries.members(cast.mei, group, at=NOON) == []


def test_a_file_is_taken_by_the_one_who_asked_and_nobody_else(
    cast: Cast, souls: list[town.Soul], look: Look, enter: Callable[..., Client]
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="人", sharing="everybody", by=cast.ana, at=NOON)
    client = enter(cast.ana)
    asked = reverse("segments:export", args=[segment.public_id])
    assert client.post(asked, {"format": "csv", "reason": ""}).status_code == 422
    assert client.post(asked, {"format": "csv", "reason": "核对"}).status_code == 302
    scope.set_scope(scope.EVERYBODY)
    job = Job.objects.get(kind="segments.export")
    shown = page(client, reverse("segments:exported", args=[job.public_id]))
    assert 'hx-trigger="every 2s"' in shown
    scope.set_scope(scope.EVERYBODY)
    jobs.export(job.pk)

    take = reverse("segments:download", args=[job.public_id])
    for other in (cast.tao, cast.max, cast.ada):
        assert enter(other).post(take).status_code in (403, 404)
    assert client.get(take).status_code == 405
    answer = client.post(take)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert b"".join(answer).startswith(b"\xef\xbb\xbfnumber,kind")  # type: ignore[arg-type]


def test_who_waits_for_a_board_is_told_so(
    cast: Cast,
    souls: list[town.Soul],
    enter: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from regulars.server.segments.queries import ground

    monkeypatch.setattr(ground, "LIVE", 5)

    for address in ("/segments/", "/segments/new", "/segments/compare"):
        assert "is being made" in page(enter(cast.ana), address)
    with translation.override("en"):
        assert enter(cast.ana).get("/customers/").status_code == 200


def test_a_large_company_sees_an_estimate_first_and_the_exact_count_comes(
    cast: Cast,
    souls: list[town.Soul],
    look: Look,
    enter: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from regulars.server.segments.bridge import building
    from regulars.server.segments.queries import asking, ground

    monkeypatch.setattr(building, "SAMPLE", 2)
    monkeypatch.setattr(ground, "LIVE", 5)
    monkeypatch.setattr(asking, "FEWEST_SAMPLED", 10)
    actions.make_board(at=NOON)
    spent = Group("all", (Condition("activity", "ge", ("1",), Window(days=90)),))
    look(cast.ana)
    segment = actions.keep(spent, name="活跃", by=cast.ana, at=NOON)
    client = enter(cast.ana)

    html = page(client, reverse("segments:one", args=[segment.public_id]))
    assert "about" in words(html)
    assert "95 of 100 times" in html
    address = re.search(r'hx-get="(/segments/exact[^"]+)"', html)
    assert address is not None
    exact = page(client, address[1])
    look(cast.ana)
    count = len(queries.members(cast.ana, segment, at=NOON))
    assert f"{count} customer" in words(exact)
    assert "hx-get" not in exact
    listed = page(client, "/segments/")
    assert reverse("segments:figure", args=[segment.public_id]) in listed
    cell = page(client, reverse("segments:figure", args=[segment.public_id]))
    assert str(count) in words(cell)
    of_list = page(client, f"/customers/?segment={segment.public_id}")
    assert "/customers/totals?segment=" in of_list

    two = Group("all", (*PERSONS.parts, *QUIET.parts))
    bare = page(client, f"/segments/new?{urlencode({'rule': text(two)})}")
    later = re.search(r'hx-get="(/segments/exact[^"]+paths=0.0,0.1)"', bare)
    assert later is not None
    assert "/segments/first?rule=" in bare
    beside = page(client, later[1].replace("&amp;", "&"))
    assert re.search(r'id="left-0.0" hx-swap-oob="true"><a class="num"[^>]+>\s*\d', beside)
    rows = page(client, f"/segments/first?{urlencode({'rule': text(two)})}")
    assert "/customers/" in rows
