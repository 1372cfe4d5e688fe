"""What a message looks like for real customers, while it is written and when it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars.server.content.models import Version
from regulars.server.content.queries.messages import lacking, nature
from regulars.server.content.queries.problems import PARTS, told_trouble
from regulars.server.content.queries.rendering import Rendered, Sendable, rendered
from regulars.server.content.queries.words import findings, told_problem
from regulars.server.content.rules.differing import Piece, differences
from regulars.server.content.rules.lint import Finding
from regulars.server.content.rules.message_fields import Field, Use, known
from regulars.server.content.rules.messages import PARTS as PARTS_OF
from regulars.server.content.rules.messages import read_message, troubles
from regulars.server.content.rules.parts import BadContent
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import Message
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import file
from regulars.server.delivery import queries as delivery
from regulars.server.delivery.queries import Weighed

SOMEBODY = "+8613800000000"  # what a text is weighed for where a customer has no number
SOME, LOOKED_AT = 3, 200  # customers beside a decision, of so many people


@dataclass(frozen=True)
class Shown:
    """One customer and what they would get."""

    customer: Customer
    words: Rendered
    weight: Weighed | None = None  # of an SMS, with what its line adds


@dataclass(frozen=True)
class Checked:
    """What a message under the pen is: its problems, what it lacks, what it looks like."""

    message: Message | None
    wrong: tuple[str, ...]
    lacking: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    shown: Shown | None = None

    @property
    def nature(self) -> Any:
        return nature(self.message) if self.message and not self.wrong else None


def checked(
    viewer: Person,
    body: Mapping[str, Any],
    *,
    customer: Customer | None,
    wording: str,
    language: str,
    on: date,
) -> Checked:
    """Look a message over as it stands, and fill it in for one customer if it can be."""
    try:
        message = read_message(body)
    except BadContent as error:
        return Checked(None, (told_problem(error),), ())
    wrong = tuple(told_trouble(one) for one in troubles(message, known))
    rest = tuple(one for one in lacking("message", message, on=on) if one not in wrong)
    found = findings("message", message)
    if wrong or customer is None:
        return Checked(message, wrong, rest, found)
    words = _words(viewer, Sendable("", 0, message), customer, wording, language, on)
    return Checked(message, wrong, rest, found, _shown(message, customer, words))


def _shown(message: Message, customer: Customer, words: Rendered) -> Shown:
    if message.channel != "sms" or words.reason:
        return Shown(customer, words)
    weight = delivery.weighed(
        "sms", words.text, to=customer.phone or SOMEBODY,
        marketing=message.purpose != "service", language=words.language,
    )  # fmt: skip
    return Shown(customer, words, weight)


def _words(
    viewer: Person,
    sending: Sendable,
    customer: Customer,
    wording: str,
    language: str,
    on: date,
) -> Rendered:
    return next(
        rendered(
            viewer, sending, [customer.pk], on=on, wordings={customer.pk: wording},
            languages={customer.pk: language} if language else None,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Some:
    """Customers beside a decision, and of how many looked at how many get nothing."""

    shown: tuple[Shown, ...]
    looked_at: int
    without: int


def some_customers(viewer: Person, sending: Sendable, *, on: date) -> Some:
    """What three customers get, a company among them where one gets the message at all."""
    own = _pool(viewer)
    people = list(own.filter(kind=Customer.Kind.PERSON)[:LOOKED_AT])
    firms = list(own.filter(kind=Customer.Kind.ORGANIZATION)[: LOOKED_AT // 4])
    both = [*people, *firms]
    words = rendered(viewer, sending, [one.pk for one in both], on=on)
    shown = [Shown(one, each) for one, each in zip(both, words, strict=True)]
    good = [one for one in shown if not one.words.reason]
    first = [one for one in good if one.customer.is_organization][:1]
    rest = [one for one in good if one not in first]
    picked = [*rest[: SOME - len(first)], *first] or shown[:1]
    return Some(tuple(picked), len(shown), len(shown) - len(good))


def preview_customer(
    viewer: Person, *, public_id: str = "", search: str = "", step: str = ""
) -> Customer | None:
    """Whom to look at: the one searched for, the next one, else the same or the first."""
    own = _pool(viewer)
    if search.strip():
        found = file.find(viewer, search.strip(), most=1)
        return own.filter(pk__in=found).first()
    here = own.filter(public_id=public_id).first() if public_id else None
    if here is None:
        return own.first()
    if step == "next":
        return own.filter(pk__gt=here.pk).first() or own.first()
    if step == "previous":
        return own.filter(pk__lt=here.pk).last() or own.last()
    return here


def _pool(viewer: Person) -> QuerySet[Customer]:
    found = Customer.objects.visible_to(viewer).filter(state=Customer.State.ACTIVE)
    return found.order_by("pk")


@dataclass(frozen=True)
class Changed:
    """One part of a wording, with what is new in it and what is gone."""

    label: str
    pieces: Sequence[Piece]


def changes(version: Version, current: Message | None) -> list[Changed]:
    """How a version differs from the one in force, part by part; nothing where none is."""
    new = read(version.text.kind, version.body)
    if current is None or not isinstance(new, Message):
        return []
    found = []
    for place, name in enumerate("AB"):
        for language, spoken in (("zh", _("Chinese")), ("en", _("English"))):
            for part in PARTS_OF:
                before = _source(current, place, language, part)
                after = _source(new, place, language, part)
                if before != after:
                    words = [_("Wording %(name)s") % {"name": name}, spoken, str(PARTS[part])]
                    found.append(Changed(_(", ").join(words), differences(before, after)))
    return found


def _source(message: Message, place: int, language: str, part: str) -> str:
    if place >= len(message.wordings):
        return ""
    return str(getattr(getattr(message.wordings[place], part), language))


def pickable(purpose: str = "") -> list[Field]:
    """The fields that somebody may put into a message of a purpose, by their order."""
    found = (one for one in known.fields.values() if one.use is not Use.SENSITIVE)
    return [one for one in found if not purpose or not one.purposes or purpose in one.purposes]
