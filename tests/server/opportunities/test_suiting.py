"""What is beyond a customer's risk test, and what may not be said, does not go out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.opportunities.conftest import Make
from tests.server.opportunities.test_pages import enter, text

from regulars.server.content import queries as content
from regulars.server.customers.models import Customer
from regulars.server.opportunities import actions
from regulars.server.opportunities.models import Part, Stage
from regulars.server.products.models import Product
from regulars.server.site.pipeline import stories
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
REFUSED = "保本保息"


@pytest.fixture
def bold(as_system: Cast) -> Product:
    return Product.objects.create(
        code="R5", name="进取基金", name_en="Bold fund", kind="fund", risk_level=5
    )


def risk_test(who: Customer, level: int | None, *, days: int = 10) -> None:
    who.risk_tolerance = level
    who.provenance = {"risk_tolerance": ["hand", str(TODAY - timedelta(days=days))]}
    who.save()


@pytest.mark.parametrize(("level", "days"), [(None, 1), (1, 1), (5, 400)])
def test_a_risk_that_no_valid_test_covers_does_not_go_out(
    found: Make, bold: Product, fund: Product, as_system: Cast, level: int | None, days: int
) -> None:
    deal = found(product=bold)
    risk_test(as_system.li, level, days=days)
    draft = actions.start_proposal(deal, by=as_system.mei, at=NOON)
    assert not draft.parts.filter(kind="offer").exists()
    with pytest.raises(actions.NotSuitable):
        actions.put_part(draft, kind="offer", product=bold, by=as_system.mei, at=NOON)
    page = text(enter(as_system.mei), f"/proposals/{draft.public_id}/")
    assert "cannot go out like this" in page

    actions.put_part(draft, kind="offer", product=fund, by=as_system.mei, at=NOON)
    Part.objects.filter(kind="offer").update(product=bold)  # it was fit when it was put in
    with pytest.raises(actions.NotSuitable):
        actions.send(draft, how="by e-mail", by=as_system.mei, at=NOON)


def test_a_risk_that_is_covered_goes_out_and_is_named(
    found: Make, bold: Product, as_system: Cast
) -> None:
    risk_test(as_system.li, 5)
    draft = actions.start_proposal(found(product=bold), by=as_system.mei, at=NOON)
    actions.send(draft, how="by e-mail", by=as_system.mei, at=NOON)
    page = text(enter(as_system.mei), f"/proposals/{draft.public_id}/print")
    assert "risk level R5" in page


def test_nobody_opens_an_opportunity_beyond_a_test(
    found: Make, bold: Product, as_system: Cast
) -> None:
    risk_test(as_system.li, 1)
    with pytest.raises(actions.NotSuitable):
        found(product=bold)


def test_nobody_opens_one_of_a_bundle_with_a_product_beyond_a_test(
    bold: Product, fund: Product, stages: dict[str, Stage], as_system: Cast
) -> None:
    risk_test(as_system.li, 4)
    calm = actions.save_bundle(
        None, name="安心组合", parts=[(fund, ""), (bold, "")], by=as_system.ada, at=NOON
    )
    about = actions.About(bundle=calm)
    with pytest.raises(actions.NotSuitable, match="R5"):
        actions.make(as_system.li, about, kind="add_on", by=as_system.mei, at=NOON)

    risk_test(as_system.li, 5)
    made = actions.make(as_system.li, about, kind="add_on", by=as_system.mei, at=NOON)
    assert made.bundle == calm


def test_refused_words_stand_in_no_proposal(
    found: Make, fund: Product, as_system: Cast
) -> None:
    mei = as_system.mei
    draft = actions.start_proposal(found(product=fund), by=mei, at=NOON)
    frame = {"title": "t", "opening": "", "closing": "", "valid_until": None}
    for place in ("title", "opening", "closing"):
        with pytest.raises(actions.NotToBeSaid):
            actions.change_proposal(draft, **(frame | {place: REFUSED}), by=mei, at=NOON)
    for kind, place in (("words", "text"), ("offer", "terms"), ("offer", "price")):
        said = {place: REFUSED} | ({"product": fund} if kind == "offer" else {})
        with pytest.raises(actions.NotToBeSaid):
            actions.put_part(draft, kind=kind, **said, by=mei, at=NOON)
    with pytest.raises(actions.NotToBeSaid):
        found(REFUSED)
    Part.objects.filter(kind="offer").update(terms=REFUSED)
    with pytest.raises(actions.NotToBeSaid):
        actions.send(draft, how="by e-mail", by=mei, at=NOON)
    where = f"/proposals/{draft.public_id}/change"
    answer = enter(mei).post(where, {"title": REFUSED})
    assert answer.status_code == 422


def test_the_words_of_the_demo_may_be_said(as_system: Cast) -> None:
    for said in (stories.OPENING, stories.CLOSING, "按您上次的意见，期限改短了一档。"):
        assert not [each for each in content.findings_in(said) if each.refused]
