"""Customers join, come, bring friends, and leave; posts are approved by somebody else."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from tests.server.content.test_messages import approved, message

from regulars.base.errors import BadInput
from regulars.server.communities import actions, queries
from regulars.server.communities.actions import AlreadyIn, NotHere, NotNow, OwnPost, SameName
from regulars.server.communities.actions.joining import IDEAS
from regulars.server.communities.models import Asking, Community, Member, Presence
from regulars.server.communities.rules import Doing, standing
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Delivery
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

pytestmark = pytest.mark.django_db
BASE = "https://crm.example.com"
LATER = NOON + timedelta(days=7)


def held(circle: Community, cast: Cast, *came: Member, days: int = 7) -> None:
    when = NOON + timedelta(days=days)
    made = actions.plan_meeting(
        circle,
        title="品茶",
        when=when,
        where="柳溪",
        by=cast.mei,
        at=NOON - timedelta(days=400),
    )
    actions.hold(made, [one.pk for one in came], by=cast.mei, at=when + timedelta(hours=2))


def line_of(viewer: Person, circle: Community, who: Member, days: int = 8) -> queries.Line:
    told = queries.lines(viewer, circle, NOON + timedelta(days=days))
    return next(one for one in told if one.member == who)


def test_points_are_what_the_formula_says() -> None:
    doing = Doing(came=2, ideas=1, answers=3, friends=1)

    assert doing.score == 2 * 3 + 1 * 2 + 3 * 1 + 1 * 5
    old = TODAY - timedelta(days=200)
    assert standing(doing, old, TODAY) == "active"
    assert standing(Doing(came=1, ideas=1), old, TODAY) == "some"
    assert standing(Doing(), old, TODAY) == "asleep"
    assert standing(Doing(), TODAY, TODAY) == "new"


def test_whoever_comes_and_brings_ideas_is_active_and_half_a_year_later_asleep(
    as_system: Cast, circle: Community, li: Member
) -> None:
    held(circle, as_system, li)
    actions.note_deed(li, kind="idea", words="去茶园", by=as_system.mei, at=LATER)
    actions.note_deed(li, kind="idea", words="去茶园", by=as_system.mei, at=LATER)
    actions.note_deed(li, kind="answer", words="周六", by=as_system.mei, at=LATER)

    now = line_of(as_system.mei, circle, li)
    assert (now.doing, now.standing, now.away) == (Doing(1, 1, 1, 0), "active", False)
    then = line_of(as_system.mei, circle, li, days=200)
    assert (then.doing.score, then.standing, then.away) == (0, "asleep", True)
    assert then.last == TODAY + timedelta(days=7)


def test_a_friend_is_counted_once_however_often_he_is_told_of(
    as_system: Cast, circle: Community, li: Member
) -> None:
    friend = customer("0100", "孙友", as_system.mei_book)
    actions.enter(circle, friend, agreed="", by=as_system.mei, at=NOON, brought_by=li)

    found = line_of(as_system.mei, circle, li)

    assert (found.doing.friends, found.doing.score) == (1, 5)
    told = queries.lines(as_system.mei, circle, NOON)
    figures = queries.figures(as_system.mei, circle, NOON, told)
    assert (figures.members, figures.friends) == (2, 1)
    assert [one.member for one in queries.rows(as_system.mei, circle, NOON, "friends")] == [li]


def test_nobody_is_in_a_community_twice_but_may_come_back(
    as_system: Cast, circle: Community, li: Member
) -> None:
    with pytest.raises(AlreadyIn):
        actions.enter(circle, as_system.li, agreed="", by=as_system.mei, at=NOON)
    actions.leave(li, how="搬家", by=as_system.mei, at=LATER)
    again = actions.enter(circle, as_system.li, agreed="", by=as_system.mei, at=LATER)
    assert again.pk != li.pk
    held = queries.of_customer(as_system.mei, as_system.li)
    assert [one.left_on is None for one in held] == [False, True]
    with pytest.raises(SameName):
        actions.make(
            name=circle.name, interest="茶", leader=as_system.mei, by=as_system.wei, at=NOON
        )


def test_who_asks_by_the_public_page_is_called_back_only_if_on_file(
    as_system: Cast, circle: Community, li: Member
) -> None:
    sun = customer("0100", "孙友", as_system.mei_book, phone="10100000077")

    actions.ask_to_join(
        circle, name="孙友", phone="101 0000 0077", at=NOON, brought_by=queries.friend_word(li)
    )
    actions.ask_to_join(circle, name="孙友", phone="10100000077", at=NOON)
    actions.ask_to_join(circle, name="陌生人", phone="10100000077", at=NOON)
    actions.ask_to_join(circle, name="李娜", phone="10100000001", at=NOON)
    with pytest.raises(BadInput):
        actions.ask_to_join(circle, name="", phone="1", at=NOON)

    scope.set_scope(scope.EVERYBODY)
    asking = Asking.objects.get()
    assert (asking.customer, asking.brought_by) == (sun, li)
    assert queries.count_asked(as_system.mei) == 1
    assert queries.count_asked(as_system.tao) == 0
    made = actions.decide(asking, joined=True, agreed="回电", by=as_system.mei, at=LATER)
    assert made is not None
    assert (made.way, made.brought_by, made.agreed_how) == ("link", li, "回电")
    with pytest.raises(AlreadyIn):
        actions.decide(asking, joined=False, by=as_system.mei, at=LATER)


def test_the_word_for_friends_opens_nothing_and_holds_in_its_community_only(
    as_system: Cast, circle: Community, li: Member, client: Client
) -> None:
    other = actions.make(
        name="徒步", interest="走路", leader=as_system.mei, by=as_system.wei, at=NOON
    )
    word = queries.friend_word(li)

    assert queries.friend_behind(circle, word) == li
    assert queries.friend_behind(other, word) is None
    assert queries.friend_behind(circle, f"{li.pk}:x") is None
    assert queries.friend_behind(circle, li.token) is None
    page = client.get(f"/member/{li.token}").content.decode()
    assert urlencode({"by": word}) in page
    assert client.get(f"/member/{word}").status_code == 404
    door = client.get(f"/community/{circle.public_id}", {"by": word}).content.decode()
    assert word in door
    assert li.token not in door
    scope.set_scope(scope.EVERYBODY)
    actions.change(circle, door="invited", by=as_system.wei, at=NOON)
    assert urlencode({"by": word}) not in client.get(f"/member/{li.token}").content.decode()


def test_a_member_tells_a_few_ideas_a_day_by_their_own_page(
    as_system: Cast, circle: Community, li: Member
) -> None:
    for n in range(IDEAS):
        actions.tell_idea(li.token, words=f"想法{n}", at=NOON)
    with pytest.raises(BadInput):
        actions.tell_idea(li.token, words="再来一个", at=NOON)
    actions.tell_idea(li.token, words="再来一个", at=NOON + timedelta(days=1))
    scope.set_scope(scope.EVERYBODY)
    assert li.deeds.count() == IDEAS + 1


def test_who_joined_after_a_meeting_was_not_missing_at_it(
    as_system: Cast, circle: Community, li: Member
) -> None:
    made = actions.plan_meeting(
        circle, title="品茶", when=LATER, where="柳溪", by=as_system.mei, at=NOON
    )
    sun = customer("0100", "孙友", as_system.mei_book)
    after = LATER + timedelta(days=1)
    late = actions.enter(circle, sun, agreed="", by=as_system.mei, at=after)

    actions.hold(made, [li.pk, late.pk], by=as_system.mei, at=after)

    assert [one.member for one in queries.presences(as_system.mei, made)] == [li]
    assert Presence.objects.filter(meeting=made).count() == 1


def test_a_member_answers_tells_and_leaves_by_their_own_link(
    as_system: Cast, circle: Community, li: Member
) -> None:
    made = actions.plan_meeting(
        circle, title="品茶", when=LATER, where="柳溪", by=as_system.mei, at=NOON
    )
    actions.answer(li.token, made.public_id, coming=False, at=NOON)
    actions.answer(li.token, made.public_id, coming=True, at=NOON)
    actions.tell_idea(li.token, words="带孩子来", at=NOON)
    scope.set_scope(scope.EVERYBODY)
    assert Presence.objects.get().coming is True
    assert li.deeds.get().noted_by is None

    actions.leave_by_link(li.token, at=LATER)
    actions.leave_by_link(li.token, at=LATER)

    scope.set_scope(scope.EVERYBODY)
    li.refresh_from_db()
    assert li.left_on == TODAY + timedelta(days=7)
    assert queries.page_of(li.token, LATER) is None
    with pytest.raises(NotHere):
        actions.answer("nothing", made.public_id, coming=True, at=NOON)
    with pytest.raises(NotHere):
        actions.tell_idea("nothing", words="x", at=NOON)


def test_a_post_is_approved_by_somebody_else_and_told_to_those_who_agreed(
    as_system: Cast, circle: Community, li: Member, settings: object
) -> None:
    cast = as_system
    settings.CSRF_TRUSTED_ORIGINS = [BASE]  # type: ignore[attr-defined]
    other = customer("0100", "孙友", cast.mei_book, phone="10100000077")
    actions.enter(circle, other, agreed="", by=cast.mei, at=NOON)
    delivery.add_line(
        name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
    )
    code = approved(cast, message({"zh": "{{ community.link }}", "en": "x"})).text.code
    with pytest.raises(BadInput):
        actions.write(circle, title="保本", text="保本保收益", by=cast.mei, at=NOON)
    post = actions.write(
        circle, title="下月去茶园", text="自带水杯。", message=code, by=cast.mei, at=NOON
    )
    with pytest.raises(NotNow):
        actions.send(post, by=cast.max, at=NOON)

    actions.submit(post, by=cast.mei, at=NOON)
    with pytest.raises(OwnPost):
        actions.approve(post, by=cast.mei, at=NOON)
    assert queries.page_of(li.token, NOON).posts == []  # type: ignore[union-attr]
    actions.approve(post, by=cast.max, at=NOON)
    actions.send(post, by=cast.max, at=NOON)
    actions.send(post, by=cast.max, at=NOON)

    row = Delivery.objects.get()
    assert row.customer == cast.li, "who did not agree is not written to"
    assert row.text == f"{BASE}/member/{li.token}"
    assert [one.title for one in queries.page_of(li.token, NOON).posts] == ["下月去茶园"]  # type: ignore[union-attr]
    actions.take_down(post, by=cast.mei, at=NOON)
    assert queries.page_of(li.token, NOON).posts == []  # type: ignore[union-attr]


def test_a_meeting_that_has_not_begun_is_not_written_up(
    as_system: Cast, circle: Community, li: Member
) -> None:
    made = actions.plan_meeting(
        circle, title="品茶", when=LATER, where="柳溪", by=as_system.mei, at=NOON
    )
    with pytest.raises(NotNow):
        actions.hold(made, [li.pk], by=as_system.mei, at=NOON)
    with pytest.raises(BadInput):
        actions.plan_meeting(circle, title="", when=LATER, where="x", by=as_system.mei, at=NOON)
    assert [
        one.title for one in queries.planned(as_system.mei, TODAY, TODAY + timedelta(days=9))
    ]
    actions.call_off(made, by=as_system.mei, at=NOON)
    with pytest.raises(NotNow):
        actions.call_off(made, by=as_system.mei, at=NOON)
    assert not list(queries.planned(as_system.mei, TODAY, TODAY + timedelta(days=9)))


def test_others_see_neither_the_branchs_community_nor_its_members(
    as_system: Cast, circle: Community, li: Member
) -> None:
    assert queries.community(as_system.tao, circle.public_id) is None
    assert list(queries.members(as_system.tao, circle)) == []
    assert queries.member(as_system.tao, li.pk) is None
    assert queries.may_lead(as_system.mei, circle)
    assert not queries.may_lead(as_system.lob, circle)


def test_links_carry_the_companys_own_address_whatever_host_was_asked(
    as_system: Cast, circle: Community, li: Member, settings: object
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [BASE]  # type: ignore[attr-defined]
    client = Client(headers={"Accept-Language": "en"})
    public = client.get(f"/member/{li.token}").content.decode()
    client.force_login(as_system.mei)
    door = f"{BASE}{reverse('communities:door', args=[circle.public_id])}"
    shown = client.get(f"/communities/{circle.public_id}/").content.decode()
    own = client.get(f"/communities/members/{li.pk}").content.decode()
    scope.set_scope(scope.EVERYBODY)

    assert f'value="{door}?by=' in public
    assert f'value="{door}"' in shown
    assert f'value="{BASE}/member/{li.token}"' in own
    assert "http://testserver" not in public + shown + own
