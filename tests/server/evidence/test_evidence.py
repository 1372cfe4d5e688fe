"""What was learned outside counts until it ends, and only the right people see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from regulars.server.core.models import AuditEntry, Person
from regulars.server.evidence import actions, queries
from regulars.server.evidence.models import Evidence
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


def test_a_note_counts_until_its_end_and_not_on_that_day(cast: Cast, look: Look) -> None:
    look(cast.mei)
    made = actions.note(cast.li, "wealth", by=cast.mei, at=NOON)

    assert made.expires_on == date(2027, 11, 23)
    last_day = made.expires_on - timedelta(days=1)
    assert list(queries.of(cast.mei, cast.li, on=last_day)) == [made]
    assert list(queries.of(cast.mei, cast.li, on=made.expires_on)) == []
    assert list(queries.of(cast.mei, cast.li, on=TODAY - timedelta(days=1))) == []


def test_an_offer_fades_after_three_months_and_a_loss_stays(cast: Cast, look: Look) -> None:
    look(cast.mei)
    offer = actions.note(cast.li, "offer", reason="rate", by=cast.mei, at=NOON)
    loss = actions.note(cast.li, "loss", reason="moved", by=cast.mei, at=NOON)

    assert offer.expires_on == date(2027, 2, 23)
    assert loss.expires_on is None


def test_a_loss_without_a_reason_is_refused_by_rule_and_by_database(
    cast: Cast, look: Look
) -> None:
    look(cast.mei)
    with pytest.raises(actions.NoReason):
        actions.note(cast.li, "loss", by=cast.mei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(customer=cast.li, kind="loss", noted_on=TODAY, created_at=NOON)
    assert not Evidence.objects.exists()


def test_a_note_of_tomorrow_is_refused(cast: Cast, look: Look) -> None:
    look(cast.mei)
    with pytest.raises(actions.BadSpan):
        actions.note(
            cast.li, "wealth", by=cast.mei, at=NOON, noted_on=TODAY + timedelta(days=1)
        )


def test_taking_back_is_written_down_once(cast: Cast, look: Look) -> None:
    look(cast.mei)
    made = actions.note(cast.li, "wealth", by=cast.mei, at=NOON)

    assert actions.withdraw(made, by=cast.mei, at=NOON)
    assert not actions.withdraw(made, by=cast.mei, at=NOON)
    assert not queries.of(cast.mei, cast.li, on=TODAY).exists()
    taken = AuditEntry.objects.filter(action="evidence.note.withdrawn")
    assert taken.count() == 1


def test_the_report_counts_a_customer_once_per_rival_and_reason(cast: Cast, look: Look) -> None:
    look(cast.wei)
    for amount in (Decimal(200_000), Decimal(50_000)):
        actions.note(
            cast.li, "loss", reason="rate", competitor="湖滨银行", amount=amount,
            by=cast.wei, at=NOON,
        )  # fmt: skip
    actions.note(cast.zhou, "loss", reason="rate", competitor="湖滨银行", by=cast.wei, at=NOON)

    (cell,) = queries.cells(cast.wei, ["loss"], TODAY, TODAY)

    assert (cell.competitor, cell.reason, cell.customers) == ("湖滨银行", "rate", 2)
    assert cell.amount == Decimal(250_000)


def test_nobody_of_another_branch_sees_the_note_or_its_count(cast: Cast, look: Look) -> None:
    look(cast.mei)
    made = actions.note(
        cast.li, "loss", reason="rate", competitor="湖滨银行", by=cast.mei, at=NOON
    )
    look(cast.tao)
    assert not Evidence.objects.exists()  # the database's wall
    assert queries.one(cast.tao, made.public_id) is None
    assert queries.cells(cast.tao, ["loss"], TODAY, TODAY) == []
    assert queries.competitors(cast.tao) == []


@time_machine.travel(NOON, tick=False)
def test_the_drawer_saves_and_the_page_shows_it(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.mei)
    where = f"/customers/{cast.li.public_id}/evidence"

    refused = client.post(where, {"kind": "offer", "source": "said", "competitor": "Lakeside"})
    saved = client.post(
        where,
        {"kind": "offer", "reason": "rate", "source": "said", "competitor": "Lakeside Bank"},
    )
    shown = client.get(f"/customers/{cast.li.public_id}/").content.decode()

    assert refused.status_code == 422
    assert "Choose why" in refused.content.decode()
    assert saved.status_code == 302
    assert "Lakeside Bank" in shown


@time_machine.travel(NOON, tick=False)
def test_the_report_opens_its_notes(cast: Cast, look: Look) -> None:
    look(cast.mei)
    actions.note(
        cast.li, "loss", reason="rate", competitor="Lakeside", by=cast.mei, at=NOON,
        noted_on=TODAY - timedelta(days=40),
    )  # fmt: skip
    actions.note(
        cast.li, "loss", reason="price", competitor="River", by=cast.mei, at=NOON,
        noted_on=TODAY - timedelta(days=40),
    )  # fmt: skip
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wei)

    everything = client.get("/rivals/?about=loss&period=12").content.decode()
    narrowed = client.get("/rivals/?about=loss&period=12&reason=price").content.decode()
    assert client.get("/rivals/?reason=nonsense").status_code == 404

    assert everything.count("data-row-href") == 2
    assert narrowed.count("data-row-href") == 1
