"""A complaint from the first word to the call afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.server.complaints.conftest import ANSWER, Open

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import MarketingHold
from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.core import actions as core
from regulars.server.core.models import AuditEntry
from regulars.testing.cast import NOON, TESTS, Cast, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Lists = Callable[[str], Entry]


def kinds(case: Case) -> list[str]:
    return [event.what for event in Event.objects.filter(case=case).order_by("pk")]


def settled(case: Case, cast: Cast, lists: Lists, **told: Any) -> Case:
    """Lob answers the case and closes it."""
    actions.answer(case, text=ANSWER, by=cast.lob, at=NOON + HOUR)
    given = {"result": "upheld", "cause": lists("mistake"), "remedy": "paid back"} | told
    return actions.close(case, by=cast.lob, at=NOON + 2 * HOUR, **given)


def test_a_case_is_lived_from_the_first_word_to_the_call(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain()
    actions.acknowledge(case, by=as_system.lob, at=NOON + HOUR)
    actions.note(case, words="The fee was booked twice.", by=as_system.lob, at=NOON + HOUR)
    actions.answer(case, text=ANSWER, by=as_system.lob, at=NOON + 2 * HOUR)
    actions.close(
        case, result="upheld", cause=lists("mistake"), remedy="fee paid back",
        cost=Decimal("12.50"), by=as_system.lob, at=NOON + 3 * HOUR,
    )  # fmt: skip
    found = actions.call_back(case, is_content=True, by=as_system.wei, at=NOON + DAY)

    assert kinds(case) == ["opened", "taken", "noted", "answered", "closed", "called"]
    assert (found.handler, found.called_by, found.is_content) == (
        as_system.lob, as_system.wei, True,
    )  # fmt: skip
    assert found.call_by is not None
    assert found.call_by.date() == date(2026, 11, 26)  # three working days after Monday
    trail = AuditEntry.objects.filter(action__startswith="complaints.").order_by("pk")
    assert [one.action for one in trail if one.subject.endswith(f":{case.pk}")] == [
        "complaints.opened", "complaints.acknowledged", "complaints.noted",
        "complaints.answered", "complaints.closed", "complaints.called",
    ]  # fmt: skip


def test_whom_the_complaint_names_neither_handles_nor_closes_it(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(about=as_system.mei)

    for act in (
        lambda: actions.acknowledge(case, by=as_system.mei, at=NOON),
        lambda: actions.hand_to(case, as_system.mei, by=as_system.wei, at=NOON),
        lambda: actions.answer(case, text=ANSWER, by=as_system.mei, at=NOON),
        lambda: actions.close(case, result="withdrawn", by=as_system.mei, at=NOON),
    ):
        with pytest.raises(actions.Involved, match="about"):
            act()
    case.refresh_from_db()
    assert (case.handler, case.acknowledged_at, case.state) == (None, None, "open")


def test_who_looks_after_the_book_does_not_handle_a_complaint_about_its_service(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(type=lists("service"))

    with pytest.raises(actions.Involved, match="book"):
        actions.acknowledge(case, by=as_system.mei, at=NOON)
    assert actions.acknowledge(case, by=as_system.lob, at=NOON).handler == as_system.lob


def test_a_complaint_about_a_fee_may_be_handled_by_whoever_looks_after_the_book(
    as_system: Cast, complain: Open
) -> None:
    assert actions.acknowledge(complain(), by=as_system.mei, at=NOON).handler == as_system.mei


def test_the_database_too_lets_nobody_handle_what_is_about_them(
    as_system: Cast, complain: Open
) -> None:
    case = complain(about=as_system.mei)

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(handler=as_system.mei)


def test_naming_somebody_later_asks_for_another_handler_first(
    as_system: Cast, complain: Open
) -> None:
    case = actions.acknowledge(complain(), by=as_system.mei, at=NOON)

    with pytest.raises(actions.Involved):
        actions.change(
            case, type=case.type, severity=2, is_complex=False, about=as_system.mei,
            by=as_system.wei, at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("left_out", "named"),
    [("review", "review"), ("mediation", "mediation"), ("arbitration", "arbitration"),
     ("court", "court")],
)  # fmt: skip
def test_an_answer_names_every_way_that_stays_open(
    as_system: Cast, complain: Open, left_out: str, named: str
) -> None:
    case = complain()

    with pytest.raises(actions.NotComplete, match=named):
        actions.answer(case, text=ANSWER.replace(left_out, "…"), by=as_system.lob, at=NOON)
    case.refresh_from_db()
    assert case.answered_at is None


def test_an_answer_that_promises_what_nobody_may_promise_is_refused(
    as_system: Cast, complain: Open
) -> None:
    with pytest.raises(actions.NotComplete, match="保本"):
        actions.answer(complain(), text=f"这款产品保本。{ANSWER}", by=as_system.lob, at=NOON)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_houses_own_answer_names_every_way(
    as_system: Cast, complain: Open, language: str
) -> None:
    from django.utils import translation

    with translation.override(language):
        text = queries.template_of(complain(), NOON)

    actions.answer(complain(), text=text, by=as_system.lob, at=NOON)
    assert "{" not in text


def test_a_case_is_not_closed_before_the_customer_is_told(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    with pytest.raises(actions.NotAnswered):
        actions.close(
            complain(), result="not_upheld", cause=lists("none"), by=as_system.lob, at=NOON
        )


def test_one_that_was_withdrawn_ends_without_an_answer_and_without_a_call(
    as_system: Cast, complain: Open
) -> None:
    case = actions.close(complain(), result="withdrawn", by=as_system.lob, at=NOON)

    assert (case.state, case.call_by) == ("closed", None)


def test_the_same_result_that_comes_again_is_written_once(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain()
    settled(case, as_system, lists)
    again = actions.close(
        case, result="upheld", cause=lists("mistake"), remedy="paid back",
        by=as_system.lob, at=NOON + 3 * HOUR,
    )  # fmt: skip

    assert again.closed_at == NOON + 2 * HOUR
    assert kinds(case).count("closed") == 1
    with pytest.raises(actions.ClosedAlready):
        actions.close(case, result="withdrawn", by=as_system.wei, at=NOON + 3 * HOUR)


def test_opened_again_the_clocks_begin_anew_and_the_first_stays_beside_them(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = settled(complain(), as_system, lists)
    first = case.first_resolve_by

    again = actions.reopen(case, reason="charged again", by=as_system.wei, at=NOON + 10 * DAY)

    assert (again.rounds, again.state, again.result) == (2, "open", "")
    assert again.first_resolve_by == first < again.resolve_by
    assert again.first_closed_at == NOON + 2 * HOUR
    assert again.first_answered_at == NOON + HOUR
    assert again.acknowledged_at is None
    assert kinds(case)[-1] == "reopened"


def test_who_handled_it_does_not_call_back(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = settled(complain(), as_system, lists)

    with pytest.raises(actions.Involved, match="Somebody else"):
        actions.call_back(case, is_content=True, by=as_system.lob, at=NOON + DAY)
    assert actions.call_back(case, is_content=False, by=as_system.wei, at=NOON + DAY)
    with pytest.raises(Refused, match="already"):
        actions.call_back(case, is_content=True, by=as_system.mei, at=NOON + DAY)


def test_more_time_is_given_by_another_person_and_once(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(type=lists("selling"))
    before = case.resolve_by
    asked = actions.ask(case, days=20, reason="expert opinion", by=as_system.wei, at=NOON)

    with pytest.raises(Refused, match="another person"):
        actions.decide(asked, granted=True, by=as_system.wei, at=NOON)
    actions.decide(asked, granted=True, by=as_system.lin, at=NOON)
    with pytest.raises(actions.AskedBefore):
        actions.decide(asked, granted=False, by=as_system.ada, at=NOON)
    case.refresh_from_db()
    assert before + 17 * DAY <= case.resolve_by <= before + 20 * DAY
    assert case.first_resolve_by == before
    with pytest.raises(BadInput, match="10 days"):
        actions.ask(case, days=11, reason="more", by=as_system.wei, at=NOON)


def test_a_simple_complaint_has_no_more_time(as_system: Cast, complain: Open) -> None:
    with pytest.raises(Refused, match="complex"):
        actions.ask(complain(), days=5, reason="busy", by=as_system.lob, at=NOON)


def test_the_clocks_stand_still_while_we_wait_for_the_customer(
    as_system: Cast, complain: Open
) -> None:
    case = complain()
    wait = {"reason": "papers", "until": NOON + 9 * DAY, "note": "the receipt"}
    with pytest.raises(Refused, match="Acknowledge"):
        actions.wait(case, **wait, by=as_system.lob, at=NOON)
    actions.acknowledge(case, by=as_system.lob, at=NOON)
    actions.wait(case, **wait, by=as_system.lob, at=NOON)

    assert not queries.late(NOON + 8 * DAY).exists()
    before = case.answer_by
    found = actions.go_on(case, by=as_system.lob, at=NOON + 2 * DAY)

    assert found.answer_by - before == 2 * DAY  # two whole working days later
    assert not found.is_waiting


def test_a_wait_that_nobody_ends_ends_by_itself_at_its_day(
    as_system: Cast, complain: Open
) -> None:
    case = actions.acknowledge(complain(), by=as_system.lob, at=NOON)
    actions.wait(
        case, reason="reply", until=NOON + DAY, note="which card", by=as_system.lob, at=NOON
    )

    assert actions.resume(by=TESTS, at=NOON + 3 * DAY) == 1
    assert actions.resume(by=TESTS, at=NOON + 3 * DAY) == 0
    case.refresh_from_db()
    assert case.waiting_since is None
    assert Event.objects.get(case=case, what="goes_on").at == NOON + DAY


def test_a_person_not_on_file_is_found_later(as_system: Cast, complain: Open) -> None:
    case = complain(
        customer=None, who="Mr Feng", phone="10100000009", book=as_system.willow_pool
    )
    assert not MarketingHold.objects.exists()

    found = actions.link(case, as_system.zhou, by=as_system.lob, at=NOON + HOUR)

    assert (found.customer, found.who, found.phone) == (as_system.zhou, as_system.zhou.name, "")
    assert MarketingHold.objects.get().customer == as_system.zhou
    with pytest.raises(actions.AlreadyLinked):
        actions.link(case, as_system.li, by=as_system.lob, at=NOON + HOUR)


@pytest.mark.parametrize(
    "told",
    [{"words": "  "}, {"customer": None}, {"customer": None, "who": "Mr Feng"},
     {"received_at": NOON + DAY}],
)  # fmt: skip
def test_what_says_nothing_is_no_complaint(complain: Open, told: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        complain(**told)


def test_one_reference_is_one_case(complain: Open) -> None:
    assert complain(reference="T-17") == complain(reference="T-17", words="the same again")
    assert Case.objects.count() == 1


def test_the_clocks_begin_when_it_was_received_not_when_it_was_written_down(
    complain: Open,
) -> None:
    early, late = complain(received_at=NOON - 5 * DAY), complain()

    assert early.acknowledge_by < NOON < late.acknowledge_by


def test_what_is_late_goes_up_the_line_once_for_each_rung(
    as_system: Cast, complain: Open
) -> None:
    case = complain()
    late = case.acknowledge_by + timedelta(minutes=1)

    assert actions.rise(by=TESTS, at=late - HOUR) == 0
    assert actions.rise(by=TESTS, at=late) == 1
    assert actions.rise(by=TESTS, at=late) == 0  # the same minute again
    case.refresh_from_db()
    assert (case.risen_to, case.rung) == (as_system.wei, 1)

    work = core_hours()
    assert actions.rise(by=TESTS, at=work.add(late, 4 * HOUR)) == 1
    case.refresh_from_db()
    assert case.risen_to == as_system.lin
    assert actions.rise(by=TESTS, at=work.add(late, 8 * HOUR)) == 1
    assert actions.rise(by=TESTS, at=work.add(late, 16 * HOUR)) == 0
    assert kinds(case) == ["opened", "rose", "rose", "stayed"]


def core_hours() -> Any:
    from regulars.server.core import queries as core

    return core.work_hours()


def test_once_it_is_acknowledged_the_next_clock_begins_at_the_bottom(
    as_system: Cast, complain: Open
) -> None:
    case = complain()
    actions.rise(by=TESTS, at=case.acknowledge_by)
    case = actions.acknowledge(case, by=as_system.lob, at=case.acknowledge_by + HOUR)
    assert (case.rung, case.risen_to) == (0, None)

    actions.rise(by=TESTS, at=case.answer_by)

    rose = Event.objects.filter(case=case, what="rose").order_by("pk")
    assert [(event.clock, event.to) for event in rose] == [
        ("acknowledge", as_system.wei), ("answer", as_system.wei),
    ]  # fmt: skip


def test_a_late_case_does_not_go_up_to_whom_it_is_about(
    as_system: Cast, complain: Open
) -> None:
    case = complain(about=as_system.wei)

    actions.rise(by=TESTS, at=case.acknowledge_by)

    case.refresh_from_db()
    assert case.risen_to == as_system.lin


def test_a_handler_of_another_branch_sees_the_case_and_not_the_customer(
    as_system: Cast, complain: Open, eyes: Callable[[Any], Any]
) -> None:
    case = complain()
    with eyes(as_system.tao):
        assert queries.one(as_system.tao, case.public_id) is None
        assert not Case.objects.exists()
    actions.hand_to(case, as_system.tao, by=as_system.wei, at=NOON)

    with eyes(as_system.tao):
        found = queries.one(as_system.tao, case.public_id)
        assert found is not None
        assert (found.who, found.customer) == (as_system.li.name, None)
        assert queries.story(as_system.tao, found, NOON).lines
        actions.acknowledge(found, by=as_system.tao, at=NOON)
        actions.answer(found, text=ANSWER, by=as_system.tao, at=NOON + HOUR)
        actions.close(found, result="withdrawn", by=as_system.tao, at=NOON + HOUR)
    assert MarketingHold.objects.filter(lifted_at__isnull=True).count() == 0


def test_a_strangers_case_is_seen_where_it_was_taken_in(
    as_system: Cast, complain: Open, eyes: Callable[[Any], Any]
) -> None:
    case = complain(customer=None, who="Mr Feng", book=as_system.mei_book)

    for viewer, sees in (
        (as_system.mei, True), (as_system.lob, True), (as_system.tao, False),
        (as_system.lin, True),
    ):  # fmt: skip
        with eyes(viewer):
            assert (queries.one(viewer, case.public_id) is not None) is sees


def test_key_customers_come_first_in_the_list(as_system: Cast, complain: Open) -> None:
    plain = complain(received_at=NOON - 2 * DAY)
    other = complain(customer=as_system.zhou)
    Case.objects.filter(pk=other.pk).update(level=5)

    rows, _more = queries.listed(as_system.lin, NOON, queries.Wanted())

    assert [row.case.pk for row in rows] == [other.pk, plain.pk]
    assert [row.is_key for row in rows] == [True, False]


def test_a_case_is_found_by_its_number_and_by_the_name(as_system: Cast, complain: Open) -> None:
    case = complain()
    complain(customer=as_system.zhou)

    for words in (case.number, "Li Na" if str(case.who) == "Li Na" else case.who):
        rows, _more = queries.listed(as_system.lin, NOON, queries.Wanted(words=words))
        assert [row.case.pk for row in rows] == [case.pk]


def test_somebody_who_may_not_record_contacts_cannot_be_given_a_case(
    as_system: Cast, complain: Open
) -> None:
    with pytest.raises(BadInput, match="cannot handle"):
        actions.hand_to(complain(), as_system.ana, by=as_system.wei, at=NOON)


def test_a_company_keeps_its_own_lists(as_system: Cast, lists: Lists) -> None:
    made = actions.keep_entry(None, list="type", name="停车", by=as_system.ada, at=NOON)

    assert made in queries.types()
    with pytest.raises(actions.CodeTaken):
        actions.keep_entry(None, list="type", name="停车", by=as_system.ada, at=NOON)
    actions.keep_entry(
        made, list="type", name="停车", is_active=False, by=as_system.ada, at=NOON
    )
    assert made not in queries.types()
    assert actions.bring_lists(by=TESTS, at=NOON) == 0


def test_a_template_without_a_way_is_not_kept(as_system: Cast) -> None:
    policy = queries.policy()

    with pytest.raises(BadInput, match="template"):
        actions.set_policy(type(policy)(template="您好，已处理。"), by=as_system.ada, at=NOON)


def test_figures_count_open_and_late_ones_as_late(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    settled(complain(), as_system, lists)
    late = complain()
    at = late.resolve_by + DAY

    found = queries.figures(as_system.ana, at, 1)

    assert (found.total.opened, found.total.closed) == (2, 1)
    assert (found.total.resolved.met, found.total.resolved.due) == (1, 2)
    assert found.total.rate is not None
    assert found.total.rate.value == pytest.approx(2 * 1000 / 3)
    assert [(line.name, line.opened) for line in found.groups["type"]] == [
        (str(lists("fees")), 2)
    ]
    assert [(one.name, one.n) for one in found.causes] == [(str(lists("mistake")), 1)]
    assert [(one.hours, one.n) for one in found.answers] == [(1.0, 1)]


@pytest.mark.parametrize("group", queries.GROUPS)
def test_every_figure_leads_to_as_many_cases_as_it_says(
    as_system: Cast, complain: Open, lists: Lists, group: str
) -> None:
    settled(complain(), as_system, lists)
    complain(customer=as_system.qian, type=lists("waiting"))
    at = NOON + 20 * DAY
    found = queries.figures(as_system.ana, at, 1)

    for line in found.groups[group]:
        told = {
            "opened": line.opened, "closed": line.closed, "on_time": line.resolved.met,
            "late": line.resolved.due - line.resolved.met, "upheld": line.upheld,
        }  # fmt: skip
        for measure, n in told.items():
            rows = queries.of(
                as_system.ana, at, months=1, measure=measure, group=group, code=line.code
            )
            assert rows.count() == n, (measure, line)


def test_who_left_and_came_to_be_involved_is_not_the_handler_of_the_next_round(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = settled(complain(), as_system, lists)
    Case.objects.filter(pk=case.pk).update(about_service=True, handler=as_system.mei)
    case.refresh_from_db()

    assert actions.reopen(case, reason="again", by=as_system.wei, at=NOON + DAY).handler is None


def test_the_book_may_change_hands_and_the_case_goes_along(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(type=lists("service"))
    newcomer = person("nan", "南", "Nan", "rm", as_system.willow)
    core.assign_book(as_system.mei_book, owner=newcomer, backup=None, by=TESTS, at=NOON)

    assert queries.bar(case, as_system.mei) is None
    assert queries.bar(case, newcomer) is not None
