"""Merges move what was said, copies hold it, erasures leave numbers that are nobody's."""

from __future__ import annotations

import pytest
from tests.server.voice.conftest import Field, Say

from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.voice.models import Answer, Comment, Invitation, Loop, Reply
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(as_system: Cast) -> Customer:
    return stage.customer("0009", "李娜", as_system.mei_book, name_en="Li Na")


def test_what_two_said_is_what_one_said_and_is_given_back(
    as_system: Cast, twin: Customer, fielded: Field, say: Say
) -> None:
    wave, li = fielded(), as_system.li
    say(wave, li, 9, "好")
    say(wave, twin, 3, "排队太久")
    told = Merge(twin.pk, li.pk, by=TESTS, at=NOON)

    story = custody.merge(told)

    assert Answer.objects.filter(customer=li).count() == 2
    assert Reply.objects.filter(customer=li).count() == 2
    assert Comment.objects.filter(customer=li).count() == 2
    assert Invitation.objects.filter(customer=twin).count() == 1, (
        "one of a wave, the other stays"
    )
    custody.unmerge(told, story)
    for model in (Answer, Reply, Comment, Loop):
        assert model.objects.filter(customer=twin).count() == 1, model


def test_a_copy_holds_what_was_said_and_an_erasure_leaves_bare_numbers(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    li = as_system.li
    say(fielded(), li, 3, "排队太久")

    copied = str(custody.copy(li.pk))
    custody.erase(li.pk, by=TESTS, at=NOON)

    assert "排队太久" in copied
    assert not Comment.objects.exists()
    assert not Loop.objects.exists()
    assert not Invitation.objects.filter(customer=li).exists()
    kept = Answer.objects.get()
    assert (kept.customer, kept.invitation, kept.replies.get().value) == (None, None, 3)


def test_who_became_one_answers_by_either_link(
    as_system: Cast, twin: Customer, fielded: Field, say: Say
) -> None:
    wave, li = fielded(), as_system.li
    custody.merge(Merge(twin.pk, li.pk, by=TESTS, at=NOON))
    Customer.objects.filter(pk=twin.pk).update(state="merged", merged_into=li)

    made = say(wave, twin, 9)

    assert made.customer == li
