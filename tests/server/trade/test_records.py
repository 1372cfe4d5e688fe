"""Quotes become terms, terms follow each other, payments tell how somebody pays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.server.trade.conftest import Trade

from regulars.base.errors import BadInput
from regulars.server.core import custody, scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.core.rules import EVERYBODY
from regulars.server.customers.models import Customer
from regulars.server.trade import actions, queries, rules
from regulars.server.trade.models import (
    BusinessProfile,
    ContactPerson,
    Invoice,
    Quote,
    QuoteLine,
    Terms,
)
from regulars.server.trade.rules import Line
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
MODELS = (ContactPerson, BusinessProfile, Quote, QuoteLine, Terms, Invoice)


def test_quote_terms_and_invoices_are_linked(trade: Trade, cast: Cast, look: Look) -> None:
    look(cast.mei)
    quote = Quote.objects.get()

    assert quote.total == Decimal("2599.00")  # 2.5 x 1000 and 99
    assert quote.state == "accepted"  # by the terms that came of it
    assert trade.terms.quote == quote
    assert {i.terms for i in Invoice.objects.all()} == {trade.terms}
    assert {i.quote for i in Invoice.objects.all()} == {quote}


def test_new_terms_end_the_old_ones_the_day_before(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    made = actions.agree(
        trade.mill, starts_on=date(2026, 12, 1), payment_days=30, by=cast.mei, at=NOON
    )

    old = Terms.objects.get(pk=trade.terms.pk)
    assert (old.replaced_by, old.ends_on) == (made, date(2026, 11, 30))
    last = queries.current_terms(cast.mei, trade.mill, on=date(2026, 11, 30))
    first = queries.current_terms(cast.mei, trade.mill, on=date(2026, 12, 1))
    assert (last, first) == (old, made)


def test_terms_that_begin_before_those_on_file_are_refused(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    with pytest.raises(actions.BadTerms, match="2026-01-10"):
        actions.agree(
            trade.mill, starts_on=date(2026, 1, 10), payment_days=30, by=cast.mei, at=NOON
        )
    with pytest.raises(actions.BadTerms, match="at least"):
        actions.agree(trade.mill, starts_on=TODAY, note="nothing", by=cast.mei, at=NOON)
    assert Terms.objects.count() == 1


def test_payment_behaviour_is_weighted_by_amount(trade: Trade, cast: Cast, look: Look) -> None:
    look(cast.mei)
    small = actions.bill(
        trade.mill, number="F-3", issued_on=date(2026, 9, 1), due_on=date(2026, 10, 1),
        amount=Decimal(20_000), by=cast.mei, at=NOON,
    )  # fmt: skip
    actions.pay(small, Decimal(20_000), date(2026, 9, 29), today=TODAY, by=cast.mei, at=NOON)

    told = rules.behaviour(queries.bills(cast.mei, trade.mill, on=TODAY), on=TODAY)

    # 80,000 twelve days late and 20,000 two days early: 9.2; the plain mean would be 5.
    assert told.mean_delay == Decimal("9.2")
    assert (told.settled, told.punctual) == (2, 0.5)
    assert told.open_amount == told.overdue_amount == Decimal(60_000)
    assert (told.overdue, told.oldest) == (1, (TODAY - date(2026, 10, 16)).days)


def test_what_is_in_another_currency_is_summed_by_its_rate_or_not_at_all(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    for number, rate in (("U-1", Decimal("7.1")), ("U-2", None)):
        actions.bill(
            trade.mill, number=number, issued_on=date(2026, 10, 1), due_on=date(2026, 10, 31),
            amount=Decimal(1000), currency="usd", rate=rate, by=cast.mei, at=NOON,
        )  # fmt: skip

    told = rules.behaviour(queries.bills(cast.mei, trade.mill, on=TODAY), on=TODAY)

    assert told.open_amount == Decimal(67_100)
    assert told.unknown == 1
    (row,) = queries.overdue(cast.mei, TODAY)
    assert (row.amount, row.invoices, row.unknown) == (Decimal(67_100), 3, 1)


def test_a_part_is_paid_and_never_more_than_is_open(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    late = trade.late
    actions.pay(late, Decimal(50_000), TODAY, today=TODAY, by=cast.mei, at=NOON)

    with pytest.raises(actions.BadPayment, match="10000"):
        actions.pay(late, Decimal(10_001), TODAY, today=TODAY, by=cast.mei, at=NOON)
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(actions.BadPayment):
        actions.pay(late, Decimal(1), tomorrow, today=TODAY, by=cast.mei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=late.pk).update(paid=60_001)
    (row,) = queries.overdue(cast.mei, TODAY)
    assert row.amount == Decimal(10_000)


def test_all_that_is_late_is_counted_and_only_who_is_shown_is_looked_up(
    trade: Trade, cast: Cast, look: Look
) -> None:
    scope.set_scope(EVERYBODY)
    second = customer("0101", "柳溪油坊", cast.mei_book, kind="organization")
    actions.bill(
        second, number="S-1", issued_on=date(2026, 10, 1), due_on=date(2026, 10, 31),
        amount=Decimal(500), by=cast.ana, at=NOON,
    )  # fmt: skip
    look(cast.ana)

    with CaptureQueriesContext(connection) as asked:
        shown = queries.overdue(cast.ana, TODAY, most=1)
    owed = queries.owed(cast.ana, TODAY, shown, most=1)

    assert [row.customer for row in shown] == [trade.mill]
    assert owed == queries.Owed(2, Decimal(60_500))
    sums, _files = (each["sql"] for each in asked.captured_queries)
    assert "customers_customer" not in sums


def test_terms_end_within_the_setting_and_late_invoices_come_with_their_sum(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    (ending,) = queries.ending(cast.mei, TODAY)
    (late,) = queries.overdue(cast.mei, TODAY)

    assert (ending.terms, ending.days, ending.volume) == (trade.terms, 17, Decimal(140_000))
    assert (late.customer, late.invoices, late.amount) == (trade.mill, 1, Decimal(60_000))
    assert queries.ending(cast.mei, TODAY, days=16) == []
    assert queries.ending(cast.mei, date(2026, 12, 10), days=0)  # the last day counts
    assert queries.overdue(cast.mei, date(2026, 10, 16)) == []  # due today is not late


def test_terms_that_newer_ones_follow_do_not_end(trade: Trade, cast: Cast, look: Look) -> None:
    look(cast.mei)
    actions.agree(
        trade.mill, starts_on=date(2026, 12, 11), payment_days=30, by=cast.mei, at=NOON
    )

    assert queries.ending(cast.mei, TODAY) == []


def test_a_quote_is_answered_once_and_a_no_has_a_reason(
    cast: Cast, mill: Customer, look: Look
) -> None:
    look(cast.mei)
    quote = actions.make_quote(
        mill, number="Q-2", made_on=TODAY, lines=[Line("x", Decimal(1), Decimal(5))],
        by=cast.mei, at=NOON,
    )  # fmt: skip

    with pytest.raises(BadInput, match="reason"):
        actions.answer_quote(quote, False, by=cast.mei, at=NOON)
    actions.answer_quote(quote, False, reason="too dear", by=cast.mei, at=NOON)
    with pytest.raises(actions.AlreadyAnswered):
        actions.answer_quote(quote, True, by=cast.mei, at=NOON)
    with pytest.raises(actions.NumberTaken):
        actions.make_quote(mill, number="Q-2", made_on=TODAY, lines=[], by=cast.mei, at=NOON)
    assert rules.state_on("sent", TODAY, TODAY) == "sent"
    assert rules.state_on("sent", TODAY, TODAY + timedelta(days=1)) == "expired"


def test_a_person_is_contact_here_and_customer_there(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    made = actions.add_contact(trade.mill, person=cast.li, role="buys", by=cast.mei, at=NOON)

    assert made.name == "李娜"
    (there,) = queries.contact_of(cast.mei, cast.li, on=TODAY)
    assert (there.customer, there.role) == (trade.mill, "buys")
    names = [each.contact.name for each in queries.contacts(cast.mei, trade.mill, on=TODAY)]
    assert names == ["何厂长", "李娜"]  # who decides stands first
    actions.leave(made, TODAY, by=cast.mei, at=NOON)
    assert queries.contact_of(cast.mei, cast.li, on=TODAY) == []
    with pytest.raises(actions.NotAPerson):
        actions.add_contact(trade.mill, person=cast.zhou, by=cast.mei, at=NOON)
    with pytest.raises(actions.NotAnOrganization):
        actions.add_contact(cast.li, name="x", by=cast.mei, at=NOON)


def test_a_linked_customer_of_another_branch_is_not_shown(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.lin)
    actions.add_contact(trade.mill, person=cast.qian, name="钱", by=cast.ana, at=NOON)
    look(cast.mei)

    seen = queries.contacts(cast.mei, trade.mill, on=TODAY)

    assert [each.person for each in seen] == [None, None]
    look(cast.tao)
    assert queries.contact_of(cast.tao, cast.qian, on=TODAY) == []


def test_nobody_of_another_branch_sees_anything_of_it(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.tao)
    for model in MODELS:
        assert not model.objects.exists(), model  # the database's wall
    scope.set_scope(EVERYBODY)  # the wall of the queries alone
    assert queries.contacts(cast.tao, trade.mill, on=TODAY) == []
    assert queries.current_terms(cast.tao, trade.mill, on=TODAY) is None
    assert queries.quotes(cast.tao, trade.mill) == []
    assert not queries.invoices(cast.tao, trade.mill)
    assert queries.ending(cast.tao, TODAY) == []
    assert queries.overdue(cast.tao, TODAY) == []


def test_the_profile_keeps_the_concern_on_the_file(
    cast: Cast, mill: Customer, look: Look
) -> None:
    look(cast.mei)
    actions.change_profile(
        mill, focus="price", bargaining_power="high", key_concern="delivery in 24 hours",
        by=cast.mei, at=NOON,
    )  # fmt: skip

    told = queries.profile(cast.mei, mill)
    assert told is not None
    assert (told.focus, told.bargaining_power) == ("price", "high")
    assert Customer.objects.get(pk=mill.pk).key_concern == "delivery in 24 hours"
    with pytest.raises(IntegrityError), transaction.atomic():
        BusinessProfile.objects.update(account_tail="12345"[:3])


def test_a_merge_moves_trade_and_an_erasure_takes_the_person_out_of_it(
    trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.ana)
    actions.add_contact(trade.mill, person=cast.li, phone="10100000001", by=TESTS, at=NOON)
    told = custody.Merge(trade.mill.pk, cast.zhou.pk, TESTS, NOON)

    story = custody.merge(told)
    assert Quote.objects.get().customer == QuoteLine.objects.all()[0].customer == cast.zhou
    assert queries.current_terms(cast.ana, cast.zhou, on=TODAY) == trade.terms
    custody.unmerge(told, story)
    assert Quote.objects.get().customer == trade.mill
    with translation.override("en"):
        copied = custody.copy(trade.mill.pk)
    assert copied["Invoices"][0]["number"] == "F-1"
    custody.erase(cast.li.pk, by=TESTS, at=NOON)
    assert [c.name for c in ContactPerson.objects.all()] == ["何厂长"]


def test_the_audit_trail_names_no_words_of_a_contact(trade: Trade, as_system: Cast) -> None:
    entries = AuditEntry.objects.filter(action__startswith="trade.")

    assert {"trade.contact.added", "trade.terms.agreed", "trade.invoice.paid"} <= set(
        entries.values_list("action", flat=True)
    )
    assert "何厂长" not in str(list(entries.values_list("details", flat=True)))
