"""Messages: what they lack, which are in force, what they ask of whoever sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from regulars.server.content.models import SnippetUse, Text, Version
from regulars.server.content.queries.library import InForce, in_force
from regulars.server.content.queries.problems import told_trouble
from regulars.server.content.rules.message_fields import known
from regulars.server.content.rules.messages import (
    is_personal,
    lacks,
    needs_confirmation,
    personal_enough,
    troubles,
    unwritten,
)
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import Body, Kind, Message
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.products import queries as products
from regulars.server.tiers import queries as tiers


@dataclass(frozen=True)
class Nature:
    """What a message is, for who sends it and for who decides.

    Attributes
    ----------
    is_personal
        It says what was computed about the customer: not for who refused profiling.
    personal_enough
        It addresses the customer by name wherever it is written; the top tier asks for that.
    unwritten
        Languages in which it is not written; such customers get the fallback.
    risk
        The risk level of its product, 1 to 5; None without one.
    """

    is_personal: bool
    personal_enough: bool
    unwritten: tuple[str, ...]
    risk: int | None


def nature(message: Message) -> Nature:
    """What a message is."""
    risk = products.risks().get(message.product) if message.product else None
    return Nature(
        is_personal(message, known), personal_enough(message, known), unwritten(message), risk
    )


def lacking(kind: str, body: Mapping[str, Any] | Body, *, on: date) -> list[str]:
    """A sentence for each thing that keeps a message from being submitted."""
    found = read(kind, body) if isinstance(body, Mapping) else body
    if not isinstance(found, Message):
        return []
    told = [told_trouble(one) for one in (*troubles(found, known), *lacks(found))]
    if found.valid_until and date.fromisoformat(found.valid_until) < on:
        told.append(_("Its last day, %(day)s, is over.") % {"day": found.valid_until})
    if found.product and found.product not in products.by_code():
        told.append(_("“%(code)s” is not in the catalogue.") % {"code": found.product})
    return told


def messages_in_force(
    *, channel: str = "", purpose: str = "", on: date | None = None
) -> list[InForce]:
    """The messages that may be sent, by code; those over on a day are left out."""
    found = []
    for text in in_force().of(Kind.MESSAGE):
        assert isinstance(text.body, Message)
        if channel and text.body.channel != channel:
            continue
        if purpose and text.body.purpose != purpose:
            continue
        if on and text.body.valid_until and date.fromisoformat(text.body.valid_until) < on:
            continue
        found.append(text)
    return found


def message_in_force(code: str) -> InForce | None:
    """One message as it may be sent today."""
    return next((text for text in in_force().of(Kind.MESSAGE) if text.code == code), None)


def message_version(code: str, number: int) -> Version | None:
    """A version of a message, in force or not: what a customer once got."""
    found = Version.objects.filter(text__kind=Kind.MESSAGE, text__code=code, number=number)
    return found.select_related("text").first()


def awaiting_confirmation(viewer: Person, customers: Sequence[int]) -> set[int]:
    """Of some customers those whose manager confirms each message: the top tier.

    `viewer` must be able to see them; who is not seen is not named.
    """
    seen = Customer.objects.visible_to(viewer).filter(pk__in=customers)
    marks = tiers.tiers_of(list(seen.order_by("pk").values_list("pk", flat=True)))
    return {pk for pk, mark in marks.items() if needs_confirmation(mark.level)}


@dataclass(frozen=True)
class Shelved:
    """A snippet as it may be copied, and how often it was."""

    text: InForce
    used: int


def snippets(*, search: str = "", tag: str = "") -> list[Shelved]:
    """Snippets in force that hold all the words, the most used first."""
    wanted = search.lower().split()
    used = _uses()
    found = []
    for text in in_force().of(Kind.SNIPPET):
        card = text.card
        parts = (card.title.zh, card.title.en, card.say.zh, card.say.en, *card.tags)
        held = " ".join(parts).lower()
        if all(word in held for word in wanted) and (not tag or tag in card.tags):
            found.append(Shelved(text, used.get(text.code, 0)))
    return sorted(found, key=lambda one: (-one.used, one.text.code))


def tags_of_snippets() -> list[str]:
    """Every tag of a snippet in force."""
    return sorted({tag for text in in_force().of(Kind.SNIPPET) for tag in text.card.tags})


def snippet(code: str) -> Version | None:
    """The version of a snippet that may be copied."""
    found = Version.objects.filter(
        text__code=code, text__kind=Text.Kind.SNIPPET, state=Version.State.APPROVED
    )
    return found.select_related("text").first()


def _uses() -> dict[str, int]:
    found = SnippetUse.objects.values("version__text__code").annotate(n=Count("pk"))
    return {row["version__text__code"]: row["n"] for row in found.order_by()}


def messages_after(after: str, *, most: int) -> list[Text] | None:
    """Messages in the order they were begun, those after one; None where that is none."""
    found = Text.objects.filter(kind=Text.Kind.MESSAGE, put_away_at__isnull=True).order_by("pk")
    if after:
        last = Text.objects.filter(public_id=after).first()
        if last is None:
            return None
        found = found.filter(pk__gt=last.pk)
    return list(found[:most])


def message_text(public_id: str) -> Text | None:
    """One message by its id, in force or not."""
    return Text.objects.filter(kind=Text.Kind.MESSAGE, public_id=public_id).first()


def making_of(text: Text) -> Version | None:
    """The version of a text that is written or waits."""
    found = Version.objects.filter(text=text, state__in=["draft", "submitted"])
    return found.select_related("text").first()
