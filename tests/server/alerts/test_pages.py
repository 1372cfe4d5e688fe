"""Who sees which alerts, in which order, and what a click does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from tests.server.alerts.conftest import Raise

from regulars.server.alerts import actions, queries
from regulars.server.alerts.models import Absence, Alert
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def enter(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def due(alert: Alert, **when: float) -> Alert:
    Alert.objects.filter(pk=alert.pk).update(due_at=timezone.now() + timedelta(**when))
    return alert


def test_alerts_stand_in_groups_by_the_time_left(as_system: Cast, raised: Raise) -> None:
    at = timezone.now()
    due(raised(key="later"), days=3)
    due(raised(key="late"), hours=-1)
    due(raised(key="soon"), minutes=30)
    due(raised(key="sooner", level=2), hours=-2)

    groups, more = queries.grouped(as_system.mei, at)

    found = [(str(g.left), g.total, [r.alert.key for r in g.rows]) for g in groups]
    assert found == [
        ("late", 2, ["sooner", "late"]),
        ("soon", 1, ["soon"]),
        ("later", 1, ["later"]),
    ]
    assert not more


def test_pages_of_a_long_list_begin_each_group_once(
    as_system: Cast, monkeypatch: pytest.MonkeyPatch, raised: Raise
) -> None:
    from regulars.server.alerts.queries import register

    monkeypatch.setattr(register, "PAGE", 2)
    at = timezone.now()
    for n in range(3):
        due(raised(), hours=-1 - n)
    due(raised(), days=2)

    first, more = queries.grouped(as_system.mei, at)
    second, end = queries.grouped(as_system.mei, at, offset=2)

    assert [(g.left, g.headed, len(g.rows)) for g in first] == [("late", True, 2)]
    assert [(g.left, g.headed, len(g.rows)) for g in second] == [
        ("late", False, 1),
        ("later", True, 1),
    ]
    assert (more, end) == (True, False)


def test_an_owner_sees_the_own_and_what_went_up_a_manager_all_of_the_branch(
    as_system: Cast, raised: Raise
) -> None:
    own, pool = raised(key="own"), raised(as_system.zhou, key="pool")
    raised(as_system.qian, key="lake")
    actions.acknowledge(own, by=as_system.wei, at=NOON)

    def keys(person: Person, view: str) -> set[str]:
        groups, _more = queries.grouped(person, NOON, view=view)
        return {row.alert.key for group in groups for row in group.rows}

    assert keys(as_system.mei, "mine") == keys(as_system.mei, "place") == {"own"}
    assert keys(as_system.wei, "place") == keys(as_system.wei, "mine") == {"own", "pool"}
    assert keys(as_system.lin, "place") == {"own", "pool", "lake"}
    assert keys(as_system.lin, "mine") == set()
    assert queries.alert(as_system.tao, pool.public_id) is None


def test_the_wall_hides_other_branches_alerts_and_steps(as_system: Cast, raised: Raise) -> None:
    raised()
    scope.set_scope(as_system.tao.scope)

    assert Alert.objects.count() == 0
    from regulars.server.alerts.models import Step

    assert Step.objects.count() == 0


def test_the_number_in_the_navigation_is_of_those_one_holds(
    as_system: Cast, raised: Raise
) -> None:
    due(raised(), days=1)
    assert queries.pressing(as_system.mei, timezone.now()) == (1, False)
    due(raised(), hours=-1)

    assert queries.pressing(as_system.mei, timezone.now()) == (2, True)
    assert queries.pressing(as_system.wei, timezone.now()) == (0, False)


def test_the_page_takes_hands_on_and_closes(as_system: Cast, raised: Raise) -> None:
    alert = raised()
    client = enter(as_system.mei)
    where = f"/alerts/{alert.public_id}/"

    page = client.get("/alerts/").content.decode()
    assert "李娜" in page
    assert "72.0 万" in page
    client.post(f"{where}acknowledge")
    refused = client.post(f"{where}close", {"outcome": "lost"})
    client.post(f"{where}hand-on", {"to": as_system.wei.pk, "note": "yours"})
    closed = client.post(f"{where}close", {"outcome": "explained", "note": "bought a flat"})

    scope.set_scope(scope.EVERYBODY)
    found = Alert.objects.get()
    assert (refused.status_code, closed.status_code) == (422, 302)
    assert (found.state, found.outcome, found.holder) == ("closed", "explained", as_system.wei)
    assert "bought a flat" in client.get("/alerts/closed").content.decode()
    assert client.post(f"{where}acknowledge").status_code == 409


def test_the_customers_page_says_what_waits_and_with_whom(
    as_system: Cast, raised: Raise
) -> None:
    raised()

    page = enter(as_system.mei).get(f"/customers/{as_system.li.public_id}/").content.decode()

    assert "alertbar" in page
    assert "顾文涛" in page, "who is next"


def test_one_writes_the_own_days_away_and_a_manager_those_of_the_people(
    as_system: Cast,
) -> None:
    today = core.local_date(timezone.now())
    days = {"since": today.isoformat(), "until": today.isoformat()}
    mei, wei = as_system.mei, as_system.wei

    own = enter(mei).post("/alerts/away", {"person": mei.pk, **days})
    other = enter(mei).post("/alerts/away", {"person": wei.pk, **days})
    far = enter(wei).post("/alerts/away", {"person": as_system.tao.pk, **days})

    scope.set_scope(scope.EVERYBODY)
    assert [answer.status_code for answer in (own, other, far)] == [302, 422, 422]
    absence = Absence.objects.get()
    assert (
        enter(as_system.tao).post(f"/alerts/away/{absence.public_id}/back").status_code == 404
    )
    enter(wei).post(f"/alerts/away/{absence.public_id}/back")
    assert not Absence.objects.exists()


def test_an_administrator_sets_the_clock(as_system: Cast) -> None:
    client = enter(as_system.ada)
    page = client.get("/alerts/rules")
    fields = {name: page.context["form"].initial[name] for name in page.context["form"].fields}
    fields = {name: value for name, value in fields.items() if value is not False}

    wrong = client.post("/alerts/rules", fields | {"hours": "17:00-09:00"})
    saved = client.post(
        "/alerts/rules", fields | {"hours": "09:00-12:00, 13:30-17:30", "dormant_5": 7}
    )

    scope.set_scope(scope.EVERYBODY)
    assert (wrong.status_code, saved.status_code) == (422, 302)
    assert len(core.work_hours().spans) == 2
    assert queries.patience().hours["dormant"][5] == 7
    assert queries.patience().hours["dormant"][4] == 8


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_has_a_name_and_a_sentence_in_both_languages(
    as_system: Cast, raised: Raise, language: str
) -> None:
    facts = {
        "amount": "720000", "low": "-90000", "high": "120000", "text": "send it",
        "due": "2026-11-20", "risk": "0.58", "before": "0.31", "last": "2026-05-01",
        "interval": "30",
    }  # fmt: skip
    with translation.override(language):
        for code, name in queries.kinds():
            full = queries.words(raised(kind=code, facts=facts), queries.Reader.current())
            bare = queries.words(raised(kind=code, facts={}), queries.Reader.current())
            assert name
            assert name != code
            assert "%(" not in full + bare
            assert full != bare
            assert ("。" in full) is (language == "zh-hans"), full


def test_an_auditor_does_not_act_on_alerts(as_system: Cast, raised: Raise) -> None:
    alert = raised()

    answer = enter(as_system.aud).post(f"/alerts/{alert.public_id}/acknowledge")

    assert answer.status_code == 403
