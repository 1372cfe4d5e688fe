"""What people typed is text on every page, and what is hidden stays hidden on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.test import Client
from tests.server.site.routes import ROUTES, address, patterns, values_of

from regulars.server.channels import actions as channels
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.reception import actions as reception
from regulars.server.trade import actions as trade
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
MARKUP = "<img src=x onerror=q>"
FULL_PHONE = "10100000001"  # Li's
# Nonsense that a number, a day or a list of an address may be.
NONSENSE = ("9" * 25, "00", "²", "2026-13-45", "0001-01-01", "[]", "nan", "\u202e'\"<")
TYPED = (
    "", "9" * 25, "-1", "²", "1e999", "nan", "2026-13-45", "9999-12-31", "0001-01-01",
    "[]", "a\0b", "\x01\u202e'\"<", "x" * 20_000, "[{\"a\": [1]}]",
)  # fmt: skip
ASKED = """
    about after as before book branch by channel competitor customer days entry format from
    group hint kind language member name number offset on order other outcome page part period
    pick points preset purpose q reason role rule run segment sheet show source span state step
    theme title type value version way where year
"""


def pages(
    cast: Cast, viewer: Person, customer: Customer, /, **asked: str
) -> Iterator[tuple[str, int, str]]:
    """Open every page that the viewer may open: its name, its status, what it says."""
    client = Client(raise_request_exception=False)
    client.force_login(viewer)
    for name, template in patterns():
        route = ROUTES[name]
        may = isinstance(route.who, str) or any(viewer.may(each) for each in route.who)
        if route.method == "get" and may and not name.startswith("api"):
            answer = client.get(address(template, values_of(cast, name, customer)), asked)
            scope.set_scope(scope.EVERYBODY)
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            yield name, answer.status_code, text


def asking(word: str) -> dict[str, str]:
    """The same word for everything that an address may ask."""
    return dict.fromkeys(ASKED.split(), word)


def typed_everywhere(cast: Cast, customer: Customer) -> None:
    text = dict.fromkeys(("name", "name_en", "occupation", "district", "note"), MARKUP)
    customers.change_customer(
        customer, address=MARKUP, tags=[MARKUP], source=MARKUP, by=TESTS, at=NOON, **text
    )
    channels.record_touch(
        customer, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True,
        note=MARKUP, need=MARKUP, next_step=MARKUP,
    )  # fmt: skip
    customers.note_event(
        customer, kind=LifeEvent.Kind.OTHER, happens_on=TODAY, note=MARKUP, action=MARKUP,
        due_on=TODAY, owner=cast.mei, by=cast.mei, at=NOON,
    )  # fmt: skip
    customers.attach(customer, b"hello", name=f"{MARKUP}.txt", by=cast.mei, at=NOON)
    if customer.is_organization:
        trade.add_contact(
            customer, name=MARKUP, title=MARKUP, note=MARKUP, by=cast.mei, at=NOON
        )


def test_what_somebody_typed_is_text_on_every_page(town: Cast) -> None:
    for who in (town.li, town.zhou):
        typed_everywhere(town, who)
    customers.relate(town.li, town.qian, "relative", note=MARKUP, by=TESTS, at=NOON)
    met = {"name": MARKUP, "phone": "13812345678"}
    reception.add_quickly(
        met, way="spotted", occasion=MARKUP, note=MARKUP, by=town.lob, at=NOON
    )

    seen = [
        (name, MARKUP in text, "&lt;img src=x" in text)
        for who in (town.li, town.zhou)
        for name, _status, text in pages(town, town.wei, who)
    ]

    assert [name for name, as_markup, _ in seen if as_markup] == []
    assert sum(as_text for _, _, as_text in seen) > 10, "the pages do show it"


def test_who_may_not_see_personal_values_meets_no_phone_on_any_page(town: Cast) -> None:
    for viewer in (town.lob, town.ana):
        shown = [name for name, _, text in pages(town, viewer, town.li) if FULL_PHONE in text]

        assert shown == []


@pytest.mark.drill
def test_no_nonsense_in_an_address_breaks_a_page(town: Cast) -> None:
    broken = [
        (name, word)
        for viewer in (town.ada, town.wei)
        for word in NONSENSE
        for name, status, _ in pages(
            town, viewer, town.li, **dict.fromkeys(ASKED.split(), word)
        )
        if status >= 500
    ]

    assert broken == []


@dataclass
class Form:
    """A form of a page, as a browser would send it untouched."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Collects the forms of a page that change something."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where, self.found, self._form, self._select = where, list[Form](), None, ""

    _form: Form | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            sent = given.get("hx-post") or given.get("action") or self.where
            changes = given.get("method", "").lower() == "post" or "hx-post" in given
            self._form = Form(urljoin(self.where, sent)) if changes else None
            self.found += [self._form] if self._form else []
        elif self._form is None:
            return
        elif tag == "select":
            self._select = name
            self._form.fields.setdefault(name, "")
        elif tag == "option" and self._select:
            if "selected" in given or not self._form.fields[self._select]:
                self._form.fields[self._select] = value
        elif name and tag in {"input", "textarea", "button"} and given.get("type") != "file":
            self._form.fields.setdefault(name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def forms(cast: Cast, viewer: Person, customer: Customer) -> dict[tuple[str, ...], Form]:
    """The forms on all pages of a viewer, and each address to post to with no field."""
    client = Client(raise_request_exception=False)
    client.force_login(viewer)
    found: dict[tuple[str, ...], Form] = {}
    for name, template in patterns():
        route = ROUTES[name]
        where = address(template, values_of(cast, name, customer))
        may = isinstance(route.who, str) or any(viewer.may(each) for each in route.who)
        if not may or name.startswith("api"):
            continue
        if route.method == "post":
            found.setdefault((where,), Form(where))
            continue
        answer = client.get(where)
        scope.set_scope(scope.EVERYBODY)
        if not answer.streaming and "html" in answer["Content-Type"]:
            collected = Forms(where)
            collected.feed(answer.content.decode())
            for form in collected.found:
                found.setdefault((form.action, *sorted(form.fields)), form)
    return found


def sendings(form: Form, names: set[str]) -> Iterator[dict[str, str]]:
    """One field wrong at a time, then all of them; an address without fields gets them all."""
    for word in TYPED:
        if not form.fields:
            yield dict.fromkeys(names, word)
            continue
        yield dict.fromkeys(form.fields, word)
        for name in form.fields:
            yield form.fields | {name: word}


@pytest.mark.drill
def test_no_nonsense_in_a_form_breaks_it(town: Cast) -> None:
    broken, sent, seen = [], 0, set[tuple[str, ...]]()
    for viewer in (town.ada, town.wei, town.ana, town.max, town.lob):
        client = Client(raise_request_exception=False)
        client.force_login(viewer)
        for customer in (town.li, town.zhou):
            found = forms(town, viewer, customer)
            names = {name for form in found.values() for name in form.fields}
            for key, form in found.items():
                for fields in sendings(form, names) if key not in seen else ():
                    with transaction.atomic():
                        answer = client.post(form.action, fields)
                        transaction.set_rollback(True)
                    scope.set_scope(scope.EVERYBODY)
                    sent += 1
                    if answer.status_code >= 500:
                        broken.append((form.action, fields))
            seen |= set(found)

    print(f"{len(seen)} forms, {sent} sendings: {len(broken)} server errors")  # noqa: T201
    assert broken == []
