"""Odd answers and hands that are quicker than others: nothing breaks, nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.test import Client
from tests.server.complaints.conftest import ANSWER
from tests.server.voice.conftest import Field
from tests.server.voice.test_pages import enter, post, text

from regulars.server.complaints import actions as complaints
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.core import scope
from regulars.server.voice import actions
from regulars.server.voice.models import Answer, Comment, Invitation
from regulars.testing.cast import NOON, TESTS, Cast


def test_a_very_long_comment_is_kept_as_far_as_it_goes(as_system: Cast, fielded: Field) -> None:
    invitation = Invitation.objects.get(wave=fielded(), customer=as_system.li)
    score, why = (f"q-{q.public_id}" for q in invitation.wave.version.questions.all())
    client = Client()
    where = f"/s/{actions.token(invitation)}/"
    with time_machine.travel(NOON, tick=False):
        page = client.get(where).content.decode()
        assert f'name="{score}"' in page
        assert 'maxlength="2000"' in page
        empty = client.post(where, {})
        strange = client.post(where, {score: "eleven", why: "x"})
        long = client.post(where, {score: "3", why: "很" * 10_000})
    scope.set_scope(scope.EVERYBODY)

    assert (empty.status_code, strange.status_code, long.status_code) == (422, 422, 302)
    assert Answer.objects.count() == 1
    assert Comment.objects.get().text == "很" * 2000


def test_two_handlers_answer_at_once_and_both_answers_stay_in_the_story(
    as_system: Cast,
) -> None:
    cast = as_system
    complaints.bring_lists(by=TESTS, at=NOON)
    case = complaints.open_case(
        words="A fee.", type=Entry.objects.get(code="fees"), channel="call",
        customer=cast.li, by=cast.lob, at=NOON,
    )  # fmt: skip
    here = f"/complaints/{case.public_id}/answer"
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        first, second = enter(cast.lob), enter(cast.wei)
        assert ANSWER not in text(first, here)
        assert ANSWER not in text(second, here)
        assert post(first, here, text=ANSWER) == 302
        assert post(second, here, text=f"{ANSWER} Sorry.") in (302, 422)
        assert post(first, here, text=ANSWER) in (302, 422)

    told = Event.objects.filter(case=case, what=Event.What.ANSWERED)
    assert told.filter(note=ANSWER).exists()
    case = Case.objects.get()
    assert case.first_answered_at == NOON + timedelta(hours=1)
    assert case.handler == cast.lob
