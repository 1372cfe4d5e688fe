"""The page of triggers: who reads, who sets, what it shows, and a form without code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, event, of_trade, put

from regulars.server.care import actions
from regulars.server.care.models import Card, OwnTrigger, PlanRun, Task
from regulars.server.care.queries import catalogue
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]
FORM: dict[str, Any] = {
    "name_zh": "到店", "name_en": "Came in", "kind": "event", "event": "branch_visit",
    "purpose": "service", "priority": "4", "desk": "rm", "deadline": "2", "minutes": "7",
    "percent": "20", "channels": ["wecom", "call"], "first": "wecom", "stages": "0, 7",
    "rest": "0", "say_zh": "{name}，欢迎。", "way": "before", "holding": "deposit",
    "date": "since",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def signed_in(client: Client, person: Person, language: str = "en") -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = language
    return client


def get(client: Client, address: str) -> str:
    answer = client.get(address, headers={"accept-language": "en"})
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def post(client: Client, address: str, data: dict[str, Any] | None = None) -> Any:
    answer = client.post(address, data or {}, headers={"accept-language": "en"})
    scope.set_scope(scope.EVERYBODY)
    return answer


def test_a_manager_of_customers_reads_and_sets_nothing(world: World, client: Client) -> None:
    mei = signed_in(client, world.cast.mei)

    page = get(mei, "/triggers/?pack=bank")
    one = get(mei, "/triggers/idle_balance")

    assert "idle_balance" in page
    assert 'name="minutes"' not in one
    for address in ("/triggers/idle_balance", "/triggers/packs", "/triggers/birthday/switch"):
        assert post(mei, address, {"pack": "bank"}).status_code == 403


def test_a_leader_of_a_region_may_not_set_the_companys_numbers(
    world: World, client: Client
) -> None:
    lin = world.cast.lin
    lin.org_unit = world.cast.willow
    lin.save(update_fields=["org_unit"])
    lead = signed_in(client, lin)

    assert post(lead, "/triggers/packs", {"pack": ["bank"]}).status_code == 403
    assert post(lead, "/triggers/birthday/switch", {"on": "0"}).status_code == 403
    assert get(lead, "/triggers/own/new")


def test_trades_are_chosen_and_single_switches_stay(world: World, client: Client) -> None:
    ada = signed_in(client, world.cast.ada)
    post(ada, "/triggers/birthday/switch", {"on": "0"})

    post(ada, "/triggers/packs", {"pack": ["universal", "insurance", "auto"]})

    policy = catalogue().policy
    assert policy.packs == {"universal", "insurance", "auto"}
    assert "birthday" in policy.off
    assert post(ada, "/triggers/packs", {}).status_code == 302
    assert catalogue().policy.packs == {"universal", "insurance", "auto"}


def test_numbers_are_kept_only_where_they_differ_and_given_back(
    world: World, client: Client
) -> None:
    ada = signed_in(client, world.cast.ada)
    one = catalogue()["idle_balance"]
    data = {
        "priority": 4, "deadline": 9, "minutes": one.minutes, "percent": 100 * one.chance,
        "channels": list(one.channels), "first": one.channels[0], "cap": "6",
    }  # fmt: skip

    assert post(ada, "/triggers/idle_balance", data).status_code in (204, 302)

    settings = core.settings_of_company()
    assert settings["deadlines"]["idle_balance"] == 9
    assert settings["caps"]["idle_balance"] == 6
    assert "idle_balance" not in settings["minutes"] | settings["ways"] | settings["chances"]
    assert "changed" in get(ada, "/triggers/?pack=bank")
    post(ada, "/triggers/idle_balance/restore")
    assert catalogue()["idle_balance"].deadline == one.deadline


def test_a_number_beyond_its_bounds_comes_back_with_the_form(
    world: World, client: Client
) -> None:
    ada = signed_in(client, world.cast.ada)

    answer = post(ada, "/triggers/deposit_maturity", {"deadline": 99, "stages": "x"})

    assert answer.status_code == 422
    assert "Write numbers with commas" in answer.content.decode()


def test_a_flood_is_named_with_its_numbers(world: World, client: Client) -> None:
    PlanRun.objects.create(
        day=TODAY, made_at=NOON, counts={"by_trigger": {"idle_balance": 1650}}
    )
    ada = signed_in(client, world.cast.ada)

    page = get(ada, "/triggers/idle_balance")

    assert "It found 1,650 of" in page
    mei = signed_in(Client(), world.cast.mei)
    assert "1,650" not in get(mei, "/triggers/idle_balance")


def test_figures_count_what_the_viewer_may_see(world: World, client: Client) -> None:
    of_trade("universal")
    put(world, [Given(events=[event("complaint", 0)])])
    world.plan()
    made = Task.objects.filter(customer__number="CASE000").values_list("trigger", flat=True)
    code = made[0]
    ada = signed_in(client, world.cast.ada)

    mine = get(ada, f"/triggers/{code}")
    theirs = get(signed_in(Client(), world.cast.tao), f"/triggers/{code}")

    assert f"trigger={code}&what=month" in mine.replace("&amp;", "&")
    assert "<dt>Found in 30 days</dt><dd>0</dd>" in theirs.replace("\n", "")


def test_a_trigger_is_written_tried_and_switched_on_without_code(
    world: World, client: Client
) -> None:
    of_trade("estate")
    put(world, [Given(events=[event("branch_visit", 0)])])
    ada = signed_in(client, world.cast.ada)

    tried = post(ada, "/triggers/own/try", FORM).content.decode()
    assert "it would make" in tried or "card" in tried
    assert OwnTrigger.objects.count() == 0

    assert post(ada, "/triggers/own/new", FORM | {"then": "on"}).status_code == 302

    made = OwnTrigger.objects.get()
    trigger = catalogue()[made.code]
    assert (made.state, trigger.channels, trigger.script.en) == (
        "on", ("wecom", "call"), "{name}，欢迎。",
    )  # fmt: skip
    assert "Came in" in get(ada, "/triggers/?pack=own")
    assert "branch_visit" in get(ada, f"/triggers/own/{made.code}")
    post(ada, f"/triggers/own/{made.code}", FORM | {"minutes": "8"})
    assert made.versions.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"event": "到店"}, "lower-case letters"),
        ({"name_zh": "", "name_en": ""}, "Give it a name"),
        ({"kind": "segment"}, "Choose a segment"),
        ({"say_zh": "稳赚不赔"}, "must not be said"),
        ({"kind": "date", "stages": "3, 1"}, "Say how many days"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    world: World, client: Client, wrong: dict[str, Any], words: str
) -> None:
    ada = signed_in(client, world.cast.ada)

    answer = post(ada, "/triggers/own/new", FORM | wrong)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert OwnTrigger.objects.count() == 0


def test_only_segments_open_to_the_maker_are_offered(world: World, client: Client) -> None:
    segments.make_group(name="Hers", by=world.cast.ada, at=NOON)
    segments.make_group(name="His own", by=world.cast.wei, at=NOON)

    page = get(signed_in(client, world.cast.ada), "/triggers/own/new")

    assert "Hers" in page
    assert "His own" not in page


def test_a_switch_takes_back_what_waits(world: World, client: Client) -> None:
    world.hold(world.cast.li, TODAY)
    world.plan()
    assert "deposit_maturity" in world.triggers(world.cast.li)
    ada = signed_in(client, world.cast.ada)

    post(ada, "/triggers/deposit_maturity/switch", {"on": "0"})

    assert world.triggers(world.cast.li) == []
    actions.switch("deposit_maturity", on=True, by=TESTS, at=NOON)
    assert "deposit_maturity" not in catalogue().policy.off


def test_each_figure_opens_the_reasons_that_it_counts(world: World, client: Client) -> None:
    of_trade("bank")
    put(world, [Given(events=[event("branch_visit", 0)]) for _ in range(3)])
    world.plan()
    done, gone, _left = Card.objects.filter(tasks__trigger="branch_visit").order_by("pk")
    actions.record_outcome(done, outcome="interested", step="offer", by=world.cast.mei, at=NOON)
    Task.objects.filter(card=gone).update(state="gone", gone="over")
    address = "/triggers/reasons?trigger=branch_visit&what="
    mei = signed_in(client, world.cast.mei)

    page = get(mei, "/triggers/?pack=bank")
    shown = {
        what: get(mei, address + what) for what in ("week", "month", "done", "won", "gone")
    }
    pack = get(mei, "/triggers/reasons?pack=bank&what=month")

    assert f'href="{address}week"' in page.replace("&amp;", "&")
    counted = {what: text.count('"b" href="/customers/') for what, text in shown.items()}
    assert counted == {"week": 3, "month": 3, "done": 1, "won": 1, "gone": 1}
    assert str(done.customer.name) in shown["won"]
    assert pack.count('"b" href="/customers/') >= 3
    tao = signed_in(client, world.cast.tao)
    assert '"b" href="/customers/' not in get(tao, address + "month")
    assert post(tao, "/triggers/reasons").status_code == 405


def test_a_date_of_the_companys_own_is_written_in_the_form(
    world: World, client: Client
) -> None:
    ada = signed_in(client, world.cast.ada)
    wrong = FORM | {"kind": "date", "date": "sent", "stages": "30"}
    right = wrong | {"named": "lease_ends"}

    refused = post(ada, "/triggers/own/new", wrong)
    assert refused.status_code == 422
    assert "Name the date in lower-case letters" in refused.content.decode()
    assert post(ada, "/triggers/own/new", right).status_code == 302

    own = OwnTrigger.objects.get()
    assert own.versions.get().body["find"] == {
        "kind": "date", "date": "sent", "way": "before", "holding": "",
        "named": "lease_ends", "yearly": False,
    }  # fmt: skip
    assert 'value="lease_ends"' in get(ada, f"/triggers/own/{own.code}")
