"""Surveys in versions, waves that choose whom to ask, answers that count once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.voice.conftest import Field, Say, agrees, given_of

from regulars.base.errors import BadInput, Refused
from regulars.server.care.models import Answer as OnCard
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Decision, Touch
from regulars.server.core import scope
from regulars.server.tiers.models import Assignment, Scheme, TierRun
from regulars.server.voice import actions, queries
from regulars.server.voice.models import (
    Answer,
    Comment,
    Invitation,
    Loop,
    Question,
    Version,
    Wave,
)
from regulars.server.voice.queries import panel
from regulars.server.voice.rules import Policy
from regulars.testing.cast import (
    NOON,
    TESTS,
    TODAY,
    Cast,
    bought,
    customer,
    has_balance,
    scored,
)

pytestmark = pytest.mark.django_db
State = Invitation.State


def of(wave: object, customer: object) -> Invitation:
    return Invitation.objects.get(wave=wave, customer=customer)


# Versions ----------------------------------------------------------------------------------


def test_what_is_in_the_field_is_not_edited(as_system: Cast, fielded: Field) -> None:
    version = fielded().version
    question = version.questions.all()[0]

    with pytest.raises(actions.Fielded):
        actions.change_question(question, text="something else", by=as_system.max, at=NOON)
    with pytest.raises(actions.Fielded):
        actions.add_question(version, kind="text", text="more", by=as_system.max, at=NOON)
    with pytest.raises(actions.Fielded):
        actions.change_version(version, {"title": "x"}, by=as_system.max, at=NOON)
    for broken in (
        lambda: Question.objects.filter(pk=question.pk).update(text="x"),
        lambda: Question.objects.filter(pk=question.pk).delete(),
        lambda: Version.objects.filter(pk=version.pk).update(title="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_the_next_version_begins_with_the_questions_of_the_last(
    as_system: Cast, fielded: Field
) -> None:
    first = fielded("csat").version

    draft = actions.draft(first.survey, by=as_system.max, at=NOON)
    again = actions.draft(first.survey, by=as_system.max, at=NOON)
    actions.remove_question(draft.questions.all()[1], by=as_system.max, at=NOON)
    actions.move_question(draft.questions.all()[1], up=True, by=as_system.max, at=NOON)

    assert draft == again
    assert (draft.number, first.questions.count()) == (2, 3)
    assert [q.kind for q in draft.questions.all()] == ["text", "csat"]


def test_a_survey_that_asks_nothing_is_not_fielded(as_system: Cast) -> None:
    made = actions.make_survey("own", preset="own", by=as_system.max, at=NOON)

    with pytest.raises(actions.NothingAsked):
        actions.field(made.versions.get(), by=as_system.max, at=NOON)
    with pytest.raises(BadInput):
        actions.add_question(
            made.versions.get(), kind="choice", text="Which?", choices=["one"],
            by=as_system.max, at=NOON,
        )  # fmt: skip


def test_servqual_asks_22_items_in_five_dimensions_twice(as_system: Cast) -> None:
    made = actions.make_survey("s", preset="servqual", by=as_system.max, at=NOON)
    found = list(made.versions.get().questions.all())

    assert len(found) == 44
    assert len({q.point for q in found}) == 5
    assert all(q.text_en and q.point_en for q in found)


# Whom a wave asks --------------------------------------------------------------------------


def test_a_wave_asks_who_agreed_and_says_why_others_are_left_out(
    as_system: Cast, fielded: Field
) -> None:
    cast = as_system
    agrees(cast.li, "sms")

    wave = fielded(channel="sms")

    assert of(wave, cast.li).state == State.WAITING
    left = of(wave, cast.qian)
    assert (left.state, left.reason) == (State.LEFT_OUT, "unasked")
    found = queries.reached(cast.max, wave)
    assert (found.chosen, found.left_out) == (1, 2)


def test_nobody_is_asked_twice_within_the_rest_whichever_survey(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    say(fielded("nps"), cast.li, 8)

    soon = fielded("csat", at=NOON + timedelta(days=89), name="soon")
    later = fielded("csat", at=NOON + timedelta(days=181), name="later")

    assert of(soon, cast.li).reason == actions.RESTS
    assert of(later, cast.li).state == State.WAITING
    with pytest.raises(actions.Resting):
        actions.invite(soon, cast.li, by=cast.mei, at=NOON + timedelta(days=89))


def test_the_policy_is_asked_again_when_the_link_is_handed_over(
    as_system: Cast, fielded: Field
) -> None:
    cast = as_system
    agrees(cast.li, "sms")
    wave = fielded(channel="sms")
    channels.record_consent(
        cast.li, purpose="survey", channel="sms", said="withdrawn", source="contact",
        evidence="on the phone", by=cast.mei, at=NOON + timedelta(minutes=1),
    )  # fmt: skip

    with pytest.raises(actions.NotAsked):
        actions.hand_over(of(wave, cast.li), by=cast.mei, at=NOON + timedelta(minutes=2))

    assert of(wave, cast.li).state == State.WAITING


def test_a_link_copied_twice_is_one_asking(as_system: Cast, fielded: Field) -> None:
    cast, wave = as_system, fielded()
    first = actions.hand_over(of(wave, cast.li), by=cast.mei, at=NOON)

    again = actions.hand_over(first, by=cast.wei, at=NOON + timedelta(hours=1))

    assert (again.handed_at, again.handed_by) == (NOON, cast.mei)


def test_a_panel_asks_only_value_customers_whose_turn_it_is(
    as_system: Cast, fielded: Field
) -> None:
    """Of the best tiers each is asked in one of two quarters; of the others nobody is."""
    cast = as_system
    best, others = tiered(cast, (4, 5)), tiered(cast, (1, 2, 3))
    actions.set_policy(Policy(rest_days=180), by=TESTS, at=NOON)

    wave = fielded(panel=True)
    later = fielded(panel=True, name="next", at=NOON + timedelta(days=91))

    asked, then = (
        set(each.invitations.values_list("customer", flat=True)) for each in (wave, later)
    )
    assert asked | then == best
    assert not asked & then
    assert not (asked | then) & others
    assert set(wave.invitations.values_list("why", flat=True)) == {"panel"}


def tiered(cast: Cast, levels: tuple[int, ...]) -> set[int]:
    """Six customers of each of some levels, as a tier run would have sorted them."""
    run = TierRun.objects.filter(is_current=True).first()
    if run is None:
        bought(cast, cast.li, TODAY - timedelta(days=9))
        has_balance(cast, cast.li, (TODAY - timedelta(days=9), 900_000_00))
        scored(cast)
        run = TierRun.objects.get(is_current=True)
    scheme = Scheme.objects.filter(is_primary=True).order_by("pk")[0]
    made = set()
    for level in levels:
        for n in range(6):
            one = customer(f"T{level}{n}", f"Member {level}{n}", cast.mei_book)
            Assignment.objects.create(
                tier_run=run, customer=one, scheme=scheme, tier="gold", level=level, value=1
            )
            made.add(one.pk)
    return made


def test_who_was_asked_late_in_a_quarter_is_asked_in_the_next_turn_all_the_same(
    as_system: Cast,
) -> None:
    """The usual rest is a quarter long: it counts from the first day, not from the link."""
    cast = as_system
    best = tiered(cast, (5,))
    survey = actions.make_survey("panel", preset="nps", by=cast.max, at=NOON)
    actions.set_panel(survey, channel="visit", by=cast.max, at=NOON)
    (wave,) = actions.start_panels(by=TESTS, at=NOON)
    for each in wave.invitations.filter(state=State.WAITING):
        actions.hand_over(each, by=cast.mei, at=NOON + timedelta(days=10))

    (later,) = actions.start_panels(by=TESTS, at=NOON + timedelta(days=60))

    asked = [set(of_wave(each)) for each in (wave, later)]
    assert asked == [best, best]


def test_who_was_asked_by_another_survey_rests_from_the_panel_too(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    best = tiered(cast, (5,))
    other = fielded("csat")
    told = Invitation.objects.filter(wave=other, customer__in=best)[0]
    actions.hand_over(told, by=cast.mei, at=NOON)
    actions.close(other, by=cast.max, at=NOON)
    survey = actions.make_survey("panel", preset="nps", by=cast.max, at=NOON)
    actions.set_panel(survey, channel="visit", by=cast.max, at=NOON)

    (wave,) = actions.start_panels(by=TESTS, at=NOON + timedelta(days=60))

    assert set(of_wave(wave)) == best - {told.customer_id}


def test_two_surveys_of_the_panel_take_turns_at_each_member(as_system: Cast) -> None:
    cast = as_system
    best = tiered(cast, (4, 5))
    for name in ("first", "second"):
        survey = actions.make_survey(name, preset="nps", by=cast.max, at=NOON)
        actions.set_panel(survey, channel="visit", by=cast.max, at=NOON)

    first, second = (set(of_wave(each)) for each in actions.start_panels(by=TESTS, at=NOON))
    later = actions.start_panels(by=TESTS, at=NOON + timedelta(days=60))

    assert first | second == best
    assert first
    assert second
    assert not first & second
    assert [set(of_wave(each)) for each in later] == [second, first]


def of_wave(wave: Wave) -> list[int]:
    """Whom a wave asks."""
    asked = wave.invitations.exclude(state=State.LEFT_OUT)
    return [each.customer_id for each in asked]


def test_the_panel_is_asked_once_a_quarter_by_itself(as_system: Cast) -> None:
    cast = as_system
    best = tiered(cast, (5,))
    actions.set_policy(Policy(rest_days=180), by=TESTS, at=NOON)
    survey = actions.make_survey("panel", preset="nps", by=cast.max, at=NOON)
    assert actions.start_panels(by=TESTS, at=NOON) == [], "nobody wanted it"
    actions.set_panel(survey, channel="visit", by=cast.max, at=NOON)

    (wave,) = actions.start_panels(by=TESTS, at=NOON)
    again = actions.start_panels(by=TESTS, at=NOON + timedelta(days=7))
    (other,) = actions.start_panels(by=TESTS, at=NOON + timedelta(days=60))

    assert again == []
    assert (wave.name, wave.panel, wave.state) == ("2026 Q4", True, "open")
    assert other.name == "2027 Q1"
    asked = {each.customer_id for each in Invitation.objects.filter(wave__in=(wave, other))}
    assert asked == best
    told = panel.coming(cast.max, NOON + timedelta(days=34))
    assert [(each.survey, each.day) for each in told] == [(survey, date(2027, 1, 1))]
    assert panel.coming(cast.max, NOON) == panel.coming(cast.mei, NOON) == []
    members = panel.described(panel.members(cast.mei), NOON)
    assert {each.customer.pk for each in members} == best


def test_of_a_small_share_few_are_asked(as_system: Cast, fielded: Field) -> None:
    assert fielded(share=0.0001).invitations.count() == 0
    with pytest.raises(BadInput):
        fielded("csat", share=0)


def test_who_was_chosen_but_never_asked_rests_no_longer_than_the_wave(
    as_system: Cast, fielded: Field
) -> None:
    first = fielded("nps", at=NOON, ends_on=TODAY + timedelta(days=10))

    during = fielded("csat", at=NOON + timedelta(days=5), name="during")
    after = fielded("csat", at=NOON + timedelta(days=11), name="after")

    assert of(first, as_system.li).state == State.WAITING
    assert of(during, as_system.li).reason == actions.RESTS
    assert of(after, as_system.li).state == State.WAITING


def test_a_score_asked_for_on_a_card_counts_as_asked(as_system: Cast, fielded: Field) -> None:
    cast = as_system
    told = {"playbook": "p", "version": 1, "step": "s", "question": "q", "asked": "?"}
    for who, kind in ((cast.li, "nps"), (cast.qian, "number")):
        touch = channels.record_touch(
            who, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True
        )
        OnCard.objects.create(customer=who, touch=touch, kind=kind, number=9, at=NOON, **told)

    wave = fielded(at=NOON + timedelta(days=30))

    assert of(wave, cast.li).reason == actions.RESTS
    assert of(wave, cast.qian).state == State.WAITING


def test_a_wave_ends_after_its_last_day(as_system: Cast, fielded: Field) -> None:
    wave = fielded(ends_on=TODAY + timedelta(days=3))

    assert actions.end_waves(by=TESTS, at=NOON + timedelta(days=3)) == 0
    assert actions.end_waves(by=TESTS, at=NOON + timedelta(days=4)) == 1
    assert actions.end_waves(by=TESTS, at=NOON + timedelta(days=5)) == 0

    wave.refresh_from_db()
    assert (wave.state, wave.closed_at) == ("closed", NOON + timedelta(days=4))


def test_who_was_taken_back_is_not_asked_by_phone_either(
    as_system: Cast, fielded: Field
) -> None:
    cast, wave = as_system, fielded()
    actions.withdraw(of(wave, cast.li), by=cast.mei, at=NOON)

    with pytest.raises(actions.NotAsked):
        actions.answer_by_voice(
            wave, cast.li, given_of(wave.version, 9), mode="phone", by=cast.mei, at=NOON
        )

    assert not Answer.objects.exists()


# Answers -----------------------------------------------------------------------------------


def test_a_link_is_answered_once(as_system: Cast, fielded: Field) -> None:
    cast, wave = as_system, fielded()
    signed = actions.token(of(wave, cast.li))
    given = given_of(wave.version, 3, "排队太久，窗口太少")
    scope.set_scope(scope.NOBODY)

    first = actions.answer_link(signed, given, language="zh-hans", at=NOON)
    again = actions.answer_link(signed, given, language="zh-hans", at=NOON)

    scope.set_scope(scope.EVERYBODY)
    assert first is not None
    assert again is None
    answer = Answer.objects.get()
    assert (answer.customer, answer.mode, answer.branch) == (cast.li, "link", cast.willow)
    assert answer.replies.get().value == 3
    said = Comment.objects.get()
    assert (said.topics, said.negative) == (["waiting"], True)
    assert of(wave, cast.li).state == State.ANSWERED
    loop = Loop.objects.get()
    assert (loop.kind, loop.score, loop.due_on) == ("detractor", 3, TODAY + timedelta(days=2))


def test_far_less_than_expected_at_one_touch_point_opens_a_loop(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast, wave = as_system, fielded("experience")

    say(wave, cast.qian, 8, 0, 7, -1, 9, 1)
    assert not Loop.objects.exists(), "a little less at one point is no loop"
    answer = say(wave, cast.li, 3, -2, 7, 0, 9, 1)

    loop = Loop.objects.get()
    assert (loop.answer, loop.kind, loop.score) == (answer, "detractor", -2)
    assert loop.is_gap
    assert not Loop.objects.filter(scale__in=("nps", "csat")).exists()


def test_segments_ask_how_customers_were_against_what_they_expected(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast, wave = as_system, fielded("experience")
    say(wave, cast.li, 3, -2, 7, 0, 9, 1)
    say(wave, cast.qian, 8, 0, 7, 0, 9, 0)

    (field,) = [each for each in queries.FIELDS if each.field.key == "gap_class"]

    assert dict(field.rows(cast.lin, TODAY)) == {cast.li.pk: "below", cast.qian.pk: "equal"}
    assert dict(field.rows(cast.mei, TODAY)) == {cast.li.pk: "below"}


def test_a_forged_or_foreign_link_opens_nothing(as_system: Cast, fielded: Field) -> None:
    wave = fielded()
    signed = actions.token(of(wave, as_system.li))

    for broken in (signed[:-1], of(wave, as_system.qian).public_id + signed[12:], ""):
        with pytest.raises(actions.NoLink):
            actions.answer_link(broken, {}, language="", at=NOON)


def test_a_link_ends_with_its_wave(as_system: Cast, fielded: Field) -> None:
    wave = fielded()
    signed = actions.token(of(wave, as_system.li))
    given = given_of(wave.version, 9)

    with pytest.raises(actions.LinkOver):
        actions.answer_link(signed, given, language="", at=NOON + timedelta(days=60))
    actions.close(wave, by=as_system.max, at=NOON)
    with pytest.raises(actions.LinkOver):
        actions.answer_link(signed, given, language="", at=NOON)


@pytest.mark.parametrize("said", [(11,), ("x",), (-1,), ("",)])
def test_what_is_no_answer_is_refused_whole(
    as_system: Cast, fielded: Field, say: Say, said: tuple[object, ...]
) -> None:
    wave = fielded()

    with pytest.raises(actions.Unanswered):
        say(wave, as_system.li, *said)

    assert not Answer.objects.exists()


def test_who_asks_by_phone_is_named(as_system: Cast, fielded: Field) -> None:
    cast, wave = as_system, fielded()
    agrees(cast.li, "call")
    given = given_of(wave.version, 10, "")

    made = actions.answer_by_voice(wave, cast.li, given, mode="phone", by=cast.mei, at=NOON)

    assert (made.mode, made.taken_by) == ("phone", cast.mei)
    assert Loop.objects.get().kind == "promoter"
    with pytest.raises(Refused):
        actions.answer_by_voice(wave, cast.li, given, mode="phone", by=cast.mei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=made.pk).update(taken_by=None)


def test_who_did_not_agree_to_calls_is_not_interviewed_and_the_no_is_kept(
    as_system: Cast, fielded: Field
) -> None:
    cast, wave = as_system, fielded()

    with pytest.raises(actions.NotAsked):
        actions.open_interview(wave, cast.li, mode="phone", by=cast.mei, at=NOON)

    decision = Decision.objects.get(customer=cast.li)
    assert (decision.channel, decision.allowed, decision.reason) == ("call", False, "unasked")
    assert queries.refusal(cast.li, NOON, mode="phone") == "unasked"
    assert queries.refusal(cast.li, NOON, mode="face") == ""


def test_an_interview_that_was_opened_counts_after_the_last_hour(
    as_system: Cast, fielded: Field
) -> None:
    cast, wave = as_system, fielded()
    agrees(cast.li, "call")
    late = NOON + timedelta(hours=11)
    actions.open_interview(wave, cast.li, mode="phone", by=cast.mei, at=NOON)
    assert queries.refusal(cast.li, late, mode="phone"), "nobody may begin now"

    made = actions.answer_by_voice(
        wave, cast.li, given_of(wave.version, 9), mode="phone", by=cast.mei, at=late
    )

    touch = Touch.objects.get(customer=cast.li)
    assert (touch.channel, touch.outcome, touch.purpose) == ("call", "reached", "survey")
    assert touch.decision.customer == made.customer


def test_a_link_that_is_filled_in_together_the_same_day_is_one_asking(
    as_system: Cast, fielded: Field
) -> None:
    cast, wave = as_system, fielded()
    actions.hand_over(of(wave, cast.li), by=cast.mei, at=NOON)
    assert queries.refusal(cast.li, NOON + timedelta(hours=1), mode="face"), "once a day"

    actions.answer_by_voice(
        wave, cast.li, given_of(wave.version, 9), mode="face", by=cast.mei,
        at=NOON + timedelta(hours=1),
    )  # fmt: skip

    decision = Decision.objects.get(customer=cast.li)
    assert decision.touch is not None
    assert of(wave, cast.li).state == State.ANSWERED


def test_of_those_asked_by_voice_the_response_is_true(as_system: Cast, fielded: Field) -> None:
    cast, wave = as_system, fielded()
    told = {"mode": "face", "by": cast.mei}
    given = given_of(wave.version, 9)

    actions.not_answered(wave, cast.li, outcome="missed", at=NOON, **told)
    assert queries.askable(cast.mei, cast.li, NOON) == [wave], "tried again another day"
    actions.not_answered(wave, cast.qian, outcome="declined", at=NOON, **told)
    assert queries.askable(cast.lin, cast.qian, NOON) == []
    with pytest.raises(actions.NotAsked):
        actions.answer_by_voice(wave, cast.qian, given, at=NOON, **told)
    actions.answer_by_voice(wave, cast.li, given, at=NOON + timedelta(days=1), **told)

    found = queries.reached(cast.lin, wave)
    assert (found.asked, found.answered, found.declined, found.missed) == (2, 1, 1, 0)
    outcomes = Touch.objects.order_by("pk").values_list("outcome", "two_way")
    assert list(outcomes) == [("no_answer", False), ("not_now", True), ("reached", True)]


def test_who_was_left_out_is_not_offered_to_be_asked(as_system: Cast, fielded: Field) -> None:
    cast = as_system
    agrees(cast.li, "sms")
    wave = fielded(channel="sms")

    assert queries.askable(cast.lin, cast.li, NOON) == [wave]
    assert queries.askable(cast.lin, cast.qian, NOON) == []


def test_others_do_not_see_what_was_said(as_system: Cast, fielded: Field, say: Say) -> None:
    cast, wave = as_system, fielded()
    made = say(wave, cast.li, 2, "not good")

    assert queries.answer(cast.mei, made.public_id) == made
    assert queries.answer(cast.tao, made.public_id) is None
    scope.set_scope(cast.tao.scope)
    seen = [model.objects.count() for model in (Answer, Comment, Loop)]
    scope.set_scope(scope.EVERYBODY)
    assert seen == [0, 0, 0], "the wall looks, too"


# The settings ------------------------------------------------------------------------------


def test_the_company_sets_the_rest(as_system: Cast, fielded: Field, say: Say) -> None:
    actions.set_policy(Policy(rest_days=10), by=TESTS, at=NOON)
    say(fielded("nps"), as_system.li, 8)

    wave = fielded("csat", at=NOON + timedelta(days=30), name="next")

    assert wave.rest_days == 10
    assert of(wave, as_system.li).state == State.WAITING
