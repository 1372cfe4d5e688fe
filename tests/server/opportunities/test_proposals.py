"""A proposal is put together, frozen when sent, and answered; bundles have their class."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.server.opportunities.conftest import Make, rich, spoke

from regulars.base.errors import BadInput, Refused
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Bundle, Part, Proposal
from regulars.server.products.models import Product
from regulars.server.tiers.models import Assignment
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(as_system: Cast, found: Make, fund: Product) -> Proposal:
    """Li said what she needs; Mei began a proposal of the fund."""
    spoke(as_system, as_system.li, need="money for the daughter's studies")
    return actions.start_proposal(found(product=fund), by=as_system.mei, at=NOON)


def bundle(cast: Cast, *products: Product, **told: Any) -> Bundle:
    given = {"name": "安心组合", "price": "省 200 元"} | told
    return actions.save_bundle(
        None, parts=[(each, "") for each in products], by=cast.ada, at=NOON, **given
    )


def second(code: str = "C1") -> Product:
    return Product.objects.create(code=code, name="信用卡", name_en="Card", kind="card")


def test_the_first_version_begins_with_known_needs_and_the_offer(
    as_system: Cast, drafted: Proposal
) -> None:
    told = queries.whole(as_system.mei, drafted)

    (need,) = told.needs
    assert need.text == "money for the daughter's studies"
    assert str(TODAY) in need.evidence, "every need says where it is known from"
    assert [each.named for each in told.offers] == ["稳健基金"]
    assert told.total == Decimal(100_000)
    again = actions.start_proposal(drafted.opportunity, by=as_system.mei, at=NOON)
    assert again == drafted


def test_what_was_sent_stays_as_it_was_sent(
    as_system: Cast, drafted: Proposal, fund: Product
) -> None:
    mei = as_system.mei
    with pytest.raises(BadInput):
        actions.send(drafted, how="", by=mei, at=NOON)
    sent = actions.send(drafted, how="handed over", by=mei, at=NOON)
    Product.objects.filter(pk=fund.pk).update(name="改名基金")

    part = queries.whole(mei, sent).offers[0]
    told: dict[str, Any] = {"opening": "", "closing": "", "valid_until": None}
    with pytest.raises(actions.Frozen):
        actions.change_proposal(sent, title="other", by=mei, at=NOON, **told)
    with pytest.raises(actions.Frozen):
        actions.put_part(sent, kind="words", text="more", by=mei, at=NOON)
    with pytest.raises(actions.Frozen):
        actions.drop_part(part, by=mei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Part.objects.filter(pk=part.pk).update(price="cheaper")
    with pytest.raises(IntegrityError), transaction.atomic():
        Part.objects.create(proposal=sent, customer=sent.customer, position=9, kind="words",
                            text="more")  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=sent.pk).update(title="other")
    assert queries.whole(mei, sent).offers[0].named == "稳健基金"


def test_a_new_version_copies_the_parts_and_replaces_the_one_that_waits(
    as_system: Cast, drafted: Proposal
) -> None:
    mei = as_system.mei
    first = actions.send(drafted, how="by e-mail", by=mei, at=NOON)

    new = actions.start_proposal(first.opportunity, by=mei, at=NOON)
    assert (new.version, new.state) == (2, "draft")
    assert new.parts.count() == first.parts.count()
    actions.put_part(new, kind="words", text="fee waived for a year", by=mei, at=NOON)
    sent = actions.send(new, how="handed over", by=mei, at=NOON)

    first.refresh_from_db()
    assert first.state == Proposal.State.REPLACED
    with pytest.raises(Refused):
        actions.answer(first, accepted=True, words="", by=mei, at=NOON)
    assert actions.answer(sent, accepted=True, words="", by=mei, at=NOON).state == "accepted"


def test_nothing_is_sent_that_offers_nothing(
    as_system: Cast, found: Make, drafted: Proposal
) -> None:
    mei = as_system.mei
    actions.drop_part(queries.whole(mei, drafted).offers[0], by=mei, at=NOON)

    with pytest.raises(BadInput):
        actions.send(drafted, how="handed over", by=mei, at=NOON)


def test_a_bundle_is_offered_to_its_class_only(
    as_system: Cast, found: Make, fund: Product
) -> None:
    cast, card = as_system, second()
    rich(cast, cast.li)
    level = Assignment.objects.standing().get(customer=cast.li).level
    made = bundle(cast, fund, card, levels=[level])
    everybody = bundle(cast, fund, card, name="人人组合")

    assert set(queries.bundles_for(cast.mei, cast.li, NOON)) == {made, everybody}
    assert queries.bundles_for(cast.tao, cast.qian, NOON) == [everybody]
    with pytest.raises(actions.NotFitting):
        actions.make(cast.qian, actions.About(bundle=made), kind="add_on", by=cast.tao, at=NOON)
    actions.make(cast.li, actions.About(bundle=made), kind="add_on", by=cast.mei, at=NOON)
    actions.retire_bundle(made, by=cast.ada, at=NOON)
    assert queries.bundles_for(cast.mei, cast.li, NOON) == [everybody]


def test_what_holds_no_more_does_not_go_out(
    as_system: Cast, drafted: Proposal, fund: Product
) -> None:
    mei, soon = as_system.mei, NOON + timedelta(days=4)
    calm = bundle(as_system, fund, second(), ends_on=TODAY + timedelta(days=3))
    actions.put_part(drafted, kind="offer", bundle=calm, by=mei, at=NOON)
    frame = {"title": "t", "opening": "", "closing": "", "by": mei, "at": NOON}
    actions.change_proposal(drafted, valid_until=TODAY + timedelta(days=3), **frame)

    with pytest.raises(BadInput) as refused:
        actions.send(drafted, how="by e-mail", by=mei, at=soon)
    assert "2026-11-26" in str(refused.value)
    assert "安心组合" in str(refused.value)
    drafted.refresh_from_db()
    assert len(queries.unfit_parts(queries.whole(mei, drafted), soon)) == 2

    actions.change_proposal(drafted, valid_until=TODAY + timedelta(days=9), **frame)
    with pytest.raises(BadInput, match="安心组合"):
        actions.send(drafted, how="by e-mail", by=mei, at=soon)
    last = NOON + timedelta(days=3)
    assert actions.send(drafted, how="by e-mail", by=mei, at=last).sent_at == last


def test_a_bundle_has_two_products_each_once(as_system: Cast, fund: Product) -> None:
    with pytest.raises(BadInput):
        bundle(as_system, fund)
    with pytest.raises(BadInput):
        bundle(as_system, fund, fund)
