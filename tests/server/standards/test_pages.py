"""The pages of the standard, as people open them."""

from __future__ import annotations

import pytest
from django.test import Client

from regulars.server.core.models import Person
from regulars.server.standards import actions
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db


def client(person: Person, language: str = "en") -> Client:
    found = Client(headers={"accept-language": language})
    found.force_login(person)
    return found


def test_the_standard_reads_like_a_page_of_a_handbook(town: Cast) -> None:
    page = client(town.mei).get("/standards/").content.decode()

    for words in ("every 2 weeks", "invitation 21–14 days ahead", "within 2 working hours"):
        assert words in page
    assert "Private" in page
    assert "The preset of your line of business" in page


def test_a_manager_reads_what_it_asks_of_the_branch(town: Cast) -> None:
    page = client(town.wei).get("/standards/").content.decode()

    assert "Willow" in page
    assert "working days" in page


PAGES = (
    *("/standards/", "/standards/classes/", "/standards/stages/", "/standards/versions/"),
    *("/standards/negative/", "/standards/draft/", "/standards/draft/hours"),
    *("/standards/draft/classes/credit", "/standards/draft/stages/dormant"),
    "/standards/draft/cell?level=5&purpose=visit&kind=person",
    "/standards/draft/cell?level=5&purpose=greeting&kind=person&unit=B01",
    "/standards/draft/cell?level=4&purpose=complaint&kind=organization&klass=credit",
)


def test_every_page_opens_in_both_languages(town: Cast) -> None:
    actions.start_draft(by=town.ana, at=NOON)

    answers = {
        (address, language): client(town.ada, language).get(address).status_code
        for address in PAGES
        for language in ("zh-hans", "en")
    }

    assert {where for where, status in answers.items() if status != 200} == set()


def test_who_wrote_a_draft_learns_that_somebody_adopted_it(town: Cast) -> None:
    drafted = actions.start_draft(preset="insurance", by=town.ana, at=NOON)
    actions.adopt(
        number=drafted.number, seen=None, from_day=TODAY, note="", by=town.lin, at=NOON
    )

    page = client(town.ana).get("/standards/draft/", follow=True).content.decode()

    assert f"adopted version {drafted.number}; it holds from 23 Nov 2026." in page
